"""Decides whether the things that a sentence points at were introduced to its reader."""

from __future__ import annotations

import re
from dataclasses import dataclass

# "the open letter", "those regulations": up to four words behind the pointer.
_POINTER = re.compile(
    r"\b([Tt]he|[Tt]hose|[Tt]hese|[Ee]ach|[Bb]oth|[Ss]uch)((?:[ -][\w’'./-]+){1,5})", re.ASCII
)
_THAT = re.compile(
    r"\b(?:make|makes|made|making|hit|hits|reach|reaches|meet|meets|on|in|of|to|for|with|from|by"
    r"|at|under|about|over|after|before|during|and|or|toward|towards|achieve|share|—)"
    r" that ([a-z]{3,})\b(?! (?:the|a|an)\b)"
)
# What ends the name of a thing. After the first kind, it says itself which thing is meant.
_OWN = frozenset(
    "of that who which whose whom where when behind between against for in at on from with among"
    " around across near outside inside under over about surrounding involving including known"
    " called named than".split()
)
_ITS_OWN = frozenset("of that who which whose whom".split())
_END = frozenset(
    "is are was were be been has have had do does did will would can could may might must should"
    " to and or but nor yet as by then now also still not never said says told while after before"
    " because since if until into through during without within despite amid per via up out off"
    " down away back more most less he she it they his her its their this these those the a an"
    " went came took made gave got kept held led left lost met paid put ran rose saw sent set sold"
    " spent stood won wrote found fell built bought brought began became grew grew knew".split()
)
_FIRST = frozenset(
    "first second third last next latest only largest biggest best worst highest lowest most least"
    " oldest newest same other rest late early mid past previous coming following largest world"
    " country nation region entire whole vast overall general average so".split()
)
"""Words after a pointer by which a thing is the only one of its kind, or none in particular."""
_KNOWN = frozenset(
    "government governments president police world internet public industry industries market"
    " markets economy country countries nation nations region state states city town area capital"
    " pandemic war election elections authorities administration military army sun moon earth ocean"
    " sea weather climate sky web press media law senate congress parliament cabinet council court"
    " courts mayor governor minister ministry chancellor king queen pope future past present time"
    " year years month months week weeks day days morning night weekend summer winter spring autumn"
    " fall season decade decades century hour hours minute moment end start beginning middle number"
    " way fact rest top bottom idea issue issues problem question news border coast mainland south"
    " north east west left right poor rich young elderly dollar euro pound yen majority"
    " minority".split()
)
_FOLLOWED = frozenset(
    "potential right chance opportunity ability power need decision move attempt effort plan"
    " intention obligation authority".split()
)
"""Things that "to" says more of: "the potential to …"."""
_TIMES = frozenset(
    "year years month months week weeks day days time hour night morning season decade other"
    " person people side party country state".split()
)
_SHORT = 4
_MARKS = ".,;:’'"
_POSSESSIVE = re.compile(r"[’']s?$")


@dataclass(frozen=True, slots=True)
class _Thing:
    """What stands behind a pointer."""

    pointer: str
    name: tuple[str, ...]
    closed: str
    """The word that ends the name, a point for a mark, or nothing."""

    @property
    def head(self) -> str:
        """The last word of the name, without what makes it a possessive."""
        return _POSSESSIVE.sub("", self.name[-1].strip(_MARKS))

    def is_unique(self, head: str) -> bool:
        """Tell whether there is one such thing, or none in particular."""
        first = self.name[0].casefold()
        return first in _FIRST or first.endswith("est") or head.casefold() in _FIRST | _KNOWN


def points_at_unknown(text: str, shown: str) -> bool:
    """Tell whether "the letter", "that target" or "each stage" is of nothing that was named.

    Known is what `shown` (headline, teaser) names, what the sentence has named before or says
    itself ("the letter that …"), and what there is one of ("the government"). How a sentence
    opens is not looked at here.
    """
    shown = f"{shown} ".casefold()
    for found in _POINTER.finditer(text, 1):
        thing = _thing(found)
        if thing and _is_unknown(thing, shown, text[: found.start()].casefold()):
            return True
    return any(noun not in _TIMES and not _is_named(noun, shown) for noun in _THAT.findall(text))


def _thing(found: re.Match[str]) -> _Thing | None:
    """Return what a pointer points at; None where it says itself which."""
    name: list[str] = []
    closed = ""
    for word in found[2].split():
        bare = word.strip(_MARKS)
        if bare.casefold() in _OWN | _END or (name and bare.endswith(("ed", "n’t", "n't"))):
            closed = bare.casefold()
            break
        name.append(word)
        if word[-1] in _MARKS or _POSSESSIVE.search(word):
            closed = "."
            break
    pointer = found[1].casefold()
    if not name or closed in (_OWN if pointer == "the" else _ITS_OWN):
        return None
    return _Thing(pointer, tuple(name), closed)


def _is_unknown(thing: _Thing, shown: str, before: str) -> bool:
    head = thing.head.casefold()
    if thing.head[:1].isupper() or any(c.isdigit() for c in head):
        return False  # a name, or a year
    if thing.pointer in {"each", "such", "both"}:
        first = thing.name[0].strip(_MARKS).casefold()
        return first not in _TIMES and not _is_named(head, shown)
    if thing.is_unique(head) or (thing.closed == "to" and head in _FOLLOWED):
        return False
    return not (_is_named(head, shown + before) or _is_verb_of_known(thing, shown))


def _is_verb_of_known(thing: _Thing, shown: str) -> bool:
    """Tell whether the last word may be a verb, and the one before it is known: "council plans"."""
    if len(thing.name) == 1 or thing.closed == "." or not thing.head.endswith("s"):
        return False
    noun = thing.name[-2]
    return thing.is_unique(noun) or _is_named(noun.casefold(), shown)


def _is_named(noun: str, shown: str) -> bool:
    stem = re.sub(r"(?:ies|es|s|y)$", "", noun)[:7]
    end = r"\w*" if len(stem) > _SHORT else r"(?:y|ies|e?s)?\b"
    return re.search(rf"\b{re.escape(stem)}{end}", shown) is not None

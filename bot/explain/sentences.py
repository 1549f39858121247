"""Splits a paragraph into its sentences, each exactly as it stands there."""

from __future__ import annotations

import re

# Looked for at the start of a run only, as "!!!!…" would take time squared from each of its marks.
_END = re.compile(r"(?<![.!?…])[.!?…]+[\"”’')\]»]*\s+(?=[\"“‘'(\[«]*[^\Wa-z_])")
# Titles and the like: a name follows, never a new sentence.
_NEVER_LAST = frozenset(
    "mr mrs ms dr prof gov sen rep sens reps gen lt col sgt capt cpl maj adm cmdr rev hon pres st"
    " ste mt ft msgr fr sr. messrs supt insp det atty vs v no nos vol fig art sec ch pp approx"
    " e.g i.e cf al".split()
)
# May end a sentence: it does where the next word is one that sentences start with.
_OFTEN_INSIDE = frozenset(
    "u.s u.k u.n e.u d.c a.m p.m inc corp co ltd llc bros jr sr etc ph.d m.d b.a m.a jan feb"
    " mar apr"
    " jun jul aug sept sep oct nov dec mon tue wed thu fri sat sun ave blvd rd dept univ assn u.s.a"
    " calif fla mass mich minn okla tenn wash wis ariz ark colo conn del ill ind kan ky la md mo"
    " mont neb nev ore pa tex va vt wyo".split()
)
_STARTERS = frozenset(
    "a an the this that these those he she it they we you i his her its their our my in on at as"
    " but and so yet or if when while after before since although though however meanwhile still"
    " there here what who why how where for from with by not no some many most all both one two"
    " about according also because during despite instead it's that's he's she's they're".split()
)
_TAIL = 60
"""Characters before a sentence's end in which its last word is looked for."""
_LAST_WORD = re.compile(r"([\w.&’'-]+)\.[\"”’')\]»]*\s+$")
_FIRST_WORD = re.compile(r"\W*([\w’']+)")


def split(paragraph: str) -> tuple[str, ...]:
    """Return the sentences of an English-like paragraph; joined by blanks they are the paragraph.

    "U.S. Attorney", "Gov. Kristi Noem", "3 p.m. Tuesday", "J. K. Rowling" and "1.5" stay whole.
    """
    found: list[str] = []
    start = 0
    for end in _END.finditer(paragraph):
        if _is_end(paragraph, start, end.end()):
            found.append(paragraph[start : end.end()].strip())
            start = end.end()
    last = paragraph[start:].strip()
    return tuple([*found, last] if last else found)


def _is_end(paragraph: str, start: int, end: int) -> bool:
    """Tell whether the sentence from `start` ends at `end`, and not behind an abbreviation."""
    last = _LAST_WORD.search(paragraph, max(start, end - _TAIL), end)
    if not last:
        return True
    word = last[1].lstrip("‘'").casefold()
    if word in _NEVER_LAST:
        return False
    initial = len(word) == 1 and last[1].isupper() and word != "i"
    if not initial and word not in _OFTEN_INSIDE:
        return True
    following = _FIRST_WORD.match(paragraph, end)
    return following is not None and following[1].replace("’", "'").casefold() in _STARTERS

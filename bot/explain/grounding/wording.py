"""Finds a claim's empty phrases, "all" made of "most", and words and clauses from nowhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from bot.explain.grounding.fault import Fault, FaultKind, fault
from bot.explain.grounding.tokens import Sentence

_FILLER = re.compile(
    r"\b(?:ground-?breaking|game-?chang(?:er|ing)|paradigm shift|underscor(?:es?|ed|ing)"
    r"|highlight(?:s|ing) the (?:need|importance|challenges?|growing|ongoing|complex)"
    r"|rais(?:es|ed|ing) (?:\w{1,12} )?(?:questions|concerns|eyebrows)|(?:a )?testament to"
    r"|remains to be seen|only time will tell|time will tell|sheds? light on|a stark reminder"
    r"|serves? as a reminder|a wake-up call|sends? a (?:clear|strong) (?:message|signal)"
    r"|far-reaching|significant (?:implications|step|milestone|moment)|pivotal|watershed"
    r"|marks? a (?:significant|major|new|turning|pivotal|key|crucial) \w{1,12}|turning point"
    r"|unprecedented|it is (?:important|worth) (?:to note|noting)|needless to say"
    r"|(?:ever-)?evolving landscape|delicate balance|complex (?:interplay|web|tapestry)"
    r"|play(?:s|ed)? a (?:crucial|vital|key|pivotal) role|(?:could|may|will) have (?:profound|major"
    r"|significant|wide-ranging|lasting) (?:implications|consequences|effects)"
    r"|reflects? (?:a |the )?(?:broader|growing|wider|larger) \w{1,12}|in today's world"
    r"|at the forefront|cutting-edge|state-of-the-art|revolutioni[sz]\w{1,4}|crucial|vital)\b",
    re.IGNORECASE,
)


def filler(claim: Sentence, cited: Sequence[Sentence]) -> Iterator[Fault]:
    """Tell the phrases that judge instead of telling, unless a cited sentence has them."""
    for found in _FILLER.finditer(claim.text):
        words = found[0].casefold()
        if not any(words in c.text.casefold() for c in cited):
            yield fault(FaultKind.FILLER, claim.written[found.start() : found.end()])


# ── quantities in words ──────────────────────────────────────────────────────────────────

_ALL = frozenset("all every everyone everybody always entire entirely".split())
_PART = frozenset(
    "most some many several few part half nearly almost partly often usually mostly largely"
    " sometimes majority mainly none nobody".split()
)
_WHOLE = _ALL | {"each", "whole", "both", "total"}


def quantities(claim: Sentence, cited: Sequence[Sentence]) -> Iterator[Fault]:
    """Tell the "all" that is "most" or "some" in the cited sentences, and the "some" left out."""
    theirs = frozenset[str]().union(*(c.words for c in cited))
    is_new = claim.words & _ALL and not theirs & _WHOLE
    if is_new and theirs & _PART and not claim.words & _PART:
        word = next(t for t in claim.tokens if t.low in _ALL)
        yield fault(FaultKind.COMPARISON, claim.written[word.start : word.end])
    if words := _more_than_one(claim, cited):
        yield fault(FaultKind.COMPARISON, words)
    some = frozenset(s for c in cited for s in _some(c))
    first = next((at for at, t in enumerate(claim.tokens) if t.is_word), None)
    if first is not None and claim.stems[first] in some and not claim.words & _PART:
        yield fault(FaultKind.COMPARISON, claim.between(first, first))


_COUNTS = frozenset("one two 2".split())
_MANY = frozenset("several many numerous multiple dozens".split())


def _more_than_one(claim: Sentence, cited: Sequence[Sentence]) -> str:
    """Return the plural in a claim of what is one, or one of several, in the cited sentences."""
    lows = Counter(low for c in cited for low in c.lows)
    for at, token in enumerate(claim.tokens):
        if not token.low.endswith("s") and token.low != "people":
            continue
        before = claim.low(at - 1)
        if before in _MANY and any(_counted(c, token.low) for c in cited):
            return claim.between(at - 1, at)
        is_told = "one" in claim.words or before in _PART
        if not is_told and lows[token.low] == 1 and any(_one_of(c, token.low) for c in cited):
            return claim.between(at, at)
        one = token.low.removesuffix("s")
        if not is_told and not lows[token.low] and any(_just_one(c, one) for c in cited):
            return claim.between(at, at)
    return ""


def _counted(sentence: Sentence, plural: str) -> bool:
    """Tell whether a sentence has two of them, and never more."""
    before = [sentence.low(at - 1) for at, low in enumerate(sentence.lows) if low == plural]
    return bool(before) and _COUNTS.issuperset(before)


def _one_of(sentence: Sentence, plural: str) -> bool:
    """Tell whether only one of them is spoken of ("one of the officers")."""
    if plural not in sentence.lows or "one" not in sentence.lows:
        return False
    at = sentence.lows.index(plural)
    before = sentence.lows[max(0, at - 4) : at]
    return "one" in before and before[before.index("one") + 1 :][:1] == ("of",)


def _just_one(sentence: Sentence, singular: str) -> bool:
    """Tell whether a sentence opens with one of them ("One trade expert said")."""
    return sentence.low(0) == "one" and singular in sentence.lows[1:7]


def _some(sentence: Sentence) -> Iterator[str]:
    """Return the stems of which there are only some."""
    for at, token in enumerate(sentence.tokens[:-1]):
        behind = sentence.tokens[at + 1]
        if token.low in ("some", "several") and behind.low.endswith("s") and sentence.stems[at + 1]:
            yield sentence.stems[at + 1]


# ── words from nowhere ───────────────────────────────────────────────────────────────────

_LEAST_SHARE = 0.3
_LEAST_WORDS = 4
_LONGEST_RUN = 5
_PREFIX = 5


def unsupported(claim: Sentence, cited: Sequence[Sentence], title: Sentence) -> Iterator[Fault]:
    """Tell the words in a row that no cited sentence has, where they are too many."""
    prefixes = frozenset(s[:_PREFIX] for c in (*cited, title) for s in c.bag)
    own = [(at, s[:_PREFIX] in prefixes) for at, s in enumerate(claim.stems) if s]
    if not own:
        return
    share = sum(known for _, known in own) / len(own)
    if share < _LEAST_SHARE and (len(own) >= _LEAST_WORDS or (not share and len(own) > 1)):
        yield fault(FaultKind.UNSUPPORTED, claim.written)
        return
    run: list[int] = []
    for at, known in own:
        run = [] if known else [*run, at]
        if len(run) > _LONGEST_RUN:
            yield fault(FaultKind.UNSUPPORTED, claim.between(run[0], run[-1]))
            return

"""Finds a claim's empty phrases, turned comparisons, invented causes, and words from nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.explain.grounding.fault import Fault, FaultKind, fault
from bot.explain.grounding.scope import nearly_verbatim
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


# ── comparisons ──────────────────────────────────────────────────────────────────────────

_RISE = (
    "rose rise rises risen rising increase increased increases increasing grew grow grown growth"
    " gain gained gains climbed climb climbs jumped jump surged surge surging soared soar higher"
    " expanded rebounded"
)
_FALL = (
    "fell fall falls fallen falling decrease decreased decreases decreasing decline declined"
    " declines declining drop dropped drops dropping lower shrank shrink slumped slump plunged"
    " plunge tumbled tumble sank slid slipped dipped contracted"
)
# A side against its opposite; pairs that are two views of one event (won, lost) are not here.
_SIDES = tuple(
    (frozenset(one.split()), frozenset(two.split()))
    for one, two in (
        (_RISE, _FALL),
        ("approved approve approves accepted backed", "rejected reject rejects opposed vetoed"),
        ("supported supports", "opposed opposes"),
        ("acquitted cleared", "convicted guilty"),
        ("largest biggest highest most best", "smallest lowest fewest least worst weakest"),
        ("opened opens open opening reopened", "closed closes close closing shut closure"),
        ("hired hiring", "fired sacked dismissed laid"),
        ("allowed allows permitted permits legalised", "banned bans ban barred forbidden outlawed"),
        ("raised raise raises", "cut cuts lowered slashed reduced reduces"),
        ("profit profits", "loss losses"),
        ("exports export exported", "imports import imported"),
        ("northern north", "southern south"),
        ("eastern east", "western west"),
        ("man men", "woman women"),
        ("better", "worse"),
        ("faster", "slower"),
    )
)  # fmt: skip


def comparisons(claim: Sentence, cited: Sequence[Sentence]) -> Iterator[Fault]:
    """Tell the words of a claim whose opposites, and none of their kind, are in those cited."""
    theirs = frozenset[str]().union(*(c.words for c in cited))
    for one, two in _SIDES:
        for side, opposite in ((one, two), (two, one)):
            said = claim.words & side
            if not said or theirs & side or claim.words & opposite or not theirs & opposite:
                continue
            if _is_negated(claim) == any(_is_negated(c) for c in cited):
                word = next(t for t in claim.tokens if t.low in said)
                yield fault(FaultKind.COMPARISON, claim.written[word.start : word.end])


_UP, _DOWN = _SIDES[0]
_SMALL_SIDES = tuple(
    (frozenset(one.split()), frozenset(two.split()))
    for one, two in (
        ("before", "after"), ("over above", "under below"), ("more", "less fewer"),
        ("with", "without"), ("up", "down"), ("inside", "outside"), ("longer", "shorter"),
        ("earlier", "later"), ("won win wins", "lost lose loses"), ("early", "late"),
        ("maximum", "minimum"), ("most", "least"), ("first", "last"), ("for", "against"),
    )
)  # fmt: skip
"""Held against one another only where the claim repeats a sentence: else both may be right."""


def turned(claim: Sentence, cited: Sequence[Sentence]) -> Iterator[Fault]:
    """Tell the "before" of a claim that is "after" in the sentence that it repeats."""
    same = nearly_verbatim(claim, cited)
    if same is None or _first(same) != _first(claim):
        return  # "B after A" is "A before B"
    for one, two in _SMALL_SIDES:
        for side, other in ((one, two), (two, one)):
            said = claim.words & side - same.words
            if said and same.words & other - claim.words:
                word = next(t for t in claim.tokens if t.low in said)
                yield fault(FaultKind.COMPARISON, claim.written[word.start : word.end])


def _first(sentence: Sentence) -> str:
    return next((s for s in sentence.stems if s), "")


def exchanged(claim: Sentence, cited: Sequence[Sentence]) -> Iterator[Fault]:
    """Tell what rises in a claim and falls in the cited sentences, or the other way round."""
    theirs = frozenset(pair for c in cited for pair, _ in _moves(c))
    for (subject, rises), at in _moves(claim):
        if (subject, rises) not in theirs and (subject, not rises) in theirs:
            yield fault(FaultKind.COMPARISON, claim.between(at - 1, at))


def _moves(sentence: Sentence) -> Iterator[tuple[tuple[str, bool], int]]:
    for at, token in enumerate(sentence.tokens):
        if at and token.low in (_UP | _DOWN):
            stems = [s for s in sentence.stems[max(0, at - 3) : at] if s]
            if stems:
                yield (stems[-1], token.low in _UP), at


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
    some = frozenset(s for c in cited for s in _some(c))
    first = next((at for at, t in enumerate(claim.tokens) if t.is_word), None)
    if first is not None and claim.stems[first] in some and not claim.words & _PART:
        yield fault(FaultKind.COMPARISON, claim.between(first, first))


def _some(sentence: Sentence) -> Iterator[str]:
    """Return the stems of which there are only some."""
    for at, token in enumerate(sentence.tokens[:-1]):
        behind = sentence.tokens[at + 1]
        if token.low in ("some", "several") and behind.low.endswith("s") and sentence.stems[at + 1]:
            yield sentence.stems[at + 1]


def _is_negated(sentence: Sentence) -> bool:
    return any(
        t.low in ("not", "no", "never", "without", "cannot") or t.low.endswith("n't")
        for t in sentence.tokens
    )


# ── causes ───────────────────────────────────────────────────────────────────────────────

_BECAUSE = re.compile(
    r"\b(?:because(?: of)?|due to|owing to|thanks to|as a result(?: of)?|caused by|led to"
    r"|leading to|resulted in|resulting in|in response to|in retaliation for|prompted by|sparked by"
    r"|triggered by|driven by|stems? from|stemming from|blamed on|so that|in order to)\b",
    re.IGNORECASE,
)
_ANY_CAUSE = re.compile(
    r"\b(?:because|due|owing|thanks|result\w*|caus\w+|le(?:d|ads?|ading)|respon\w+|retaliat\w+"
    r"|prompt\w*|spark\w*|trigger\w*|driv\w+|drove|stem\w*|blam\w+|attribut\w+|follow\w*|after"
    r"|since|so|amid|over|forc\w+|therefore|thus|reason\w*|explain\w*|why|mak(?:es?|ing)|made"
    r"|as|when|from|bring\w*|brought|behind|means?|meant|contribut\w+|by|if|for|hurt|hit|help\w*"
    r"|allow\w*|push\w*|weigh\w*|to|cost\w*)\b",
    re.IGNORECASE,
)
_SURE = re.compile(r"\bcaus(?:es?|ed|ing)\b", re.IGNORECASE)
_LINK = re.compile(r"\b(?:link(?:s|ed)?|associat\w+|correlat\w+|tied to)\b", re.IGNORECASE)
_PURPOSE = ("so that", "in order to")


def causes(claim: Sentence, cited: Sequence[Sentence]) -> Iterator[Fault]:
    """Tell the cause that a claim states where no cited sentence has a word for one."""
    texts = [c.text for c in cited]
    sure = _SURE.search(claim.text)
    if sure and any(map(_LINK.search, texts)) and not any(map(_SURE.search, texts)):
        yield fault(FaultKind.CAUSE, claim.written[sure.start() : sure.end()])
    found = _BECAUSE.search(claim.text)
    if not found or found[0].casefold() in _PURPOSE:
        return
    if not any(_links(found, claim, c) for c in cited):
        yield fault(FaultKind.CAUSE, claim.written[found.start() : found.end() + 30])


def _links(found: re.Match[str], claim: Sentence, cited: Sentence) -> bool:
    """Tell whether one cited sentence has a causal word, and words of both sides of it."""
    if not _ANY_CAUSE.search(cited.text):
        return False
    before, after = _sides(claim, found.start(), found.end())
    return bool(before & cited.bag or not before) and bool(after & cited.bag or not after)


def _sides(claim: Sentence, first: int, last: int) -> tuple[set[str], set[str]]:
    pairs = [(t, s) for t, s in zip(claim.tokens, claim.stems, strict=True) if s]
    return {s for t, s in pairs if t.end <= first}, {s for t, s in pairs if t.start >= last}


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

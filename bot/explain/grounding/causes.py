"""Finds the causes that a claim states and the cited sentences do not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from bot.explain.grounding.fault import Fault, FaultKind, fault
from bot.explain.grounding.tokens import Sentence

_BECAUSE = re.compile(
    r"\b(?:because(?: of)?|due to|owing to|thanks to|as a result(?: of)?|caused by|led to"
    r"|leading to|resulted in|resulting in|in response to|in retaliation for|prompted by|sparked by"
    r"|triggered by|driven by|under pressure from|after pressure from|forcing|forced by"
    r"|stems? from|stemming from|blamed on|so that|in order to)\b",
    re.IGNORECASE,
)
_ANY_CAUSE = re.compile(
    r"\b(?:because|due|owing|thanks|result\w*|caus\w+|le(?:d|ads?|ading)|respon\w+|retaliat\w+"
    r"|prompt\w*|spark\w*|trigger\w*|driv\w+|drove|stem\w*|blam\w+|attribut\w+|follow\w*|after"
    r"|since|so|amid|over|forc\w+|therefore|thus|reason\w*|explain\w*|why|mak(?:es?|ing)|made"
    r"|bring\w*|brought|behind|means?|meant|contribut\w+|hurt|hit|help\w*|pressur\w+"
    r"|allow\w*|push\w*|weigh\w*|cost\w*)\b",
    re.IGNORECASE,
)
_MILD = frozenset(("because", "because of", "due to", "owing to", "thanks to"))
_AS = re.compile(r"\bas\b", re.IGNORECASE)
"""Between a deed and what made it come about, it says why."""
_MOST_PLACES = 4
"""Such words of a sentence that are looked at, so that a hostile one takes no longer."""
_FIRM = frozenset(
    "in response to|in retaliation for|under pressure from|after pressure from|forcing|forced by"
    "|prompted by|caused by".split("|")
)
_FIRM_CAUSE = re.compile(
    r"\b(?:because|due|owing|thanks|result\w*|caus\w+|le(?:d|ads?|ading)|respon\w+|retaliat\w+"
    r"|prompt\w*|spark\w*|trigger\w*|driv\w+|drove|blam\w+|attribut\w+|forc\w+|reason\w*|pressur\w+"
    r"|mak(?:es?|ing)|made|react\w*|answer\w*|reveng\w+|aveng\w+|push\w*|urg\w+|demand\w*)\b",
    re.IGNORECASE,
)
"""In these, "after" and "amid" are not enough."""
_SURE = re.compile(r"\bcaus(?:es?|ed|ing)\b", re.IGNORECASE)
_LINK = re.compile(r"\b(?:link(?:s|ed)?|associat\w+|correlat\w+|tied to)\b", re.IGNORECASE)
_PURPOSE = ("so that", "in order to")


def faults(claim: Sentence, cited: Sequence[Sentence]) -> Iterator[Fault]:
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
    before, after = _sides(claim, found.start(), found.end())
    if not _ANY_CAUSE.search(cited.text):
        return found[0].casefold() in _MILD and _turns(before, after, cited)
    if found[0].casefold() in _FIRM and not _FIRM_CAUSE.search(cited.text):
        return False
    return bool(before & cited.bag or not before) and bool(after & cited.bag or not after)


def _turns(before: set[str], after: set[str], cited: Sentence) -> bool:
    """Tell whether a cited sentence has "as" or "when" between the claim's two sides."""
    for found in islice(_AS.finditer(cited.text), _MOST_PLACES):
        first, second = _sides(cited, found.start(), found.end())
        if _is_mostly(before, first) and _is_mostly(after, second):
            return True
    return False


def _is_mostly(words: set[str], others: set[str]) -> bool:
    return 2 * len(words & others) >= max(len(words), 1)


def _sides(claim: Sentence, first: int, last: int) -> tuple[set[str], set[str]]:
    pairs = [(t, s) for t, s in zip(claim.tokens, claim.stems, strict=True) if s]
    return {s for t, s in pairs if t.end <= first}, {s for t, s in pairs if t.start >= last}

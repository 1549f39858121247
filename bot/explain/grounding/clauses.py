"""Finds the clauses that a claim hangs on to what it has from the cited sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.explain.grounding.fault import Fault, FaultKind, fault
from bot.explain.grounding.tokens import Sentence

_MARKS = re.compile(r"(?:[,;:]|\s-)\s")
_LINKS = re.compile(
    r"(?:[,;:]|\s-)\s|\b(?:and|but|while|which|who|despite|after|as|leaving|because|amid|with|in"
    r" an?|though|although)\b",
    re.IGNORECASE,
)
_SAYING = re.compile(
    r"\b(?:said|says?|saying|told|according|added|reported|wrote|announced|warned|argued|claimed"
    r"|estimated?s?|estimates|found|showed|shows|familiar)\b",
    re.IGNORECASE,
)
_WHO = re.compile(r", (?:the|an?|his|her|its|their)\b")
_LEAST = 3
"""Words of meaning from which on a clause says something."""
_LEAST_TAIL = 2
"""As many, for what stands behind a comma at the end, or tells who somebody is."""
_PREFIX = 5


def faults(claim: Sentence, cited: Sequence[Sentence], title: Sentence) -> Iterator[Fault]:
    """Tell the first clause, behind another one, of which the sources have no word.

    Its first clause is the story's own, and who says it is held against the sources by name.
    """
    known = frozenset(s[:_PREFIX] for c in (*cited, title) for s in c.bag)
    figures = frozenset(w for c in (*cited, title) for w in c.words if w[0].isdecimal())
    for pattern in (_MARKS, _LINKS):
        for first, last in _clauses(claim.text, pattern):
            inside = [at for at, t in enumerate(claim.tokens) if first <= t.start < last]
            own = [at for at in inside if claim.stems[at]]
            is_tail = pattern is _MARKS and (
                last == len(claim.text) or _WHO.match(claim.text, first) is not None
            )
            if len(own) < (_LEAST_TAIL if is_tail else _LEAST) or _SAYING.search(
                claim.text, first, last
            ):
                continue
            if not any(
                claim.stems[at][:_PREFIX] in known or claim.low(at) in figures for at in inside
            ):
                yield fault(FaultKind.UNSUPPORTED, claim.between(own[0], own[-1]))
                return


def _clauses(text: str, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    """Return from where to where each clause reaches, but for the first one."""
    cuts = [found.start() for found in pattern.finditer(text)]
    return list(pairwise([*cuts, len(text)]))

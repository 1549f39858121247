"""Holds a claim's form against what may stand in a post: one clean sentence of fair length."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from bot.explain.grounding.fault import Fault, FaultKind, fault
from bot.explain.sentences import split

MAX_LENGTH = 320
"""Characters of a claim."""
_MARKS = (
    (
        "a link",
        re.compile(r"https?:|www\.|\b[a-z0-9-]{1,63}\.(?:com|org|net|io|gg|co)/", re.IGNORECASE),
    ),
    ("a mention", re.compile(r"(?<![\w.])@\w|<[@#:/a-zA-Z]")),
    ("a markdown link", re.compile(r"\]\(")),
    ("a citation mark", re.compile(r"\[\^?[A-Za-z]?\d{1,3}\]|【")),
    ("markdown", re.compile(r"\*\*|__|`|~~|\|\||^\s{0,8}(?:#{1,6} |[-*•>] |\d{1,3}[.)] )")),
)
_INVISIBLE = frozenset(("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"))


def faults(claim: str) -> Iterator[Fault]:
    """Tell what in a claim's form is wrong."""
    if not claim.strip():
        yield fault(FaultKind.FORM, "nothing is written")
        return
    if len(claim) > MAX_LENGTH:
        yield fault(FaultKind.FORM, f"longer than {MAX_LENGTH} characters")
        claim = claim[: MAX_LENGTH * 4]
    elif len(split(claim)) > 1:
        yield fault(FaultKind.FORM, "more than one sentence")
    if any(unicodedata.category(char) in _INVISIBLE for char in claim):
        yield fault(FaultKind.FORM, "line breaks or invisible characters")
    for name, pattern in _MARKS:
        if found := pattern.search(claim):
            yield fault(FaultKind.FORM, f"{name} (“{found[0].strip()}”)")

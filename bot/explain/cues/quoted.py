"""What of a text its author does not say: the words of others."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"[“\"][^“”\"]*[”\"]|(?<!\w)‘[^‘’]*’(?!\w)")


def without_quotations(text: str) -> str:
    """Return a text with a blank for every quotation that ends in it."""
    # Most sentences quote nobody, and looking for one mark costs a tenth of the pattern.
    return _QUOTED.sub(" ", text) if '"' in text or "“" in text or "‘" in text else text

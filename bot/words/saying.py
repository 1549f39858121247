"""Texts in the language that is spoken now, and sentences that were kept in English."""

from __future__ import annotations

import re
from functools import cache

from bot.words.languages import catalogue, spoken

_GAP = re.compile(r"\{(\w+)\}")
_DEEPEST = 3
"""How many sentences may stand within each other."""
_LITERAL = 8
"""Characters that a kept sentence has to share with a text of ours to be taken for it."""


def tr(text: str, /, **filled: object) -> str:
    """Say a text; what stands in braces is filled in as it is given."""
    said = catalogue(spoken()).gettext(text)
    return said.format(**filled) if filled else said


def trn(one: str, many: str, number: int, /, **filled: object) -> str:
    """Say a text about a number of things, by the language's own rules; `{n}` is the number."""
    said = catalogue(spoken()).ngettext(one, many, number)
    return said.format(n=number, **filled)


def retold(sentence: str) -> str:
    """Say a sentence of ours again that was kept in English, as reasons are.

    What is not recognised is returned as it is.
    """
    return _retold(sentence, spoken(), _DEEPEST)


def _retold(sentence: str, language: str, depth: int) -> str:
    known = _known(language)
    if not sentence or not known or not depth:
        return sentence
    for pattern, text, said in known:
        if text == sentence:
            return said
        found = pattern.fullmatch(sentence) if pattern else None
        if found:
            filled = {k: _retold(v, language, depth - 1) for k, v in found.groupdict().items()}
            return said.format(**filled)
    return sentence


@cache
def _known(language: str) -> list[tuple[re.Pattern[str] | None, str, str]]:
    """List what a language has words for, what says most by itself first."""
    texts: dict[object, str] = getattr(catalogue(language), "_catalog", {})
    pairs = [(t, s) for t, s in texts.items() if isinstance(t, str) and t and t != s]
    by_weight = sorted(pairs, key=lambda pair: -len(_GAP.sub("", pair[0])))
    return [(_pattern(text), text, said) for text, said in by_weight]


def _pattern(text: str) -> re.Pattern[str] | None:
    """Make what recognises a text whatever it was filled with; None: it has no gaps, or no text."""
    names = _GAP.findall(text)
    if not names or len(_GAP.sub("", text).strip()) < _LITERAL:
        return None
    parts = _GAP.split(text)
    seen: set[str] = set()
    pieces = []
    for index, part in enumerate(parts):
        if index % 2 == 0:
            pieces.append(re.escape(part))
        elif part in seen:
            pieces.append(f"(?P={part})")
        else:
            seen.add(part)
            pieces.append(f"(?P<{part}>.+?)")
    return re.compile("".join(pieces), re.DOTALL)

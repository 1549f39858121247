"""Repairs one kind of broken text with certainty: punctuation that became a lone foreign letter."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_ELLIPSIS = "…"
_APOSTROPHE = "’"
_DASH = "—"
_MIN_LATIN = 2
"""Latin letters that a text must have before its foreign letter can be called lone."""


@dataclass(frozen=True, slots=True)
class _Page:
    """A code page of another script: what the bytes of UTF-8 punctuation turn into there."""

    mark: str
    """Stands for any of ’ “ ” — →: their first byte is E2, and the control bytes got lost."""
    ellipsis: str
    script: re.Pattern[str]

    @classmethod
    def of(cls, codec: str, block: str) -> _Page:
        mark = b"\xe2".decode(codec)
        return cls(mark, b"\xe2\xa6".decode(codec), re.compile(f"[{block}]"))


# Greek is missing on purpose: its letters are symbols in Latin text ("TGFβ"), and real ones.
_PAGES = (
    _Page.of("cp874", "\u0e01-\u0e5b"),
    _Page.of("cp1251", "\u0400-\u052f"),
    _Page.of("cp1255", "\u0591-\u05f4"),
)

STAND_INS = "".join(page.mark for page in _PAGES)
"""The letters that lost punctuation turns into."""


def repair(text: str) -> str:
    """Give back the punctuation that UTF-8 lost when it was read as Thai, Cyrillic or Hebrew.

    Only where no other letter of that script stands in the text, which is otherwise Latin. A
    mark whose meaning is not certain stays as it came.
    """
    while (better := _once(text)) != text:
        text = better
    return text


def _once(text: str) -> str:
    for page in _PAGES:
        if page.mark in text and _is_lone(text, page):
            text = _punctuate(text, page)
    return text


def _is_lone(text: str, page: _Page) -> bool:
    rest = text.replace(page.ellipsis, "").replace(page.mark, "")
    if page.script.search(rest):
        return False
    letters = [c for c in rest if c.isalpha()]
    latin = sum(unicodedata.name(c, "").startswith("LATIN") for c in letters)
    return latin >= _MIN_LATIN and latin * 2 > len(letters)


def _punctuate(text: str, page: _Page) -> str:
    mark = re.escape(page.mark)
    letter = f"(?:(?!{mark})[^\\W\\d_])"
    text = re.sub(f"{re.escape(page.ellipsis)}(?!{mark})", _ELLIPSIS, text)
    text = re.sub(
        f"(?<={letter}){mark}(?=(?:s|t|re|ve|ll|d|m)(?!\\w))",
        _APOSTROPHE,
        text,
        flags=re.IGNORECASE,
    )
    # Only the letters that elide (O’Brien, d’accord): a dash may follow any other ("plan A—if").
    text = re.sub(f"(?<!\\w)([OoDdLlJjCcNnSsMmTt]){mark}(?={letter})", rf"\1{_APOSTROPHE}", text)
    text = re.sub(f"(?<={letter}{letter}){mark}(?={letter}{letter})", _DASH, text)
    return _quote(text, page.mark)


def _quote(text: str, mark: str) -> str:
    """Pair the marks that open and close a phrase; a lone one behind an "s" is a possessive."""
    characters = list(text)
    places = [i for i, c in enumerate(text) if c == mark]
    closings: list[int] = []
    for place in reversed(places):
        if _opens(text, place, mark):
            closings = _pair(characters, place, closings)
        elif _closes(text, place, mark):
            closings.insert(0, place)
    for place in closings:
        if _possessive(text, place):
            characters[place] = _APOSTROPHE
    return "".join(characters)


def _pair(characters: list[str], opening: int, closings: list[int]) -> list[int]:
    """Quote the phrase from `opening`, unless its end is in doubt; return what stays open."""
    text = "".join(characters)
    sure = closings and (len(closings) == 1 or not _possessive(text, closings[0]))
    if sure:
        characters[opening], characters[closings[0]] = "“", "”"
        for place in closings[1:]:
            if _possessive(text, place):
                characters[place] = _APOSTROPHE
    return []


def _opens(text: str, place: int, mark: str) -> bool:
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    return (not before or before in " (—") and after.isalnum() and after != mark


def _closes(text: str, place: int, mark: str) -> bool:
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    glued = bool(before) and (before.isalnum() or before in ".,!?…%)") and before != mark
    return glued and (not after or after in " .,;:!?)—…")


def _possessive(text: str, place: int) -> bool:
    """Tell whether the mark stands between a word's final "s" and a space."""
    return text[place - 1 : place] == "s" and text[place + 1 : place + 2] == " "

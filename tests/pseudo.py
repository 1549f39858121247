"""A made-up language: the bot's own texts stand in ⟦…⟧, and what fills their gaps does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo

from bot.words import languages
from tools.words import Words
from tools.words_found import Found, gather

LANGUAGE = "de"
"""Where it is spoken: in place of a language that there is."""
found_texts = cache(gather)
_GAP = re.compile(r"(\{\w+\})")
_OURS = re.compile(r"⟦[^⟦⟧]*⟧")
# What people read; the value of an option is not among it, that of an embed's field is.
_VISIBLE = {"content", "title", "description", "name", "text", "label", "placeholder", "value"}


def wrapped(text: str) -> str:
    """Put what is a text's own between brackets, piece by piece, but for its full stop."""
    bare = text.removesuffix(".")
    pieces = (
        part if not part.strip() or _GAP.fullmatch(part) else f"⟦{part}⟧"
        for part in _GAP.split(bare)
    )
    return "".join(pieces) + text[len(bare) :]


def write(folder: Path, language: str, texts: list[Found]) -> None:
    """Write a catalogue that says each of these texts in the made-up language."""
    words = Words(language, fuzzy=False)
    for one in texts:
        forms = (one.text, one.many or one.text)
        said = tuple(wrapped(form) for form in forms)[-words.num_plurals :]
        words.add(one.id, wrapped(one.text) if one.many is None else said, context=one.context)
    place = folder / language / "LC_MESSAGES"
    place.mkdir(parents=True)
    file = BytesIO()
    write_mo(file, words)
    (place / "wherefore.mo").write_bytes(file.getvalue())


@contextmanager
def spoken_from(folder: Path) -> Iterator[None]:
    """Have the bot speak by the catalogues in a folder."""
    languages.catalogue.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(languages, "FOLDER", folder)
        yield
    languages.catalogue.cache_clear()


def visible(body: Any) -> Iterator[str]:
    """Yield the texts of a body that people read."""
    if isinstance(body, list):
        for one in body:
            yield from visible(one)
    elif isinstance(body, dict):
        is_option = "value" in body and "label" in body
        for key, value in body.items():
            if isinstance(value, str) and key in _VISIBLE and not (is_option and key == "value"):
                yield value
            elif isinstance(value, dict | list):
                yield from visible(value)


def bare(text: str) -> str:
    """Return what of a text stands outside all brackets."""
    return " ".join(_OURS.sub(" ", text).split())

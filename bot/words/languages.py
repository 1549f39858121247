"""The languages that the bot speaks, their catalogues, and which one is spoken now."""

from __future__ import annotations

import gettext
import logging
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

ENGLISH = "en"
LANGUAGES = {
    ENGLISH: "English",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "ja": "日本語",
    "pt_BR": "Português (Brasil)",
}
"""Each language by what its speakers call it; the names are those of its folder."""

DOMAIN = "wherefore"
FOLDER = Path(__file__).with_name("locales")

log = logging.getLogger(__name__)

_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


def best(locale: str | None) -> str:
    """Return the language that comes closest to one of Discord's locales (`pt-BR`, `es-419`)."""
    tag = (locale or "").replace("-", "_")
    if tag in LANGUAGES:
        return tag
    first = tag.partition("_")[0].lower()
    # Brazilian is understood wherever Portuguese is.
    return next((name for name in LANGUAGES if name.partition("_")[0] == first), ENGLISH)


def spoken() -> str:
    """Name the language that is spoken now."""
    return _spoken.get()


def speak(language: str) -> None:
    """Speak a language from now on, in this task and in those that it begins."""
    _spoken.set(language if language in LANGUAGES else ENGLISH)


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """Speak a language for a while; None: English."""
    token = _spoken.set(language if language in LANGUAGES else ENGLISH)
    try:
        yield
    finally:
        _spoken.reset(token)


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """Return a language's translations, read once; empty where it has none that can be read."""
    try:
        return gettext.translation(DOMAIN, FOLDER, languages=[language], fallback=True)
    # What a damaged file makes the library raise; a bot that speaks English is better than none.
    except (OSError, ValueError, LookupError, struct.error) as error:
        log.warning("the words of %s can't be read, English is spoken: %s", language, error)
        return gettext.NullTranslations()

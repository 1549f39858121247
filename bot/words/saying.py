"""Texts in the language that is spoken now."""

from __future__ import annotations

from bot.words.languages import catalogue, spoken

COMMAND = "command"
"""What descriptions of commands, options and choices stand under in catalogues."""
MENU = "menu"
"""What names of commands in menus stand under in catalogues."""
LONGEST_NAME = 32
LONGEST_DESCRIPTION = 100
"""Discord's limits, that of descriptions for choices' names as well.

https://discord.com/developers/docs/interactions/application-commands
"""


def tr(text: str, /, **filled: object) -> str:
    """Say a text; what stands in braces is filled in as it is given."""
    if not text:
        return text  # a catalogue's own header stands under it
    translated = catalogue(spoken()).gettext(text)
    return filled_in(translated, text, filled) if filled else translated


def trn(one: str, many: str, number: int, /, **filled: object) -> str:
    """Say a text about a number of things, by the language's own rules; `{n}` is the number."""
    translated = catalogue(spoken()).ngettext(one, many, number)
    return filled_in(translated, one if number == 1 else many, {"n": number, **filled})


def mark(text: str, /) -> str:
    """Mark a text that is kept in a table, and said by `tr` where it is shown."""
    return text


def described(text: str, language: str) -> str | None:
    """Describe a command in a language as Discord takes it: 1 to 100 characters.

    None: there are no words for it in that language, or too many of them.
    """
    return _as_short(COMMAND, text, language, LONGEST_DESCRIPTION)


def named(text: str, language: str) -> str | None:
    """Name a command in a menu in a language as Discord takes it: 1 to 32 characters.

    None: there is no name for it in that language, or too long a one.
    """
    return _as_short(MENU, text, language, LONGEST_NAME)


def _as_short(context: str, text: str, language: str, longest: int) -> str | None:
    translated = catalogue(language).pgettext(context, text)
    return translated if translated != text and 0 < len(translated) <= longest else None


def filled_in(translated: str, english: str, filled: dict[str, object]) -> str:
    """Fill gaps; in English where a translation has gaps that there are none for."""
    if translated != english:
        try:
            return translated.format(**filled)
        except (LookupError, ValueError, AttributeError):
            pass  # `make words` names such a translation; the reader is told all the same
    return english.format(**filled)

"""Pure: what is wrong with a translation, as far as one can tell who does not know the language."""

from __future__ import annotations

import re
from collections import Counter
from string import Formatter

from babel.messages.catalog import Message

from bot.words.saying import COMMAND, LONGEST_DESCRIPTION, LONGEST_NAME, MENU

_KEPT = {
    "what is in backticks": re.compile(r"`[^`]+`"),
    "commands": re.compile(r"(?<![\w/<.:`])/[a-z]+(?:-[a-z]+)*(?![\w/])"),
    "addresses": re.compile(r"https?://[\w./-]*[\w/]", re.ASCII),
    "names of settings": re.compile(r"\b[A-Z]+(?:_[A-Z]+)+\b", re.ASCII),
    "bold type": re.compile(r"\*\*"),
    "lines": re.compile(r"\n"),
    "small print": re.compile(r"^-# ", re.MULTILINE),
    "list points": re.compile(r"^- ", re.MULTILINE),
}
"""What has to stand in a translation as often as it does in English."""
_LONGEST: dict[str | None, int] = {COMMAND: LONGEST_DESCRIPTION, MENU: LONGEST_NAME}
"""Characters, by what a text stands under."""


def faults_of(message: Message) -> list[str]:
    """Say what is wrong with a message's translation; nothing where all seems well."""
    texts = [message.id] if isinstance(message.id, str) else list(message.id)
    forms = forms_of(message)
    faults = []
    for number, form in enumerate(forms):
        likes = texts if number + 1 < len(forms) else texts[-1:]
        faults += _faults(likes, str(form))
    longest = _LONGEST.get(message.context)
    if longest is not None and any(len(form) > longest for form in forms):
        faults.append(f"longer than {longest} characters")
    return sorted(set(faults))


def forms_of(message: Message) -> list[str]:
    """Return a message's translation, as many texts as the language has forms of it."""
    text = message.string or ""
    return [text] if isinstance(text, str) else list(text)


def _faults(texts: list[str], form: str) -> list[str]:
    """Hold a form against the English texts that it may be like."""
    try:
        gaps = gaps_of(form)
    except ValueError:
        return ["its braces do not pair"]
    faults = []
    if gaps not in [gaps_of(text) for text in texts]:
        faults.append("it has other gaps")
    for what, pattern in _KEPT.items():
        written = Counter(pattern.findall(form))
        if written not in [Counter(pattern.findall(text)) for text in texts]:
            faults.append(f"it differs in {what}")
    return faults


def gaps_of(text: str) -> set[str]:
    """Return the names of a text's gaps; raises ValueError where its braces do not pair."""
    parts = list(Formatter().parse(text))
    if any(spec or conversion for _, _, spec, conversion in parts):
        raise ValueError("a gap holds a name and nothing else")
    return {name for _, name, _, _ in parts if name is not None}

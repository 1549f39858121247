"""The topics that ship with the program, or that a host's own file names in their place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from bot.models import Topic

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
"""What a topic is called in commands."""
_KEYS = {"title": str, "emoji": str, "description": str, "feeds": list}
_REQUIRED = {"title", "feeds"}
LIMITS = {"title": 60, "emoji": 8, "description": 200}
"""Characters that a topic's texts may have."""
# Also what some editors take for a line's end, and marks that turn the text around it.
_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]')

Catalogue = dict[str, Topic]
"""Topics by name, in the file's order."""


class CatalogueError(Exception):
    """The catalogue can't be used; `problems` name the file, the line and the way out."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


def read_catalogue(text: str, file: str) -> Catalogue:
    """Read a catalogue; `file` is only named in complaints.

    Raises CatalogueError with every complaint at once: bad TOML, an unknown or missing key, a
    value of the wrong kind, a URL that is no http(s) URL or stands twice, a topic without feeds.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError([_bad_toml(error, text, file)]) from None
    reader = _Reader(text, file)
    topics = {name: reader.topic(name, table) for name, table in data.items()}
    if not topics:
        reader.problems.append(f"{file}:1: no topic in it: write at least one [name] with feeds")
    if reader.problems:
        raise CatalogueError(reader.problems)
    return topics


def write_catalogue(topics: Iterable[Topic]) -> str:
    """Write topics as a catalogue; what `read_catalogue` takes, it reads back exactly."""
    return "\n".join(_table(topic) for topic in topics)


def _table(topic: Topic) -> str:
    lines = [f"[{topic.name if NAME.fullmatch(topic.name) else _string(topic.name)}]"]
    texts = {"title": topic.title, "emoji": topic.emoji, "description": topic.description}
    lines += [f"{key} = {_string(text)}" for key, text in texts.items() if text]
    feeds = "".join(f"    {_string(url)},\n" for url in topic.feeds)
    return "\n".join([*lines, f"feeds = [\n{feeds}]\n"])


def _string(text: str) -> str:
    """Write a basic string (TOML 1.0): quotes, backslashes and controls are escaped."""
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if "\ud800" <= character <= "\udfff":
        return "\ufffd"  # half a character, which no file can hold
    return f"\\{character}" if character in '"\\' else f"\\u{ord(character):04x}"


class _Reader:
    """Checks topics and remembers every complaint, with the line that it is about."""

    def __init__(self, text: str, file: str) -> None:
        self.problems: list[str] = []
        self._lines = text.split("\n")  # TOML knows no other line ends
        self._file = file

    def topic(self, name: str, table: Any) -> Topic:  # noqa: ANN401  # TOML of any shape
        header = self._line_of(rf"^\s*\[{{0,2}}\s*{_quoted(name)}\s*[].=]", 0)
        if not NAME.fullmatch(name):
            self._complain(header, f"topic {name!r}: names are a-z, 0-9 and -, at most 32 long")
        if not isinstance(table, dict):
            self._complain(
                header, f"{name!r} stands outside of a topic: put it below a [topic] line"
            )
            return Topic(name, name, "", "", ())
        self._check_keys(name, table, header)
        return Topic(
            name=name,
            title=_text(table.get("title")) or name,
            emoji=_text(table.get("emoji")),
            description=_text(table.get("description")),
            feeds=self._feeds(name, table.get("feeds"), header),
        )

    def _check_keys(self, name: str, table: dict[str, Any], header: int) -> None:
        for key, value in table.items():
            line = self._line_of(rf"(?:^|[.{{,])\s*{_quoted(key)}\s*[]=]", header)
            if key not in _KEYS:
                known = ", ".join(_KEYS)
                self._complain(line, f"[{name}] has an unknown key {key!r}: keys are {known}")
            elif not isinstance(value, _KEYS[key]):
                kind = "a list of URLs" if key == "feeds" else "text in quotes"
                self._complain(line, f"[{name}] {key} must be {kind}")
            elif key in LIMITS and len(value) > LIMITS[key]:
                self._complain(line, f"[{name}] {key} is longer than {LIMITS[key]} characters")
        for key in sorted(_REQUIRED - table.keys()):
            self._complain(header, f"[{name}] has no {key}: add it")

    def _feeds(self, name: str, value: Any, header: int) -> tuple[str, ...]:  # noqa: ANN401
        if not isinstance(value, list):
            return ()
        if not value:
            line = self._line_of(rf"(?:^|[.{{,])\s*{_quoted('feeds')}\s*=", header)
            self._complain(line, f"[{name}] has no feeds: add at least one URL")
        seen: list[str] = []
        for url in value:
            written = (
                rf"[\"']{re.escape(url)}[\"']" if isinstance(url, str) else re.escape(str(url))
            )
            line = self._line_of(written, header, times=1 + (url in seen))
            if wrong := wrong_with_url(url):
                self._complain(line, f"[{name}] {wrong}")
            elif url in seen:
                self._complain(line, f"[{name}] {url} stands twice: take one out")
            else:
                seen.append(url)
        return tuple(seen)

    def _line_of(self, pattern: str, start: int, *, times: int = 1) -> int:
        """Find the line at or after `start` (0-based) where the pattern occurs for the nth time."""
        for number in range(start, len(self._lines)):
            times -= len(re.findall(pattern, self._lines[number]))
            if times <= 0:
                return number
        return start

    def _complain(self, line: int, text: str) -> None:
        self.problems.append(f"{self._file}:{line + 1}: {text}")


def _bad_toml(error: tomllib.TOMLDecodeError, text: str, file: str) -> str:
    found = re.search(r"\(at line (\d+), ", str(error))
    line = int(found[1]) if found else text.count("\n") + 1
    return f"{file}:{line}: {error}"


def _quoted(key: str) -> str:
    return rf"[\"']?{re.escape(key)}[\"']?"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def wrong_with_url(url: object) -> str:
    """Say what keeps a value from being a feed's URL; empty where nothing does."""
    if not isinstance(url, str) or re.search(r"[\s\x00-\x1f]", url):
        return f"{url!r} is no http(s) URL: correct it"
    try:
        parts = urlsplit(url)
        sound = bool(parts.hostname) and parts.port != 0
    except ValueError:  # a broken IPv6 address or port
        return "a URL is broken, and no http(s) URL: correct it"
    if parts.username is not None:
        return "a URL holds a user and a password, and people would see them: take them out"
    if not sound or parts.scheme not in {"http", "https"}:
        return f"{url!r} is no http(s) URL: correct it"
    return ""

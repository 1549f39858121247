"""Reads the text of one setting: its value, or what is wrong with it and the way out."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from bot.models import SECOND, Millis

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_LONGEST_SHOWN = 40
_MODEL = re.compile(r"[a-z][a-z0-9_-]*:[^\s:/]\S{0,150}")
_MOST_DIGITS = 12


class BadValueError(ValueError):
    """One value that a reader refuses: the message says what is wrong and the way out.

    `variable` is the one to name, where it is not the setting's own.
    """

    def __init__(self, message: str, variable: str | None = None) -> None:
        super().__init__(message)
        self.variable = variable


def token(text: str) -> str:
    """Read a bot's token; the complaint never shows it."""
    if any(character.isspace() for character in text) or text.count(".") != 2:
        raise BadValueError(
            "is not a bot token (three parts joined by dots, no spaces): copy it again from "
            "Bot → Reset Token on the Discord developer page"
        )
    return text


def shown(text: str) -> str:
    """Quote a value for a complaint, unless it holds, or may be, a secret in the wrong place."""
    may_be_secret = "@" in text or len(text) > _LONGEST_SHOWN
    return "not what it should be" if may_be_secret else repr(text)


def url(*schemes: str) -> Callable[[str], str]:
    """Make a reader of URLs with one of these schemes; it takes slashes off their end."""

    def read(text: str) -> str:
        try:
            parts = urlsplit(text)
            sound = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
        except ValueError:  # a broken IPv6 address or port
            sound = False
        if not sound:
            raise BadValueError(f"is {shown(text)}: write a URL that begins with {schemes[0]}://")
        return text.rstrip("/")

    return read


def database(text: str) -> Path:
    """Read where the database is: the file itself, also where a link was named."""
    scheme, separator, path = text.partition(":///")
    if scheme != "sqlite" or not separator or path in {"", ":memory:"}:
        # What stands before an "@" may be a password.
        raise BadValueError(
            f"is {text.rpartition('@')[2]!r}: write sqlite:///path/to/file.db "
            "(four slashes for an absolute path)"
        )
    # SQLite puts its log beside the file itself, not beside a link to it: so must all else be.
    return unlinked(Path(path))


def unlinked(path: Path) -> Path:
    """Follow a link; what can't be followed stays as it is."""
    try:
        return path.resolve() if path.is_symlink() else path
    except (OSError, RuntimeError):  # a folder that may not be entered; links in a circle
        return path


def path(text: str) -> Path:
    """Read the path of a file that is there."""
    file = Path(text)
    try:
        found = file.is_file()
    except OSError:  # a name that is too long, a folder that may not be entered
        found = False
    if not found:
        raise BadValueError(
            f"is {text!r}, and no file is there: correct the path, or leave it empty"
        )
    return file


def seconds(least: int, most: int) -> Callable[[str], Millis]:
    """Make a reader of seconds between these, both included."""

    def read(text: str) -> Millis:
        try:
            number = float(text)
        except ValueError:
            number = -1
        if not least <= number <= most:
            raise BadValueError(
                f"is {shown(text)}: write a number of seconds from {least} to {most}"
            )
        return round(number * SECOND)

    return read


def count(text: str) -> int:
    """Read a whole number from 0 on."""
    if not (text.isascii() and text.isdecimal()) or len(text) > _MOST_DIGITS:
        raise BadValueError(f"is {shown(text)}: write a whole number from 0 on, in digits alone")
    return int(text)


def port(text: str) -> int:
    """Read a port of TCP."""
    if not (text.isascii() and text.isdecimal()) or not 0 < int(text[:_MOST_DIGITS]) < 65_536:
        raise BadValueError(f"is {shown(text)}: write a port, a number from 1 to 65535")
    return int(text)


# ── the model that writes explainers ─────────────────────────────────────────────────────


def model(text: str) -> str:
    """Read a model, as `provider:model`."""
    if not _MODEL.fullmatch(text):
        raise BadValueError(f"is {shown(text)}: write provider:model, such as ollama:llama3.2")
    return text


def endpoint(text: str) -> str:
    """Read the address of a model's endpoint, without anything secret in it."""
    address = url("https", "http")(text)
    parts = urlsplit(address)
    if "@" in parts.netloc or parts.query or parts.fragment:
        # What is written there may be a key: the complaint never shows it.
        raise BadValueError(
            "holds more than an address: write it without user name, ? and #, and put the key "
            "into EXPLAINER_API_KEY"
        )
    return address


def key(text: str) -> str:
    """Read a key for a model; the complaint never shows it."""
    if not text.isascii() or not text.isprintable() or " " in text:
        raise BadValueError("is not a key (no spaces, plain letters): copy it again")
    return text


def is_safe(url: str) -> bool:
    """Tell whether a key that is sent there stays unread: by https, or on one's own network."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme == "https":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:  # a name: without a dot, it is one of a container or of the local network
        return "." not in host or host.endswith((".localhost", ".local", ".internal"))
    return address.is_private or address.is_loopback


# ── the others ───────────────────────────────────────────────────────────────────────────


def networks(text: str) -> tuple[Network, ...]:
    """Read networks that are joined by commas."""
    found = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        try:
            found.append(ipaddress.ip_network(part))
        except ValueError:
            raise BadValueError(
                f"names {part!r}, which is no network: write them like 192.168.7.0/24, "
                "joined by commas"
            ) from None
    return tuple(found)


def one_of(*choices: str) -> Callable[[str], str]:
    """Make a reader of one of these words."""

    def read(text: str) -> str:
        if text.lower() not in choices:
            raise BadValueError(f"is {shown(text)}: write one of {', '.join(choices)}")
        return text.lower()

    return read


def switch(text: str) -> bool:
    """Read on or off."""
    if text.lower() not in {"on", "off"}:
        raise BadValueError(f"is {shown(text)}: write on or off")
    return text.lower() == "on"

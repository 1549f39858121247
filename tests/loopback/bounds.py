"""The kinds of bounds that Discord's written limits are made of: lengths, counts, addresses."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any
from urllib.parse import urlsplit

from tests.loopback.wire import Complaint

URL = 2048


def text(
    path: str, value: Any, limit: int, *, least: int = 0, needed: bool = False
) -> Iterator[Complaint]:
    """Complain of a text that is too long or too short; lengths are code points."""
    if value is not None and not isinstance(value, str):
        yield Complaint(path, "STRING_TYPE_CONVERT", "Could not interpret as string.")
        return
    length = len((value or "").strip())
    if needed and not length:
        yield Complaint(path, "BASE_TYPE_REQUIRED", "This field is required")
    elif value is not None and length < least:
        yield Complaint(path, "BASE_TYPE_BAD_LENGTH", f"Must be {least} or more in length.")
    if length > limit:
        message = f"Must be {limit} or fewer in length."
        yield Complaint(path, "BASE_TYPE_MAX_LENGTH", message)


def count(path: str, items: Collection[Any], limit: int, *, least: int = 0) -> Iterator[Complaint]:
    """Complain of too many things, or too few."""
    if len(items) < least:
        message = f"Must be between {least} and {limit} in length."
        yield Complaint(path, "BASE_TYPE_BAD_LENGTH", message)
    if len(items) > limit:
        message = f"Must be {limit} or fewer in length."
        yield Complaint(path, "BASE_TYPE_MAX_LENGTH", message)


def number(path: str, value: Any, least: int, most: int) -> Iterator[Complaint]:
    """Complain of a number out of its range; None is not given."""
    if value is not None and not (isinstance(value, int) and least <= value <= most):
        yield Complaint(path, "NUMBER_TYPE_RANGE", f"Must be between {least} and {most}.")


def url(
    path: str, value: Any, *schemes: str, limit: int = URL, needed: bool = False
) -> Iterator[Complaint]:
    """Complain of an address that is no absolute one of these schemes (else http and https)."""
    if value is None and not needed:
        return
    yield from text(path, value, limit, needed=True)
    if isinstance(value, str) and not _well_formed(value, schemes or ("http", "https")):
        message = f"Scheme must be one of {schemes or ('http', 'https')} and the URL well formed."
        yield Complaint(path, "URL_TYPE_INVALID_SCHEME", message)


def _well_formed(value: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(value)
        host = parts.hostname
    except ValueError:  # an IPv6 address without its bracket
        return False
    printable = not any(char.isspace() or ord(char) < ord(" ") for char in value)
    return parts.scheme.lower() in schemes and bool(host) and printable

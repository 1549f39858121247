"""Secrets that stand in files of their own: how one is read, and what is said where it can't be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

_LONGEST_SHOWN = 40


class CredentialError(Exception):
    """The file is of no use; the message goes on after the name of the variable that names it."""


def read(path: str, content: Callable[[Path], bytes]) -> str:
    """Return what the file holds, less the blanks and line ends around it.

    Raises CredentialError where it can't be read, is no UTF-8 text, or is empty.
    """
    try:
        text = content(Path(path)).decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise CredentialError(
            f"is {shown(path)}, which is not UTF-8 text: save the file as UTF-8"
        ) from None
    except (OSError, ValueError) as error:  # ValueError: no file can have that name
        reason = getattr(error, "strerror", None) or "no file has such a name"
        raise CredentialError(
            f"is {shown(path)}, which can't be read ({reason}): correct the path, or let the "
            "user that runs the bot read the file"
        ) from None
    if not text:
        raise CredentialError(f"is {shown(path)}, which is empty: write the secret into the file")
    return text


def shown(path: str) -> str:
    """Quote a path for a complaint, unless it may be the secret itself in the wrong place."""
    is_path = "/" in path or "\\" in path
    return repr(path) if is_path or len(path) <= _LONGEST_SHOWN else "not the path of a file"

"""The lines of a `.env` file: what they set, and what is wrong with which."""

from __future__ import annotations

import difflib
import io
import re
from collections.abc import Collection, Mapping

from dotenv.parser import parse_stream

_LONGEST_NAME = 40
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def lines(content: bytes) -> tuple[dict[str, str | None], list[str]]:
    """Return what the readable lines of a `.env` file set, and what is wrong with the others.

    Nothing of a file is readable that is not UTF-8 text.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return {}, [f".env:{line}: this is not UTF-8 text: save the file as UTF-8."]
    bindings = list(parse_stream(io.StringIO(text)))
    problems = [
        f".env:{binding.original.line}: this line can't be read: write NAME=value, and close "
        "every quote."
        for binding in bindings
        if binding.error
    ]
    return {binding.key: binding.value for binding in bindings if binding.key is not None}, problems


def unknown(written: Mapping[str, str | None], known: Collection[str]) -> list[str]:
    """Say of each name that is set, and is none of the known ones, what it may have meant."""
    problems = []
    for name, value in written.items():
        near = difflib.get_close_matches(name.upper(), known, n=1)
        if name in known:
            continue
        if not near and _may_be_secret(name, value):
            problems.append(
                "A line of .env does not begin with NAME= and is not shown: correct it."
            )
        else:
            hint = f"did you mean {near[0]}?" if near else "take the line out."
            problems.append(f"{name} in .env is not a setting of this program: {hint}")
    return problems


def _may_be_secret(name: str, value: str | None) -> bool:
    """Tell whether a token or a key stands on a line of its own; some end in "=" themselves."""
    return not _NAME.fullmatch(name) or not (value or "").strip("=") or len(name) > _LONGEST_NAME

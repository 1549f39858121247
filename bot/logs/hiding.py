"""Pure: takes what is secret out of texts: the secrets that are known, and what looks like one."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import quote, quote_plus

HIDDEN = "[secret]"
SHORTEST = 4
"""Characters; what is shorter is no secret, and stands in every other word."""
PIECE = 12
"""A run of so many characters of a secret is as good as all of it."""
LONGEST = 16_000
"""Characters of a text that are looked at, and kept."""
_BLOCK = 6
_SHORT, _REMEMBERED = 40, 1_000
"""The names of fields, and most of their values, come again and again: so many are remembered."""

_VALUE = r"""[^\s"'<>&#]+"""
_IS = r"""\\?["']?\s*[:=]\s*(?:b?\\?["'])?"""
"""What stands between a name and its value, in whatever notation."""
_NAMES = (
    r"(?:api|access|auth|private|secret|client|session)[-_ ]?(?:key|token|secret)"
    r"|passw(?:or)?d|token|secret"
)
# What is looked for, the words without which it can't be there, and what is put in its place.
_PATTERNS: tuple[tuple[tuple[str, ...], re.Pattern[str], str], ...] = tuple(
    (hints, re.compile(pattern, re.IGNORECASE), put)
    for hints, pattern, put in (
        # A Discord token: who it is, since when, and a signature.
        ((".",), r"(?<![\w-])[\w-]{22,30}\.[\w-]{5,8}\.[\w-]{25,}", HIDDEN),
        (
            ("authorization",),
            rf"""(authorization{_IS})(?:(?:bot|basic|bearer|token)\s+)?[^\s"',;\\]+""",
            rf"\g<1>{HIDDEN}",
        ),
        (("bearer ", "basic "), r"\b(bearer|basic)\s+[\w.~+/=-]{8,}", rf"\g<1> {HIDDEN}"),
        (("bot ",), r"\b(bot)\s+(?=\S*[\d.])[\w.-]{12,}", rf"\g<1> {HIDDEN}"),
        (
            ("webhooks/", "interactions/"),
            r"""((?:webhooks|interactions)/\d+/)[^/\s?"'\\]+""",
            rf"\g<1>{HIDDEN}",
        ),
        # With the token, it goes on with a session.
        (("session",), r"(session(?:[ _]id)?:?\s+)[0-9a-f]{16,}", rf"\g<1>{HIDDEN}"),
        # Who may see a feed is often written into its address.
        # A scheme is short: without that bound, a long run of letters would be gone through once
        # for each of them.
        (("@",), r"""([a-z][\w+.-]{0,30}://)[^/\s?#"'<>]*@""", rf"\g<1>{HIDDEN}@"),
        (("?", "&"), rf"([?&;][\w.%\[\]-]{{1,60}}=){_VALUE}", rf"\g<1>{HIDDEN}"),
        (("?",), r"""(://(?:(?!://)[^\s?"'<>])+\?)(?![^\s"'<>]*=)[^\s"'<>#]+""", rf"\g<1>{HIDDEN}"),
        (
            ("key", "token", "passw", "secret"),
            rf"""((?:{_NAMES}){_IS})(?!\[secret)[^\s"'\\,;&)}}\]]{{4,}}""",
            rf"\g<1>{HIDDEN}",
        ),
        (("sk-",), r"\bsk-[\w-]{16,}", HIDDEN),
        (("aiza",), r"\bAIza[\w-]{30,}", HIDDEN),
    )
)
_SECRET_NAME = re.compile(rf"(?:.*[-_])?(?:{_NAMES}|authorization|cookie)s?", re.IGNORECASE)


class Hiding:
    """Knows some secrets by heart, and others by their looks."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = [secret for secret in secrets if len(secret) >= SHORTEST]
        forms = {form for secret in known for form in _forms(secret)}
        self._whole = sorted(forms, key=len, reverse=True)
        self._long = [form for form in self._whole if len(form) >= PIECE]
        self._short = lru_cache(maxsize=_REMEMBERED)(self._hidden)

    def __call__(self, text: str) -> str:
        """Return a text without secrets, `LONGEST` characters of it at the most."""
        return self._short(text) if len(text) <= _SHORT else self._hidden(text)

    def _hidden(self, text: str) -> str:
        for secret in self._whole:
            text = text.replace(secret, HIDDEN)
        text = shortened(text, LONGEST)
        if len(text) >= PIECE:
            for secret in self._long:
                text = _without_pieces(text, secret)
        lowered = text.casefold()
        for hints, pattern, put in _PATTERNS:
            if any(hint in lowered for hint in hints):
                text = pattern.sub(put, text)
        return text


def is_secret(name: str) -> bool:
    """Tell whether what goes by this name is a secret, whatever it looks like."""
    return _SECRET_NAME.fullmatch(name) is not None


def shortened(text: str, most: int) -> str:
    """Cut the middle out of a text that is too long: how it begins and ends tells most."""
    if len(text) <= most:
        return text
    half = (most - 1) // 2
    return f"{text[:half]}…{text[-half:]}"


def _forms(secret: str) -> Iterator[str]:
    """List how a secret may be written."""
    encoded = secret.encode("utf-8", "surrogatepass")
    yield secret
    yield quote(encoded, safe="")
    yield quote_plus(encoded)
    yield html.escape(secret)
    yield json.dumps(secret)[1:-1]
    yield repr(secret)[1:-1]
    yield repr(encoded)[2:-1]
    yield base64.b64encode(encoded).decode().rstrip("=")
    yield base64.urlsafe_b64encode(encoded).decode().rstrip("=")


def _without_pieces(text: str, secret: str) -> str:
    """Take out what a cut has left of a secret.

    Any run of `2 * _BLOCK` of its characters holds one of its blocks whole.
    """
    for begin in range(0, len(secret) - _BLOCK + 1, _BLOCK):
        block, at = secret[begin : begin + _BLOCK], 0
        while (at := text.find(block, at)) >= 0:
            before = _alike(text[:at][::-1], secret[:begin][::-1])
            behind = _alike(text[at:], secret[begin:])
            if before + behind >= PIECE:
                text = f"{text[: at - before]}{HIDDEN}{text[at + behind :]}"
                at += len(HIDDEN) - before
            else:
                at += 1
    return text


def _alike(one: str, other: str) -> int:
    """Return how many characters both begin with."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count

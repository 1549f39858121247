"""Decodes a web page: by its mark, its bytes, what its server or it says, or a guess."""

from __future__ import annotations

import codecs
import re

import cchardet

from bot.feeds.raw import as_utf8

_SNIFFED = 4_096
_GUESSED = 65_536
"""Bytes that a guess rests on."""
_DECLARED = re.compile(rb"<meta\s[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_SAID = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
# The standard of HTML: who says Latin-1 or ASCII means Windows' form of it.
_MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}
# What Python can decode, and no page is written in.
_NEVER = frozenset({
    "idna", "punycode", "undefined", "mbcs", "oem", "utf-7", "unicode_escape", "charmap",
    "raw_unicode_escape", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be",
})  # fmt: skip


def decoded(body: bytes, content_type: str) -> str:
    """Return a page's text; letters that cannot be read become U+FFFD.

    What is valid UTF-8 is UTF-8, whatever is said of it; else the server's word counts, then the
    page's own, then a guess.
    """
    body = as_utf8(body).removeprefix(codecs.BOM_UTF8)
    try:
        # A page that was cut off may end within a letter.
        return codecs.getincrementaldecoder("utf-8")().decode(body)
    except UnicodeDecodeError:
        pass  # the other ways follow
    said = _SAID.search(content_type)
    declared = _DECLARED.search(body[:_SNIFFED])
    named = [said[1] if said else "", declared[1].decode("ascii") if declared else ""]
    codec = next(filter(None, map(_codec, named)), None) or _guess(body)
    return body.decode(codec, "replace")


def _guess(body: bytes) -> str:
    return _codec(str(cchardet.detect(body[:_GUESSED])["encoding"] or "")) or "utf-8"


def _codec(name: str) -> str | None:
    """Return Python's name of an encoding of text; None for what is none."""
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    # Python has codecs that turn bytes into bytes, too (zlib): they are no encodings of text.
    if info.name in _NEVER or not info._is_text_encoding:  # noqa: SLF001
        return None
    return _MEANT.get(info.name, info.name)

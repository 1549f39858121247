"""Readies a document's bytes: tells what they are, takes out what would hang a parser."""

from __future__ import annotations

import re
from collections import Counter
from enum import Enum, auto
from itertools import islice

MAX_ENTRIES = 2_000
MAX_ATTRIBUTES = 5_000
"""Of one tag: parsers compare each with all the others, and 20,000 take them 7 s."""
_SNIFFED = 4_096

_COMMENT = re.compile(rb"<!--.*?(?:-->|$)", re.DOTALL)
_ROOT = re.compile(
    rb"<(?:(?P<page>!doctype\s+html|html\b)|(?:\w+:)?(?P<feed>rss|feed|rdf)[\s>/])", re.IGNORECASE
)
_DECLARATION = re.compile(rb"<\?xml\s[^<>]*\?>")
_PREFIXED = re.compile(rb"<(\w{1,20}):(?:item|entry)[\s>]")
_ENTRY = re.compile(rb"<((?:\w{1,20}:)?(?:item|entry))[\s>]")
_TAG = r"""<[A-Za-z][^<>"']*+(?:"[^"]*+"[^<>"']*+|'[^']*+'[^<>"']*+)*+"""
_TAG_BYTES, _TAG_TEXT = re.compile(_TAG.encode()), re.compile(_TAG)
_NUMBERED = re.compile(rb"&#(?:x([0-9a-f]{4,})|([0-9]{5,}));?", re.IGNORECASE)
_LONGEST_NUMBER = 12
_FIRST_TAG = re.compile(rb"<\w")
_ENTITY = re.compile(rb"""<!ENTITY\s(?:[^"'>]|"[^"]*"|'[^']*')*+>""")
# An entity made of others, or of a file: no feed needs it, and the parser is busy for seconds.
_MADE_OF_OTHERS = re.compile(rb"[&%]|\s(?:SYSTEM|PUBLIC)\s")
# What Python calls encodings, and no feed is written in; some take the square of a text's length.
_NO_CHARSET = (
    r"(?:idna|punycode|charmap|undefined|mbcs|oem|u7|(?:raw[-_ ])?unicode[-_ ]escape"
    r"|(?:unicode[-_ ]1[-_ ]1[-_ ])?utf[-_ ]?7"
    # They may be encodings, but what was written in them is UTF-8 by now.
    r"|u(?:tf)?[-_ ]?(?:16|32)(?:[-_ ]?[bl]e)?|(?:iso[-_ ]10646[-_ ])?ucs[-_ ]?[24])"
)
# How XML in two or four bytes a letter begins: with a mark, or with its first bracket.
_WIDE = (
    (b"\xff\xfe\0\0", "utf-32-le"), (b"\0\0\xfe\xff", "utf-32-be"), (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"), (b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"),
)  # fmt: skip
_FALSE_DECLARATION = re.compile(
    rb"(<\?xml\s[^<>]{0,200}?encoding\s*=\s*[\"'])\s*" + _NO_CHARSET.encode() + rb"\s*(?=[\"'])",
    re.IGNORECASE,
)
_FALSE_CHARSET = re.compile(rf";\s*charset\s*=\s*[\"']?{_NO_CHARSET}\b[\"']?", re.IGNORECASE)


class Kind(Enum):
    """What a document's first 4 kB show it to be."""

    FEED = auto()
    PAGE = auto()
    JSON = auto()
    MARKUP = auto()
    """Something with tags: perhaps a feed behind a long comment."""
    OTHER = auto()


def as_utf8(body: bytes) -> bytes:
    """Return a document of UTF-16 or UTF-32 in UTF-8; any other as it is.

    feedparser takes one that is all ASCII for UTF-8 with a zero behind every letter.
    """
    codec = next((codec for mark, codec in _WIDE if body.startswith(mark)), None)
    if codec is None:
        return body
    return body.decode(codec, "replace").removeprefix("\ufeff").encode("utf-8", "replace")


def kind_of(body: bytes) -> Kind:
    """Tell what a document is."""
    start = _ascii_start(body)
    if start.lstrip()[:1] in {b"{", b"["}:
        return Kind.JSON
    found = _ROOT.search(_COMMENT.sub(b"", start))
    if found:
        return Kind.PAGE if found["page"] else Kind.FEED
    return Kind.MARKUP if start.lstrip().startswith(b"<") else Kind.OTHER


def _ascii_start(body: bytes) -> bytes:
    """Return the document's start without its mark, and without zeros."""
    return body[:_SNIFFED].removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"")


def is_crowded(document: bytes | str) -> bool:
    """Tell whether some tag of a document has more than 5,000 attributes."""
    if isinstance(document, str):
        return document.count("=") > MAX_ATTRIBUTES and any(
            tag[0].count("=") > MAX_ATTRIBUTES for tag in _TAG_TEXT.finditer(document)
        )
    return document.count(b"=") > MAX_ATTRIBUTES and any(
        tag[0].count(b"=") > MAX_ATTRIBUTES for tag in _TAG_BYTES.finditer(document)
    )


_DEEP_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
_SHALLOW = frozenset(
    "p li dt dd tr td th tbody thead tfoot option br img input hr meta link source wbr area base"
    " col embed param track path g use circle rect line polygon".split()
)
"""Tags that end by themselves, or that nobody counts on being ended."""
MAX_DEPTH = 2_000
"""Elements within elements: browsers end at 512, and a parser's time grows with the square."""


def is_deep(document: str) -> bool:
    """Tell whether a page's elements stand within one another more than 2,000 deep."""
    # An end tag of what is not open ends nothing, or any page could look shallow.
    within: Counter[str] = Counter()
    depth = 0
    for ends, spelt in _DEEP_TAG.findall(document):
        name = spelt.lower()
        if name in _SHALLOW or (ends and not within[name]):
            continue
        step = -1 if ends else 1
        within[name] += step
        depth += step
        if depth > MAX_DEPTH:
            return True
    return False


def readied(body: bytes) -> bytes:
    """Return a document that says the same, and does not trip feedparser up.

    It has at most 2,000 entries, no reference to what is no character, no entity that is made of
    others, and no encoding that is none.
    """
    body = _NUMBERED.sub(_character, _with_fewer_entries(body))
    first = _FIRST_TAG.search(body)
    head, rest = (body[: first.start()], body[first.start() :]) if first else (body, b"")
    if b"<!ENTITY" in head:
        head = _ENTITY.sub(lambda e: b"" if _MADE_OF_OTHERS.search(e[0]) else e[0], head)
    return _FALSE_DECLARATION.sub(rb"\1utf-8", head, count=1) + rest


def _character(reference: re.Match[bytes]) -> bytes:
    """Replace a reference to half a character, or to none: feedparser raises on it."""
    if len(reference[0]) <= _LONGEST_NUMBER:
        number = int(reference[1], 16) if reference[1] else int(reference[2])
        if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF:
            return reference[0]
    return b"&#xfffd;"


def _with_fewer_entries(body: bytes) -> bytes:
    """Cut out what is behind the 2,000th entry, up to the end of the last one."""
    first = next(islice(_ENTRY.finditer(body), MAX_ENTRIES, None), None)
    if first is None:
        return body
    end = body.rfind(b"</" + first[1])
    closed = body.find(b">", end) + 1 if end > first.start() else 0
    return body[: first.start()] + (body[closed:] if closed else b"")


def true_type(body: bytes, content_type: str) -> str:
    """Return the content type with UTF-8 for a charset wherever the bytes prove it.

    Servers and XML declarations are often wrong about the charset; text that is not ASCII and
    still valid UTF-8 is never anything else.
    """
    content_type = _FALSE_CHARSET.sub("", content_type)
    if body.isascii():
        return content_type
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return content_type
    return "application/xml; charset=utf-8"


def from_root(body: bytes) -> bytes:
    """Return the document from its root element on, under the first declaration it had.

    Of its elements, those whose prefix no namespace stands behind lose that prefix.
    """
    root = next((m for m in _ROOT.finditer(body[: _SNIFFED * 4]) if m["feed"]), None)
    if root is None:
        return body
    declaration = _DECLARATION.search(body[: root.start()])
    rest = body[root.start() :]
    prefix = _PREFIXED.search(rest)
    if prefix and b"xmlns:" + prefix[1] not in rest:
        rest = re.sub(rb"(</?)" + prefix[1] + rb":", rb"\1", rest)
    return (declaration[0] + b"\n" if declaration else b"") + rest

"""The tree of outlines in an OPML document: strictly as XML, else as far as it can be read."""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.entities import html5
from xml.parsers import expat

MAX_BYTES = 10_000_000
MAX_OUTLINES = 50_000
"""More than this is no list of feeds that a person has made."""


class OpmlError(Exception):
    """The file can't be used at all; the message says why and what to do."""


@dataclass(slots=True)
class Outline:
    """One outline; its attributes go by their names in lower case."""

    attributes: Mapping[str, str] = field(default_factory=dict)
    children: list[Outline] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tree:
    """What a document holds."""

    root: Outline
    repaired: bool = False
    """It was not well-formed."""
    broken_off: bool = False
    """It ends in the middle of something."""


def read_outlines(data: bytes) -> Tree:
    """Read a document of at most 10 MB and 50,000 outlines.

    Raises OpmlError for one that is larger, that is no OPML, or that defines entities of its own:
    a few lines of those can grow to gigabytes.
    """
    if len(data) > MAX_BYTES:
        raise OpmlError(
            f"It is larger than {MAX_BYTES // 1_000_000} MB, which is more than is read."
        )
    tree = _strictly(data) or _tolerantly(decode(data))
    if not tree.root.children:
        raise OpmlError("No outline is in it, so it is no list of feeds. Export it again as OPML.")
    return tree


class _Builder:
    """Makes a tree of outlines that begin and end."""

    def __init__(self) -> None:
        self.root = Outline()
        self._open = [self.root]
        self._count = 0

    @property
    def is_open(self) -> bool:
        """Whether an outline has begun that has not ended."""
        return len(self._open) > 1

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take the beginning of an element."""
        if not _is_outline(name):
            return
        self._count += 1
        if self._count > MAX_OUTLINES:
            raise OpmlError(f"It has more than {MAX_OUTLINES:,} outlines: divide it.")
        outline = Outline({key.lower(): value for key, value in attributes.items()})
        self._open[-1].children.append(outline)
        self._open.append(outline)

    def end(self, name: str) -> None:
        """Take the end of an element; one too many is nothing."""
        if _is_outline(name) and self.is_open:
            self._open.pop()


def _is_outline(name: str) -> bool:
    return name.rpartition(":")[2].lower() == "outline"


# ── strictly ─────────────────────────────────────────────────────────────────────────────

# Characters by names that XML does not know: beside a DOCTYPE they are dropped without a word.
_FOREIGN_NAME = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z]\w{0,30};")


def _strictly(data: bytes) -> Tree | None:
    """Read well-formed XML; None for anything else."""
    if _FOREIGN_NAME.search(data):
        return None
    builder = _Builder()
    parser = expat.ParserCreate()
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.EntityDeclHandler = _refuse_entities
    try:
        parser.Parse(data, True)  # noqa: FBT003  # expat takes no keywords
    except (expat.ExpatError, ValueError, LookupError):  # the latter two for odd encodings
        return None
    return Tree(builder.root)


def _refuse_entities(*_: object) -> None:
    raise OpmlError(
        "It defines entities of its own (<!ENTITY …>), which no list of feeds needs and which can "
        "grow without end: take the <!DOCTYPE …> out, or export it again."
    )


# ── tolerantly ───────────────────────────────────────────────────────────────────────────

# Of those that ASCII is a part of: the bytes that were matched here deny all others.
_DECLARED = re.compile(
    rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']"""
    rb"""((?:iso|windows|cp|koi8|latin|mac|gb|big5|euc|shift|us-ascii)[\w-]{0,30})["']""",
    re.IGNORECASE,
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_OPENING = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)|<![^>]*"
    r"|<(?P<end>/?)(?P<name>[a-z_][\w:.-]*)",
    re.IGNORECASE | re.DOTALL,
)
# A quoted value in which an outline begins lacks its own closing quote.
_ATTRIBUTE = re.compile(
    r"""([^\s=/>"'<]+)(?:\s*=\s*(?:"([^"<]*(?:<(?!/?outline)[^"<]*)*)"|"""
    r"""'([^'<]*(?:<(?!/?outline)[^'<]*)*)'|([^\s"'<>]+)))?"""
)
# With the semicolon only: "&copy=1" in an address is no ©.
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|([A-Za-z][A-Za-z0-9]{1,30}));")
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)


def decode(data: bytes) -> str:
    """Return a document's text: as its first bytes or its declaration say, else by trying.

    What is no UTF-8 is taken for windows-1252, which nearly all undeclared old exports are.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    if data[1:2] == b"\0":
        return data.decode("utf-16-le", "replace")
    if data[:1] == b"\0":
        return data.decode("utf-16-be", "replace")
    declared = _DECLARED.match(data)
    for encoding in ("utf-8", declared[1].decode("ascii") if declared else "windows-1252"):
        try:
            return data.decode(encoding)
        except (UnicodeError, LookupError):
            continue  # the next one may fit
    return data.decode("windows-1252", "replace")


def _tolerantly(text: str) -> Tree:
    if _ENTITY.search(text):
        _refuse_entities()
    builder, place = _Builder(), 0
    while found := _OPENING.search(text, place):
        place = found.end()
        name = found["name"]
        if name is None:
            continue
        if found["end"]:
            builder.end(name)
            continue
        attributes, place = _attributes(text, place)
        if place > len(text):
            return Tree(builder.root, repaired=True, broken_off=True)
        builder.start(name, attributes)
        if text[place - 2 : place] == "/>":
            builder.end(name)
    return Tree(builder.root, repaired=True, broken_off=builder.is_open)


def _attributes(text: str, place: int) -> tuple[dict[str, str], int]:
    """Read a tag's attributes from `place` on, and return where it ends.

    That is past the text's end where the tag is not whole.
    """
    attributes: dict[str, str] = {}
    while place < len(text):
        if text[place] == ">":
            return attributes, place + 1
        if text[place] == "<":
            return attributes, place  # its own end is missing
        found = _ATTRIBUTE.match(text, place)
        if found is None:
            place += 1
            continue
        place = found.end()
        value = found[2] or found[3] or found[4] or ""
        attributes.setdefault(found[1], _resolved(value))
    return attributes, place + 1


def _resolved(value: str) -> str:
    return _REFERENCE.sub(_character, " ".join(value.split("\n")))


def _character(reference: re.Match[str]) -> str:
    if name := reference[1]:
        return html5.get(f"{name};", reference[0])
    return html.unescape(reference[0])


def walk(root: Outline) -> Iterator[Outline]:
    """Yield every outline below the root, in the document's order."""
    left = root.children[::-1]
    while left:
        outline = left.pop()
        yield outline
        left += outline.children[::-1]

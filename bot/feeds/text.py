"""Turns what feeds call text (HTML, entities, hidden characters) into clean text and blocks."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.feeds.mojibake import repair
from bot.feeds.raw import is_crowded
from bot.models import Block, BlockKind

MAX_BLOCKS_TEXT = 20_000
"""Characters of text taken from one piece of HTML."""
MAX_BLOCKS = 1_000
_MAX_HTML = 1_000_000
_MAX_PER_CHARACTER = 12
"""Characters that one may take where it is written as an entity."""
_MAX_STEPS = 100_000
"""Starts and ends of elements, and texts, that are looked at."""
_MAX_LINKS = 1_000
_MAX_LINK_TEXT = 2_000
_MAX_LEAD = 2_000
"""Characters of HTML's text, blanks and all, in which a lead is looked for."""
_MAX_SHORT = 80
"""Characters up to which a bold line is a heading, or bold words are a run-in."""
_MAX_MARKS = 4
_KEPT_AT_SENTENCE_END = 0.6

_ENTITY = re.compile(
    r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|amp|lt|gt|quot|apos|nbsp|[lr][sd]quo|[nm]dash|hellip"
    r"|bull|middot|copy|reg|trade|deg|euro|pound|[lr]aquo|[a-z](?:acute|grave|uml|circ|tilde|cedil)"
    r"|szlig|oslash|aring|aelig);",
    re.IGNORECASE,
)
# Controls, bidi marks, zero-width and tag characters, and letters that only look like blanks.
# A joiner stays between two emoji, a non-joiner between two Arabic letters: there they are text.
_HIDDEN = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"
    r"\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\ufffb"
    r"\ud800-\udfff\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    r"|(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d"
    r"|\u200d(?![\u2600-\u27bf\U0001f000-\U0001faff])"
    r"|(?<![\u0600-\u06ff])\u200c|\u200c(?![\u0600-\u06ff])"
)
_NO_LETTERS = re.compile(r"[^\w\s\x00-\u02ff]{5,}")
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|big|br|cite|code|del|div|em|font|i|img|ins|mark|p|q|s|small|span|strike"
    r"|strong|sub|sup|tt|u|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_MARKDOWN_LINK = re.compile(r"!?\[([^\[\]\n]{1,200})\]\(https?://[^()\s]{1,500}\)")
"""Plain text is often the markdown that it was written in."""
_BLANK_LINE = re.compile(r"\n\s*\n")
# Blanks before a line's end are cleaned away later; to look for them takes the square of a text.
_LINE_END = re.compile(r"\n\s*")
_MAX_LINE = 132
_BREAK = "\x1e"
"""Stands for `<br>` between pieces of text; no clean text holds it."""


def clean(text: str) -> str:
    """Return one line of text as a person means it.

    Entities that are left over are unescaped (twice at most), hidden characters go, a letter
    keeps at most four marks, blanks collapse, lost punctuation comes back where it is certain.
    """
    for _ in range(2):
        if not _ENTITY.search(text):
            break
        text = html.unescape(text)
    plain = " ".join(text.split())
    if plain.isascii() and plain.isprintable():
        return plain
    text = unicodedata.normalize("NFC", " ".join(_HIDDEN.sub("", text).split()))
    return repair(_NO_LETTERS.sub(_with_few_marks, text)).strip()


def _with_few_marks(run: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for character in run[0]:
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks <= _MAX_MARKS:
            kept.append(character)
    return "".join(kept)


def headline(text: str) -> str:
    """Return a title as clean text: known inline tags go, `#include <vector>` stays whole."""
    return clean(_INLINE_TAG.sub(_blank_for_break, text))


def _blank_for_break(tag: re.Match[str]) -> str:
    return " " if tag[0].lower().strip("</> ") in {"br", "p", "div"} else ""


def clip(text: str, limit: int) -> str:
    """Cut text to `limit` code points: at a sentence's end, else at a word's, with an ellipsis.

    A sentence's end counts if it keeps at least 60 % of the limit.
    """
    if len(text) <= limit:
        return text
    ends = [m.end() for m in re.finditer(r"[.!?…][\"”’»)]*(?=\s)", text[: limit + 1])]
    if ends and ends[-1] >= limit * _KEPT_AT_SENTENCE_END:
        return text[: ends[-1]]
    room = max(limit - 1, 0)
    words, blank, _ = text[: room + 1].rpartition(" ")
    kept = words if blank else text[:room]
    return (kept.rstrip(" ,;:–—-([“‘«…") + "…")[:limit]


# ── HTML ─────────────────────────────────────────────────────────────────────────────────

_DROPPED = frozenset(
    "script style noscript figure figcaption iframe form button select textarea svg math video"
    " audio object embed canvas template nav aside head title dialog map".split()
)
_BLOCKS = frozenset(
    "p div section article header footer main blockquote ul ol li dl dt dd table thead tbody tr"
    " h1 h2 h3 h4 h5 h6 pre hr address details summary center body html".split()
)
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_BOLD = frozenset({"b", "strong"})
_BETWEEN = {"br": _BREAK, "td": " ", "th": " "}
_EMBEDDED = re.compile(
    r"\b(?:twitter-tweet|twitter-video|instagram-media|tiktok-embed|reddit-embed\S*|reddit-card"
    r"|bluesky-embed|mastodon-embed|fb-post|threads-post|text-post-media|wp-embedded-content"
    r"|embedly-card|imgur-embed-pub|kg-embed-card|sr-only|screen-reader-text)\b"
)
# What is kept from a reader's eyes might be there for a model's.
_UNSEEN = re.compile(
    r"display:none|visibility:hidden|(?<![\w-])opacity:0(?![.\d]*[1-9])|font-size:0(?![.\d])"
    r"|(?<![\w-])(?:left|right|top|text-indent|margin-left):-\d{3,}|clip:rect\([01](?:px)?[,)]"
    r"|clip-path:inset\((?:50|100)%|(?<![\w-])(?:max-)?(?:height|width):[01](?:px)?(?:;|$)",
    re.IGNORECASE,
)


_Piece = tuple[str, bool]
"""Text as it stands, and whether it is bold."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link in HTML."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Markup:
    """What a piece of HTML says: its text, its links and the attributes of its images."""

    blocks: tuple[Block, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    images: tuple[dict[str, str | None], ...] = ()


def blocks(source: str) -> tuple[Block, ...]:
    """Return the headings, paragraphs and list items of HTML or plain text, 20,000 characters."""
    return read(source).blocks


def read(source: str) -> Markup:
    """Read HTML, or plain text whose paragraphs are lines or stand apart by blank lines."""
    if "<" not in source:
        return Markup(tuple(_plain(source[:_MAX_HTML])))
    source = source[:_MAX_HTML]
    if is_crowded(source):
        return Markup()
    tree = LexborHTMLParser(source)
    if tree.body is None:
        return Markup()
    links = tree.css("a[href]")[:_MAX_LINKS]
    anchors = [Anchor(clean(a.text()[:_MAX_LINK_TEXT]), href) for a in links if (href := _href(a))]
    images = [dict(image.attributes) for image in tree.css("img")[:_MAX_LINKS]]
    return Markup(_Reader(_is_dropped).read(tree.body), tuple(anchors), tuple(images))


def read_tree(
    root: LexborNode, *, dropped: Callable[[LexborNode, str], bool], limit: int
) -> tuple[Block, ...]:
    """Return the blocks of a parsed element, at most `limit` characters of text.

    `dropped` tells of an element and its tag whether it is left out with all that is in it.
    """
    return _Reader(dropped, limit).read(root)


def is_unseen(attributes: Mapping[str, str | None]) -> bool:
    """Tell whether an element's own attributes keep it from a reader's eyes."""
    style = (attributes.get("style") or "").replace(" ", "")
    return "hidden" in attributes or bool(style and _UNSEEN.search(style))


def is_embedded(kind: str) -> bool:
    """Tell whether a `class` is that of a post of some other site, set into a text."""
    return bool(_EMBEDDED.search(kind))


def _plain(source: str) -> Iterator[Block]:
    # Lines longer than any terminal was are whole paragraphs; shorter ones may be wrapped.
    unwrapped = any(len(line) > _MAX_LINE for line in source.splitlines())
    room = MAX_BLOCKS_TEXT
    for part in (_LINE_END if unwrapped else _BLANK_LINE).split(source, MAX_BLOCKS):
        told = html.unescape(part[: _MAX_PER_CHARACTER * room])
        text = clean(_MARKDOWN_LINK.sub(r"\1", told))[:room].strip()
        if text:
            titled = unwrapped and len(text) <= _MAX_SHORT and _is_plain_heading(text)
            yield Block(BlockKind.HEADING if titled else BlockKind.PARAGRAPH, text)
            room -= len(text)


def _is_plain_heading(text: str) -> bool:
    """Tell a heading from the addresses and lists that people set below their videos."""
    return text[-1].isalnum() and text[0] not in "-–•*@#" and "://" not in text


def _is_standfirst(text: str) -> bool:
    """Tell whether what is set as a heading is the story's first sentence."""
    return len(text) > _MAX_SHORT and text[-1] in '.!?…”"'


def _href(anchor: LexborNode) -> str:
    return (anchor.attributes.get("href") or "").strip()


@dataclass(slots=True)
class _Reader:
    """Walks a tree without recursion (hostile HTML is deep) and collects blocks."""

    dropped: Callable[[LexborNode, str], bool]
    limit: int = MAX_BLOCKS_TEXT
    found: list[Block] = field(default_factory=list)
    pieces: list[_Piece] = field(default_factory=list)
    """The open block's text so far."""
    headings: int = 0
    """How many headings, list items and bold elements are open."""
    items: int = 0
    bolds: int = 0
    taken: int = 0

    def read(self, root: LexborNode) -> tuple[Block, ...]:
        # A name on the stack is the end of an element; it is kept by name, since two Python
        # objects may stand for one node.
        stack: list[LexborNode | str] = [root]
        for _ in range(_MAX_STEPS):
            if not stack or self.taken >= self.limit or len(self.found) >= MAX_BLOCKS:
                break
            node = stack.pop()
            if isinstance(node, str):
                self._pass(node, -1)
                continue
            tag = node.tag or "-"
            if tag == "-text":
                self.pieces.append((node.text_content or "", self.bolds > 0))
            elif not self.dropped(node, tag):
                self._pass(tag, 1)
                stack.append(tag)
                stack.extend(reversed(_children(node)))
        self._flush()
        return tuple(self.found[:MAX_BLOCKS])

    def _pass(self, tag: str, step: int) -> None:
        """Pass the start (1) or the end (-1) of an element."""
        if tag in _BLOCKS:
            self._flush()
            self.headings += step if tag in _HEADINGS else 0
            self.items += step if tag == "li" else 0
        elif tag in _BOLD:
            self.bolds += step
        elif step > 0 and (between := _BETWEEN.get(tag)):
            self.pieces.append((between, False))

    def _flush(self) -> None:
        """Close the open block; an empty line parts it, a bold line is a heading of its own."""
        if not self.pieces:
            return
        part: list[_Piece] = []
        pieces, self.pieces = self.pieces, []
        for line in _lines(pieces):
            if not line or _is_bold(line):
                self._add(part)
                self._add(line)
                part = []
            else:
                part.append((" ", False))
                part.extend(line)
        self._add(part)

    def _add(self, part: list[_Piece]) -> None:
        if not part or self.taken >= self.limit:
            return
        text = clean("".join([piece for piece, _ in part]))[: self.limit - self.taken].strip()
        if not text:
            return
        self.taken += len(text)
        opening = "".join([p for p, _ in takewhile(lambda p: p[1] or not p[0].strip(), part)])
        bold = clean(opening) if len(opening) <= _MAX_LEAD else ""
        self.found.append(Block(self._kind(text, part), text, _lead(text, bold)))

    def _kind(self, text: str, part: list[_Piece]) -> BlockKind:
        if self.headings and not _is_standfirst(text):
            return BlockKind.HEADING
        if self.items:
            return BlockKind.ITEM
        titled = len(text) <= _MAX_SHORT and _is_bold(part)
        return BlockKind.HEADING if titled else BlockKind.PARAGRAPH


def _lines(pieces: list[_Piece]) -> Iterator[list[_Piece]]:
    """Part pieces at their breaks; a line of blanks is empty."""
    line: list[_Piece] = []
    for piece in [*pieces, (_BREAK, False)]:
        if piece[0] != _BREAK:
            line.append(piece)
            continue
        yield line if any(text.strip() for text, _ in line) else []
        line = []


def _is_bold(part: list[_Piece]) -> bool:
    shown = [bold for piece, bold in part if piece.strip()]
    return bool(shown) and all(shown)


def _lead(text: str, bold: str) -> str:
    """Return the bold words that open a text and end in a colon or full stop, else nothing."""
    if not bold or len(bold) > _MAX_SHORT or not text.startswith(bold) or text == bold:
        return ""
    if text[len(bold)] in ":.":
        return text[: len(bold) + 1]
    return bold if bold[-1] in ":.?" else ""


def _children(node: LexborNode) -> list[LexborNode]:
    return list(node.iter(include_text=True))


def _is_dropped(node: LexborNode, tag: str) -> bool:
    if tag in _DROPPED or tag[0] in "-!":
        return True
    attributes = node.attributes
    if not attributes:
        return False
    return is_unseen(attributes) or is_embedded(attributes.get("class") or "")

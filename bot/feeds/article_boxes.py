"""Measures a web page: how much prose and how many links stand in each of its elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from selectolax.lexbor import LexborNode

from bot.feeds.text import is_embedded, is_unseen

MAX_STEPS = 150_000
"""Elements and texts that are looked at."""
MAX_DEPTH = 200
"""Boxes within boxes; browsers end at 512 elements, and no article is as deep as this."""
_MIN_PROSE = 80
"""Characters from which on a text of its own counts as prose, and not as a label."""
_MAX_LINKED = 0.34
"""Share of a paragraph that may be links."""

DROPPED = frozenset(
    "script style noscript template figure figcaption iframe button select textarea input svg math"
    " video audio object embed canvas picture map nav aside footer head title dialog menu label"
    " datalist progress meter frameset amp-ad amp-embed amp-sidebar".split()
)
_UNSEEN = frozenset("noscript template textarea select iframe object dialog".split())
"""Of these, what no reader sees while a page is read."""
BLOCKS = frozenset(
    "p div section article header main blockquote ul ol li dl dt dd table thead tbody tfoot tr td"
    " th caption h1 h2 h3 h4 h5 h6 pre hr address details summary center body html form"
    " fieldset".split()
)
# What names elements that stand beside an article: whole words of a class or id.
_WORD = r"(?:^|[\s_-]|(?<=[a-z])(?=[A-Z]))"
_BESIDE = re.compile(
    rf"{_WORD}(?i:related|recirc\w*|recommend\w*|promo\w*|newsletters?|subscri\w+|sign-?up|share"
    r"|shar(?:e|ing)-?\w*|social\w*|comments?|comment-?list|disqus\w*|respond|replies|sidebar\w*"
    r"|foot|footer\w*"
    r"|breadcrumbs?|byline\w*|captions?|credits?|advert\w*|ads?|adsense|sponsor\w*|widgets?"
    r"|tags?|taglist|keywords|popular|trending|most-?read|more-?(?:from|stories|news|on|in)"
    r"|read-?(?:next|more|also)|readmore|see-?also|outbrain|taboola|zergnet|cookies?|gdpr|consent"
    r"|modal\w*|popup\w*|overlay|nav|navbar|navigation|menus?|toolbar|pag(?:er|ination)"
    r"|author\w*|bio|about-?author|print|skip\w*|ratings?|polls?|survey|gallery|carousel"
    r"|slide(?:s|show|r)"
    r"|player|jwplayer|pull-?quotes?|infobox|toc|disclaimer|copyright"
    r"|timestamps?|dateline|pub-?date|publi(?:sh|c)-?date|meta|meta-?data|entry-?meta|post-?meta"
    r"|follow\w*|donat\w+|paywall|donation|masthead|banner|notification|alert|sticky|hidden"
    r"|invisible"
    r"|visually-?hidden|screen-?reader\w*|sr-?only|yarpp\w*|jp-relatedposts|addtoany\w*"
    r"|sharedaddy|trc_\w+"
    r"|facebook|twitter|instagram|pinterest|whatsapp|telegram|kicker|eyebrow|rubric|section-?label"
    rf")(?=$|[\s_\d-]|[A-Z])"
)
_WHOLE = frozenset("html body main table thead tbody tr td th".split())


@dataclass(slots=True, eq=False)
class Box:
    """An element with what stands in it; sizes are characters without blanks at the ends."""

    node: LexborNode
    tag: str
    parent: Box | None
    depth: int = 0
    names: str = ""
    """Its class and id."""
    own: int = 0
    """Text of its own, in no block inside it; how much of it is links, and its commas."""
    own_linked: int = 0
    commas: int = 0
    chars: int = 0
    """All text in it; how much of it is links, and how much is prose."""
    linked: int = 0
    prose: int = 0
    has_blocks: bool = False
    is_beside: bool = False
    """Its names say that it is no part of an article."""
    score: float = 0.0
    is_out: bool = False

    @property
    def link_share(self) -> float:
        """How much of its text is links, 0 to 1."""
        return self.linked / self.chars if self.chars else 0.0

    @property
    def is_prose(self) -> bool:
        """Tell whether its own text reads like a paragraph."""
        return self.own >= _MIN_PROSE and self.own_linked <= self.own * _MAX_LINKED

    def above(self) -> Iterator[Box]:
        """Yield what it stands in, from the inside out."""
        box = self.parent
        while box is not None:
            yield box
            box = box.parent


@dataclass(slots=True)
class Measured:
    """A page's boxes in the document's order, and what is no text of it at all."""

    boxes: list[Box] = field(default_factory=list)
    out: set[int] = field(default_factory=set)
    """Nodes, by `mem_id`, that are left out with all that is in them."""

    def drop(self, box: Box) -> None:
        """Leave a box out; what it stands in no longer counts what is in it."""
        box.is_out = True
        self.out.add(box.node.mem_id)
        for outer in box.above():
            outer.chars -= box.chars
            outer.linked -= box.linked
            outer.prose -= box.prose


def measure(root: LexborNode) -> Measured:
    """Measure an element and all in it, without recursion: hostile HTML is deep."""
    measured = Measured()
    top = Box(root, root.tag or "-", None)
    measured.boxes.append(top)
    # Each with the box that it stands in, and whether it stands in a link.
    stack: list[tuple[LexborNode, Box, bool]] = [
        (child, top, False) for child in reversed(_children(root))
    ]
    for _ in range(MAX_STEPS):
        if not stack:
            break
        node, box, linked = stack.pop()
        tag = node.tag or "-"
        if tag == "-text":
            _count(box, node.text_content or "", linked=linked)
            continue
        attributes = node.attributes
        if tag in DROPPED or tag[0] in "-!" or (attributes and is_hidden(attributes)):
            measured.out.add(node.mem_id)
            continue
        names = _names(attributes)
        beside = bool(names) and tag not in _WHOLE and _says_beside(names)
        if tag in BLOCKS or beside:
            box.has_blocks = True
            box = Box(node, tag, box, box.depth + 1, names, is_beside=beside)
            measured.boxes.append(box)
            if box.depth == MAX_DEPTH:
                measured.out.add(node.mem_id)
                continue
        inside = linked or tag == "a"
        stack.extend([(child, box, inside) for child in reversed(_children(node))])
    _sum_up(measured.boxes)
    return measured


def hidden_nodes(root: LexborNode) -> list[LexborNode]:
    """Return the outermost elements that nobody sees, or that are posts of other sites."""
    found = []
    stack = list(reversed(_elements(root)))
    for _ in range(MAX_STEPS):
        if not stack:
            break
        node = stack.pop()
        attributes = node.attributes
        if node.tag in _UNSEEN or (attributes and is_hidden(attributes)):
            found.append(node)
        else:
            stack.extend(reversed(_elements(node)))
    return found


def is_hidden(attributes: dict[str, str | None]) -> bool:
    """Tell whether nobody sees an element, or it is a post of some other site."""
    return (
        is_unseen(attributes)
        or attributes.get("aria-hidden") == "true"
        or is_embedded(attributes.get("class") or "")
    )


@lru_cache(maxsize=2_048)  # a page has few names, many times
def _says_beside(names: str) -> bool:
    return bool(_BESIDE.search(names))


def _names(attributes: dict[str, str | None]) -> str:
    if not attributes:
        return ""
    return f"{attributes.get('class') or ''} {attributes.get('id') or ''}"[:500].strip()


def _children(node: LexborNode) -> list[LexborNode]:
    return list(node.iter(include_text=True))


def _elements(node: LexborNode) -> list[LexborNode]:
    return [child for child in node.iter() if child.tag not in {"script", "style"}]


_COMMA = re.compile("[,،、，;；。]")


def _count(box: Box, text: str, *, linked: bool) -> None:
    text = text.strip()
    if not text:
        return
    size = len(text) if len(text) < 200 else len(" ".join(text.split()))
    if not text.isascii():
        size += sum("\u3040" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7af" for c in text)
    box.own += size
    box.commas += len(_COMMA.findall(text))
    if linked:
        box.own_linked += size


def _sum_up(boxes: list[Box]) -> None:
    for box in reversed(boxes):
        box.chars += box.own
        box.linked += box.own_linked
        box.prose += box.own if box.is_prose else 0
        if outer := box.parent:
            outer.chars += box.chars
            outer.linked += box.linked
            outer.prose += box.prose

"""Finds the article in a web page by itself: where its prose stands, and what stands beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.feeds import text
from bot.feeds.article_boxes import Box, Measured, measure
from bot.models import Block

_MOST = 0.5
"""Share of a page's prose from which on an element is around the article, whatever its name."""
_LITTLE = 250
"""Characters below which another way of reading is tried."""
_MIN_OWN = 25
"""Characters without links from which on a text speaks for the elements that it stands in."""
_CREDIT = (1.0, 0.5, 0.3, 0.22, 0.18)
"""How much of it the elements above a text are credited with, from the inside out."""
_MAX_COMMAS = 10
_LIKELY = re.compile(
    r"(?i)article|body|content|entry|hentry|main|page|post|text|blog|story|articulo|artikel"
)
_FAVOUR = 1.3
_SIBLING = 0.2
"""Share of the best score from which on what stands beside the best is part of the article."""
_MIN_REST = 200
"""Characters without which an element is not emptied of the articles in it."""
_LISTS = frozenset({"ul", "ol", "dl", "div", "section", "table", "center"})
_LINES = frozenset({"p", "h2", "h3", "h4", "h5", "h6"})


def article_blocks(page: LexborHTMLParser, limit: int) -> tuple[Block, ...]:
    """Return the blocks of the article in a page, at most `limit` characters; or none."""
    if page.body is None:
        return ()
    found = _found(page.body, limit, named=True)
    if _size(found) >= _LITTLE:
        return found
    # Some sites call the whole of a page by a name that elsewhere means a part beside the text.
    more = _found(page.body, limit, named=False)
    return more if _size(more) > _size(found) * 2 else found


def _found(root: LexborNode, limit: int, *, named: bool) -> tuple[Block, ...]:
    measured = measure(root)
    most = measured.boxes[0].prose * _MOST
    for box in _kept(measured) if named else ():
        if box.is_beside and box.prose <= most:
            measured.drop(box)
    top = _top(measured)
    if top is None:
        return ()
    roots = _with_siblings(measured, top)
    _tidy(measured, roots)
    blocks: list[Block] = []
    for box in roots:
        blocks += text.read_tree(
            box.node,
            dropped=lambda node, _: node.mem_id in measured.out,
            limit=limit - _size(blocks),
        )
    return tuple(blocks)


def _size(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _kept(measured: Measured) -> Iterator[Box]:
    """Yield the boxes that are not left out, nor in one that is, in the document's order."""
    for box in measured.boxes:
        if box.parent and box.parent.is_out:
            box.is_out = True
        elif not box.is_out:
            yield box


def _top(measured: Measured) -> Box | None:
    """Return the element that stands closest around the article."""
    for box in _kept(measured):
        unlinked = box.own - box.own_linked
        if unlinked < _MIN_OWN:
            continue
        points = (1 + min(box.commas, _MAX_COMMAS) + min(box.own / 100, 3)) * unlinked / box.own
        around = ([box] if box.has_blocks or not box.parent else []) + list(box.above())
        for outer, share in zip(around, _CREDIT, strict=False):
            outer.score += points * share
    return max((b for b in _kept(measured) if b.score), key=_worth, default=None)


def _worth(box: Box) -> float:
    likely = box.tag in {"article", "main"} or _LIKELY.search(box.names)
    return box.score * (1 - box.link_share) * (_FAVOUR if likely else 1)


def _with_siblings(measured: Measured, top: Box) -> list[Box]:
    """Return the parts of the article in order: pages set one in several elements."""
    return [box for box in _kept(measured) if box is top or _goes_with(box, top)]


def _goes_with(box: Box, top: Box) -> bool:
    if box.tag == top.tag == "div" and box.names and box.names == top.names:
        return box.prose > 0 and not any(outer is top for outer in box.above())
    if box.parent is not top.parent or box.link_share >= 0.25:
        return False
    return (box.tag == "p" and box.is_prose) or box.score >= max(10, top.score * _SIBLING)


def _tidy(measured: Measured, roots: list[Box]) -> None:
    """Leave out what stands in the article and is no part of it: lists of links, cards, titles."""
    inside = set(map(id, roots))
    for box in _kept(measured):
        if box.parent is None or id(box.parent) not in inside:
            continue
        inside.add(id(box))
        if _is_links(box) or box.tag == "h1":
            measured.drop(box)
    cards = [
        b for b in _kept(measured) if b.tag == "article" and id(b) in inside and b not in roots
    ]
    if sum(r.chars for r in roots) - sum(c.chars for c in cards) >= _MIN_REST:
        for card in cards:
            measured.drop(card)


def _is_links(box: Box) -> bool:
    if box.tag in _LISTS:
        return box.link_share > 0.5 and box.prose < _MIN_REST
    return box.tag in _LINES and box.link_share > 0.9

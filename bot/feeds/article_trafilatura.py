"""Finds the article in a web page with trafilatura, which need not be installed."""

from __future__ import annotations

import logging

from lxml import etree
from selectolax.lexbor import LexborHTMLParser, LexborNode
from trafilatura import bare_extraction

from bot.feeds import text
from bot.feeds.article_boxes import hidden_nodes
from bot.models import Block

# It warns of pages without an article, which are no fault.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

_AS_HTML = {
    "head": "h2", "list": "ul", "item": "li", "quote": "blockquote", "lb": "br", "row": "tr",
    "cell": "td", "code": "pre",
}  # fmt: skip
_KEPT = frozenset({"p", "table", "div", "body"})


def article_blocks(page: LexborHTMLParser, limit: int) -> tuple[Block, ...]:
    """Return the blocks of the article in a page, at most `limit` characters; or none.

    What nobody sees is taken out of `page` first. With precision, and without comments:
    https://trafilatura.readthedocs.io/en/latest/corefunctions.html
    """
    if page.body is None:
        return ()
    for node in hidden_nodes(page.body):
        node.decompose()
    found = bare_extraction(
        page.html or "", favor_precision=True, include_comments=False, include_formatting=True
    )
    if found is None or isinstance(found, dict):
        return ()
    for element in found.body.iter():
        element.tag = _tag(element)
    tree = LexborHTMLParser(etree.tostring(found.body, encoding="unicode", method="html"))
    return text.read_tree(tree.body, dropped=_is_no_element, limit=limit) if tree.body else ()


def _tag(element: etree._Element) -> str:
    """Return the tag of HTML that means what trafilatura's own, which is TEI's, means."""
    tag = str(element.tag)
    if tag == "hi":
        return "b" if element.get("rend") == "#b" else "span"
    return tag if tag in _KEPT else _AS_HTML.get(tag, "span")


def _is_no_element(_: LexborNode, tag: str) -> bool:
    return tag[0] in "-!"

"""Finds the article in a web page with trafilatura, which need not be installed."""

from __future__ import annotations

from itertools import takewhile

from selectolax.lexbor import LexborHTMLParser
from trafilatura import bare_extraction

from bot.feeds import text
from bot.models import Block

_AS_HTML = {"head": "h2", "list": "ul", "item": "li", "quote": "blockquote", "lb": "br", "row": "tr", "cell": "td", "code": "pre"}
_KEPT = frozenset({"p", "table", "div", "body"})


def article_blocks(html: str, limit: int) -> tuple[Block, ...]:
    """Return the blocks of the article in a page, at most `limit` characters; or none.

    https://trafilatura.readthedocs.io/en/latest/corefunctions.html
    """
    found = bare_extraction(
        html, favor_precision=True, include_comments=False, include_formatting=True
    )
    if found is None or isinstance(found, dict):
        return ()
    body = found.body
    for element in body.iter():
        if element.tag == "hi":
            element.tag = "b" if element.get("rend") == "#b" else "span"
        elif element.tag not in _KEPT:
            element.tag = _AS_HTML.get(element.tag, "span")
    from lxml.etree import tostring
    tree = LexborHTMLParser(tostring(body, encoding="unicode", method="html"))
    return text.read_tree(tree.body, dropped=lambda _, tag: tag[0] in "-!", limit=limit)

"""Finds the picture that a story's own web page names for itself."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from bot.feeds import links, raw

_MAX_PAGE = 512_000
"""Bytes of the page that are read: what it says of itself stands at its top."""
_NAMES = ("og:image:secure_url", "og:image:url", "og:image", "twitter:image", "twitter:image:src")


def page_picture(body: bytes, url: str) -> str | None:
    """Return the picture of a page that was found at `url`, or None if it names none to show.

    https://ogp.me/ says `og:image`; what X reads comes after it. Only the first 512 kB count, and
    a picture must be one that Discord would show.
    """
    start = body[:_MAX_PAGE]
    if raw.is_crowded(start):
        return None
    page = LexborHTMLParser(start)
    base_tag = page.css_first("base[href]")
    base = links.resolve(base_tag.attributes.get("href"), url) if base_tag else None
    named: dict[str, str] = {}
    for tag in page.css("meta[content]"):
        name = (tag.attributes.get("property") or tag.attributes.get("name") or "").strip().lower()
        if name not in _NAMES or name in named:
            continue
        # A page may name several: the first that can be shown is the one it is known by.
        if found := links.shown(tag.attributes.get("content"), base or url):
            named[name] = found
    return next((named[name] for name in _NAMES if name in named), None)

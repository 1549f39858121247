"""Web pages for tests, written by us: an article with what sites set around it."""

from __future__ import annotations

from bot.feeds import article
from bot.models import Page

URL = "https://harbour.example/news/night-ferry"
TITLE = "Night ferry sails again after two years"
PARAGRAPHS = tuple(
    """
The night ferry between the old harbour and the island of Skarn sailed on Friday for the first
time in two years, with 212 passengers, forty cars and one very seasick orchestra on board.

The council closed the line in 2024, after the engine of the only ship failed twice in a month,
and the repair was found to cost more than the ship itself was worth.

A new ship, which runs on batteries and was paid for by the region, now makes the crossing in
three hours and ten minutes, nearly an hour faster than the one before it.

Islanders say that the ferry decides whether their children can stay: without it, the last boat
home left the mainland at four in the afternoon, before most schools closed.

The council will decide in March whether the ferry also sails on Sundays, which the hotels on the
island want and the union of the crew so far refuses.
""".strip()
    .replace("\n\n", "|")
    .replace("\n", " ")
    .split("|")
)


def paragraphs(*texts: str) -> str:
    """Set texts as paragraphs."""
    return "".join(f"<p>{text}</p>\n" for text in texts)


def html(body: str, head: str = "", *, lang: str = "en") -> bytes:
    """Set a page with the usual surroundings of an article."""
    return f"""<!doctype html><html lang="{lang}"><head><meta charset="utf-8">
<title>{TITLE} | The Harbour Gazette</title>
<meta property="og:site_name" content="The Harbour Gazette">{head}</head><body>
<header><nav><a href="/">Home</a> <a href="/news">News</a>
<a href="/login">Log in</a></nav></header>
<main>{body}</main>
<footer><p>The Harbour Gazette is published daily in the old harbour, and has been since 1871, by
the people who also print the timetable. <a href="/imprint">Imprint</a></p></footer>
</body></html>""".encode()


def story(*extra: str, before: str = "", head: str = "") -> bytes:
    """Set the article, with something before and behind its paragraphs."""
    told = paragraphs(*PARAGRAPHS)
    return html(
        f"<article><h1>{TITLE}</h1><div class='story-text'>{before}{told}{''.join(extra)}</div>"
        "</article>",
        head or '<meta property="og:type" content="article">',
    )


def read(body: bytes, url: str = URL, content_type: str = "text/html") -> Page:
    """Read a page as the worker does."""
    return article.read_page(body, url, content_type)


def texts(page: Page) -> list[str]:
    """Return the text of a page's blocks."""
    return [block.text for block in page.blocks]

"""Pure: which text of a story is the one to explain it from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from bot.explain.alike import stems
from bot.explain.sections import publisher_sections
from bot.models import Article, BlockKind, Material, Page

_BEGINNING = 6
_SAME = 0.4
"""Share of the headline's stems."""
LONG_ENOUGH = 1_200
"""Characters of text that a feed carries itself, from which on the page is left alone."""


def has_enough(article: Article) -> bool:
    """Tell whether the feed's own content is enough, so that the page need not be asked for.

    That is text of some length, or the publisher's own sections.
    """
    return _length(article) > LONG_ENOUGH or bool(publisher_sections(article.blocks))


# "VIENNA (Reuters) — ", "NEW YORK, Nov. 20 – ": where and by whom it was told is no part of what
# is told, and would open the one sentence that a post shows.
_DATELINE = re.compile(
    r"(?:[A-Z]{2}[A-Z.'’-]*(?: [A-Z][A-Z.'’-]+){0,3})(?:, [A-Z][\w.'’ ]{1,24}){0,2}"
    r"(?: ?\([A-Z][\w .&/-]{1,30}\))? ?(?:—|–|--? ) ?(?=[“\"‘']?[A-Z])"
)


def material_of(
    article: Article,
    page: Page | None = None,
    others: Iterable[Article] = (),
    earlier: Iterable[Article] = (),
) -> Material:
    """Return what a story is explained from, each part in the form in which it is quoted."""
    told = with_page(article, page)
    return Material(_without_dateline(told), of_others(article, others), tuple(earlier))


def _without_dateline(article: Article) -> Article:
    """Take the dateline from the first paragraph of a text."""
    for place, block in enumerate(article.blocks):
        if block.kind is BlockKind.PARAGRAPH:
            if found := _DATELINE.match(block.text):
                bare = replace(block, text=block.text[found.end() :], lead="")
                blocks = (*article.blocks[:place], bare, *article.blocks[place + 1 :])
                return replace(article, blocks=blocks)
            break
    return article


def wants_page(article: Article, *, explained: bool = False) -> bool:
    """Tell whether a story's own page can add to it: its text, or the picture of its post."""
    return article.link is not None and (
        article.image is None or not (explained or has_enough(article))
    )


def with_page(article: Article, page: Page | None) -> Article:
    """Return an article with its page's text, where that is the fuller one."""
    if page is None or page.trouble is not None or has_enough(article):
        return article
    # What stands on a page is its site's word, whoever has sent us there.
    publisher = page.publisher or article.publisher
    fuller = replace(
        article,
        blocks=page.blocks,
        publisher=publisher,
        credit=publisher,
        link=page.url,
        published=min(page.published or article.published, article.published),
        language=page.language or article.language,
    )
    if _length(fuller) <= _length(article) or not _is_of(article, page):
        return article
    return fuller


def _is_of(article: Article, page: Page) -> bool:
    """Tell whether a page is that of the article, and no other that its address leads to now.

    Enough of the headline's words must be in the page's own, or in how its text begins.
    """
    wanted = stems(article.title)
    beginning = " ".join(block.text for block in page.blocks[:_BEGINNING])
    found = stems(f"{page.title} {page.teaser} {beginning}")
    return len(wanted & found) >= _SAME * len(wanted)


def of_others(article: Article, others: Iterable[Article]) -> tuple[Article, ...]:
    """Leave of a story's other articles those that other publishers wrote, one of each."""
    found = {article.publisher: article}
    for other in others:
        found.setdefault(other.publisher, other)
    return tuple(found.values())[1:]


def article_of_page(page: Page, link: str, seen: int) -> Article:
    """Make the article of a page that somebody asked about; its date is 0 where it tells none."""
    publisher = _vouched(page.publisher, link)
    return Article(
        title=page.title,
        link=link,
        teaser=page.teaser,
        publisher=publisher,
        published=min(page.published or 0, seen),
        image=page.picture,
        blocks=page.blocks,
        credit=publisher,
        language=page.language,
    )


def _vouched(name: str, link: str) -> str:
    """Return the name that a site gives itself, with its host behind it.

    Anybody may call a page "The Gazette", and a member may ask about any page.
    """
    host = (urlsplit(link).hostname or "").removeprefix("www.")
    return name if not name or name.casefold() == host else f"{name} ({host})"


def _length(article: Article) -> int:
    return sum(len(b.text) for b in article.blocks if b.kind is not BlockKind.HEADING)

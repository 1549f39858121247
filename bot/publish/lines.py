"""Pure: what a story is called in a list, by headline and publisher."""

from __future__ import annotations

from bot.models import Article
from bot.publish import sections
from bot.publish.escape import fit
from bot.words import tr


def headline(article: Article, longest: int, longest_link: int) -> str:
    """Name an article in bold, as a link where its address is not too long.

    The name has at most `longest` characters, the address `longest_link`, as it is written.
    """
    words = " ".join((article.title or article.teaser).split()) or tr("(untitled)")
    text = fit(words, longest)
    linked = sections.linked(text, article.link, longest_link)
    # What would end a link is written in three characters in place of one.
    return f"**{linked if len(linked) <= len(text) + longest_link + len('[]()') else text}**"


def publisher(article: Article, longest: int) -> str:
    """Name who has published an article."""
    return fit(" ".join(article.publisher.split()) or tr("Unknown publisher"), longest)


def ago(article: Article) -> list[str]:
    """Say how long ago it was, in the reader's own time; nothing where that is not known."""
    return [f"<t:{article.published // 1000}:R>"] if article.published else []

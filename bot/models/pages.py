"""What the web page of a story comes to: its article, or why it has none to read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.models.entries import Block
from bot.models.said import said
from bot.models.times import Millis


class PageTrouble(StrEnum):
    """Why a page's article cannot be read."""

    PAYWALL = "paywall"
    """It, or the part behind its first lines, is for subscribers."""
    CONSENT = "consent"
    """It asks for consent to cookies, and shows nothing before."""
    SCRIPT = "script"
    """It is a program that would have to be run."""
    BOT_WALL = "bot-wall"
    """It wants proof that a person is reading, or turns programs away."""
    NOT_ARTICLE = "not-article"
    """It is a home, section or search page, or anything else that leads to articles."""
    NO_TEXT = "no-text"
    """No article was found in it."""

    @property
    def words(self) -> str:
        """Say it to a person, in one sentence."""
        return _WORDS[self]


_WORDS = {
    PageTrouble.PAYWALL: said("The publisher sells this article: its text is not used."),
    PageTrouble.CONSENT: said("The page shows its text only to readers who accept its cookies."),
    PageTrouble.SCRIPT: said("The page has no text of its own: it must be opened in a browser."),
    PageTrouble.BOT_WALL: said("The site shows the page to people only, and turns programs away."),
    PageTrouble.NOT_ARTICLE: said("The page leads to articles, and is none itself."),
    PageTrouble.NO_TEXT: said("No article was found on the page."),
}


@dataclass(frozen=True, slots=True)
class Page:
    """A web page, as read and cleaned; everything in it is still hostile."""

    url: str
    """Where it was found in the end, after all redirects."""
    title: str = ""
    teaser: str = ""
    """What it says of itself in a sentence or two."""
    publisher: str = ""
    """The name that its site gives itself; else its host."""
    published: Millis | None = None
    """As dated by the page, if that date can be read and makes sense; may lie ahead of now."""
    picture: str | None = None
    language: str = ""
    """As the page says it: "en", "de-AT"; may be empty."""
    blocks: tuple[Block, ...] = ()
    """The article in order, without its title; empty where there is a trouble."""
    trouble: PageTrouble | None = None

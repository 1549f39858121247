"""What looking for a page's feeds can come to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.models.entries import FeedDocument
from bot.models.feeds import FeedLink, Fetched


class Clue(StrEnum):
    """How a feed came to be looked for; the value says it to a person."""

    ITSELF = "the address itself is a feed"
    NAMED = "the page names it"
    SITE = "known of this site"
    LINKED = "the page links to it"
    USUAL = "it stands where feeds usually stand"


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that was fetched and read, with its document: nobody need fetch it again."""

    asked: str
    """The address that was asked for; the place to poll where a redirect from it may end."""
    fetched: Fetched
    document: FeedDocument
    clue: Clue
    title: str = ""
    """Its own title, or else the one that it was named with; may be empty."""

    @property
    def url(self) -> str:
        """Where it was found in the end, after all redirects."""
        return self.fetched.url

    @property
    def entries(self) -> int:
        """How many entries its document has."""
        return len(self.document.entries)


@dataclass(frozen=True, slots=True)
class Discovered:
    """The feeds of an address, at least one; the likeliest first."""

    feeds: tuple[FoundFeed, ...]
    unread: tuple[FeedLink, ...] = ()
    """What the page names besides, and was not looked at, so as not to burden the site."""


@dataclass(frozen=True, slots=True)
class DiscoverFailed:
    """No feed was found."""

    reason: str
    """In words for a person: what was tried and the way out."""


DiscoverOutcome = Discovered | DiscoverFailed

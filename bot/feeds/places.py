"""Pure: what a person means by an address, and an address taken apart for rules about sites."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlencode, urlsplit

NAME = re.compile(r"[\w.+-]{1,100}", re.ASCII)
"""What sites call people, projects and forums."""
HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+")

_MOST_FIELDS = 100
_HANDLE = re.compile(r"@([\w.-]{1,64})@([\w-]+(?:\.[\w-]+)+)", re.ASCII)
_SUBREDDIT = re.compile(r"/?(r|u|user)/([\w+-]{2,50})/?", re.ASCII)
_BARE = re.compile(rf"{HOST.pattern}\.?(?::\d{{1,5}})?(?:[/?#].*)?", re.DOTALL)
_FEED_SCHEME = re.compile(r"feed:(?://)?(?=\S+\.)", re.IGNORECASE)
"""What Apple's and other readers wrote before a feed's address, or instead of its scheme."""


@dataclass(frozen=True, slots=True)
class Place:
    """A URL taken apart: its host without `www.`, and the parts of its path that hold anything."""

    host: str
    origin: str
    """Scheme, host and port, as given."""
    path: tuple[str, ...]
    query: Mapping[str, list[str]]
    has_own_port: bool

    @property
    def first(self) -> str:
        """The path's first part; empty for a home page."""
        return self.path[0] if self.path else ""

    @property
    def last(self) -> str:
        """The path's last part; empty for a home page."""
        return self.path[-1] if self.path else ""

    def asked(self, *names: str) -> str:
        """Return these fields of the query, as a query."""
        kept = {name: self.query[name][0] for name in names if name in self.query}
        return f"?{urlencode(kept)}" if kept else ""


def address_of(written: str) -> str:
    """Return the URL that a person means: feed: links, bare names, r/… and @user@instance too.

    What is none of these comes back as it is, without the blanks around it.
    """
    tidy = written.strip().removeprefix("<").removesuffix(">").strip()
    tidy = _FEED_SCHEME.sub("", tidy, count=1)
    if handle := _HANDLE.fullmatch(tidy):
        return f"https://{handle[2]}/@{handle[1]}"
    if forum := _SUBREDDIT.fullmatch(tidy):
        return f"https://www.reddit.com/{forum[1]}/{forum[2]}/"
    return f"https://{tidy}" if _BARE.fullmatch(tidy) else tidy


def place_of(url: str) -> Place | None:
    """Take a URL apart; None for what is no http(s) URL, and for one with a user in it."""
    try:
        url.encode()
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").removeprefix("www.")
        own_port = parts.port not in {None, 80, 443}
        query = parse_qs(parts.query, max_num_fields=_MOST_FIELDS)
    except ValueError:  # half characters, a broken IPv6 address or port, too many fields
        return None
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None:
        return None
    path = tuple(part for part in parts.path.split("/") if part)
    return Place(host, f"{parts.scheme}://{parts.netloc}", path, query, own_port)


def kept(part: str) -> str:
    """Return a part of a path as it can stand in another URL."""
    return quote(part, safe="%@~.-_+:,!$'()*;=")

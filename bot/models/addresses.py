"""The address of a feed: what makes two of them the same, and whose server it burdens."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import SplitResult, urlsplit

_USUAL_PORTS = {80, 443, None}

# Hosts that serve many publishers from one machine room, and count a reader's requests to all
# of them together.
_SHARED = (
    "blogspot.com", "feedburner.com", "livejournal.com", "medium.com", "reddit.com",
    "substack.com", "tumblr.com", "wordpress.com", "youtube.com",
)  # fmt: skip


@dataclass(frozen=True)
class FeedAddress:
    """A feed's URL; it must be one that `urlsplit` takes."""

    url: str

    @cached_property
    def canonical(self) -> str:
        """What two addresses of one feed have in common: all but scheme, port and fragment."""
        parts = self._parts
        query = f"?{parts.query}" if parts.query else ""
        port = "" if parts.port in _USUAL_PORTS else f":{parts.port}"
        return f"{parts.hostname or ''}{port}{parts.path or '/'}{query}"

    @cached_property
    def host(self) -> str:
        """Whose server it is; the publishers of a shared host are one, and so is `www.`."""
        name = (self._parts.hostname or "").removeprefix("www.").rstrip(".")
        for shared in _SHARED:
            if name == shared or name.endswith(f".{shared}"):
                return shared
        return name

    @property
    def is_shared(self) -> bool:
        """Tell whether its host serves many publishers, and tires of a reader as a whole."""
        return self.host in _SHARED

    def is_upgraded_to(self, target: str) -> bool:
        """Tell whether a target is the same address but for https in place of http."""
        other = FeedAddress(target)
        return (
            self._parts.scheme == "http"
            and other._parts.scheme == "https"
            and self.canonical == other.canonical
        )

    @cached_property
    def _parts(self) -> SplitResult:
        return urlsplit(self.url)

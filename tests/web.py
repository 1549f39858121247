"""A web of documents that are handed out by address, for what only ever asks through `fetch`."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.feeds.parse import parse
from bot.models import (
    Fetched,
    FetchFailed,
    FetchOutcome,
    ParseOutcome,
    Trouble,
    Validators,
)

MISSING = FetchFailed("The site answered 404: there is nothing at this address.", None,
                      Trouble.MISSING)  # fmt: skip
BUSY = FetchFailed("The site answered 429: we asked too often.", None, Trouble.BUSY)
BROKEN = FetchFailed("The site answered 500: it has a fault of its own.")


@dataclass
class Web:
    """Answers by address: a document, a failure, or (final address, document); else 404."""

    answers: dict[str, bytes | FetchFailed | tuple[str, bytes]]
    asked: list[str] = field(default_factory=list)

    async def fetch(self, url: str, validators: Validators) -> FetchOutcome:
        assert validators == Validators(), "whoever looks for feeds wants whole documents"
        self.asked.append(url)
        match self.answers.get(url, MISSING):
            case FetchFailed() as failed:
                return failed
            case (final, body):
                return Fetched(body, final)
            case body:
                return Fetched(body, url)

    async def parse(self, fetched: Fetched) -> ParseOutcome:
        return parse(fetched.body, fetched.url, fetched.content_type)


def page(*head: str, body: str = "") -> bytes:
    """Write a web page with these lines in its head."""
    lines = "\n".join(head)
    return f"<!doctype html><html><head>{lines}</head><body>{body}</body></html>".encode()


def named(href: str, title: str = "", kind: str = "rss+xml") -> str:
    """Write the line of a page's head that names a feed."""
    return f'<link rel="alternate" type="application/{kind}" title="{title}" href="{href}">'

"""Finds the feeds of an address that a person gives: a site, a channel, a project, an account.

Only for the moment when somebody subscribes; a poll never looks for anything. The order is the
order of certainty: a rule about the site, which needs no page; the address itself; what its page
names for programs; what its form suggests; what its page links to; where feeds usually stand.
The first of them that holds a feed ends the search.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from urllib.parse import urlsplit

from bot.feeds import hosts
from bot.feeds.places import address_of
from bot.models import (
    Clue,
    Discovered,
    DiscoverFailed,
    DiscoverOutcome,
    Entry,
    FeedDocument,
    FeedLink,
    Fetched,
    FetchFailed,
    FetchOutcome,
    FoundFeed,
    NotModified,
    ParseFailed,
    ParseOutcome,
    Trouble,
    Validators,
    WebPage,
)
from bot.models.said import said, said_each

Fetch = Callable[[str, Validators], Awaitable[FetchOutcome]]
Parse = Callable[[Fetched], Awaitable[ParseOutcome]]

MAX_REQUESTS = 12
"""Of one search, the page included; one after the other, so that no site meets a crowd."""
MAX_SECONDS = 60.0
_SAME = 5
"""Newest entries that must be the same before feeds of different lengths count as one."""
_COMMENT = re.compile(r"comment-?\d|c\d{6}")
_TRIALS = {
    Clue.NAMED: said("what it names"),
    Clue.SITE: said("what is known of such sites"),
    Clue.LINKED: said("its links that look like feeds"),
    Clue.USUAL: said("the usual addresses"),
}
_LISTED = said("the lists that it links to")
_YOUTUBE = said(
    "Give the channel's address with its id, https://www.youtube.com/channel/UC…: on the channel, "
    "open its description, then Share channel, then Copy channel ID."
)
_WAY_OUT = said(
    "Look on the site for a link called RSS or Feed, and give its address; not every site has one."
)


async def discover(
    place: str, fetch: Fetch, parse: Parse, *, seconds: float = MAX_SECONDS
) -> DiscoverOutcome:
    """Find the feeds of `place`, each of them fetched and read; at most 12 requests.

    Of feeds that hold the same entries (RSS and Atom of one site) the first counts, and empty
    ones are left out where others are not. After `seconds`, what was found until then counts.
    """
    search = _Search(fetch, parse)
    url = address_of(place)
    if name := hosts.feedless(url):
        return DiscoverFailed(
            said(
                "{name} offers no feeds. See whether the same people have a site, a newsletter, a "
                "YouTube channel, or an account on Mastodon or Bluesky, and give that address.",
                name=name,
            )
        )
    try:
        async with asyncio.timeout(seconds):
            failed = await search.run(url)
    except TimeoutError:
        failed = said(
            "Looking for feeds took longer than {seconds} s. Give a feed's own address.",
            seconds=f"{seconds:g}",
        )
    return search.outcome(failed)


class _Search:
    """One search: what was asked for, and what it brought."""

    def __init__(self, fetch: Fetch, parse: Parse) -> None:
        self._fetch = fetch
        self._parse = parse
        self._requests = 0
        self._seen: set[str] = set()
        self._found: list[FoundFeed] = []
        self._pages: list[WebPage] = []
        self._unread: tuple[FeedLink, ...] = ()
        self._trials: list[str] = []

    def outcome(self, failed: str) -> DiscoverOutcome:
        """Return what was found; the failure counts only if that is nothing."""
        filled = [found for found in self._found if found.entries]
        feeds = tuple(filled or self._found[:1])
        return Discovered(feeds, self._unread) if feeds else DiscoverFailed(failed)

    async def run(self, url: str) -> str:
        """Search in order of certainty; return why there is nothing, should nothing be found."""
        hindrance = await self._try(hosts.certain(url), Clue.SITE)
        if hindrance is not None and _is_firm(hindrance):
            return hindrance.reason  # the page could name no better address than these
        return "" if self._found else await self._run_page(url)

    async def _run_page(self, url: str) -> str:
        answer = await self._open(url)
        if isinstance(answer, FetchFailed):
            return answer.reason
        fetched, parsed = answer
        if isinstance(parsed, FeedDocument):
            self._found = [FoundFeed(url, fetched, parsed, Clue.ITSELF, parsed.title)]
            return ""
        why = parsed.reason.rstrip(".")
        if parsed.page is None:
            return f"{why}."
        await self._look_around(url, fetched.url, parsed.page)
        way_out = _YOUTUBE if hosts.is_youtube(url) else _WAY_OUT
        if not self._trials:
            return said("{reason_1}, and it names none. {reason_2}", reason_1=why, reason_2=way_out)
        return said(
            "{reason_1}, and no feed is at any of these: {reason_2}. {reason_3}",
            reason_1=why,
            reason_2=said_each(self._trials),
            reason_3=way_out,
        )

    async def _look_around(self, url: str, final: str, page: WebPage) -> None:
        """Try what a page names, suggests, links to, and where feeds usually stand."""
        moved = hosts.certain(final) if final != url else ()
        tiers = (
            (Clue.NAMED, page.feeds),
            (Clue.SITE, (*moved, *hosts.likely(final))),
            (Clue.LINKED, page.leads),
            (Clue.USUAL, hosts.usual(final)),
        )
        for clue, feeds in tiers:
            hindrance = await self._try(feeds, clue)
            if clue is Clue.LINKED and not self._found:
                # "RSS" at a page's foot often leads to a list of feeds; no further than that.
                lists, self._pages = self._pages, []
                hindrance = await self._try(_listed(lists), clue, _LISTED) or hindrance
            if self._found or _is_busy(hindrance):
                return

    async def _try(
        self, feeds: Iterable[FeedLink], clue: Clue, name: str = ""
    ) -> FetchFailed | None:
        """Read feeds one after the other; return the failure that speaks most for the rest."""
        reasons: list[str] = []
        hindrance: FetchFailed | None = None
        waiting = deque(feeds)
        while waiting and self._requests < MAX_REQUESTS and not _is_busy(hindrance):
            feed = waiting.popleft()
            if feed.url in self._seen:
                continue
            failed = await self._read(feed, clue)
            reasons.append(failed.reason.rstrip(".") if failed else "")
            if isinstance(failed, FetchFailed) and not _is_firm(hindrance):
                hindrance = failed
            if failed is None and clue is Clue.USUAL:
                break  # the others would be the same once more
        if clue is not Clue.USUAL:  # guesses are nobody's word, and not worth telling of
            self._unread = tuple(feed for feed in waiting if feed.url not in self._seen)
        if reasons:
            self._trials.append(_trial(name or _TRIALS[clue], reasons))
        return hindrance

    async def _read(self, feed: FeedLink, clue: Clue) -> FetchFailed | ParseFailed | None:
        """Fetch and read what may be a feed; keep it if it is one that is not there yet."""
        answer = await self._open(feed.url)
        if isinstance(answer, FetchFailed):
            return answer
        fetched, parsed = answer
        if isinstance(parsed, ParseFailed):
            if clue is Clue.LINKED and parsed.page:
                self._pages.append(parsed.page)
            return parsed
        if are_comments(parsed.entries):
            return ParseFailed(said("It holds the comments of readers"))
        if not any(_is_known(found, fetched, parsed) for found in self._found):
            title = parsed.title or feed.title
            self._found.append(FoundFeed(feed.url, fetched, parsed, clue, title))
        return None

    async def _open(self, url: str) -> FetchFailed | tuple[Fetched, ParseOutcome]:
        self._requests += 1
        self._seen.add(url)
        outcome = await self._fetch(url, Validators())
        match outcome:
            case FetchFailed():
                return outcome
            case NotModified():
                return FetchFailed(
                    said("The site says that nothing changed, though it was not asked.")
                )
        self._seen.add(outcome.url)
        return outcome, await self._parse(outcome)


def _trial(where: str, reasons: Sequence[str]) -> str:
    if len(reasons) != 1:
        return said("{reason} ({n})", reason=where, n=len(reasons))
    return said("{reason_1} (1: {reason_2})", reason_1=where, reason_2=reasons[0])


def _is_busy(failed: FetchFailed | None) -> bool:
    """Tell whether the site wants peace."""
    return failed is not None and failed.trouble is Trouble.BUSY


def _is_firm(failed: FetchFailed | None) -> bool:
    """Tell whether a failure says more than that there is nothing at one address."""
    return failed is not None and failed.trouble not in {Trouble.MISSING, Trouble.GONE}


def _is_known(found: FoundFeed, fetched: Fetched, document: FeedDocument) -> bool:
    return found.url == fetched.url or is_same(found.document.entries, document.entries)


def _listed(pages: Iterable[WebPage]) -> list[FeedLink]:
    feeds = [feed for page in pages for feed in (*page.feeds, *page.leads)]
    return list({feed.url: feed for feed in feeds}.values())


def are_comments(entries: Sequence[Entry]) -> bool:
    """Tell whether all entries lead to readers' comments, in whatever language they are titled.

    WordPress names such a feed on the page of every post, as if it were one of the site's own.
    """
    fragments = [urlsplit(entry.link or "").fragment for entry in entries]
    return bool(fragments) and all(map(_COMMENT.match, fragments))


def is_same(one: Sequence[Entry], other: Sequence[Entry]) -> bool:
    """Tell whether two feeds' entries are the same: their titles, and their links or their guids.

    A section's feed is part of the whole site's and yet another one. So all entries must agree,
    or the newest five of feeds that are cut off at different lengths.
    """
    shorter = min(len(one), len(other))
    if len(one) != len(other) and shorter < _SAME:
        return False
    return any(
        names == _names(other[:shorter], guid=guid)
        for guid in (False, True)
        if (names := _names(one[:shorter], guid=guid))
    )


def _names(entries: Sequence[Entry], *, guid: bool) -> set[tuple[str, str]]:
    """Return what tells entries apart; nothing where one of them lacks it."""
    names = {(entry.title, (entry.guid if guid else _bare(entry.link)) or "") for entry in entries}
    return names if all(name for _, name in names) else set()


def _bare(link: str | None) -> str:
    parts = urlsplit(link or "")
    return parts._replace(scheme="", netloc=parts.netloc.removeprefix("www.")).geturl()

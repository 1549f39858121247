"""Servers' own topics and feeds: nobody else sees them, and they reach nothing of ours."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.models import (
    DAY,
    HOUR,
    ExplainedStory,
    Fetched,
    FetchFailed,
    OwnFeed,
    Page,
    SourceKind,
    Topic,
    Trouble,
)
from bot.newsroom import (
    MOST_FEEDS,
    MOST_TOPICS,
    Added,
    Asker,
    Full,
    NoOwnTopic,
    NotExplained,
    OwnStory,
    Placing,
    Removed,
    Restored,
    StoryGone,
    UnknownTopic,
)
from bot.newsroom.departures import GRACE
from bot.newsroom.housekeeping import DROPPED_KEPT
from bot.newsroom.presence import EVERY
from bot.publish.topics import named
from bot.store import Tx
from tests.loopback.feeds import item, rss
from tests.newsdesk import (
    CHANNEL,
    FEED,
    GUILD,
    MEMBER,
    OTHER,
    REGION,
    START,
    TOWN,
    Desk,
    dated,
    desk,
    story,
)
from tests.test_relatives import FIRST, OTHERS, SECOND

MINE, THEIRS = Asker(MEMBER, GUILD), Asker(31, 11)
PAID = "https://paid.example/feed.xml?key=s3cret"


def holds(at: Desk, url: str, *items: str, title: str = "Paid") -> None:
    at.web.answers[url] = Fetched(rss(title, items), url, "application/rss+xml")


async def bring(at: Desk, url: str = PAID, title: str = "Chess", asker: Asker = MINE) -> Topic:
    """Put a feed in a topic of a server that is made for it."""
    found = await at.newsroom.own.find(asker, url)
    assert isinstance(found, Placing)
    made = await at.newsroom.own.make(asker, found.number, title, "")
    assert isinstance(made, Added)
    return made.topic


async def latest(at: Desk, topic: str, asker: Asker = MINE) -> str | None:
    told = await at.newsroom.latest(topic, asker)
    return told.story.article.title if isinstance(told, ExplainedStory) else None


# ── who gets it ──────────────────────────────────────────────────────────────────────────


async def test_an_own_topic_is_posted_in_its_server_and_unknown_in_any_other(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as at:
        holds(at, PAID, story("Opening", START - HOUR))
        topic = await bring(at)
        assert (topic.name, topic.code, topic.guild_id) == (f"{GUILD}/chess", "chess", GUILD)
        await at.subscribe("Chess")
        await at.newsroom.poll_due()
        holds(at, PAID, story("Gambit", START + HOUR), story("Opening", START - HOUR))
        await at.poll()
        assert at.channels.titles == ["Gambit"]
        assert at.channels.messages[0][2]["embeds"][0]["footer"]["text"] == "Chess"
        for named in ("chess", "Chess", topic.name):
            assert isinstance(await at.newsroom.latest(named, THEIRS), UnknownTopic)
        assert at.newsroom.topics == (TOWN, REGION)
        assert at.newsroom.topics_in(11) == (TOWN, REGION)
        assert [t.title for t in at.newsroom.topics_in(GUILD)] == ["Town", "Region", "Chess"]


async def test_a_restart_keeps_own_topics_and_their_feeds(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        holds(at, PAID, story("Opening", START - HOUR))
        await bring(at)
        assert await latest(at, "chess") == "Opening"
    async with desk(tmp_path, now=START + DAY) as at:
        assert await latest(at, "chess") == "Opening"
        assert at.web.asked_in_public == [PAID]


async def test_a_servers_topic_and_one_of_the_catalogue_of_that_name_are_both_found(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as at:
        holds(at, PAID, story("Opening", START - HOUR))
        await bring(at)
    chess = Topic("chess", "Chess", "", "", (OTHER,))
    async with desk(tmp_path, topics=(TOWN, chess)) as at:
        own = replace(chess, name=f"{GUILD}/chess", feeds=(PAID,), guild_id=GUILD)
        for typed, meant in (("chess", chess), (own.name, own), ("Chess", own)):
            assert at.newsroom.topic(typed, GUILD) == meant
        offered = [thing.value for thing in named(at.newsroom.topics_in(GUILD))]
        assert [at.newsroom.topic(value, GUILD) for value in offered] == [TOWN, chess, own]
        (alone,) = named([own], at.newsroom.topics_in(GUILD))
        assert at.newsroom.topic(alone.value, GUILD) == own
        found = await at.newsroom.own.find(MINE, OTHER, "chess")
        assert not isinstance(found, NoOwnTopic)
        assert at.newsroom.topic("chess", 11) == chess


async def test_a_name_of_the_catalogue_never_looks_like_a_servers_own(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="10/chess"):
        async with desk(tmp_path, topics=(replace(TOWN, name="10/chess"),)):
            raise AssertionError


async def test_a_feed_of_two_servers_tells_neither_what_the_other_calls_its_topic(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as at:
        holds(at, PAID, story("Opening", START - HOUR))
        await bring(at, title="Secret plans")
        await bring(at, title="Chess", asker=THEIRS)
        told = await at.newsroom.latest("chess", THEIRS)
        assert isinstance(told, ExplainedStory)
        for asker, title in ((MINE, "Secret plans"), (THEIRS, "Chess")):
            again = await at.newsroom.explained(told.story.id, asker)
            assert again is not None
            assert again.topic.title == title
        assert await at.newsroom.explained(told.story.id, Asker(32, 12)) is None
        assert await at.newsroom.explained(told.story.id, Asker(32)) is None
        stranger = Asker(32, 12)
        assert await at.newsroom.follows.story(stranger, told.story.id) == StoryGone()
        assert not await at.newsroom.feedback.praise(told.story.id, stranger)
        assert await at.newsroom.follows.story(MINE, told.story.id) == OwnStory()


# ── what it reaches ──────────────────────────────────────────────────────────────────────


async def test_own_feeds_come_from_public_addresses_unless_the_catalogue_has_them_too(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as at:
        holds(at, PAID, story("Opening", START - HOUR))
        holds(at, FEED, story("Bridge", START - HOUR))
        await bring(at)
        await bring(at, FEED, "Ours")
        at.web.asked_in_public.clear()
        await latest(at, "chess")
        await latest(at, "ours")
        assert at.web.asked_in_public == [PAID]
        assert [url for url, _ in at.web.asked] == [FEED]


async def test_the_page_of_a_servers_own_story_is_read_from_public_addresses_alone(
    tmp_path: Path,
) -> None:
    read: dict[str, list[str]] = {"any": [], "public": []}

    def reader(name: str) -> Callable[[str], Awaitable[Page | FetchFailed]]:
        async def read_page(url: str) -> Page | FetchFailed:
            read[name].append(url)
            return FetchFailed("It is down.")

        return read_page

    async with desk(tmp_path, page=reader("any"), asked_page=reader("public")) as at:
        holds(at, PAID, item("Inside", "http://10.0.0.5/admin", "inside", "Words."))
        holds(at, FEED, story("Bridge", START - HOUR))
        await bring(at)
        read["public"].clear()
        await latest(at, "chess")
        await latest(at, "town")
    assert read == {"any": ["https://gazette.example/bridge"], "public": ["http://10.0.0.5/admin"]}


async def test_an_own_feed_puts_no_words_into_the_stories_of_others(tmp_path: Path) -> None:
    """Whoever manages a server could else rewrite a newspaper's story for everybody."""
    link = "https://gazette.example/bridge"
    async with desk(tmp_path) as at:
        holds(at, PAID, item("A lie", link, "x", "Words.", published=dated(START - HOUR)))
        holds(at, FEED, item("Bridge", link, "y", "Words.", published=dated(START - HOUR)))
        await bring(at)
        assert await latest(at, "chess") == "A lie"
        assert await latest(at, "town", THEIRS) == "Bridge"
        told = await at.newsroom.explain_link(link, THEIRS)
        assert isinstance(told, ExplainedStory)
        assert told.story.article.title == "Bridge"


async def test_what_a_server_alone_gets_is_not_found_by_its_link_or_words(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        holds(at, PAID, story("Opening", START - HOUR))
        await bring(at)
        await latest(at, "chess")
        assert isinstance(
            await at.newsroom.explain_link("https://gazette.example/opening", THEIRS), NotExplained
        )
        for named in ("opening", "https://gazette.example/opening"):
            assert await at.newsroom.accounts.find(CHANNEL + 7, named, 11) is None
        assert await at.newsroom.accounts.find(CHANNEL, "opening", GUILD) is not None
        search = at.store.read
        assert await search(lambda tx: tx.archive.search("opening", 9, ["town", "region"])) == []
        assert (
            len(await search(lambda tx: tx.archive.search("opening", 9, [f"{GUILD}/chess"]))) == 1
        )
        assert len(await search(lambda tx: tx.archive.search("opening", 9))) == 1


async def test_what_a_server_alone_gets_is_background_to_its_own_stories_only(
    tmp_path: Path,
) -> None:
    items = [story(t, START - (20 + n) * DAY, teaser=told) for n, (t, told) in enumerate(OTHERS)]
    first = story(FIRST[0], START - 9 * DAY, teaser=FIRST[1])
    second = story(SECOND[0], START, teaser=SECOND[1])
    async with desk(tmp_path) as at:
        holds(at, PAID, first)
        holds(at, FEED, second, *items)
        await bring(at)
        await latest(at, "chess")
        told = await at.newsroom.latest("town", THEIRS)
        assert isinstance(told, ExplainedStory)
        assert told.explainer.sources == ()
        holds(at, PAID, first, story(f"{SECOND[0]} again", START, teaser=SECOND[1]))
        at.wait(DAY)
        told = await at.newsroom.latest("chess", MINE)
        assert isinstance(told, ExplainedStory)
        assert SourceKind.EARLIER in {source.kind for source in told.explainer.sources}


async def test_an_own_feed_that_moves_to_a_feed_of_others_does_not_become_it(
    tmp_path: Path,
) -> None:
    """It would take its articles along to everybody who gets that one."""
    async with desk(tmp_path) as at:
        holds(at, PAID, story("A lie", START - HOUR), story("Bridge", START - DAY))
        holds(at, FEED, story("Bridge", START - DAY))
        await bring(at)
        await at.subscribe("chess")
        await at.newsroom.poll_due()
        moved = Fetched(rss("Paid", [story("Bridge", START - DAY)]), FEED, moved_to=FEED)
        at.web.answers[PAID] = moved
        await at.poll()
        at.web.answers[PAID] = FetchFailed("It is gone.", trouble=Trouble.GONE)
        await at.poll()
        assert await latest(at, "town", THEIRS) == "Bridge"
        (known,) = await at.newsroom.own.health(GUILD)
        assert known.health.feed.url == PAID
        assert known.health.fails


# ── limits ───────────────────────────────────────────────────────────────────────────────


async def test_a_server_has_so_many_topics_and_feeds_and_no_more(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        own = at.newsroom.own
        for n in range(MOST_FEEDS - 1):
            url = f"https://paid.example/{n}"
            holds(at, url, story("Opening", START - HOUR))
            at.wait(10 * 60_000)
            if n < MOST_TOPICS:
                await bring(at, url, f"Chess {n}")
                continue
            found = await own.find(MINE, url, "chess-1")
            assert isinstance(found, Placing)
            assert not found.may_make
            assert await own.make(MINE, found.number, "More", "") == Full(MOST_TOPICS, topics=True)
            assert isinstance(await own.add(MINE, found.number, "chess-1"), Added)
        at.wait(DAY)
        holds(at, PAID, story("Opening", START - HOUR))
        last = [await own.find(MINE, PAID) for _ in range(2)]
        assert isinstance(last[0], Placing)
        assert isinstance(last[1], Placing)
        assert isinstance(await own.add(MINE, last[0].number, "chess-1"), Added)
        full = Full(MOST_FEEDS, topics=False)
        assert await own.add(MINE, last[1].number, "chess-2") == full
        assert await own.find(MINE, PAID) == full
        gone = await own.removal.remove(MINE, PAID)
        assert isinstance(gone, Removed)
        assert isinstance(await own.add(MINE, last[1].number, "chess-2"), Added)
        assert await own.removal.undo(MINE, gone.number) == full
        assert isinstance(await own.removal.remove(MINE, f"https://paid.example/{n}"), Removed)
        assert isinstance(await own.removal.undo(MINE, gone.number), Restored), "there is room now"


async def test_a_feed_goes_in_no_topic_of_the_catalogue_and_of_no_other_server(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as at:
        holds(at, PAID, story("Opening", START - HOUR))
        await bring(at, asker=THEIRS)
        own = at.newsroom.own
        assert await own.find(MINE, PAID, "town") == NoOwnTopic("town", in_catalogue=True)
        assert await own.find(MINE, PAID, "11/chess") == NoOwnTopic("11/chess", in_catalogue=False)
        found = await own.find(MINE, PAID)
        assert isinstance(found, Placing)
        for named in ("town", "chess", "11/chess"):
            assert isinstance(await own.add(MINE, found.number, named), NoOwnTopic)


# ── the end ──────────────────────────────────────────────────────────────────────────────


async def test_all_of_a_server_goes_when_the_bot_has_left_it_for_good(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        holds(at, PAID, story("Opening", START - HOUR))
        shared = "https://shared.example/feed"
        holds(at, shared, story("Shared", START - HOUR))
        await bring(at)
        await bring(at, shared, "Shared")
        await bring(at, shared, "Shared", asker=THEIRS)
        await at.subscribe("chess")
        await at.newsroom.poll_due()
        at.newsroom.presence.server_left(GUILD)
        at.places.known = {11: frozenset({70})}
        await at.newsroom.presence.attend()
        at.wait(GRACE + EVERY)
        await at.newsroom.presence.attend()
        assert at.newsroom.topics_in(GUILD) == (TOWN, REGION)
        assert [t.title for t in at.newsroom.topics_in(11)] == ["Town", "Region", "Shared"]
        at.web.asked_in_public.clear()
        await at.poll()
        assert at.web.asked_in_public == []
        await at.newsroom.tidy()

        async def left(tx: Tx) -> tuple[list[bool], list[OwnFeed]]:
            found = [await tx.feeds.at(url) for url in (PAID, shared)]
            return [feed is not None for feed in found], await tx.own.feeds(GUILD)

        assert await at.store.read(left) == ([False, True], [])
    async with desk(tmp_path, now=at.now[0]) as at:
        assert at.newsroom.topics_in(GUILD) == (TOWN, REGION)


async def test_a_feed_that_was_taken_out_is_forgotten_once_nothing_of_it_can_come_again(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as at:
        holds(at, PAID, story("Opening", START - HOUR))
        await bring(at)
        await latest(at, "chess")
        asked = await at.newsroom.own.removal.remove(MINE, PAID)
        await at.newsroom.own.removal.end(MINE, asked.number)  # type: ignore[union-attr]  # it is its topic's last
        await at.newsroom.tidy()
        assert await at.store.read(lambda tx: tx.feeds.at(PAID)) is not None
        at.wait(DROPPED_KEPT + 1)
        await at.newsroom.tidy()
        assert await at.store.read(lambda tx: tx.feeds.at(PAID)) is None
        assert await at.store.read(lambda tx: tx.archive.search("opening", 9)) == []

"""An address becomes its feeds: in order of certainty, politely, and in plain words if not."""

from __future__ import annotations

import asyncio

import pytest

from bot.feeds.discover import MAX_REQUESTS, discover
from bot.models import Clue, Discovered, DiscoverFailed, Fetched, ParseFailed, ParseOutcome
from tests.loopback.feeds import item, rss
from tests.web import BROKEN, BUSY, MISSING, Web, named, page

SITE = "https://harbour.example"
CHANNEL = "UCabcdefghijklmnopqrstuv"
VIDEOS = f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"


def feed(title: str, *numbers: int, site: str = SITE) -> bytes:
    items = [item(f"Story {number}", f"{site}/{number}", f"{number}") for number in numbers]
    return rss(title, items)


def atom(title: str, *numbers: int) -> bytes:
    entries = "".join(
        f"<entry><title>Story {n}</title><id>tag:{n}</id><link href='http://www.harbour.example/{n}'/>"
        "</entry>"
        for n in numbers
    )
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{title}</title>{entries}</feed>'.encode()
    )


NEWS = feed("News", 1, 2, 3)
SPORT = feed("Sport", 4, 5)


async def found(web: Web, place: str) -> Discovered:
    outcome = await discover(place, web.fetch, web.parse)
    assert isinstance(outcome, Discovered), outcome
    return outcome


async def urls(web: Web, place: str) -> list[str]:
    return [feed.url for feed in (await found(web, place)).feeds]


async def failure(web: Web, place: str) -> str:
    outcome = await discover(place, web.fetch, web.parse)
    assert isinstance(outcome, DiscoverFailed), outcome
    return outcome.reason


# ── tiers ────────────────────────────────────────────────────────────────────────────────


async def test_a_feeds_own_address_is_that_feed_with_one_request() -> None:
    web = Web({f"{SITE}/rss": NEWS})
    (only,) = (await found(web, f"{SITE}/rss")).feeds
    assert (only.url, only.title, only.entries, only.clue) == (
        f"{SITE}/rss", "News", 3, Clue.ITSELF,
    )  # fmt: skip
    assert only.fetched.body == NEWS, "nobody need fetch it again"
    assert web.asked == [f"{SITE}/rss"]


async def test_what_a_page_names_is_offered_and_nothing_else_is_tried() -> None:
    head = (named("/a.xml", "Everything"), named("/b.xml"))
    web = Web({
        SITE: page(*head, body='<a href="/c.xml">RSS</a>'),
        f"{SITE}/a.xml": rss("", [item("Story", f"{SITE}/1", "1")]),
        f"{SITE}/b.xml": SPORT,
        f"{SITE}/c.xml": NEWS,
    })  # fmt: skip
    offered = (await found(web, "harbour.example")).feeds
    assert [(feed.url, feed.title, feed.entries, feed.clue) for feed in offered] == [
        (f"{SITE}/a.xml", "Everything", 1, Clue.NAMED),
        (f"{SITE}/b.xml", "Sport", 2, Clue.NAMED),
    ]
    assert web.asked == [SITE, f"{SITE}/a.xml", f"{SITE}/b.xml"]


async def test_links_are_counted_from_where_the_redirects_ended() -> None:
    moved = "https://www.harbour.example/news/"
    web = Web({SITE: (moved, page(named("feed.xml"))), f"{moved}feed.xml": NEWS})
    assert await urls(web, SITE) == [f"{moved}feed.xml"]


async def test_a_feed_is_known_by_where_its_redirects_ended_and_by_what_was_asked() -> None:
    final = "https://feeds.example/harbour"
    web = Web({SITE: page(named("/feed")), f"{SITE}/feed": (final, NEWS)})
    (only,) = (await found(web, SITE)).feeds
    assert (only.url, only.asked) == (final, f"{SITE}/feed")


async def test_a_link_of_the_text_is_tried_where_the_page_names_none() -> None:
    web = Web({SITE: page(body='<a href="/syndication">RSS</a>'), f"{SITE}/syndication": NEWS})
    (only,) = (await found(web, SITE)).feeds
    assert (only.url, only.clue) == (f"{SITE}/syndication", Clue.LINKED)
    assert len(web.asked) == 2


async def test_a_link_to_a_list_of_feeds_leads_to_them() -> None:
    web = Web({
        SITE: page(body='<a href="/rss/">RSS</a>'),
        f"{SITE}/rss/": page(
            body='<a href="a.xml">rss</a> <a href="/rss/">RSS</a> <a href="b.rss">News</a>'
        ),
        f"{SITE}/rss/b.rss": NEWS,
        f"{SITE}/rss/a.xml": page(body='<a href="/too/far.rss">RSS</a>'),
    })  # fmt: skip
    assert await urls(web, SITE) == [f"{SITE}/rss/b.rss"]
    assert web.asked == [SITE, f"{SITE}/rss/", f"{SITE}/rss/a.xml", f"{SITE}/rss/b.rss"]


async def test_the_usual_addresses_are_the_last_resort_and_one_that_works_is_enough() -> None:
    web = Web({f"{SITE}/a/b": page(), f"{SITE}/feed.xml": NEWS, f"{SITE}/rss.xml": SPORT})
    (only,) = (await found(web, f"{SITE}/a/b")).feeds
    assert (only.url, only.clue) == (f"{SITE}/feed.xml", Clue.USUAL)
    assert web.asked == [f"{SITE}/{path}" for path in ("a/b", "feed", "rss", "feed.xml")]


async def test_what_a_page_names_in_vain_does_not_end_the_search() -> None:
    web = Web({SITE: page(named("/gone"), named("/page")), f"{SITE}/page": page(),
               f"{SITE}/feed": NEWS})  # fmt: skip
    assert await urls(web, SITE) == [f"{SITE}/feed"]


# ── sites ────────────────────────────────────────────────────────────────────────────────


async def test_a_youtube_channel_needs_no_page() -> None:
    web = Web({VIDEOS: NEWS})
    (only,) = (await found(web, f"https://www.youtube.com/channel/{CHANNEL}/videos")).feeds
    assert (only.url, only.clue) == (VIDEOS, Clue.SITE)
    assert web.asked == [VIDEOS]


async def test_a_youtube_handle_is_looked_up_in_its_page() -> None:
    own = "https://www.youtube.com/@harbour"
    web = Web({own: page(f'<meta itemprop="identifier" content="{CHANNEL}">'), VIDEOS: NEWS})
    assert await urls(web, own) == [VIDEOS]
    assert web.asked == [own, VIDEOS]


async def test_a_short_link_is_followed_to_its_site() -> None:
    short, video = "https://youtu.be/abc", "https://www.youtube.com/watch?v=abc"
    script = f'<script>{{"externalChannelId":"{CHANNEL}"}}</script>'
    web = Web({short: (video, page(script)), VIDEOS: NEWS})
    assert await urls(web, short) == [VIDEOS]


async def test_a_youtube_page_that_hides_its_channel_says_which_address_will_do() -> None:
    own = "https://www.youtube.com/@harbour"
    reason = await failure(Web({own: ("https://consent.youtube.com/m", page())}), own)
    assert "youtube.com/channel/UC" in reason


async def test_a_github_project_offers_releases_and_commits_and_its_tags_only_once() -> None:
    repo = "https://github.com/harbour/tide"
    web = Web({
        f"{repo}/releases.atom": atom("Release notes", 1, 2),
        f"{repo}/tags.atom": atom("Tags", 1, 2),
        f"{repo}/commits.atom": atom("Commits", 7, 8, 9),
    })  # fmt: skip
    assert await urls(web, repo) == [f"{repo}/releases.atom", f"{repo}/commits.atom"]
    assert web.asked == [f"{repo}/{name}.atom" for name in ("releases", "tags", "commits")]


async def test_an_empty_feed_is_offered_only_where_there_is_no_other() -> None:
    repo = "https://github.com/harbour/tide"
    empty = {f"{repo}/releases.atom": atom("Release notes"), f"{repo}/tags.atom": atom("Tags")}
    assert await urls(Web({**empty, f"{repo}/commits.atom": atom("Commits", 1)}), repo) == [
        f"{repo}/commits.atom"
    ]
    assert await urls(Web({**empty}), f"{repo}/releases") == [f"{repo}/releases.atom"]


async def test_an_address_that_only_looks_like_a_project_is_read_as_a_page() -> None:
    place = "https://github.com/harbour/blog"
    web = Web({place: page(named("/blog.xml")), "https://github.com/blog.xml": NEWS})
    assert await urls(web, place) == ["https://github.com/blog.xml"]
    assert len(web.asked) == 5


async def test_a_subreddit_that_refuses_is_not_asked_again_for_its_page() -> None:
    web = Web({"https://www.reddit.com/r/python/.rss": BROKEN})
    assert await failure(web, "r/python") == BROKEN.reason
    assert web.asked == ["https://www.reddit.com/r/python/.rss"]


@pytest.mark.parametrize(
    ("place", "url"),
    [
        ("https://harbour.substack.com/p/post", "https://harbour.substack.com/feed"),
        ("https://medium.com/@jane", "https://medium.com/feed/@jane"),
        ("https://bsky.app/profile/jane.example", "https://bsky.app/profile/jane.example/rss"),
        ("https://staff.tumblr.com", "https://staff.tumblr.com/rss"),
        ("https://mastodon.social/@jane", "https://mastodon.social/@jane.rss"),
        ("https://codeberg.org/jane", "https://codeberg.org/jane.rss"),
        ("https://gitlab.com/jane", "https://gitlab.com/jane.atom"),
    ],
)
async def test_known_sites_take_one_request(place: str, url: str) -> None:
    web = Web({url: NEWS})
    assert await urls(web, place) == [url]
    assert web.asked == [url]


async def test_an_account_on_any_mastodon_is_tried_after_what_its_page_names() -> None:
    place = "https://social.example/@jane"
    web = Web({place: page(), f"{place}.rss": NEWS})
    (only,) = (await found(web, "@jane@social.example")).feeds
    assert (only.url, only.clue) == (f"{place}.rss", Clue.SITE)
    assert web.asked == [place, f"{place}.rss"]


async def test_a_site_that_offers_no_feeds_is_named_and_not_asked() -> None:
    web = Web({})
    reason = await failure(web, "https://www.instagram.com/harbour/")
    assert reason.startswith("Instagram offers no feeds.")
    assert web.asked == []


# ── the same twice ───────────────────────────────────────────────────────────────────────


async def test_rss_and_atom_of_one_site_are_offered_once_and_the_first_counts() -> None:
    head = (named("/rss"), named("/atom", kind="atom+xml"), named("/long"))
    web = Web({
        SITE: page(*head),
        f"{SITE}/rss": feed("News", 1, 2, 3, 4, 5),
        f"{SITE}/atom": atom("News", 5, 4, 3, 2, 1),
        f"{SITE}/long": feed("News", 1, 2, 3, 4, 5, 6, 7, 8),
    })  # fmt: skip
    assert await urls(web, SITE) == [f"{SITE}/rss"]


async def test_a_sections_feed_is_another_feed_though_the_main_one_has_all_its_stories() -> None:
    web = Web({
        SITE: page(named("/all"), named("/sport"), named("/culture")),
        f"{SITE}/all": feed("All", 1, 2, 3, 4, 5, 6, 7),
        f"{SITE}/sport": feed("Sport", 1, 2),
        f"{SITE}/culture": feed("Culture", 2, 3, 4, 5, 6),
    })  # fmt: skip
    assert len(await urls(web, SITE)) == 3


async def test_numbers_for_guids_do_not_make_two_podcasts_one() -> None:
    def podcast(title: str) -> bytes:
        return rss(title, [item(f"{title} {n}", f"{SITE}/{title}/{n}", str(n)) for n in range(3)])

    web = Web({SITE: page(named("/a"), named("/b")), f"{SITE}/a": podcast("Tides"),
               f"{SITE}/b": podcast("Ferries")})  # fmt: skip
    assert len(await urls(web, SITE)) == 2


async def test_two_addresses_that_lead_to_one_feed_are_one() -> None:
    feeds = {f"{SITE}/{path}": ("https://feeds.example/x", rss("Empty", [])) for path in "ab"}
    web = Web({SITE: page(named("/a"), named("/b"), named("https://feeds.example/x")), **feeds})
    assert await urls(web, SITE) == ["https://feeds.example/x"]
    assert len(web.asked) == 3, "where a redirect ended is not asked once more"


async def test_a_posts_comments_are_no_feed_of_the_site_whatever_their_language() -> None:
    comments = rss("Umpan Komentar", [item("Oleh: Ani", f"{SITE}/post/#comment-7", "7")])
    web = Web({f"{SITE}/post/": page(named("/feed/"), named("/post/feed/")),
               f"{SITE}/feed/": NEWS, f"{SITE}/post/feed/": comments})  # fmt: skip
    assert await urls(web, f"{SITE}/post/") == [f"{SITE}/feed/"]
    assert await urls(web, f"{SITE}/post/feed/") == [f"{SITE}/post/feed/"], "if asked for"


# ── hostile and broken pages ─────────────────────────────────────────────────────────────


async def test_a_page_that_names_itself_is_asked_once() -> None:
    web = Web({SITE: page(named(""), named(SITE), named("#top"))})
    assert "web page" in await failure(web, SITE)
    assert web.asked.count(SITE) == 1


async def test_pages_that_name_one_another_for_ever_end() -> None:
    class Endless(Web):
        async def fetch(self, url: str, _: object) -> Fetched:
            self.asked.append(url)
            return Fetched(page(body=f'<a href="{url}/feed">RSS</a>'), url)

    web = Endless({})
    assert "web page" in await failure(web, SITE)
    assert len(web.asked) <= MAX_REQUESTS


async def test_of_ten_thousand_feeds_a_few_are_read_and_the_others_told() -> None:
    head = [named(f"/{number}.xml") for number in range(10_000)]
    feeds = {f"{SITE}/{number}.xml": feed("News", number) for number in range(10_000)}
    web = Web({SITE: page(*head), **feeds})
    outcome = await found(web, SITE)
    assert len(outcome.feeds) == MAX_REQUESTS - 1
    assert [link.url for link in outcome.unread[:2]] == [f"{SITE}/11.xml", f"{SITE}/12.xml"]
    assert len(web.asked) == MAX_REQUESTS


async def test_one_address_is_never_worth_more_than_twelve_requests() -> None:
    anchors = "".join(f'<a href="/feeds/{number}.rss">x</a>' for number in range(5))
    web = Web({f"{SITE}/@a": page(*[named(f"/{n}.xml") for n in range(5)], body=anchors)})
    assert "what it names (5)" in await failure(web, f"{SITE}/@a")
    assert len(web.asked) == MAX_REQUESTS


async def test_a_site_that_asks_for_peace_gets_it() -> None:
    web = Web({SITE: page(named("/a"), named("/b")), f"{SITE}/a": NEWS, f"{SITE}/b": BUSY})
    assert await urls(web, SITE) == [f"{SITE}/a"]
    busy = Web({SITE: page(named("/a"), named("/b")), f"{SITE}/a": BUSY, f"{SITE}/b": NEWS})
    assert "429" in await failure(busy, SITE)
    assert busy.asked == [SITE, f"{SITE}/a"]


async def test_a_page_that_can_not_be_fetched_is_the_end_of_it() -> None:
    web = Web({SITE: BROKEN})
    assert await failure(web, SITE) == BROKEN.reason
    assert web.asked == [SITE]


@pytest.mark.parametrize("body", [b"just words", b'{"some": "json"}', b"<rss><chan"])
async def test_a_document_that_is_no_page_is_not_searched_around(body: bytes) -> None:
    web = Web({SITE: body})
    assert "feed" in await failure(web, SITE)
    assert web.asked == [SITE]


async def test_a_page_that_ends_the_reader_is_a_failure_in_words() -> None:
    async def parse(_: Fetched) -> ParseOutcome:
        return ParseFailed("The feed's document took longer than 10 s to read: left alone")

    outcome = await discover(SITE, Web({SITE: page()}).fetch, parse)
    assert outcome == DiscoverFailed(
        "The feed's document took longer than 10 s to read: left alone."
    )


async def test_nothing_found_says_what_was_tried_and_the_way_out() -> None:
    web = Web({SITE: page(named("/a"), body='<a href="/x.rss">RSS</a>'), f"{SITE}/x.rss": BROKEN})
    assert await failure(web, SITE) == (
        "That is a web page, not a feed, and no feed is at any of these: "
        f"what it names (1: {MISSING.reason.rstrip('.')}), "
        f"its links that look like feeds (1: {BROKEN.reason.rstrip('.')}), "
        "the usual addresses (8). "
        "Look on the site for a link called RSS or Feed, and give its address; "
        "not every site has one."
    )


async def test_a_search_that_takes_too_long_offers_what_it_has() -> None:
    web = Web({SITE: page(named("/a"), named("/b")), f"{SITE}/a": NEWS})
    slow = asyncio.Event()

    async def fetch(url: str, validators: object) -> object:
        if url.endswith("/b"):
            await slow.wait()
        return await web.fetch(url, validators)  # type: ignore[arg-type]

    outcome = await discover(SITE, fetch, web.parse, seconds=0.2)  # type: ignore[arg-type]
    assert isinstance(outcome, Discovered)
    assert [feed.url for feed in outcome.feeds] == [f"{SITE}/a"]
    nothing = await discover(f"{SITE}/b", fetch, web.parse, seconds=0.01)  # type: ignore[arg-type]
    assert isinstance(nothing, DiscoverFailed)
    assert "longer than 0.01 s" in nothing.reason

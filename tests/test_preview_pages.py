"""Preview of a page: its feed is found, or its feeds are offered for choice."""

from __future__ import annotations

import asyncio
import io
import json
import os
import shlex
import sys
from pathlib import Path

import pytest
from rich.console import Console

from bot.cli import preview, tools
from bot.config import Settings
from bot.feeds.discover import discover
from bot.feeds.worker import Parser
from bot.models import Clue, Discovered, DiscoverFailed, FeedLink
from tests.fetching import both
from tests.loopback.feeds import LoopbackFeeds, item, redirect, rss, status
from tests.web import named, page

_ROOT = Path(__file__).resolve().parents[1]
_SETTINGS = Settings.read({"FEED_ALLOW_NETWORKS": "127.0.0.1/32", "FETCH_PAGES": "off"}, {})
_NEWS = rss("News", [item("Bridge", "https://gazette.example/1", "1", "It is voted for.")])
_SPORT = rss(
    "Sport & [b]more[/b]",
    [item(f"Match {n}", f"https://gazette.example/m{n}", f"m{n}", "It ended.") for n in (1, 2)],
)


def _site(feeds: LoopbackFeeds) -> str:
    head = (named("/news.xml"), named("/sport.xml?x='1'"), named("/comments/feed/"))
    feeds.put("/", page(*head), content_type="text/html")
    feeds.put("/news.xml", _NEWS)
    feeds.put("/sport.xml", _SPORT)
    return feeds.url("/")


def _shown(found: preview.Preview | preview.Choice) -> str:
    file = io.StringIO()
    preview.show(found, Console(file=file, width=60))
    return file.getvalue()


async def _run(*arguments: str, cwd: Path) -> tuple[int, str, str]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    own = {
        "PYTHONPATH": str(_ROOT), "FEED_ALLOW_NETWORKS": "127.0.0.1/32", "FETCH_PAGES": "off",
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, cwd=cwd, env={**inherited, **own},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, out.decode(), err.decode()


async def test_a_page_with_one_feed_shows_its_posts_and_says_which_feed_it_found() -> None:
    async with LoopbackFeeds() as feeds:
        feeds.put("/blog", page(named("feed.xml")), content_type="text/html")
        feeds.put("/feed.xml", _NEWS)
        found = await preview.preview(_SETTINGS, feeds.url("/blog"), 5)
        assert isinstance(found, preview.Preview)
        assert [request.path for request in feeds.requests] == ["/blog", "/feed.xml"]
        assert f"Found {feeds.url('/feed.xml')} (the page names it)\n" in _shown(found)
        printed = json.loads(preview.as_json(found))
        assert printed["feed"] == {
            "title": "News", "url": feeds.url("/feed.xml"), "entries": 1,
        }  # fmt: skip
        assert len(printed["posts"]) == 1


async def test_several_feeds_are_listed_with_the_command_that_shows_each(tmp_path: Path) -> None:
    async with LoopbackFeeds() as feeds:
        site = _site(feeds)
        code, out, err = await _run("preview", site, "--html", "page.html", cwd=tmp_path)
        assert code == 0, err
        assert "1. News: 1 entry\n" in out
        assert "2. Sport & [b]more[/b]: 2 entries\n" in out
        assert "comments" not in out
        assert "page.html is not written: choose a feed first." in err
        assert os.listdir(tmp_path) == []  # noqa: PTH208  # the other way may not stand here
        commands = [line for line in out.splitlines() if "python -m bot" in line]
        assert [shlex.split(command)[3:] for command in commands] == [
            ["preview", feeds.url("/news.xml")],
            ["preview", feeds.url("/sport.xml?x='1'")],
        ]
        code, out, err = await _run(*shlex.split(commands[1])[3:], cwd=tmp_path)
        assert (code, out.splitlines()[0]) == (0, "Sport & [b]more[/b]: 2 entries, 2 shown"), err


async def test_a_script_gets_the_choice_as_json_and_chooses_by_number(tmp_path: Path) -> None:
    async with LoopbackFeeds() as feeds:
        site = _site(feeds)
        code, out, err = await _run("preview", site, "--json", cwd=tmp_path)
        assert code == 0, err
        assert json.loads(out) == {
            "choices": [
                {"title": "News", "url": feeds.url("/news.xml"), "entries": 1},
                {
                    "title": "Sport & [b]more[/b]",
                    "url": feeds.url("/sport.xml?x='1'"),
                    "entries": 2,
                },
            ]
        }
        code, out, err = await _run("preview", site, "--json", "--feed", "2", cwd=tmp_path)
        assert code == 0, err
        assert json.loads(out)["feed"]["entries"] == 2


@pytest.mark.parametrize("number", [0, 3])
async def test_a_number_that_no_feed_has_is_said_so(number: int) -> None:
    async with LoopbackFeeds() as feeds:
        with pytest.raises(tools.PreviewError, match=f"no feed number {number}, but 2 in all"):
            await preview.preview(_SETTINGS, _site(feeds), 5, number)


async def test_what_was_not_looked_at_is_told_and_steers_no_terminal() -> None:
    async with LoopbackFeeds() as feeds:
        found = await preview.preview(_SETTINGS, _site(feeds), 5)
    assert isinstance(found, preview.Choice)
    link = FeedLink(f"https://gazette.example/{'long' * 30}\x1b]0;x")
    shown = _shown(preview.Choice("a", Discovered(found.found.feeds, (link,))))
    assert f"   https://gazette.example/{'long' * 30}]0;x\n" in shown


async def test_a_name_without_https_is_taken_for_a_file_and_the_way_out_is_said() -> None:
    with pytest.raises(tools.PreviewError, match=r"no such file\. A web address begins with https"):
        await preview.preview(_SETTINGS, "gazette.example/news", 5)


async def test_a_page_without_feeds_says_what_was_tried(tmp_path: Path) -> None:
    async with LoopbackFeeds() as feeds:
        feeds.put("/", page(body="Hello"), content_type="text/html")
        code, out, err = await _run("preview", feeds.url("/"), cwd=tmp_path)
        assert (code, out) == (2, "")
        assert "the usual addresses (8)" in err
        assert "Traceback" not in err
        assert len(feeds.requests) == 9


# ── over HTTP, with the real reader ──────────────────────────────────────────────────────


async def test_a_page_can_not_make_the_search_reach_into_a_private_network() -> None:
    async with (
        both() as (feeds, fetcher),
        LoopbackFeeds("127.0.0.2") as private,
        Parser() as parser,
    ):
        inside = private.url("/feed")
        private.put("/feed", _NEWS)
        secret = feeds.url("/feed").replace("://", "://user:secret@")
        head = (named(inside), named(secret), named("javascript:alert(1)"), named("/onward"))
        feeds.put("/", page(*head, body=f'<a href="{inside}">RSS</a>'), content_type="text/html")
        feeds.behave("/onward", redirect(inside))
        outcome = await discover(feeds.url("/"), fetcher.fetch, parser.parse)
        assert isinstance(outcome, DiscoverFailed)
        assert private.requests == []
        assert [request.path for request in feeds.requests][:2] == ["/", "/onward"]
        refused = await discover(inside, fetcher.fetch, parser.parse)
        assert isinstance(refused, DiscoverFailed)
        assert "private network" in refused.reason or "number in place" in refused.reason
        assert private.requests == []


async def test_the_search_goes_on_from_where_a_site_sends_it() -> None:
    async with both() as (feeds, fetcher), Parser() as parser:
        feeds.behave("/old", redirect("/new/home", 301))
        feeds.put("/new/home", page(named("main.rss")), content_type="text/html")
        feeds.behave("/new/main.rss", redirect("/feeds/main.rss", 302))
        feeds.put("/feeds/main.rss", _NEWS)
        outcome = await discover(feeds.url("/old"), fetcher.fetch, parser.parse)
        assert isinstance(outcome, Discovered)
        (feed,) = outcome.feeds
        assert (feed.url, feed.asked, feed.clue) == (
            feeds.url("/feeds/main.rss"), feeds.url("/new/main.rss"), Clue.NAMED,
        )  # fmt: skip
        assert [request.path for request in feeds.requests] == [
            "/old", "/new/home", "/new/main.rss", "/feeds/main.rss",
        ]  # fmt: skip
        assert all("if-none-match" not in request.headers for request in feeds.requests)


async def test_a_page_that_is_larger_than_is_read_is_a_failure_in_words() -> None:
    async with both() as (feeds, fetcher), Parser() as parser:
        feeds.behave("/", status(200, b"<!doctype html>" + b" " * 10_000_000))
        outcome = await discover(feeds.url("/"), fetcher.fetch, parser.parse)
        assert isinstance(outcome, DiscoverFailed)
        assert "larger than 10 MB" in outcome.reason
        assert len(feeds.requests) == 1

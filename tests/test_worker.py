"""The worker that parses: killed when it must be, and soon back."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time

import pytest

from bot.feeds.worker import Parser
from bot.models import FeedDocument, Fetched, Page, ParseFailed
from tests.loopback.feeds import item, rss
from tests.pages import story

GOOD = Fetched(
    b'<rss version="2.0"><channel><title>T</title><item><title>One</title></item></channel></rss>',
    "https://x.example/rss",
)
ENDLESS = Fetched(
    rss("T", [item("x", "", "1", "<div><b><i>" * 100_000)]), "https://x.example/endless"
)


async def test_a_document_is_parsed_in_the_worker() -> None:
    async with Parser() as parser:
        outcome = await parser.parse(GOOD)
    assert isinstance(outcome, FeedDocument)
    assert [e.title for e in outcome.entries] == ["One"]


async def test_an_endless_document_is_left_alone_and_the_others_get_their_turn() -> None:
    async with Parser(limit=1.0) as parser:
        await parser.warm()
        endless, *others = await asyncio.gather(
            parser.parse(ENDLESS), parser.parse(GOOD), parser.parse(GOOD)
        )
    assert isinstance(endless, ParseFailed)
    assert endless.reason == (
        "The feed's document took longer than 1 s to read: left alone this time"
    )
    assert all(isinstance(o, FeedDocument) for o in others)


async def test_a_page_that_takes_too_long_is_left_alone_and_feeds_are_read_after_it() -> None:
    good = Fetched(story(), "https://x.example/news/2", "text/html")
    async with Parser() as parser:
        await parser.warm()
        parser._page_limit = 0.000_1
        left = await parser.page(good)
        assert isinstance(left, ParseFailed)
        assert left.reason == "The page took longer than 0.0001 s to read: left alone this time"
        parser._page_limit = 3.0
        read = await parser.page(good)
        assert isinstance(read, Page)
        assert read.trouble is None
        assert isinstance(await parser.parse(GOOD), FeedDocument)


async def test_a_cancelled_document_does_not_hold_up_the_next() -> None:
    async with Parser(limit=60.0) as parser:
        await parser.warm()
        waiting = asyncio.create_task(parser.parse(ENDLESS))
        done, _ = await asyncio.wait({waiting}, timeout=0.5)
        assert not done
        waiting.cancel()
        assert isinstance((await asyncio.gather(waiting, return_exceptions=True))[0], BaseException)
        started = time.monotonic()
        assert isinstance(await parser.parse(GOOD), FeedDocument)
        assert time.monotonic() - started < 20


async def test_closing_does_not_wait_for_a_running_document() -> None:
    parser = Parser(limit=60.0)
    async with parser:
        await parser.warm()
        task = asyncio.create_task(parser.parse(ENDLESS))
        await asyncio.wait({task}, timeout=0.3)
        started = time.monotonic()
    assert time.monotonic() - started < 10
    assert isinstance(await task, ParseFailed)


async def test_a_worker_that_was_killed_from_outside_is_replaced() -> None:
    async with Parser() as parser:
        await parser.warm()
        assert parser._pool is not None
        for process in parser._pool._processes.values():
            process.kill()
            process.join()
        outcomes = [await parser.parse(GOOD), await parser.parse(GOOD)]
    assert isinstance(outcomes[-1], FeedDocument)


def test_it_works_below_a_module_that_is_run() -> None:
    program = (
        "import asyncio\n"
        "from bot.feeds.worker import Parser\n"
        "from bot.models import Fetched\n"
        "async def main():\n"
        "    async with Parser() as parser:\n"
        "        print(type(await parser.parse(Fetched(b'<rss/>',"
        " 'https://x.example'))).__name__)\n"
        "if __name__ == '__main__':\n"
        "    asyncio.run(main())\n"
    )
    run = subprocess.run(  # noqa: S603  our own interpreter and our own words
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (run.stdout.strip(), run.stderr) == ("FeedDocument", "")


def test_the_worker_does_not_outlive_a_parent_that_was_killed() -> None:
    program = (
        "import asyncio, os, signal\n"
        "from bot.feeds.worker import Parser\n"
        "async def main():\n"
        "    await Parser().warm()\n"
        "    print('warm', flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "if __name__ == '__main__':\n"
        "    asyncio.run(main())\n"
    )
    # The output stays open as long as any process below it lives, so reading it to its end waits.
    run = subprocess.run(  # noqa: S603  our own interpreter and our own words
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, timeout=60, check=False
    )
    assert (run.stdout, run.returncode) == ("warm\n", -signal.SIGKILL)


async def test_a_fault_of_our_own_over_one_document_costs_that_document_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with Parser() as parser:
        no_bytes = Fetched(None, "https://gazette.example/")  # type: ignore[arg-type]  # a fault
        failed = await parser.parse(no_bytes)
        assert isinstance(failed, ParseFailed)
        assert "left alone" in failed.reason
        assert "reading a document of gazette.example failed" in caplog.text
        assert isinstance(await parser.parse(GOOD), FeedDocument)


async def test_a_worker_that_has_grown_makes_room_for_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with Parser() as parser:
        await parser.warm()
        first = parser.pid
        assert isinstance(await parser.parse(GOOD), FeedDocument)
        assert parser.pid == first is not None
        monkeypatch.setattr("bot.feeds.worker._GROWN", 1)
        assert isinstance(await parser.parse(GOOD), FeedDocument)
        assert parser.pid is None
        assert isinstance(await parser.parse(GOOD), FeedDocument)


async def test_a_document_that_takes_more_memory_than_there_is_costs_that_document_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with Parser() as parser:
        await parser.warm()
        monkeypatch.setattr("bot.feeds.worker._read", _without_end)
        failed = await parser.parse(GOOD)
        monkeypatch.undo()
        assert isinstance(failed, ParseFailed)
        assert "more memory" in failed.reason
        assert isinstance(await parser.parse(GOOD), FeedDocument)


def _without_end(*_: object) -> bytes:
    return b"x" * (1 << 30)

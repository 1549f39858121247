"""What is told on loopback: by a real server, to a real client; and what becomes of its end."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.cli import watching
from bot.cli.watching import ServerEndedError, watched
from bot.config import SettingsError
from bot.health import monitor as monitoring
from bot.health.monitor import Monitor
from bot.health.server import Answers, serving
from bot.health.verdict import OWING, SILENCE, STARTUP
from bot.models import HOUR, MINUTE, Millis, Usage
from bot.models.events import Polled, PollOutcome, Requested
from bot.models.vitals import Build, Census, Ill, Live, Outbox, Shard
from bot.store import Store, StoreUnavailableError
from tests.newsdesk import START
from tests.test_model_optional import python

_UP = Shard(id=0, since=0, ready=True, sessions=1)


class Scene:
    """A monitor on a real store, with clocks and a Discord that a test sets."""

    def __init__(self, store: Store) -> None:
        self.now: Millis = 0
        self.today: Millis = START
        self.live = Live(shards=(_UP,), servers=1)
        self.monitor = Monitor(
            build=Build(version="0.1.0", python="3.11.7", schema=6),
            clock=lambda: self.today + self.now,
            steady=lambda: self.now,
            live=lambda: self.live,
            resting=lambda: self.live.resting,
            store=store,
            budget=Usage(5, 100),
        )

    def wait(self, millis: Millis) -> None:
        """Let time pass; all loops turn meanwhile."""
        self.now += millis
        self.monitor.alive("watch")


def free_port() -> int:
    """Return a port of loopback at which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with Store.open(tmp_path / "bot.db") as store:
        yield Scene(store)


Get = Callable[..., Awaitable[tuple[int, str]]]


@asynccontextmanager
async def _asking(port: int) -> AsyncIterator[Get]:
    async with aiohttp.ClientSession() as web:

        async def get(path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
            url = f"http://127.0.0.1:{port}{path}"
            async with web.request(method, url, headers=headers) as response:
                return response.status, await response.text()

        yield get


@pytest.fixture
async def get(scene: Scene) -> AsyncIterator[Get]:
    port = free_port()
    async with watched(scene.monitor, port), _asking(port) as get:
        yield get


async def test_all_well_is_200_and_anything_the_matter_is_503_for_programs_and_people(
    scene: Scene, get: Get
) -> None:
    status, text = await get("/healthz")
    assert (status, '"well": true' in text) == (200, True)
    assert (await get("/"))[1].startswith("All is well.")
    scene.live = Live()
    status, text = await get("/healthz")
    assert (status, '"starting": true' in text) == (503, True)
    scene.wait(STARTUP)
    status, text = await get("/healthz")
    assert (status, '"starting": false' in text) == (503, True)
    status, text = await get("/")
    assert status == 503
    assert "It has not been in touch with Discord" in text


async def test_it_answers_to_get_alone(get: Get) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "HEAD"):
        assert (await get("/healthz", method))[0] == 405
    assert (await get("/elsewhere"))[0] == 404


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "[::1]", "", "0.0.0.0"]
)
async def test_a_page_that_a_browser_has_open_can_not_read_it_by_another_name(
    get: Get, host: str
) -> None:
    for path in ("/", "/healthz", "/metrics"):
        status, text = await get(path, Host=host)
        assert (status, "127.0.0.1" in text) == (421, True)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:9464", "127.0.0.1", "127.0.0.1:1"])
async def test_its_own_names_are_taken(get: Get, host: str) -> None:
    assert (await get("/healthz", Host=host))[0] == 200


async def test_it_listens_on_loopback_alone(scene: Scene) -> None:
    async with serving(Answers(scene.monitor.read, None), 0) as server:
        assert [one.getsockname()[0] for one in server.sockets] == ["127.0.0.1"]


async def test_metrics_are_text_that_prometheus_reads(scene: Scene, get: Get) -> None:
    parser = pytest.importorskip("prometheus_client.parser")
    scene.monitor.tell(Requested(status=200, shared=False))
    status, text = await get("/metrics")
    assert status == 200
    names = {family.name for family in parser.text_string_to_metric_families(text)}
    assert {"wherefore_well", "wherefore_discord_requests", "wherefore_outbox_deliveries"} <= names


async def test_without_what_counts_metrics_say_how_to_get_it_and_health_works(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "find_spec", lambda _: None)
    port = free_port()
    async with watched(scene.monitor, port), _asking(port) as get:
        status, text = await get("/metrics")
        assert (status, "make metrics" in text) == (501, True)
        assert (await get("/healthz"))[0] == 200


async def test_a_port_that_is_taken_is_a_complaint_with_the_way_out(scene: Scene) -> None:
    port = free_port()
    async with watched(scene.monitor, port):
        with pytest.raises(SettingsError, match=f"{port}, and another program listens there"):
            async with watched(scene.monitor, port):
                pass


def test_the_bot_without_a_port_imports_neither_the_server_nor_what_counts() -> None:
    loaded = python(
        "import sys, bot.__main__, bot.cli.watching\n"
        "print([n for n in sys.modules if n.startswith(('prometheus_client', 'bot.health'))])"
    )
    assert "prometheus_client" not in loaded
    assert "bot.health.server" not in loaded


async def test_nothing_listens_where_no_port_is_set(scene: Scene) -> None:
    async with watched(scene.monitor, None):
        assert scene.monitor.observers == []


async def test_its_own_death_ends_what_it_watches(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.health.lag.EVERY", 0.01)
    made: list[asyncio.Server] = []
    loop = asyncio.get_running_loop()
    create = loop.create_server

    async def noted(*args: Any, **options: Any) -> asyncio.Server:
        made.append(await create(*args, **options))
        return made[-1]

    monkeypatch.setattr(loop, "create_server", noted)

    async def live() -> None:
        async with asyncio.timeout(5), watched(scene.monitor, free_port()):
            made[0].close()
            await asyncio.Event().wait()

    with pytest.raises(ExceptionGroup) as ended:
        await live()
    assert ended.group_contains(ServerEndedError)


async def test_the_end_does_not_wait_for_who_keeps_a_connection_open(scene: Scene) -> None:
    port = free_port()
    async with (
        aiohttp.ClientSession() as web,
        asyncio.timeout(5),
        watched(scene.monitor, port),
        web.get(f"http://127.0.0.1:{port}/healthz") as response,
    ):
        await response.read()


# ── the monitor ──────────────────────────────────────────────────────────────────────────


async def test_a_loop_that_hangs_is_found_as_it_says_nothing(scene: Scene) -> None:
    scene.monitor.alive("deliver")
    scene.wait(SILENCE)
    (complaint,) = (await scene.monitor.read()).complaints
    assert complaint.ill is Ill.LOOP
    assert "'deliver'" in complaint.words


async def test_the_last_poll_is_known_by_the_time_of_day(scene: Scene) -> None:
    scene.wait(MINUTE)
    scene.monitor.tell(Polled(feed_id=1, feed="x.example/", outcome=PollOutcome.SAME, took=1))
    assert (await scene.monitor.read()).polled_at == START + MINUTE


class Stuck:
    """A store whose reads end when a test says so."""

    def __init__(self) -> None:
        self.asked = 0
        self.free = asyncio.Event()
        self.error: Exception | None = None

    async def read(self, _: object) -> tuple[Outbox, Census]:
        self.asked += 1
        await self.free.wait()
        if self.error is not None:
            raise self.error
        nothing = dict.fromkeys(
            ("feeds", "failing", "resting_hosts", "subscriptions", "channels", "paused", "follows"),
            0,
        )
        return Outbox(counts={}, oldest_due_at=None), Census(**nothing, spent=Usage())


@pytest.fixture
def stuck(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Stuck:
    monkeypatch.setattr(monitoring, "PATIENCE", 0.01)
    stuck = Stuck()
    monkeypatch.setattr(scene.monitor, "_store", stuck)
    return stuck


def test_files_that_can_not_be_looked_at_keep_nobody_from_saying_what_is_wrong(
    tmp_path: Path,
) -> None:
    file = tmp_path / "news.db"
    file.write_bytes(b"1234")
    assert watching._sizes(file) == {"database": 4}
    assert watching._sizes(tmp_path / ("x" * 300)) == {}, "what a disk says is an error, too"


async def test_a_database_that_never_answers_is_asked_once_and_found(
    scene: Scene, stuck: Stuck
) -> None:
    for _ in range(3):
        assert (await scene.monitor.read()).well
    scene.wait(OWING)
    (complaint,) = (await scene.monitor.read()).complaints
    assert complaint.ill is Ill.DATABASE
    assert stuck.asked == 1, "or each visit would leave one more behind"
    stuck.free.set()
    assert (await scene.monitor.read()).well
    await scene.monitor.close()


async def test_a_database_that_can_not_be_read_is_told_with_its_reason(
    scene: Scene, stuck: Stuck
) -> None:
    stuck.free.set()
    stuck.error = StoreUnavailableError("The disk is full: make room.")
    reading = await scene.monitor.read()
    assert [one.words for one in reading.complaints] == [
        "The database can't be read. The disk is full: make room."
    ]
    stuck.error = None
    assert (await scene.monitor.read()).well


async def test_asking_often_asks_the_database_every_few_seconds_only(
    scene: Scene, stuck: Stuck
) -> None:
    stuck.free.set()
    for _ in range(5):
        await scene.monitor.read()
    assert stuck.asked == 1
    scene.wait(monitoring.KEPT)
    await scene.monitor.read()
    assert stuck.asked == 2


@pytest.mark.parametrize(
    ("rested", "waited"), [(None, 30 * MINUTE), (10 * MINUTE, 20 * MINUTE)], ids=["not", "rested"]
)
async def test_what_could_not_be_sent_before_the_start_or_while_sending_rests_is_not_late(
    scene: Scene, rested: Millis | None, waited: Millis
) -> None:
    if rested is not None:
        scene.live = Live(shards=(_UP,), resting="Discord has refused much.")
        scene.wait(rested)
        scene.monitor.look_up()
        scene.live = Live(shards=(_UP,))
    scene.wait(30 * MINUTE - (rested or 0))
    scene.monitor.look_up()
    overdue = Outbox(counts={}, oldest_due_at=START - HOUR)
    assert scene.monitor._waited(overdue, scene.now) == waited
    assert scene.monitor._waited(Outbox(counts={}, oldest_due_at=None), scene.now) is None


async def test_what_fell_due_while_a_laptop_slept_is_not_late_when_it_wakes(scene: Scene) -> None:
    scene.wait(2 * HOUR)
    scene.monitor.look_up()
    scene.today += 8 * HOUR  # the steady clock stands still meanwhile
    scene.wait(1_000)
    scene.monitor.look_up()
    due = Outbox(counts={}, oldest_due_at=START + 5 * HOUR)
    assert scene.monitor._waited(due, scene.now) == 0
    scene.wait(11 * MINUTE)
    scene.monitor.look_up()
    assert scene.monitor._waited(due, scene.now) == 11 * MINUTE

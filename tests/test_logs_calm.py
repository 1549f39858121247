"""What is said again and again: first, then seldom with a count, and that it is over."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
import structlog

from bot.logs import handler
from bot.logs.calm import ALIKE, HOUR, MOST, OFTEN, Calm, Over
from tests.logged import configured, lines


def _written(calm: Calm, every: float, until: float) -> list[tuple[float, int]]:
    """Say the same again and again; return when it was written, and how many were left out."""
    found = []
    for number in range(int(until / every)):
        said = calm.says("trouble", None, "nothing can be sent", number * every)
        if said is not None:
            found.append((number * every, said.times))
    return found


def test_what_is_said_every_five_seconds_for_a_day_is_written_a_few_dozen_times() -> None:
    written = _written(Calm(), 5, 24 * HOUR)
    assert [at for at, _ in written][:7] == [n * OFTEN for n in range(6)] + [2 * HOUR - OFTEN]
    assert written[0] == (0, 0)
    assert written[1] == (OFTEN, OFTEN / 5 - 1), "those that were left out are counted"
    assert len(written) == 6 + 23
    assert sum(times + 1 for _, times in written) >= 24 * HOUR / 5 - HOUR / 5


def test_that_it_is_over_is_told_once_with_how_long_it_lasted() -> None:
    calm = Calm()
    _written(calm, 5, 300)
    assert list(calm.over(300)) == [], "it may go on"
    assert list(calm.over(330)) == [Over("nothing can be sent", 60, 295.0)]
    assert list(calm.over(400)) == []
    assert calm.says("trouble", None, "nothing can be sent", 500), "another time is told at once"


def test_what_comes_once_a_minute_is_not_over_between_two_times() -> None:
    calm = Calm()
    for number in range(5):
        calm.says("trouble", None, "Discord can't be reached", number * 60)
    assert list(calm.over(240 + 100)) == []
    assert list(calm.over(240 + 181)) == [Over("Discord can't be reached", 5, 240.0)]


def test_what_was_said_once_has_no_end_to_tell_of() -> None:
    calm = Calm()
    calm.says("trouble", None, "odd", 0)
    assert list(calm.over(10 * HOUR)) == []
    assert calm._known == {}


def test_of_the_same_about_many_things_a_few_are_written() -> None:
    calm = Calm()
    said = [calm.says("like", story, "a post can't be settled", story / 10) for story in range(48)]
    assert sum(one is not None for one in said) == ALIKE


def test_a_flood_of_different_lines_takes_no_more_than_so_much_memory() -> None:
    calm = Calm()
    assert all(calm.says(n, None, "x", 0) for n in range(MOST + 50))
    assert len(calm._known) == MOST


class _Time:
    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> _Time:
    time = _Time()
    monkeypatch.setattr(handler, "time", time)
    return time


def test_reconnects_of_the_library_are_one_line_without_its_insides(
    time: _Time, capsys: pytest.CaptureFixture[str]
) -> None:
    words = "Attempting a reconnect for shard ID %s in %.2fs"
    with configured():
        for number in range(20):
            time.now = number * 3
            try:
                raise ConnectionResetError("Cannot connect to gateway.discord.gg")  # noqa: TRY301  # for its traceback
            except ConnectionResetError:
                logging.getLogger("discord.shard").exception(words, 0, number)
        time.now = 200
        logging.getLogger("bot.test").info("something else")
    first, over, other = lines(capsys.readouterr().err)
    assert first["level"] == "warning"
    assert first["reason"] == "ConnectionResetError: Cannot connect to gateway.discord.gg"
    assert "exception" not in first
    assert over["event"] == "over: Attempting a reconnect for shard ID 0 in 0.00s"
    assert (over["times"], over["lasting"]) == (20, 57)
    assert other["event"] == "something else"


def test_another_fault_of_the_same_kind_and_words_is_written(
    time: _Time, capsys: pytest.CaptureFixture[str]
) -> None:
    log = logging.getLogger("bot.feeds.worker")

    empty: dict[str, int] = {}

    def fail(act: Callable[[], object]) -> None:
        try:
            act()
        except KeyError:
            log.exception("reading a document failed")

    with configured():
        for _ in range(3):
            fail(lambda: empty["one"])
            fail(lambda: empty["another"])
    assert time.now == 0
    assert len(lines(capsys.readouterr().err)) == 2


def test_other_words_in_the_same_sentence_are_written_but_not_without_end(
    time: _Time, capsys: pytest.CaptureFixture[str]
) -> None:
    with configured():
        for code in range(30):
            logging.getLogger("cogs.replies").warning("Discord refuses an answer: %s", code)
        for place in ("a.py:1", "b.py:2", "b.py:2"):
            structlog.get_logger("bot.explain").error("asking the model failed", place=place)
    assert time.now == 0
    told = lines(capsys.readouterr().err)
    assert [line["place"] for line in told if "place" in line] == ["a.py:1", "b.py:2"]
    assert len(told) == ALIKE + 2


def test_a_failed_command_is_written_each_time_as_members_name_its_number(
    time: _Time, capsys: pytest.CaptureFixture[str]
) -> None:
    with configured():
        for number in range(30):
            structlog.get_logger("bot.client").error("command failed", reference=f"{number:06x}")
    assert time.now == 0
    assert len(lines(capsys.readouterr().err)) == 30


def test_news_is_never_left_out(time: _Time, capsys: pytest.CaptureFixture[str]) -> None:
    with configured():
        for _ in range(30):
            logging.getLogger("bot.newsroom").info("delivery settled")
    assert time.now == 0
    assert len(lines(capsys.readouterr().err)) == 30

"""How lines of the log look, and that nothing foreign breaks one."""

from __future__ import annotations

import json
import logging
import unicodedata
from collections.abc import Callable

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import calm_down, console, values
from bot.logs.console import lasting
from bot.logs.hiding import Hiding
from bot.logs.values import LONGEST, MOST
from tests.logged import configured, lines

_FORGED = (
    "Storm\n11-26 07:00:00 CRITICAL all is lost\r\x1b[2J\x1b]0;title\x07\u2028\u202eevil\x9b31m"
)

Told = Callable[..., str]


def _written(style: str, capsys: pytest.CaptureFixture[str], act: Callable[[], None]) -> str:
    with configured(style):
        act()
    return capsys.readouterr().err


def _foreign() -> None:
    log = structlog.get_logger("bot.x")
    log.info(_FORGED, title=_FORGED, **{_FORGED: {_FORGED: [_FORGED]}})
    logging.getLogger("x\ny").warning("foreign %s", _FORGED)


def _raised() -> None:
    try:
        raise ValueError(_FORGED)  # noqa: TRY301  # for its traceback
    except ValueError:
        structlog.get_logger("bot.x").exception("bad")


def test_nothing_foreign_breaks_a_line_or_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = _written("console", capsys, _foreign)
    assert len(text.splitlines()) == 2
    assert "\\x1b[2J" in text
    assert not [c for c in text.replace("\n", "") if unicodedata.category(c) in {"Cc", "Cf", "Zl"}]


def test_the_lines_of_a_traceback_are_never_taken_for_the_logs_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    first, *trace = _written("console", capsys, _raised).split("\n")[:-1]
    assert "bad" in first
    assert all(line.startswith("    | ") for line in trace)
    assert "    | 11-26 07:00:00 CRITICAL all is lost" in trace
    assert "\x1b" not in "".join(trace)


def test_json_is_one_object_a_line_with_the_same_keys_first(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def act() -> None:
        _foreign()
        _raised()
        with structlog.contextvars.bound_contextvars(guild=3, feed=1):
            structlog.get_logger("bot.x").info("hello", extra=1, story=2)
            logging.getLogger("aiohttp").warning("hello")

    told = lines(_written("json", capsys, act))
    assert len(told) == 5
    for line in told:
        assert list(line)[:4] == ["timestamp", "level", "event", "logger"]
        assert not [c for c in json.dumps(line, ensure_ascii=False) if c < " "]
    assert list(told[3])[4:] == ["feed", "story", "guild", "extra"]
    assert (told[4]["guild"], told[4]["feed"]) == (3, 1), "lines of libraries bear them, too"
    assert told[2]["exception"][0]["exc_type"] == "ValueError"


@given(st.text(), st.text())
def test_a_console_line_is_one_line_whatever_it_says(event: str, value: str) -> None:
    told = values.mapping({"event": event, "a": value, value: 1}, Hiding())
    line = console.line(
        {"timestamp": "2026-11-26T07:00:00Z", "level": "info", **told}, colours=True
    )
    assert len(line.splitlines()) == 1
    line.encode()


def test_what_is_long_deep_or_much_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    deep: object = "x"
    for _ in range(100):
        deep = [deep]

    def act() -> None:
        structlog.get_logger("bot.x").info("hello", a="x" * 10**6, b=list(range(10**4)), c=deep)

    (line,) = lines(_written("json", capsys, act))
    assert len(line["a"]) <= LONGEST
    assert "…" in line["a"]
    assert len(line["b"]) == MOST
    assert len(json.dumps(line)) < 2_000


def test_a_line_reads_at_one_glance(capsys: pytest.CaptureFixture[str]) -> None:
    def act() -> None:
        structlog.get_logger("bot.newsroom").warning(
            "feed failed", address="x.example/feed", feed=3, reason="No answer.", again_in=5400
        )
        logging.getLogger("discord.gateway").warning("odd")

    ours, theirs = _written("console", capsys, act).splitlines()
    assert ours[15:] == (
        'WARNING  feed failed                   x.example/feed reason="No answer." '
        "again_in=1h30m feed=3"
    )
    assert theirs[15:] == "WARNING  odd                           (discord.gateway)"


def _raise_deep_down(depth: int) -> None:
    if not depth:
        _raise_at_the_bottom()
    _raise_deep_down(depth - 1)


def _raise_at_the_bottom() -> None:
    raise RecursionError


def test_of_a_deep_traceback_the_place_that_raised_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def act() -> None:
        try:
            _raise_deep_down(90)
        except RecursionError:
            structlog.get_logger("bot.x").exception("a bug")

    (line,) = lines(_written("json", capsys, act))
    frames = line["exception"][0]["frames"]
    assert frames[-1]["name"] == "_raise_at_the_bottom"
    assert len(frames) < MOST


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.034, "34ms"), (1.25, "1.2s"), (59, "59.0s"), (95, "1m35s"), (7_260, "2h1m"), (2e5, "2d7h")],
)
def test_times_are_told_in_two_units(seconds: float, shown: str) -> None:
    assert lasting(seconds) == shown


def test_a_log_that_nobody_reads_any_more_harms_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Closed:
        def write(self, _: str) -> int:
            raise BrokenPipeError

        def flush(self) -> None:
            raise BrokenPipeError

        def isatty(self) -> bool:
            return False

    monkeypatch.setattr("sys.stderr", Closed())
    with configured():
        structlog.get_logger("bot.x").info("hello")
        calm_down()

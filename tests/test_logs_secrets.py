"""No secret reaches the log, whatever way it takes."""

from __future__ import annotations

import asyncio
import base64
import gc
import html
import json
import logging
import sys
import threading
import urllib.parse
import warnings
from collections.abc import Callable

import pytest
import structlog
from hypothesis import example, given
from hypothesis import strategies as st

from bot import logs
from bot.logs import console, values
from bot.logs.hiding import _PATTERNS, HIDDEN, Hiding
from tests.logged import KEY, SECRET, configured, lines

_ID = "1234567890123456789"
_HALF = len(SECRET) // 2


def _log() -> structlog.stdlib.BoundLogger:
    return structlog.get_logger("bot.somewhere")  # type: ignore[no-any-return]


def _in_message() -> None:
    try:
        raise ValueError(f"it was {SECRET}, with {KEY}")  # noqa: TRY301  # for its traceback
    except ValueError:
        _log().exception("bad")


def _in_cause() -> None:
    try:
        try:
            raise KeyError(SECRET)  # noqa: TRY301  # for its traceback
        except KeyError as error:
            raise RuntimeError("worse") from error
    except RuntimeError:
        _log().exception("bad")


def _in_group() -> None:
    inner = ValueError(SECRET)
    inner.add_note(f"also {KEY}")
    group = ExceptionGroup(f"all of {SECRET}", [inner, ExceptionGroup("x", [OSError(1, SECRET)])])
    logging.getLogger("bot.x").error("bad", exc_info=group)


def _in_local() -> None:
    token = SECRET
    try:
        assert not token
    except AssertionError:
        _log().exception("bad")


def _in_thread() -> None:
    def run() -> None:
        raise ValueError(SECRET)

    thread = threading.Thread(target=run, name=SECRET)
    thread.start()
    thread.join()


def _in_hook() -> None:
    try:
        raise ValueError(SECRET)  # noqa: TRY301  # for its traceback
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)


def _in_task() -> None:
    async def fail() -> None:
        raise ValueError(SECRET)

    async def run() -> None:
        task = asyncio.create_task(fail(), name=SECRET)
        await asyncio.sleep(0)
        del task
        gc.collect()

    asyncio.run(run())


def _in_loop() -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        loop.call_exception_handler({"message": SECRET, "exception": ValueError(KEY)})

    asyncio.run(run())


def _in_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)  # what pytest has put there is in the way
        logging.captureWarnings(capture=True)
        warnings.warn(f"old: {SECRET}", stacklevel=1)


class _Broken:
    def __del__(self) -> None:
        raise ValueError(SECRET)


def _in_finalizer() -> None:
    broken = _Broken()
    del broken
    gc.collect()


class _Unsayable:
    def __str__(self) -> str:
        raise ValueError(SECRET)


class _Said:
    def __repr__(self) -> str:
        return f"<Said {SECRET}>"


def _bound() -> None:
    with structlog.contextvars.bound_contextvars(what=SECRET):
        _log().info("hello")


PATHS: dict[str, Callable[[], None]] = {
    "event": lambda: _log().info(f"hello {SECRET}"),
    "field": lambda: _log().info("hello", what=SECRET, key=KEY),
    "nested": lambda: _log().info("hello", what={"a": [{"b": (SECRET, {KEY})}]}),
    "name of a field": lambda: _log().info("hello", **{SECRET: 1}),
    "key of a mapping": lambda: _log().info("hello", what={SECRET: {KEY: 1}}),
    "bytes": lambda: _log().info("hello", what=SECRET.encode(), more=bytearray(KEY.encode())),
    "repr": lambda: _log().info("hello", what=_Said()),
    "repr of bytes": lambda: _log().info(f"hello {SECRET.encode()!r}"),
    "exception as a field": lambda: _log().info("hello", error=ValueError(SECRET)),
    "unsayable": lambda: _log().info("hello", what=_Unsayable()),
    "bound": _bound,
    "args": lambda: logging.getLogger("aiohttp").warning("hello %s %r", SECRET, KEY),
    "mapping as args": lambda: logging.getLogger("x").warning("hi %(a)s", {"a": SECRET}),
    "bad args": lambda: logging.getLogger("x").warning("hi %d", SECRET),
    "extra": lambda: logging.getLogger("x").warning("hi", extra={"what": SECRET}),
    "name of a logger": lambda: logging.getLogger(f"x.{SECRET}").warning("hi"),
    "stack": lambda: logging.getLogger("x").warning("hi %s", SECRET, stack_info=True),
    "message of an exception": _in_message,
    "cause": _in_cause,
    "group": _in_group,
    "local variable": _in_local,
    "thread": _in_thread,
    "nobody caught it": _in_hook,
    "task": _in_task,
    "loop": _in_loop,
    "warning": _in_warning,
    "finalizer": _in_finalizer,
    "first half": lambda: _log().info("hello", what=f"it was {SECRET[:_HALF]}"),
    "second half": lambda: _log().info("hello", what=f"{SECRET[_HALF:]} it was"),
    "cut": lambda: _log().info("hello", what="x" * 480 + SECRET + "x" * 900),
    "cut far behind": lambda: _log().info("hello", what="x" * 7_990 + SECRET + "x" * 9_000),
    "url-encoded": lambda: _log().info("hello", what=urllib.parse.quote(KEY, safe="")),
    "form-encoded": lambda: _log().info("hello", what=urllib.parse.urlencode({"k": KEY})),
    "html": lambda: _log().info("hello", what=html.escape(KEY)),
    "json": lambda: _log().info("hello", what=json.dumps({"k": KEY, "t": SECRET})),
    "base64": lambda: _log().info("hello", what=base64.b64encode(SECRET.encode()).decode()),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("style", ["json", "console"])
@pytest.mark.parametrize("path", PATHS)
def test_a_secret_never_gets_through(
    path: str, style: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with configured(style):
        PATHS[path]()
    written = capfd.readouterr()
    both = written.out + written.err
    assert both, "something was logged"
    for secret in (SECRET, KEY):
        for length in (16, len(secret)):
            pieces = {secret[n : n + length] for n in range(len(secret) - length + 1)}
            assert not [piece for piece in pieces if piece in both]
    assert base64.b64encode(SECRET.encode()).decode() not in both
    assert urllib.parse.quote(KEY, safe="") not in both


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authorization: Bot abc.def.ghi", f"Authorization: {HIDDEN}"),
        ("{'Authorization': 'Bearer abcdef'}", f"{{'Authorization': '{HIDDEN}'}}"),
        ('{"authorization": "x"}', f'{{"authorization": "{HIDDEN}"}}'),
        ("sent Bearer eyJhbGciOi.x-y_z", f"sent Bearer {HIDDEN}"),
        ("as Bot MTk4.Cl2FMQ.ZnCjm1XV", f"as Bot {HIDDEN}"),
        (f"POST /webhooks/{_ID}/aBc-dEf?wait=true", f"POST /webhooks/{_ID}/{HIDDEN}?wait={HIDDEN}"),
        (f"/interactions/{_ID}/aW50ZXI/callback", f"/interactions/{_ID}/{HIDDEN}/callback"),
        ("http://ann:hunter2@x.example/a", f"http://{HIDDEN}@x.example/a"),
        ("https://x.example/rss?key=hunter2&n=3#a", f"https://x.example/rss?key={HIDDEN}&n={HIDDEN}#a"),
        ("https://x.example/rss?hunter2", f"https://x.example/rss?{HIDDEN}"),
        ("api_key=hunter2", f"api_key={HIDDEN}"),
        ("{'api-key': b'hunter2'}", f"{{'api-key': b'{HIDDEN}'}}"),
        ("password: hunter2, ok", f"password: {HIDDEN}, ok"),
        ("key sk-live-0123456789abcdef", f"key {HIDDEN}"),
        (f"it is {SECRET}!", f"it is {HIDDEN}!"),
        ("Session ID: 0b52efc38c43083198030e6bb685cf71)", f"Session ID: {HIDDEN})"),
    ],
)  # fmt: skip
def test_what_looks_like_a_secret_is_one_though_nobody_named_it(text: str, shown: str) -> None:
    assert Hiding()(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "The site answered 404: there is nothing at this address.",
        "the bot is in a server no more",
        "Bot reconnecting", "tokens used: 4000", "https://gazette.example/feed.xml",
        "version 2.10.3 of the library", "127.0.0.1:8080/x", "What is a token? Nobody knows.",
        "/home/ann/wherefore/data/wherefore.db", "keys: 3", "is it you@x.example?",
    ],
)  # fmt: skip
def test_what_is_no_secret_stays(text: str) -> None:
    assert Hiding([SECRET, KEY])(text) == text


@pytest.mark.parametrize("piece", ["a", "://", "https://a", "a.", "&a", "bot ", "token: ", "x@"])
def test_a_hostile_text_does_not_keep_the_bot_busy(piece: str) -> None:
    # Gone through once for each of its characters, it would take minutes.
    text = f"{piece * (200_000 // len(piece))}?@x="
    for _, pattern, put in _PATTERNS:
        pattern.sub(put, text)


def test_what_is_named_as_a_secret_is_hidden_whatever_it_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with configured():
        _log().info("hello", api_key="x1", headers={"Cookie": ["y2"], "X-Token": "z3"}, tokens=4)
    (line,) = lines(capsys.readouterr().err)
    assert line["api_key"] == HIDDEN
    assert line["headers"] == {"Cookie": HIDDEN, "X-Token": HIDDEN}
    assert line["tokens"] == 4


def test_what_the_program_says_on_its_way_out_is_filtered_too() -> None:
    with configured():
        assert logs.hidden(f"bad: {SECRET}") == f"bad: {HIDDEN}"


_SECRETS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=16, max_size=70)
_TEXTS = st.text(max_size=60)


def _lines_of(event: dict[str, object], hide: Hiding) -> list[str]:
    told = {"timestamp": "2026-11-26T07:00:00Z", "level": "info", **values.mapping(event, hide)}
    return [json.dumps(told, ensure_ascii=False), console.line(told, colours=False)]


def _carriers(secret: str, before: str, behind: str) -> dict[str, object]:
    text = f"{before}{secret}{behind}"
    return {
        "event": text, "a": {text: [text.encode("utf-8", "replace"), {"b": ValueError(text)}]},
        "c": urllib.parse.quote(secret), "d": repr(text), "e": f"{text}{text}",
        text: (text, {text}),
    }  # fmt: skip


@given(_SECRETS, _TEXTS, _TEXTS)
@example("a" * 16, "a", "a")
@example("\\'\"" * 6, "", "'")
@example("?key=" + "b" * 20, "http://x", "")
def test_no_secret_survives_wherever_it_stands(secret: str, before: str, behind: str) -> None:
    # What stands for a secret may share characters with one that is made of nothing else.
    for line in _lines_of(_carriers(secret, before, behind), Hiding([secret])):
        assert secret not in line
        assert json.dumps(secret)[1:-1] not in line
        assert urllib.parse.quote(secret, safe="") not in line


@given(_SECRETS, st.integers(0, 70), st.integers(15, 70), _TEXTS)
def test_no_long_piece_of_a_secret_survives(secret: str, at: int, size: int, around: str) -> None:
    piece = secret[at : at + size]
    if len(piece) < 15:
        piece = secret[:15]
    for line in _lines_of({"event": f"{around} {piece}"}, Hiding([secret])):
        assert piece not in line

"""Who may import whom: what is not in the table is forbidden."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[1]
_STD = "the standard library"
_OURS = "all of bot"
_PURE = "what of it touches nothing outside"

# What the pure parts may have of the standard library: no I/O, no clock, no chance.
_PURE_STD = {
    "__future__", "base64", "collections", "dataclasses", "datetime", "difflib", "enum",
    "functools", "hashlib", "html", "itertools", "math", "re", "statistics", "typing",
    "unicodedata", "urllib", "zlib",
}  # fmt: skip

# module or package (the longest name that fits counts) → what it may import
_TABLE: dict[str, set[str]] = {
    "bot": {_PURE},
    "bot.models": {_PURE, "bot.models"},
    # Catalogues of words come with the program, as its modules do.
    "bot.words": {
        _PURE, "contextlib", "contextvars", "gettext", "json", "logging", "pathlib", "struct",
        "bot.words",
    },
    "bot.config": {_STD, "bot.models", "bot.credentials", "bot.dotenv", "bot.readers"},
    "bot.readers": {_PURE, "ipaddress", "pathlib", "bot.models"},
    "bot.dotenv": {_PURE, "io", "dotenv"},
    "bot.credentials": {_PURE, "pathlib"},
    "bot.catalogue": {_STD, "bot.models"},
    "bot.opml": {_PURE, "codecs", "xml", "bot.catalogue", "bot.models", "bot.opml"},
    "bot.logs": {_STD, "bot.logs", "structlog"},
    "bot.logs.calm": {_PURE},
    "bot.logs.console": {_PURE},
    "bot.logs.handler": {_STD, "bot.logs.calm"},
    "bot.logs.hiding": {_PURE, "json"},
    "bot.logs.values": {_PURE, "bot.logs.hiding"},
    "bot.logs.telling": {_PURE, "bot.models"},
    "bot.logs.observer": {_PURE, "bot.logs", "bot.models", "structlog"},
    "bot.stories": {_PURE, "bot.models", "bot.stories"},
    "bot.doctor": {_PURE, "bot.models", "bot.doctor"},
    "bot.delivery.pacing": {_PURE, "heapq", "bot.models"},
    "bot.delivery": {_PURE, "bot.models", "bot.delivery"},
    "bot.delivery.told": {_PURE, "bot.models", "bot.words"},
    "bot.delivery.filters": {_PURE, "bot.models", "bot.stories.publishers"},
    "bot.delivery.queue": {_PURE, "heapq", "bot.models"},
    # Time zones are data that the system, or a package, holds ready.
    "bot.delivery.hours": {_PURE, "zoneinfo", "bot.models"},
    "bot.feeds": {_STD, "bot.models", "bot.feeds", "aiohttp", "yarl"},
    "bot.feeds.schedule": {_PURE, "bot.models"},
    "bot.feeds.upkeep": {_PURE, "bot.models", "bot.feeds.schedule"},
    "bot.feeds.agenda": {_PURE, "heapq", "bot.models"},
    "bot.feeds.outage": {_PURE, "bot.models"},
    "bot.feeds.slices": {_PURE},
    "bot.feeds.headers": {_PURE, "email", "bot.models"},
    "bot.feeds.health": {_PURE, "bot.models"},
    "bot.feeds.verdict": {_PURE, "bot.models", "bot.feeds.health"},
    "bot.feeds.text": {_PURE, "bot.models", "bot.feeds", "selectolax"},
    "bot.feeds.teaser": {_PURE, "bot.models", "bot.feeds"},
    "bot.feeds.mojibake": {_PURE},
    "bot.feeds.boilerplate": {_PURE},
    "bot.feeds.raw": {_PURE},
    "bot.feeds.dates": {_PURE, "calendar", "email", "time", "bot.models"},
    "bot.feeds.links": {_PURE, "bot.feeds"},
    "bot.feeds.jsonfeed": {_PURE, "json", "bot.feeds.raw"},
    "bot.feeds.article": {_PURE, "bot.models", "bot.feeds", "selectolax"},
    "bot.feeds.article_boxes": {_PURE, "bot.feeds.text", "selectolax"},
    "bot.feeds.article_builtin": {_PURE, "bot.models", "bot.feeds", "selectolax"},
    "bot.feeds.article_charset": {_PURE, "codecs", "bot.feeds.raw", "cchardet"},
    "bot.feeds.article_lines": {_PURE, "bot.models", "bot.feeds"},
    "bot.feeds.article_meta": {_PURE, "json", "bot.models", "bot.feeds", "selectolax"},
    "bot.feeds.article_trouble": {_PURE, "bot.models", "bot.feeds"},
    "bot.feeds.page": {_PURE, "bot.feeds", "selectolax"},
    "bot.feeds.parse": {_PURE, "io", "bot.models", "bot.feeds", "feedparser"},
    "bot.feeds.places": {_PURE},
    "bot.feeds.hosts": {_PURE, "bot.models", "bot.feeds.places"},
    "bot.feeds.webpage": {_PURE, "bot.models", "bot.feeds", "selectolax"},
    "bot.feeds.discover": {
        _PURE, "asyncio", "bot.models", "bot.feeds.hosts", "bot.feeds.places",
    },
    "bot.feeds.worker": {_STD, "bot.models", "bot.feeds"},
    "bot.explain": {_PURE, "bot.models", "bot.explain"},
    "bot.explain.model": {
        _PURE, "asyncio", "pathlib", "secrets", "traceback", "bot.models", "bot.explain",
        "structlog",
    },
    # The one module that knows the library that asks models.
    "bot.explain.agent": {
        _PURE, "json", "bot.models", "bot.explain.review", "bot.explain.wire", "httpx2",
        "pydantic", "pydantic_ai",
    },
    "bot.explain.wire": {_PURE, "contextvars", "bot.explain.review", "httpx2"},
    "bot.store": {_STD, "bot.models", "bot.store", "aiosqlite"},
    "bot.store.door": {_STD, "bot.models", "bot.store", "aiosqlite"},
    "bot.store.files": {_PURE, "pathlib"},
    "bot.store.checkup": {_STD, "bot.models.checkups", "bot.store.files", "bot.store.schema"},
    "bot.store.copies": {_STD, "bot.models", "bot.store.checkup", "bot.store.files"},
    "bot.store.lock": {_STD, "bot.store.files"},
    "bot.store.migrating": {_STD, "bot.store", "structlog"},
    "bot.store.opening": {_STD, "bot.store", "structlog"},
    "bot.store.room": {_STD, "bot.models", "structlog"},
    "bot.publish": {_PURE, "bot.models", "bot.publish", "bot.words"},
    "bot.publish.endings": {_PURE, "bot.explain.sentences", "bot.publish.escape"},
    "bot.publish.offers": {_PURE, "bot.publish.escape", "rapidfuzz"},
    "bot.publish.page": {_PURE, "pathlib", "bot.models", "bot.publish"},
    "bot.publish.console": {_PURE, "bot.models", "bot.publish", "rich"},
    "bot.publish.markdown": {_PURE, "markdown_it"},
    "bot.publish.status": {
        _PURE, "bot.models", "bot.publish", "bot.delivery.told", "bot.words",
    },
    "bot.publish.access": {_PURE, "bot.models", "discord"},
    "bot.publish.places": {_PURE, "bot.models", "bot.publish.access", "discord"},
    "bot.publish.survey": {
        _PURE, "bot.models", "bot.publish.access", "bot.publish.escape", "discord",
    },
    "bot.publish.calls": {
        _PURE, "asyncio", "bot.models", "bot.publish.traffic", "bot.delivery.outcome", "aiohttp",
        "discord",
    },
    "bot.publish.discord": {
        _PURE, "asyncio", "bot.models", "bot.publish", "bot.delivery.outcome", "discord",
    },
    "bot.publish.history": {
        _PURE, "bot.models", "bot.publish.access", "bot.publish.calls", "bot.publish.forum",
        "discord",
    },
    "bot.publish.traffic": {
        _PURE, "asyncio", "types", "bot.models", "bot.delivery.pacing", "aiohttp", "structlog",
    },
    "bot.newsroom": {
        _STD, "bot.models", "bot.newsroom", "bot.stories", "bot.delivery", "bot.feeds.upkeep",
        "bot.feeds.agenda", "bot.feeds.health", "bot.feeds.outage", "bot.feeds.slices",
        "bot.publish.render", "bot.store", "bot.words", "structlog",
    },
    "bot.newsroom.packing": {
        _STD, "bot.models", "bot.newsroom", "bot.delivery.backlog", "bot.delivery.plan",
        "bot.publish.digest", "bot.publish.follow_answers", "bot.publish.render", "bot.store",
        "bot.stories.ranking", "bot.words",
    },
    "bot.newsroom.follows": {
        _STD, "bot.models", "bot.newsroom", "bot.delivery.following", "bot.delivery.nonces",
        "bot.publish.follow_answers", "bot.store", "bot.words", "structlog",
    },
    "bot.newsroom.notices": {
        _STD, "bot.models", "bot.newsroom", "bot.delivery.notices", "bot.publish.notices",
        "bot.store", "bot.words", "structlog",
    },
    "bot.newsroom.reconcile": {
        _STD, "bot.models", "bot.newsroom", "bot.delivery", "bot.publish.marks", "bot.store",
    },
    "bot.newsroom.explaining": {
        _STD, "bot.models", "bot.newsroom", "bot.explain.material", "bot.feeds.links", "bot.store",
        "bot.stories.scope", "structlog",
    },
    "bot.newsroom.allowances": {_STD, "bot.models", "bot.explain.allowance", "bot.store"},
    "bot.newsroom.looking": {
        _STD, "bot.models", "bot.newsroom", "bot.explain.material", "bot.feeds.links",
        "bot.feeds.verdict", "bot.stories.articles",
    },
    "bot.newsroom.own_feeds": {
        _STD, "bot.models", "bot.newsroom", "bot.feeds.health", "bot.feeds.links", "bot.store",
        "bot.stories.naming", "bot.stories.scope",
    },
    "bot.newsroom.relatives": {
        _STD, "bot.models", "bot.newsroom", "bot.stories",
    },
    "bot.newsroom.asking": {
        _STD, "bot.models", "bot.newsroom", "bot.explain.material",
        "bot.feeds.links", "bot.feeds.places", "bot.store", "bot.stories.identity",
    },
    "bot.newsroom.searching": {
        _STD, "bot.models", "bot.newsroom", "bot.explain.allowance", "bot.store",
    },
    "bot.newsroom.offering": {
        _STD, "bot.models", "bot.newsroom", "bot.delivery.forecast", "bot.explain.allowance",
        "bot.store",
    },
    "bot.newsroom.writing": {
        _STD, "bot.models", "bot.newsroom", "bot.explain.endpoint", "bot.store", "structlog",
    },
    "bot.answering": {_PURE, "time", "types", "bot.models", "aiohttp"},
    "bot.command_words": {_PURE, "bot.words", "discord"},
    "bot.hearing": {_PURE},
    "bot.client": {
        _STD, "bot.answering", "bot.command_words", "bot.health.sessions", "bot.hearing",
        "bot.models", "bot.publish.answers", "bot.words", "aiohttp", "discord", "structlog", "yarl",
    },
    "bot.health": {_PURE},
    "bot.health.sessions": {_PURE, "bot.models"},
    "bot.health.verdict": {_PURE, "bot.models"},
    "bot.health.lag": {_PURE, "asyncio"},
    "bot.health.monitor": {
        _PURE, "asyncio", "bot.health.verdict", "bot.models", "bot.store", "structlog",
    },
    # The two modules that know the library that counts; imported only where it is installed.
    "bot.health.metrics": {_PURE, "bot.models", "bot.health.gauges", "prometheus_client"},
    "bot.health.gauges": {_PURE, "bot.models", "prometheus_client"},
    "bot.health.report": {_PURE, "bot.models", "bot.health.verdict"},
    "bot.health.server": {
        _PURE, "asyncio", "contextlib", "errno", "json", "bot.models", "bot.health.report",
        "aiohttp",
    },
    "cogs": {
        _STD, "bot.models", "bot.newsroom", "bot.publish.access", "bot.publish.answers",
        "bot.publish.catchup", "bot.publish.digest", "bot.publish.feed_answers",
        "bot.publish.feed_refusals", "bot.publish.feedback", "bot.publish.flow_answers",
        "bot.publish.follow_answers", "bot.publish.forecast", "bot.publish.help",
        "bot.publish.layout", "bot.publish.offers", "bot.publish.privacy_answers",
        "bot.publish.render", "bot.publish.search_answers", "bot.publish.status",
        "bot.publish.subscriptions", "bot.publish.topics", "bot.words",
        "cogs", "discord",
    },
    "cogs.places": {
        _STD, "bot.models", "bot.publish.access", "bot.publish.answers",
        "bot.publish.flow_answers", "bot.publish.forecast", "bot.publish.panel_words", "discord",
    },
    # It says in the log where something was pressed.
    "cogs.presses": {_STD, "bot.words", "discord", "structlog"},
    "cogs.settings": {
        _STD, "bot.models", "bot.newsroom", "bot.publish.answers", "bot.publish.flow_answers",
        "bot.publish.layout", "bot.publish.panel", "bot.publish.panel_forms",
        "bot.publish.panel_words", "bot.words", "cogs", "discord",
    },
    "cogs.filling": {
        _STD, "bot.models", "bot.publish.panel_forms", "bot.publish.typed_answers", "cogs.typed",
    },
    "cogs.typed": {_STD, "bot.publish.typed_answers", "rapidfuzz"},
    # The composition root: everything meets here, and nowhere else.
    "bot.cli": {_STD, _OURS, "cogs", "aiohttp", "discord", "rich", "structlog"},
    "bot.__main__": {_STD, _OURS, "discord", "dotenv", "rich", "structlog"},
}  # fmt: skip

_FILES = sorted([*_ROOT.glob("bot/**/*.py"), *_ROOT.glob("cogs/**/*.py")])


def _name(path: Path) -> str:
    parts = path.relative_to(_ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the whole path"
            for alias in node.names:
                # "from bot.publish import render" imports the module, not the package.
                whole = f"{node.module}.{alias.name}"
                yield whole if _is_ours(whole) else str(node.module)


def _is_ours(name: str) -> bool:
    path = _ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or path.is_dir()


def _rule(module: str) -> set[str]:
    name = module
    while name not in _TABLE:
        name, dot, _ = name.rpartition(".")
        assert dot, f"{module} is not in the table"
    return _TABLE[name]


def _allows(allowed: set[str], imported: str) -> bool:
    top = imported.partition(".")[0]
    if top in sys.stdlib_module_names:
        return _STD in allowed or top in allowed or (_PURE in allowed and top in _PURE_STD)
    if top == "bot" and _OURS in allowed:
        return True
    names = {imported}
    while "." in imported:
        imported = imported.rpartition(".")[0]
        names.add(imported)
    return bool(names & allowed)


@pytest.mark.parametrize("path", _FILES, ids=_name)
def test_a_module_imports_only_what_the_table_allows(path: Path) -> None:
    module = _name(path)
    allowed = _rule(module)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    forbidden = sorted({name for name in _imports(tree) if not _allows(allowed, name)})
    assert not forbidden, f"{module} may not import {forbidden}"


def test_the_fence_stops_what_it_is_there_to_stop() -> None:
    assert not _allows(_rule("bot.models"), "discord")
    assert not _allows(_rule("bot.stories.identity"), "time")
    assert not _allows(_rule("bot.publish.render"), "discord")
    assert not _allows(_rule("bot.newsroom.watch"), "bot.feeds.fetch")
    assert not _allows(_rule("bot.feeds.fetch"), "bot.store")
    assert not _allows(_rule("cogs.subscriptions"), "bot.store")
    assert not _allows(_rule("bot.explain.extract"), "bot.feeds.text")
    assert not _allows(_rule("bot.explain.review"), "pydantic_ai")
    with pytest.raises(AssertionError, match="not in the table"):
        _rule("elsewhere.module")


@pytest.mark.parametrize("path", _FILES, ids=_name)
def test_only_the_command_line_reads_the_environment(path: Path) -> None:
    if _name(path) == "bot.__main__":
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    read = [
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}
    ]
    assert not read


@pytest.mark.parametrize("path", _FILES, ids=_name)
def test_a_module_says_what_it_owns_and_stays_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(text))
    assert docstring
    assert docstring.splitlines()[0].endswith("."), "the first line is one sentence"
    assert len(text.splitlines()) <= 400

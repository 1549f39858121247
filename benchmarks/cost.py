"""What an explainer costs: time without a model; calls, words and time with one that answers."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from benchmarks import corpus
from benchmarks.extract import is_news
from benchmarks.figures import Figure, Report
from benchmarks.stand import Stand, say
from bot.explain import explain
from bot.explain.material import material_of
from bot.models import Draft, Material, SectionName
from tests.loopback.model import LoopbackModel, explains

if TYPE_CHECKING:
    from aiohttp import web

    from tests.loopback.model import Asked

_TITLE = "cost: what an explainer takes"
_SENTENCE = re.compile(r"^\[(s[1-9]\d*)\] (.{40,300}[.])$", re.MULTILINE)
_SECONDS = 30.0
_LEAST_CLAIMS = 4
_BYTES_A_TOKEN = 4
"""Of English, roughly; the endpoint's own count is what the budget goes by."""


async def run(_: Stand) -> Report:
    """Explain the pages that a development checkout has beside it; without them, say so."""
    if not corpus.is_shared(corpus.PAGES):
        return Report(_TITLE, [], [f"Skipped: no shared data here ({corpus.PAGES})."])
    materials = [material_of(p.article) for p in corpus.pages() if is_news(p.article)]
    say(f"cost: {len(materials)} articles …")
    alone = _alone(materials)
    if not find_spec("pydantic_ai"):
        return Report(_TITLE, [alone], ["The model is left out: its library is not installed."])
    figures, notes = await _with_model(materials)
    return Report(_TITLE, [alone, *figures], notes)


def _alone(materials: Sequence[Material]) -> Figure:
    figure = Figure("without a model, an explainer", unit="ms CPU")
    for material in materials:
        began = time.process_time()
        explain(material)
        figure.samples.append((time.process_time() - began) * 1_000)
    return figure


async def _with_model(materials: Sequence[Material]) -> tuple[list[Figure], list[str]]:
    from bot.cli.writing import check  # noqa: PLC0415  # the library need not be there
    from bot.explain.model import writer  # noqa: PLC0415  # as above

    cpu = Figure("with a model, an explainer (the stub's own part included)", unit="ms CPU")
    calls = Figure("calls of the model", unit="a story")
    written = Figure("sent, in all calls", unit="kB a story")
    drafts = 0
    async with LoopbackModel() as model, writer("stub:stub", model.url, None, check=check) as pen:
        model.answer(_quoting)
        for material in materials:
            if not pen.can_write(material):
                continue
            model.requests.clear()
            began = time.process_time()
            outcome = await pen.write(material, plain=False, seconds=_SECONDS, calls=3)
            cpu.samples.append((time.process_time() - began) * 1_000)
            calls.samples.append(outcome.usage.calls)
            written.samples.append(sum(len(asked.raw) for asked in model.requests) / 1_000)
            drafts += isinstance(outcome, Draft)
    first = statistics.median(written.samples) / statistics.median(calls.samples)
    return [cpu, calls, written], [
        f"{len(calls.samples)} of {len(materials)} articles were shown to the model.",
        f"Of its answers {drafts} came to something.",
        f"The stub quotes {_LEAST_CLAIMS} sentences, one a section, whatever they say:",
        "what does not look ahead or back is asked for again. No real model was measured.",
        f"A request of {first:.1f} kB is about {first * 1_000 / _BYTES_A_TOKEN:,.0f} tokens.",
    ]


async def _quoting(asked: Asked, request: web.Request) -> web.StreamResponse:
    """Answer with sentences of what was shown, word for word, one a section."""
    shown = _SENTENCE.findall(asked.words)
    names = (SectionName.WHY, SectionName.BACKGROUND, SectionName.NEXT, SectionName.BIGGER)
    sections = {
        name: [(text, [source])]
        for name, (source, text) in zip(names, shown[1 : 1 + _LEAST_CLAIMS], strict=False)
    }
    return await explains(sections, tokens=None)(asked, request)

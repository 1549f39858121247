"""How many lies the grounding checker finds, and how often it doubts the truth."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks import corruptions
from benchmarks.corruptions import Text, World
from benchmarks.figures import Figure, Report
from benchmarks.stand import Stand, say
from bot.explain import ground
from bot.explain.ground import FaultKind, faults
from bot.explain.sentences import split
from tests.shared import shared_files

_PARAPHRASES = Path(__file__).with_name("paraphrases.json")
_SEED = 20
_APART = frozenset((FaultKind.RELATIVE_DATE, FaultKind.FORM))
"""Faults of a sentence and not of what it says: a newspaper may write "yesterday"."""
_WORDS = 6
_COMMON = frozenset("the of and to in a is that for on with was as at by".split())
_ENGLISH = 0.2
"""Share of such words in an English article."""


@dataclass(frozen=True, slots=True)
class _Case:
    """A claim and its sources, and whether the sources support it."""

    claim: str
    cited: tuple[str, ...]
    title: str = ""

    @property
    def kinds(self) -> frozenset[FaultKind]:
        """Return the faults that count."""
        found = faults(self.claim, self.cited, title=self.title)
        return frozenset(f.kind for f in found) - _APART


async def run(stand: Stand) -> Report:
    """Hold true, paraphrased and corrupted sentences against their sources."""
    del stand
    return await asyncio.to_thread(_report)


def _report() -> Report:
    written = json.loads(_PARAPHRASES.read_text(encoding="utf-8"))
    notes = [*_told_paraphrases(written)]
    texts = _texts()
    if not texts:
        cases = [_case(c) for c in written["faithful"]]
        return Report(
            "grounding: lies found",
            _timed(cases),
            [*notes, "no shared articles here: nothing was corrupted"],
        )
    say(f"grounding: corrupting the sentences of {len(texts)} articles …")
    verbatim = [_Case(s, (s,)) for t in texts for s in t.sentences]
    notes += [*_told_verbatim(texts, verbatim), "", *_told_corruptions(texts)]
    return Report("grounding: lies found, and truths doubted", _timed(verbatim), notes)


def _texts() -> list[Text]:
    files = shared_files("articles", "ground-truth.json")
    found = json.loads(files[0].read_text(encoding="utf-8")) if files else {}
    articles = [[*_sentences(article["articleBody"])] for _, article in sorted(found.items())]
    return [corruptions.text_of(s) for s in articles if s and _is_english(" ".join(s))]


def _sentences(body: str) -> Iterator[str]:
    for paragraph in body.split("\n"):
        yield from (s for s in split(paragraph) if len(s.split()) >= _WORDS)


def _is_english(text: str) -> bool:
    words = text.casefold().split()
    return sum(word in _COMMON for word in words) >= _ENGLISH * len(words)


# ── what is true ─────────────────────────────────────────────────────────────────────────


def _told_verbatim(texts: Sequence[Text], alone: Sequence[_Case]) -> Iterator[str]:
    yield _alarms("verbatim sentences, each against itself", alone)
    threes = [
        _Case(s, t.sentences[max(0, at - 1) : at + 2])
        for t in texts
        for at, s in enumerate(t.sentences)
    ]
    yield _alarms("the same, with their neighbours cited too", threes)
    apart = Counter(
        kind for c in alone for kind in {f.kind for f in faults(c.claim, c.cited)} & _APART
    )
    told = ", ".join(f"{kind} {n}" for kind, n in sorted(apart.items()))
    yield f"counted apart, of the {len(alone)} verbatim ones: {told}"


def _told_paraphrases(written: dict[str, list[dict[str, object]]]) -> Iterator[str]:
    cases = [_case(c) for c in written["faithful"]]
    yield _alarms("faithful paraphrases, seen while tuning (goal: 3 %)", cases)
    lies = [_case(c) for c in written["unfaithful"]]
    found = sum(bool(c.kinds) for c in lies)
    yield f"{'subtle lies, seen while tuning':<52} {found:4} of {len(lies)} found"


def _case(written: dict[str, object]) -> _Case:
    sources = written["sources"]
    assert isinstance(sources, list)
    return _Case(str(written["claim"]), tuple(sources), str(written.get("title", "")))


def _alarms(name: str, cases: Sequence[_Case]) -> str:
    wrong = sum(bool(c.kinds) for c in cases)
    return f"{name:<52} {wrong:4} of {len(cases)} doubted ({wrong / len(cases):.1%})"


# ── what is not ──────────────────────────────────────────────────────────────────────────


def _told_corruptions(texts: Sequence[Text]) -> Iterator[str]:
    yield f"{'one fact of a sentence changed':<52} {'n':>5} found   goal"
    for name, corrupt, goal in corruptions.ALL:
        yield _rate(name, [*_corrupted(texts, corrupt)], goal)
    with_title = [*_corrupted(texts, corruptions.swapped_name, titled=True)]
    yield _rate("name, another of the article, which the title has", with_title, None)


def _rate(name: str, cases: Sequence[_Case], goal: float | None) -> str:
    found = sum(bool(c.kinds) for c in cases)
    wanted = f"≥ {goal:.2f}" if goal else "–"
    share = f"{found / len(cases):5.3f}" if cases else "–"
    return f"{name:<52} {len(cases):5} {share:>5}   {wanted}"


def _corrupted(
    texts: Sequence[Text],
    corrupt: Callable[[str, World], str | None],
    *,
    titled: bool = False,
) -> Iterator[_Case]:
    chance = Random(_SEED)
    for text in texts:
        world = World(text, tuple(t for t in texts if t is not text), chance)
        for sentence in text.sentences:
            claim = corrupt(sentence, world)
            if not claim or claim == sentence:
                continue
            # For want of headlines: a title that has whatever name was put in.
            title = " ".join(text.names) if titled else ""
            yield _Case(claim, (sentence,), title)


# ── how long it takes ────────────────────────────────────────────────────────────────────


def _timed(cases: Sequence[_Case]) -> list[Figure]:
    warm = Figure("a claim, its sources read before (goal: 2,000)", unit="µs")
    cold = Figure("a claim, its sources read for it", unit="µs")
    for case in cases:
        ground.forget()
        cold.samples.append(_microseconds(case))
        warm.samples.append(_microseconds(case))
    return [warm, cold]


def _microseconds(case: _Case) -> float:
    # Of this thread alone: what else runs on the machine is no matter of the checker's.
    began = time.thread_time()
    faults(case.claim, case.cited, title=case.title)
    return (time.thread_time() - began) * 1e6

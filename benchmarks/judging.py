"""Draws articles for a reader to judge, blind, and counts what the reader found."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import corpus
from benchmarks.extract import is_news
from bot.explain.extract import sections_or_points
from bot.models import Article, BlockKind, SectionName

KEY_POINTS = "key_points"
VERDICTS = ("fits", "misfit")
_MIN_WORDS = 200
_REPOSITORY = Path(__file__).resolve().parents[1]
_FOUR = (SectionName.WHY, SectionName.BACKGROUND, SectionName.NEXT, SectionName.BIGGER)
_HEADINGS = {**{name.value: name.heading for name in _FOUR}, KEY_POINTS: "Key Points"}
_GUIDE = """\
A sentence fits where a reader who sees the headline, the teaser and that sentence alone
understands it, and it does what its heading says: who is affected, what follows or what makes it
significant (Why This Matters); what happened or held before and helps to understand
(Background Context); what was still ahead when it was published (What Happens Next); other cases,
a trend, a debate, a comparison (Bigger Picture); a central fact that is not said above it
(Key Points). In doubt it is a misfit.
"""


class SheetError(Exception):
    """A sheet or a file of judgements that cannot be used, and why."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One article of a sheet, with the sentences that are to be judged."""

    document: str
    entry: str
    """The start of its link's sha256."""
    article: Article
    sections: dict[str, tuple[str, ...]]


def draw(found: Iterable[corpus.Found], *, seed: str, count: int) -> list[Drawn]:
    """Draw so many articles: English news of 200 words or more; the same for the same seed."""
    fit = {entry_of(f.article): f for f in found if _is_judged(f.article)}
    order = sorted(fit.values(), key=lambda f: _sha256(seed + _named(f.article)))
    return [
        Drawn(f.document, entry_of(f.article), f.article, _sections(f.article))
        for f in order[:count]
    ]


def entry_of(article: Article) -> str:
    """Return what an article is called in judgements, as they name no link."""
    return _sha256(_named(article))[:16]


def _named(article: Article) -> str:
    return article.link or article.title


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _is_judged(article: Article) -> bool:
    texts = [b.text for b in article.blocks if b.kind is BlockKind.PARAGRAPH]
    return sum(len(text.split()) for text in texts) >= _MIN_WORDS and is_news(article)


def _sections(article: Article) -> dict[str, tuple[str, ...]]:
    sections, points = sections_or_points(article)
    chosen = {name.value: texts for name, texts in sections.items()}
    return {**chosen, **({KEY_POINTS: points} if points else {})}


# ── what the judge reads ─────────────────────────────────────────────────────────────────


def as_markdown(drawn: Sequence[Drawn]) -> str:
    """Write the sheet as a page to read; it does not say who chose the sentences."""
    return _GUIDE + "\n".join(_article(number, one) for number, one in enumerate(drawn, start=1))


def _article(number: int, one: Drawn) -> str:
    lines = [f"\n## {number}. {one.article.title}\n", f"{_day(one.article)} · {one.entry}\n"]
    lines.append(f"> {one.article.teaser}\n")
    for section, texts in one.sections.items():
        lines += [f"### {_HEADINGS[section]}\n", *(f"- {text}" for text in texts), ""]
    return "\n".join(lines)


def as_json(drawn: Sequence[Drawn]) -> str:
    """Write the sheet for a program."""
    return json.dumps([_object(one) for one in drawn], ensure_ascii=False, indent=1)


def _object(one: Drawn) -> dict[str, Any]:
    return {
        "document": one.document,
        "entry": one.entry,
        "headline": one.article.title,
        "teaser": one.article.teaser,
        "published": _day(one.article),
        "sections": [
            {
                "section": section,
                "heading": _HEADINGS[section],
                "sentences": [{"text": t, "sha256": _sha256(t)} for t in texts],
            }
            for section, texts in one.sections.items()
        ],
    }


def _day(article: Article) -> str:
    return f"{datetime.fromtimestamp(article.published / 1_000, UTC):%d %B %Y}"


def as_form(drawn: Sequence[Drawn], seed: str) -> str:
    """Write the judgements to be filled in; they quote nothing, so the project may keep them."""
    lines = [f'seed = "{seed}"', "", "# Every article that was drawn, also one without sentences."]
    lines += ["articles = [", *(f'    "{one.entry}",  # {one.document}' for one in drawn), "]"]
    for one in drawn:
        for section, texts in one.sections.items():
            for text in texts:
                lines += [
                    "\n[[judged]]",
                    f'document = "{one.document}"',
                    f'entry = "{one.entry}"',
                    f'section = "{section}"',
                    f'sentence = "{_sha256(text)}"',
                    'verdict = ""  # fits, misfit',
                    'reason = ""',
                ]
    return "\n".join(lines) + "\n"


# ── what the judge found ─────────────────────────────────────────────────────────────────


def tally(text: str) -> list[str]:
    """Count precision and coverage by section; a `SheetError` says what is not filled in."""
    try:
        told = tomllib.loads(text)
        articles, judged = told["articles"], told["judged"]
        rows = {(r["entry"], r["section"], r["sentence"]): r["verdict"] for r in judged}
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise SheetError(f"these are no judgements: {error!r}") from error
    _check(articles, rows)
    lines = [_line(_HEADINGS[section], section, rows, articles) for section in _HEADINGS]
    sections = {row: verdict for row, verdict in rows.items() if row[1] != KEY_POINTS}
    return [*lines, _line("the four sections", None, sections, articles),
            _line("all of it", None, rows, articles)]  # fmt: skip


def _check(articles: Sequence[str], rows: dict[tuple[str, str, str], str]) -> None:
    for (entry, section, sentence), verdict in rows.items():
        if entry not in articles:
            raise SheetError(f"{entry} is judged, but is not among the articles")
        if section not in _HEADINGS:
            raise SheetError(f"{section!r} of {entry} is none of {', '.join(_HEADINGS)}")
        if verdict not in VERDICTS:
            raise SheetError(
                f"sentence {sentence[:12]} of {entry} has the verdict {verdict!r}: "
                f"it takes one of {', '.join(VERDICTS)}"
            )


def _line(
    title: str,
    section: str | None,
    rows: dict[tuple[str, str, str], str],
    articles: Sequence[str],
) -> str:
    within = {row: verdict for row, verdict in rows.items() if section in {None, row[1]}}
    counts = Counter(within.values())
    covered = len({entry for entry, _, _ in within})
    found = f"{title:<20} {covered:>3} of {len(articles)} articles"
    if not within:
        return found
    share = counts["fits"] / len(within)
    return f"{found}, {counts['fits']:>3} of {len(within):>3} sentences fit ({share:.0%})"


# ── the command ──────────────────────────────────────────────────────────────────────────


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw a sheet or count judgements; the exit code is 1 where that cannot be done."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "draw":
            _draw(options)
        else:
            print("\n".join(tally(options.file.read_text(encoding="utf-8"))))
    except (SheetError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _draw(options: argparse.Namespace) -> None:
    folder = options.out.resolve()
    if folder.is_relative_to(_REPOSITORY):
        raise SheetError(f"{folder} is inside the project, which quotes no article: name another")
    needed = corpus.PAGES if options.pages else "feeds"
    if not corpus.is_shared(needed):
        raise SheetError(f"no shared data here ({needed})")
    found = corpus.pages() if options.pages else corpus.held_out()
    judged = {entry for form in options.without for entry in _articles(form)}
    fresh = (one for one in found if entry_of(one.article) not in judged)
    drawn = draw(fresh, seed=options.seed, count=options.count)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (
        ("sheet.md", as_markdown(drawn)),
        ("sheet.json", as_json(drawn)),
        ("judgements.toml", as_form(drawn, options.seed)),
    ):
        (folder / name).write_text(text, encoding="utf-8")
        print(folder / name)


def _articles(form: Path) -> list[str]:
    return list(tomllib.loads(form.read_text(encoding="utf-8"))["articles"])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judging", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    drawing = commands.add_parser("draw", help="write a sheet to read and a form to fill in")
    drawing.add_argument("--seed", default="1")
    drawing.add_argument("--count", type=int, default=20)
    drawing.add_argument("--pages", action="store_true", help="from the pages, not the feeds")
    drawing.add_argument(
        "--without", type=Path, action="append", default=[], metavar="FORM",
        help="leave out what an earlier form has",
    )  # fmt: skip
    drawing.add_argument("--out", type=Path, required=True, help="a folder outside the project")
    counting = commands.add_parser("tally", help="count a form that is filled in")
    counting.add_argument("file", type=Path)
    return parser


if __name__ == "__main__":
    sys.exit(main())

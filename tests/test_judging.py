"""The sheet that a reader judges, and the count of what the reader found."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from benchmarks import corpus, judging
from bot.models import Article, Block, BlockKind
from tests.loopback.feeds import item, rss
from tests.shared import shared

_TOLD = (
    "The ferry company showed its new harbour timetable to reporters on Monday.",
    "The ferry has a restaurant and a small cinema on the upper deck of the ship.",
    "The ferry company is expected to start the night route next month, once inspectors agree.",
    "The ferry company was founded in 1987 and gave up an earlier night route in 2009.",
)


def _found(
    number: int, *texts: str, title: str = "Ferry company starts night route"
) -> corpus.Found:
    blocks = tuple(Block(BlockKind.PARAGRAPH, text) for text in (*_TOLD, *texts))
    link = f"https://gazette.example/{number}"
    article = Article(title, link, "The islands get a ferry at night.", "Post", 1_790_000_000_000,
                      blocks=blocks, language="en")  # fmt: skip
    return corpus.Found("gazette.xml", article)


_LONG = " ".join(
    ["The brass band played on the harbour pier while the ship was being painted."] * 15
)


def test_the_same_seed_draws_the_same_articles_in_whatever_order_they_are_read() -> None:
    found = [_found(number, _LONG) for number in range(12)]
    drawn = judging.draw(found, seed="4", count=5)
    assert [d.entry for d in drawn] == [
        d.entry for d in judging.draw(reversed(found), seed="4", count=5)
    ]
    assert {d.entry for d in drawn} != {d.entry for d in judging.draw(found, seed="5", count=5)}
    assert len(drawn) == 5


def test_short_articles_opinion_and_other_languages_are_not_drawn() -> None:
    german = "Die Fähre der Reederei will nach dem Winter wieder zwischen den Inseln fahren. " * 40
    found = [
        _found(1),
        _found(2, _LONG, title="Opinion: the ferry is a mistake"),
        _found(3, german),
        _found(4, _LONG),
    ]
    assert [d.article.link for d in judging.draw(found, seed="1", count=9)] == [
        "https://gazette.example/4"
    ]


def test_a_sheet_shows_what_a_reader_of_the_post_sees_and_not_who_made_it() -> None:
    drawn = judging.draw([_found(1, _LONG)], seed="1", count=1)
    for sheet in (judging.as_markdown(drawn), judging.as_json(drawn)):
        for shown in ("Ferry company starts night route", "The islands get a ferry at night.",
                      "What Happens Next", "21 September 2026", _TOLD[2], _TOLD[3]):  # fmt: skip
            assert shown in sheet
        assert not re.search(r"\b(?:extract|wherefore|bot|model)", sheet.casefold())


def test_a_form_that_is_filled_in_is_counted_by_section() -> None:
    drawn = judging.draw([_found(1, _LONG), _found(2, _LONG)], seed="1", count=2)
    form = judging.as_form(drawn, "1")
    assert not any(text in form for text in _TOLD), "the project quotes no article"
    filled = form.replace('verdict = ""', 'verdict = "fits"').replace('"fits"', '"misfit"', 1)
    lines = {line[:20].strip(): line[20:].strip() for line in judging.tally(filled)}
    assert lines["What Happens Next"].startswith("2 of 2 articles")
    assert lines["Bigger Picture"] == "0 of 2 articles"
    fitting, judged = (int(lines["the four sections"].split()[i]) for i in (4, 6))
    assert judged == fitting + 1


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("nonsense", "no judgements"),
        ("articles = []", "no judgements"),
        (
            (
                'articles = ["a"]\n[[judged]]\nentry = "a"\nsection = "bigger_picture"\n'
                'sentence = "f00"\nverdict = ""'
            ),
            "has the verdict ''",
        ),
        (
            (
                'articles = []\n[[judged]]\nentry = "a"\nsection = "bigger_picture"\n'
                'sentence = "f00"\nverdict = "fits"'
            ),
            "not among the articles",
        ),
        (
            (
                'articles = ["a"]\n[[judged]]\nentry = "a"\nsection = "x"\nsentence = "f00"\n'
                'verdict = "fits"'
            ),
            "'x' of a is none of",
        ),
    ],
)
def test_a_form_that_is_not_filled_in_says_what_is_missing(text: str, complaint: str) -> None:
    with pytest.raises(judging.SheetError, match=complaint):
        judging.tally(text)


def test_a_sheet_is_not_written_into_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    inside = Path(judging.__file__).parent / "judgements"
    assert judging.main(["draw", "--pages", "--out", str(inside)]) == 1
    assert "inside the project" in capsys.readouterr().err


def test_the_held_out_feeds_are_read_as_the_program_reads_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "feeds").mkdir()
    body = "".join(f"<p>{text}</p>" for text in (*_TOLD, _LONG))
    for name in corpus.HELD_OUT:
        link = f"https://gazette.example/{name}"
        feed = rss("The Gazette", [item("Ferry starts", link, link, _TOLD[0], body)])
        (tmp_path / "feeds" / name).write_bytes(feed)
    monkeypatch.setattr(corpus, "SHARED", tmp_path)
    found = list(corpus.held_out())
    assert [f.document for f in found] == list(corpus.HELD_OUT)
    assert {f.article.title for f in found} == {"Ferry starts"}
    assert len(judging.draw(found, seed="1", count=9)) == len(corpus.HELD_OUT)


def test_the_real_pages_make_a_sheet(tmp_path: Path) -> None:
    shared(corpus.PAGES)
    out = tmp_path / "sheet"
    assert judging.main(["draw", "--pages", "--count", "6", "--out", str(out)]) == 0
    assert len(json.loads((out / "sheet.json").read_text("utf-8"))) == 6
    form = (out / "judgements.toml").read_text("utf-8").replace('verdict = ""', 'verdict = "fits"')
    (out / "judgements.toml").write_text(form, "utf-8")
    assert judging.main(["tally", str(out / "judgements.toml")]) == 0

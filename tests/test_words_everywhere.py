from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest

from bot.words import retelling
from tests.unworded import texts, unreadable
from tools.words_found import gather

_ROOT = Path(__file__).resolve().parents[1]
_FOLDERS = ("bot/publish", "bot/delivery", "bot/newsroom", "bot/feeds", "cogs")
_PATHS = sorted(path for folder in _FOLDERS for path in (_ROOT / folder).rglob("*.py"))

_OTHERS_WORDS = "what others write, which is looked for in what they wrote"
_HTTP = "what stands in requests and answers"
# file → the texts in it that need no translation (None: all that there may be), and why
_EXCEPTIONS: dict[str, tuple[set[str] | None, str]] = {
    "bot/publish/console.py": (None, "the terminal of the demo, which speaks English"),
    "bot/publish/page*.py": (None, "the page of the demo, and its markup"),
    "bot/publish/survey.py": (None, "for the doctor, who speaks English"),
    "bot/publish/traffic.py": ({"Authorization", "Via", "Sending rests for … s."}, _HTTP),
    "bot/publish/panel_words.py": ({"Filtered: "}, "how kept reasons begin in English"),
    "bot/delivery/told.py": ({"Filtered: "}, "how kept reasons begin in English"),
    "bot/delivery/rollback.py": ({"rolled back", "newest post"}, "names of notes"),
    "bot/newsroom/deliver.py": ({"before sent is committed"}, "points that tests crash at"),
    "bot/newsroom/watch.py": ({"ingest committed"}, "points that tests crash at"),
    "bot/newsroom/notices.py": ({"nobody could be told", "a notice is out"}, "for the log alone"),
    "bot/newsroom/unfeeding.py": ({"feed end", "feed undo"}, "kinds of unfinished work"),
    "bot/feeds/article*.py": (None, _OTHERS_WORDS),
    "bot/feeds/boilerplate.py": (None, _OTHERS_WORDS),
    "bot/feeds/raw.py": (None, _OTHERS_WORDS),
    "bot/feeds/teaser.py": (None, _OTHERS_WORDS),
    "bot/feeds/text.py": (None, _OTHERS_WORDS),
    "bot/feeds/hosts.py": (None, "sites' names, and names of feeds that bear none: kept as theirs"),
    "bot/feeds/failures.py": ({"Cloudflare", "Vercel", "AWS WAF", "Sucuri"}, "names of services"),
    "bot/feeds/fetch.py": (None, _HTTP),
    "bot/feeds/headers.py": (None, _HTTP),
    "bot/feeds/guard.py": ({"refused: private address"}, "an error that never leaves the folder"),
    "bot/feeds/verdict.py": ({"not a feed"}, "a name that scripts read"),
}


def _excused(path: Path) -> tuple[set[str] | None, str]:
    name = path.relative_to(_ROOT).as_posix()
    return next((why for wild, why in _EXCEPTIONS.items() if fnmatch(name, wild)), (set(), ""))


@pytest.mark.parametrize("path", _PATHS, ids=lambda path: path.relative_to(_ROOT).as_posix())
def test_no_text_for_people_bypasses_the_catalogues(path: Path) -> None:
    allowed, _ = _excused(path)
    source = path.read_text(encoding="utf-8")
    bare = [f"{line}: {text}" for line, text in texts(source) if text not in (allowed or ())]
    assert allowed is None or not bare, "say it by tr, trn or said, or name it as an exception"
    assert not list(unreadable(source)), "a text is one literal, so that it can be gathered"


@pytest.mark.parametrize("wild", _EXCEPTIONS)
def test_an_exception_that_is_not_needed_any_more_goes(wild: str) -> None:
    allowed, why = _EXCEPTIONS[wild]
    found = [text for path in _ROOT.glob(wild) for _, text in texts(path.read_text("utf-8"))]
    assert why
    assert found
    assert not (allowed or set()) - set(found)


def test_what_bypasses_the_catalogues_is_found() -> None:
    found = [text for _, text in texts(
        "'''A module.'''\n"
        "A = tr('All is {x} well.', x='Not a word')\n"
        "B = f'You have {n} posts.'\n"
        "C = card('Nothing', tr('Nothing here.'))\n"
        "raise Refused('That is no time.')\n"
        "raise ValueError('a bug of ours')\n"
    )]  # fmt: skip
    assert found == ["Not a word", "You have … posts.", "Nothing", "That is no time."]
    assert list(unreadable("tr(f'a {b} c')\ntr('a' + b)\ntr(NAMES[x])")) == [1, 2]


def test_every_kept_sentence_can_be_told_by_its_template() -> None:
    kept = [one for one in gather() if one.context == retelling.CONTEXT]
    faults = {one.text: retelling.faults_of(one.text, one.many) for one in kept}
    assert {text: why for text, why in faults.items() if why} == {}

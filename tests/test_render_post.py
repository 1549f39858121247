"""A post: its icon, how its teaser ends, its language, and what is left of it without pictures."""

from __future__ import annotations

import gettext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.publish import layout
from bot.publish.endings import ended
from bot.publish.render import post, without_picture
from bot.words import saying
from tests.bodies import buttons, complaints, embed
from tests.test_render import fields, told


@pytest.mark.parametrize(
    ("icon", "is_shown"),
    [
        ("https://gazette.example/icon.png", True),
        ("https://gazette.example/".ljust(2_049, "x"), False),
        ("data:image/png;base64,AA", False),
        ("javascript:alert(1)", False),
        ("https://:443/icon.png", False),
        (None, False),
    ],
)
def test_the_publishers_icon_stands_beside_its_name_where_it_can(
    icon: str | None,
    is_shown: bool,  # noqa: FBT001  # a table's column
) -> None:
    body = post(told(icon=icon))
    assert complaints(body) == []
    assert ("icon_url" in embed(body)["author"]) == is_shown
    assert "icon_url" not in embed(without_picture(body))["author"]


def test_a_layout_without_its_pictures_keeps_its_words() -> None:
    said = layout.text("Said.")
    beside = layout.section("Said.", layout.thumbnail("https://a.example/1.png"))
    gallery = {"type": 12, "items": [{"media": {"url": "https://a.example/1.png"}}]}
    pressed = layout.section("Said.", layout.button("Press", "id"))
    body = layout.layout(beside, gallery, pressed, colour=1)
    assert without_picture(body) == layout.layout(said, pressed, colour=1)


def test_my_post_broke_off_in_the_middle_of_a_word() -> None:
    sentence = "The ferry sails again on Friday, after years of work. "
    whole = embed(post(told(teaser=sentence * 12)))["description"]
    assert whole == (sentence * 7).strip()
    endless = embed(post(told(teaser="word " * 200)))["description"]
    assert endless.endswith("word…")
    late = embed(post(told(teaser=f"Short. {'word ' * 200}")))["description"]
    assert len(late) > 350, "one short sentence is no teaser"
    assert late.endswith("word…")
    kanji = embed(post(told(teaser="船は金曜日に出ます。" * 60)))["description"]
    assert kanji.endswith("。")
    assert len(kanji) == 400


@given(st.text(max_size=700), st.integers(1, 400))
def test_whatever_is_shortened_is_a_beginning_and_fits(text: str, limit: int) -> None:
    short = ended(text, limit)
    assert len(short) <= limit
    assert text.strip().startswith(short.removesuffix("…")) or short == text.strip()


def test_a_post_is_in_the_language_of_its_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    class German(gettext.NullTranslations):
        def gettext(self, message: str) -> str:
            return {
                "Why This Matters": "Warum das wichtig ist",
                "in the story's own words": "in eigenen Worten",
                "Read Full Story at {publisher}": "Ganz lesen bei {publisher}, jetzt",
            }.get(message, message)

    monkeypatch.setattr(saying, "catalogue", lambda _: German())
    body = post(told(publisher="The Harbour Gazette of " + "x" * 90))
    assert list(fields(body)) == ["Warum das wichtig ist"]
    assert embed(body)["footer"]["text"].endswith("in eigenen Worten")
    assert buttons(body)[0]["label"].endswith("…, jetzt")
    assert complaints(body) == []

"""Layouts, forms and private answers on the page that looks like Discord."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from bot.publish import layout
from bot.publish.page import Shown, page
from bot.publish.page_parts import View
from tests.test_page import ANY, Auditor, attribute, texts

NAMES = {"7": "harbour", "8": "Readers", "9": "Ann"}
PANEL = layout.layout(
    layout.text("## Settings\n-# of *this* server\n- Quiet at night\n> quoted\nIn <#7> for <@&8>"),
    layout.section("**Language**: English", layout.button("Change", "language", style=layout.BLUE)),
    layout.section("A story", layout.thumbnail("https://a.example/1.png", "A ferry")),
    layout.line(),
    layout.row(
        layout.select(
            "pace",
            [layout.option("Live", "live"), layout.option("Daily", "daily", chosen=True)],
        )
    ),
    layout.row(layout.channel_select("channel", [0], chosen=7)),
    layout.row(layout.role_select("role", hint="Nobody")),
    layout.row(layout.button("Undo", "undo", emoji="↩️", disabled=True)),
    colour=0x3366FF,
)
FORM = layout.form(
    "Quiet hours",
    "quiet",
    layout.field("From", layout.text_input("from", value="22:00"), about="In the server's time"),
    layout.field("Why", layout.text_input("why", needed=False, long=True, hint="Anything")),
    layout.field(
        "Days", {"type": 21, "custom_id": "d", "options": [layout.option("All", "a", chosen=True)]}
    ),
)


def drawn(shown: Shown, **options: Any) -> LexborHTMLParser:
    return LexborHTMLParser(page("Demo", [shown], names=NAMES, **options))


def test_a_layout_is_drawn_part_by_part() -> None:
    tree = drawn(Shown(PANEL))
    assert texts(tree, ".frame.bar-3366ff .h-2") == ["Settings"]
    assert texts(tree, ".small em") == ["this"]
    assert (texts(tree, ".item"), texts(tree, ".quote")) == (["Quiet at night"], ["quoted"])
    assert texts(tree, ".mention") == ["#harbour", "@Readers"]
    assert texts(tree, ".beside > .button.primary") == ["Change"]
    assert attribute(tree, ".beside > img", "alt") == ["A ferry"]
    assert texts(tree, ".select") == ["Daily", "#harbour", "Nobody"]
    assert texts(tree, ".button.off") == ["↩️Undo"]
    assert ".bar-3366ff{border-left-color:#3366ff}" in texts(tree, "style")[0]


def test_a_form_lies_over_its_message() -> None:
    tree = drawn(Shown(PANEL, form=FORM, asked="Mia used /settings", private=True))
    assert texts(tree, ".form-title") == ["Quiet hours"]
    assert texts(tree, ".form-field .label") == ["From*", "Why", "Days*"]
    assert texts(tree, ".form-field .about") == ["In the server's time"]
    assert texts(tree, ".input") == ["22:00", "Anything"]
    assert texts(tree, ".option.chosen") == ["All"]
    assert texts(tree, ".post > .to") == ["Mia used /settings"]
    assert texts(tree, ".private-post .private") == [" Only you can see this"]


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_theme_is_kept_to_and_headers_can_be_left_out(theme: Any) -> None:
    tree = drawn(Shown(PANEL), theme=theme, bare=True)
    assert attribute(tree, "html", "class") == [theme]
    assert not tree.css("header")
    assert len(tree.css("article")) == 1


def test_a_message_with_a_select_below_an_embed_shows_both() -> None:
    rows = [layout.row(layout.role_select("role")), layout.row(layout.button("Go", "go"))]
    tree = drawn(Shown({"embeds": [{"title": "T"}], "components": rows}))
    assert texts(tree, ".select .hint") == ["Select a role"]
    assert texts(tree, ".button") == ["Go"]


PART: st.SearchStrategy[dict[str, Any]] = st.deferred(
    lambda: st.fixed_dictionaries(
        {"type": st.sampled_from([1, 2, 3, 4, 8, 9, 10, 11, 12, 14, 17, 18, 99])},
        optional={
            "content": ANY,
            "label": ANY,
            "url": ANY,
            "placeholder": ANY,
            "accent_color": st.integers(),
            "media": st.fixed_dictionaries({"url": ANY}),
            "description": ANY,
            "emoji": st.fixed_dictionaries({"name": ANY}),
            "options": st.lists(st.fixed_dictionaries({"label": ANY, "default": st.booleans()})),
            "components": st.lists(PART, max_size=2),
            "component": PART,
            "accessory": PART,
        },
    )
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PART, max_size=2), ANY)
def test_nothing_in_a_layout_breaks_out_of_its_place(parts: list[Any], said: str) -> None:
    body = {"flags": layout.IS_LAYOUT, "components": parts}
    shown = Shown(body, form={"title": said, "components": parts}, asked=said, private=True)
    html = page(said, [shown], names={said: said, "7": said})
    auditor = Auditor()
    auditor.feed(html)
    auditor.close()
    assert (auditor.open, auditor.articles) == ([], 1)


def test_a_mention_of_what_is_not_known_names_nothing() -> None:
    assert "unknown" in View().rich("<#123>")
    assert "mention" not in View().rich("`<#7>`")
    assert ">/feed add<" in View().rich("</feed add:12>")

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from bot.models import Body, Post, Sent
from bot.publish.console import ConsolePublisher, panel

STORY = "https://gazette.example/transport/tidal-ferry-line-approved"
SEQUENCE = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;(?:id=[0-9-]+)?;([^\x1b\x07]*)\x1b\\")
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def body(story: int = 42, **changes: Any) -> Body:
    embed = {
        "author": {"name": "The Harbour Gazette"},
        "title": "Council votes \\*for\\* a ferry line that is powered by its own tide",
        "url": STORY,
        "description": "Four ferries will charge from island\\_power\\_2, 東京 and [red] 🌊\\.",
        "color": 0x2ECC71,
        "image": {"url": "https://gazette.example/art/ferry.png"},
        "fields": [{"name": "Why This Matters", "value": "It affects **40,000** commuters."}],
        "footer": {"text": "🌍 World · in the story's own words"},
        "timestamp": "2026-11-21T09:20:00+00:00",
    }
    row = [
        {"style": 5, "label": "Read Full Story at The Harbour Gazette", "url": STORY},
        {"style": 2, "label": "Background & what's next", "custom_id": f"explain:{story}"},
    ]
    return {"embeds": [embed | changes], "components": [{"components": row}]}


REPLY: Body = {"embeds": [{"fields": [{"name": "Background Context", "value": "Since 1958."}]}]}


def screen(width: int = 80, *, terminal: bool = False) -> Console:
    return Console(
        file=io.StringIO(),
        width=width,
        force_terminal=terminal,
        color_system="truecolor" if terminal else None,
        legacy_windows=False,
    )


def written(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def shown(post: Body, width: int = 80, *, reply: Body | None = None, terminal: bool = False) -> str:
    console = screen(width, terminal=terminal)
    console.print(panel(post, reply=reply))
    return written(console)


def words(output: str) -> str:
    return re.sub(r"[\s▌]+", "", output)


# ── the panel ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("width", [80, 40])
def test_a_post_is_whole_and_within_the_terminals_width(width: int) -> None:
    output = shown(body(), width, reply=REPLY)
    assert max(cell_len(line) for line in output.splitlines()) <= width
    for text in (
        "The Harbour Gazette",
        "Council votes *for* a ferry line that is powered by its own tide",
        "Four ferries will charge from island_power_2, 東京 and [red] 🌊.",
        "Why This Matters",
        "It affects 40,000 commuters.",
        "Picture: https://gazette.example/art/ferry.png",
        "🌍 World · in the story's own words • 21 November 2026, 09:20 UTC",
        "[ Read Full Story at The Harbour Gazette ↗ ]",
        STORY,
        "[ Background & what's next ]",
        "Background Context",
        "Only you can see this",
    ):
        assert words(text) in words(output), text


def test_words_are_not_cut_where_they_fit() -> None:
    lines = [line.removeprefix("▌").strip() for line in shown(body(), 40).splitlines()]
    assert "Council votes *for* a ferry line" in lines


def test_the_bar_has_the_embeds_colour_and_the_title_is_a_bold_link() -> None:
    output = shown(body(title="Title"), terminal=True)
    assert "\x1b[38;2;46;204;113m▌" in output
    assert re.search(rf"\x1b\]8;id=[^;]*;{re.escape(STORY)}\x1b\\\x1b\[1mTitle\x1b\[0m", output)


def test_an_address_that_is_not_of_the_web_is_neither_linked_nor_written() -> None:
    evil = "javascript:alert(1)"
    post = body(url=evil, image={"url": evil})
    post["components"][0]["components"][0]["url"] = evil
    assert "javascript" not in shown(post, terminal=True)


@pytest.mark.parametrize("empty", [{}, {"embeds": []}, {"embeds": [{}]}, {"components": [{}]}])
def test_a_body_with_parts_missing_is_still_shown(empty: Body) -> None:
    assert "Only you can see this" in shown(empty, reply=empty)


NASTY = ["\x1b[2J", "\x1b]0;owned\x07", "\x9b31m", "\x9d", "\b", "\r", "\x00", "\t", "\u2028", "**"]
NASTY += ["[bold red]", ":smile:", "[x](https://a.example/\x1b\\)", "`", "\u202e", "\ud800", "\n"]
ANY = st.lists(st.sampled_from(NASTY) | st.text(max_size=8), max_size=5).map("".join)
ADDRESS = ANY.map(lambda text: f"https://a.example/{text}")


@settings(max_examples=100, deadline=None)
@given(text=ANY, address=ADDRESS, width=st.sampled_from([20, 40, 80]))
def test_no_text_in_any_field_steers_the_terminal(text: str, address: str, width: int) -> None:
    post = body(
        author={"name": text},
        title=text,
        url=address,
        description=text,
        image={"url": address},
        fields=[{"name": text, "value": text}],
        footer={"text": text},
        timestamp=text,
    )
    post["content"] = text
    post["components"] = [{"components": [{"style": 5, "label": text, "url": address}]}]
    assert CONTROL.search(shown(post, width, reply=post)) is None
    output = shown(post, width, reply=post, terminal=True)
    targets = {match[1] for match in SEQUENCE.finditer(output) if match[1]}
    assert all(target.startswith("https://a.example/") for target in targets)
    assert CONTROL.search(SEQUENCE.sub("", output)) is None
    assert output.encode("utf-8")


# ── the publisher ────────────────────────────────────────────────────────────────────────


async def test_posts_are_printed_kept_and_numbered_from_one() -> None:
    console = screen()
    publisher = ConsolePublisher(console)
    first, second = body(1, title="First"), body(2, title="Second")
    assert await publisher.publish(7, Post(first, ""), "a") == Sent(1)
    assert await publisher.publish(8, Post(second, ""), "b") == Sent(2)
    assert publisher.posts == ((7, first), (8, second))
    assert written(console).index("First") < written(console).index("Second")


async def test_a_nonce_that_comes_again_is_the_same_message_and_prints_nothing() -> None:
    console = screen()
    publisher = ConsolePublisher(console)
    sent = await publisher.publish(7, Post(body(), ""), "a")
    before = written(console)
    assert await publisher.publish(7, Post(body(), ""), "a") == sent
    assert written(console) == before
    assert len(publisher.posts) == 1


async def test_a_channels_posts_are_listed_with_their_numbers() -> None:
    publisher = ConsolePublisher(screen())
    await publisher.publish(7, Post(body(4), ""), "a")
    await publisher.publish(8, Post(body(5), ""), "b")
    await publisher.publish(7, Post(body(6), ""), "c")
    assert await publisher.posted(7, 0) == [{**body(4), "id": "1"}, {**body(6), "id": "3"}]

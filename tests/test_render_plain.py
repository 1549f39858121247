"""A post as text alone, and the one mention that it may have."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from bot.models import Body, Post
from bot.publish.digest import custom_id as digest_id
from bot.publish.marks import is_post
from bot.publish.render import CONTENT, mentioning, plain, post, repairs
from tests.loopback.limits import is_empty, message_complaints
from tests.test_escape import HOSTILE, live
from tests.test_render import SECTIONS, told

ROLE = 10**18
LONGEST_ID = 2**63 - 1


def link_buttons(body: Body) -> Iterator[str]:
    for row in body.get("components", []):
        yield from (one["url"] for one in row["components"] if "url" in one)


def test_a_plain_post_is_its_headline_its_link_and_its_own_button() -> None:
    whole = post(told(title="Council votes"))
    simple = plain(whole)
    assert simple["content"] == "**Council votes**\n<https://gazette.example/tide>"
    assert "embeds" not in simple
    assert not list(link_buttons(simple))
    (row,) = simple["components"]
    assert [button["custom_id"] for button in row["components"]] == [
        "explain:42",
        "follow:42",
    ]
    assert simple["allowed_mentions"] == {"parse": []}


def test_a_plain_post_without_a_headline_begins_with_its_teaser() -> None:
    simple = plain(post(told(title="", link=None, teaser="A plant is planned.")))
    assert simple["content"] == "**A plant is planned.**"


def test_a_plain_digest_keeps_the_lines_that_there_is_room_for() -> None:
    lines = [f"- [Story {number}](https://gazette.example/{number})" for number in range(200)]
    button = {"type": 2, "style": 2, "label": "All", "custom_id": digest_id("n")}
    whole: Body = {
        "embeds": [{"title": "Today", "description": "\n".join(lines)}],
        "components": [{"type": 1, "components": [button]}],
    }
    simple = plain(whole)
    first, *kept = simple["content"].splitlines()
    assert first == "**Today**"
    assert kept == lines[: len(kept)]
    assert len(kept) > 30
    assert simple["components"] == whole["components"]


@given(st.text(max_size=400), st.text(max_size=3_000), st.text(max_size=800))
def test_a_plain_post_is_taken_whatever_the_story_says(title: str, path: str, teaser: str) -> None:
    whole = post(told(title=title, link=f"https://gazette.example/{path}", teaser=teaser))
    simple = mentioning(plain(whole), LONGEST_ID)
    assert len(simple["content"]) <= CONTENT
    assert not message_complaints(simple)
    assert not is_empty(simple)
    address = simple["content"].partition("<https://")[2]
    assert not set(address.removesuffix(">")) & set("<> \n")


@given(HOSTILE)
def test_nothing_in_a_plain_post_acts(text: str) -> None:
    content = plain(post(told(title=text, link=None, teaser="")))["content"]
    assert not live(content.removeprefix("**").removesuffix("**"))


def test_a_plain_post_is_known_again_by_its_button_or_by_its_words() -> None:
    for sections in (SECTIONS, {}):
        whole = post(told(sections=sections))
        for sent in (plain(whole), mentioning(plain(whole), ROLE)):
            message = {**sent, "id": "1", "embeds": []}
            assert is_post(message, whole, 42)
        other = {**plain(post(told(title="Another", sections=sections))), "components": []}
        assert not is_post(other, whole, 8)


def test_a_post_is_repaired_first_without_its_picture_and_then_as_text() -> None:
    whole = Post(post(told()), "Council votes", "Technology", ROLE)
    forms = list(repairs(whole))
    assert [bool(form.body.get("embeds")) for form in forms] == [True, False]
    assert "image" not in forms[0].body["embeds"][0]
    assert {(form.title, form.tag, form.mention) for form in forms} == {
        ("Council votes", "Technology", ROLE)
    }


@given(st.integers(1, LONGEST_ID), st.text(max_size=2_100))
def test_a_mention_is_of_one_role_and_of_nobody_else(role: int, content: str) -> None:
    shown = mentioning({"content": content, "allowed_mentions": {"parse": ["everyone"]}}, role)
    assert shown["allowed_mentions"] == {"parse": [], "roles": [str(role)]}
    assert shown["content"].startswith(f"<@&{role}>")
    assert len(shown["content"]) <= CONTENT

"""What a message is about: the link in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogs.subjects import link_in


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("Read https://a.example/x.", "https://a.example/x"),
        ("(see https://a.example/x)", "https://a.example/x"),
        ("https://a.example/Wherefore_(play)", "https://a.example/Wherefore_(play)"),
        ("(https://a.example/Wherefore_(play)).", "https://a.example/Wherefore_(play)"),
        ("<https://a.example/x>", "https://a.example/x"),
        ("[one](https://a.example/x) https://b.example/y", "https://a.example/x"),
        ("**https://a.example/x**", "https://a.example/x"),
        ("HTTPS://a.example/x, and more", "HTTPS://a.example/x"),
        ("||https://a.example/x||", "https://a.example/x"),
        ("no link, ftp://a.example/x", None),
        ("", None),
    ],
)
def test_the_first_link_of_a_message_is_found_without_what_is_around_it(
    text: str, link: str | None
) -> None:
    assert link_in(text) == link


@given(st.text(), st.text(alphabet=")(].,*>|", max_size=2_000))
def test_no_message_makes_it_fail(text: str, tail: str) -> None:
    found = link_in(f"{text} https://a.example/x{tail}")
    assert found is not None
    assert found.lower().startswith("http")

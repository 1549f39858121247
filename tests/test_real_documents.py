"""Posts of real feed documents: they read well, and Discord would take every one of them."""

from __future__ import annotations

import asyncio
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.cli import preview
from bot.config import Settings
from bot.explain.sentences import split
from tests.loopback.limits import message_complaints
from tests.loopback.openapi import published
from tests.shared import shared, shared_files

_FEEDS = shared_files("feeds/feeds", "*")


@cache
def _posts(path: Path) -> preview.Preview:
    found = asyncio.run(preview.preview(Settings(), str(path), 0))
    assert isinstance(found, preview.Preview)
    return found


@pytest.mark.parametrize("path", _FEEDS, ids=lambda path: path.name)
def test_discord_takes_every_post_of_a_real_feed(path: Path) -> None:
    found = _posts(path)
    assert len(found.posts) == found.entries
    for body, reply in found.posts:
        for shown in filter(None, (body, reply)):
            assert message_complaints(shown) == []
            assert published().complaints("POST", "/channels/1/messages", shown) == []


@pytest.mark.parametrize("path", _FEEDS, ids=lambda path: path.name)
def test_a_real_feed_has_as_many_entries_as_its_peers_found(path: Path) -> None:
    expected = path.parent.parent / "expected" / f"{path.name}.json"
    if not expected.exists():
        pytest.skip("nobody else has counted this one")
    assert _posts(path).entries == json.loads(expected.read_text(encoding="utf-8"))["count"]


def test_the_real_documents_are_here() -> None:
    shared("feeds/feeds")
    assert len(_FEEDS) == 44


def _founding_post(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    found = _posts(shared(f"founding-story/{name}"))
    ((body, reply),) = found.posts
    assert reply is not None
    return body, reply


@pytest.mark.parametrize("name", ["feed.xml", "feed-as-received.xml"])
def test_the_founding_story_reads_well_even_from_the_damaged_feed(name: str) -> None:
    body, reply = _founding_post(name)
    embed = body["embeds"][0]
    repaired = shared("founding-story/repaired.txt").read_text(encoding="utf-8").splitlines()
    assert embed["title"] == repaired[0]
    assert embed["author"]["name"] == "The Verge"
    assert embed["description"].endswith("created with the technology that felt…")
    assert embed["description"].count("For all the noise") == 1
    link = body["components"][0]["components"][0]
    assert link["label"] == "Read Full Story at The Verge"
    assert link["url"] == "https://www.theverge.com/entertainment/ai-filmmaking"
    why = repaired[repaired.index("Why This Matters") + 1]
    assert embed["fields"][0]["value"] == " ".join(split(why)[:2]), "the rest is behind the button"
    sections = {f["name"]: f["value"] for f in reply["embeds"][0]["fields"]}
    for heading in (
        "Why This Matters",
        "Background Context",
        "What Happens Next",
        "Bigger Picture",
    ):
        assert sections[heading] == repaired[repaired.index(heading) + 1] + r" \[1\]"
    assert "โ" not in json.dumps([body, reply], ensure_ascii=False)


def test_the_damaged_feed_gives_the_same_post_as_the_whole_one() -> None:
    assert _founding_post("feed-as-received.xml") == _founding_post("feed.xml")

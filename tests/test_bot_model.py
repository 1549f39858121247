"""The whole program with a model, as a process: loopback Discord, feeds, pages and endpoint."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("pydantic_ai", reason="asking a model takes the optional dependencies 'llm'")

from tests.bot_process import bot, environment
from tests.loopback.feeds import LoopbackFeeds, item, rss
from tests.loopback.model import LoopbackModel, explains, fails
from tests.loopback.server import LoopbackDiscord
from tests.subscribing import subscribe
from tests.writing import GOOD, TEXT, TITLE

_TEASER = (
    "The harbour ferry company announced a night route on Tuesday, and invited the whole town to"
    " the pier to see the ship that will sail it, as its brass band played."
)
_CONTENT = "".join(f"<p>{text}</p>" for text in TEXT)


@pytest.mark.parametrize("works", [True, False])
async def test_a_post_has_what_the_model_wrote_or_else_the_storys_own_words(
    tmp_path: Path, *, works: bool
) -> None:
    async with (
        LoopbackModel() as model,
        LoopbackFeeds() as feeds,
        LoopbackDiscord(token="loop.back.token") as discord,
    ):
        model.answer(explains(GOOD) if works else fails(500))
        guild = discord.add_guild("Town")
        channel, ann = discord.add_channel(guild, "news"), discord.add_member(guild, "Ann")
        feeds.put("/news.xml", rss("The Gazette", [item("Old", feeds.url("/old"), "old")]))
        topics = tmp_path / "topics.toml"
        topics.write_text(f'[town]\ntitle = "Town"\nfeeds = ["{feeds.url("/news.xml")}"]\n')
        settings = {
            **environment(discord, tmp_path, topics),
            "EXPLAINER_MODEL": "stub:gemma",
            "EXPLAINER_BASE_URL": model.url,
            "EXPLAINER_API_KEY": "sk-secret-of-the-test",
        }
        async with bot(settings, tmp_path) as running:
            await discord.wait_until_ready()
            await subscribe(discord, ann, channel, topic="town")
            await discord.wait_for_message(channel, timeout=30)  # the proof
            told = item(TITLE, feeds.url("/ferry"), "ferry", _TEASER, _CONTENT)
            feeds.put("/news.xml", rss("The Gazette", [told]))
            post = await discord.wait_for_message(channel, count=2, timeout=30)
            running.stop()
            assert await running.ended() == 0
            log = running.log
    footer = post.embeds[0]["footer"]["text"]
    assert post.embeds[0]["title"] == TITLE
    assert footer.endswith(
        "written by gemma, checked against its sources" if works else "in the story's own words"
    )
    assert "sk-secret" not in log + json.dumps(post.embeds)
    assert [asked.headers["authorization"] for asked in model.requests][:1] == [
        "Bearer sk-secret-of-the-test"
    ]

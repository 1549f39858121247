"""Stories that servers alone get: their numbers and links open nothing anywhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.models import HOUR, ExplainedStory, Topic
from bot.newsroom import Asker, NotExplained
from tests.loopback.interactions import Reply
from tests.loopback.state import Channel, Member
from tests.newsdesk import CHANNEL, FEED, START, desk, story
from tests.test_own_feeds import MINE, PAID, THEIRS, bring, holds
from tests.test_why import why
from tests.town import Town, open_town, text_of

GONE = "not kept any more"
THEIR_FEED = "https://theirs.example/feed.xml"


@dataclass
class Club:
    """A town with a topic of its own, and a stranger in another server."""

    town: Town
    mine: Asker
    topic: Topic
    elsewhere: Channel
    stranger: Member
    number: int
    """A story of its own that was posted, and explained."""

    async def press(self, who: Member, where: Channel | None, custom_id: str) -> Reply:
        button = {"type": 2, "style": 2, "label": "x", "custom_id": custom_id}
        shown = {"content": "A post", "components": [{"type": 1, "components": [button]}]}
        world = self.town.discord.world
        message = world.store(where or world.dm(who), world.bot_id, shown)
        return await self.town.discord.press(who, where, message, custom_id)

    async def said(self, who: Member, where: Channel | None, custom_id: str) -> str:
        return text_of(await self.press(who, where, custom_id))


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Club]:
    async with open_town(tmp_path) as town:
        at, discord = town.desk, town.discord
        guild = discord.add_guild("Elsewhere")
        elsewhere = discord.add_channel(guild, "news")
        stranger = discord.add_member(guild, "Stranger")
        mine = Asker(town.mia.id, town.channel.guild.id if town.channel.guild else None)
        holds(at, PAID, story("Opening", START - HOUR))
        topic = await bring(at, asker=mine)
        await at.newsroom.subscribe(
            guild_id=mine.guild_id or 0,
            channel_id=town.channel.id,
            topic="chess",
            member_id=town.mia.id,
        )
        await at.newsroom.poll_due()
        holds(at, PAID, story("Gambit", START + HOUR), story("Opening", START - HOUR))
        await at.poll()
        assert at.channels.titles == ["Gambit"]
        (newest, *_) = await at.store.read(lambda tx: tx.stories.newest([topic.name], 1))
        yield Club(town, mine, topic, elsewhere, stranger, newest.id)


async def test_a_button_opens_no_story_of_another_server(club: Club) -> None:
    number, stranger = club.number, club.stranger
    for where in (club.elsewhere, None):
        for custom_id in (f"explain:{number}", f"follow:{number}", f"feedback:{number}:up"):
            assert GONE in await club.said(stranger, where, custom_id), custom_id
        form = await club.press(stranger, where, f"feedback:{number}:down")
        filled = {"reason": "wrong", "comment": ""}
        reply = await club.town.discord.submit(stranger, where, form, filled)
        assert GONE in text_of(reply)
    assert await club.town.desk.store.read(lambda tx: tx.feedback.since(0)) == []


async def test_the_buttons_of_own_stories_work_in_their_server(club: Club) -> None:
    town = club.town
    assert "Gambit" in await club.said(town.ann, town.channel, f"explain:{club.number}")
    said = await club.said(town.ann, town.channel, f"follow:{club.number}")
    assert "can't be followed by direct message" in said
    assert "Thank you" in await club.said(town.ann, town.channel, f"feedback:{club.number}:up")


async def test_what_was_posted_stays_open_there_when_its_topic_has_ended(club: Club) -> None:
    town, removal = club.town, club.town.desk.newsroom.own.removal
    asked = await removal.remove(club.mine, PAID)
    await removal.end(club.mine, asked.number)  # type: ignore[union-attr]  # it is its topic's last
    assert club.topic not in town.desk.newsroom.topics_in(club.mine.guild_id)
    assert "Gambit" in await club.said(town.ann, town.channel, f"explain:{club.number}")
    assert GONE in await club.said(club.stranger, club.elsewhere, f"explain:{club.number}")


async def test_what_came_by_direct_message_opens_there(club: Club) -> None:
    town = club.town
    assert GONE in await club.said(town.ann, None, f"explain:{club.number}")
    messages = town.discord.world.dm(town.ann)
    deliveries = await town.desk.store.read(lambda tx: tx.deliveries.in_channel(town.channel.id))
    posted = deliveries[-1]
    direct = replace(posted, channel_id=messages.id, guild_id=0, nonce="direct")
    at = town.desk.now[0]
    await town.desk.store.write(lambda tx: tx.deliveries.add([(direct, at)], at))
    assert "Gambit" in await club.said(town.ann, None, f"explain:{club.number}")
    assert GONE in await club.said(club.stranger, None, f"explain:{club.number}")


# ── links ────────────────────────────────────────────────────────────────────────────────

LINK = "https://gazette.example/gambit"


async def test_status_and_explain_know_a_servers_own_story_by_its_link(club: Club) -> None:
    town = club.town
    assert "Gambit" in await town.says("status", story=LINK)
    explained = await town.discord.slash(town.ann, town.channel, "explain", link=LINK, private=True)
    assert "Gambit" in text_of(explained)
    slash, stranger, elsewhere = town.discord.slash, club.stranger, club.elsewhere
    assert "Gambit" not in text_of(await slash(stranger, elsewhere, "status", story=LINK))
    assert "Gambit" not in text_of(await slash(stranger, elsewhere, "explain", link=LINK))


async def test_a_story_of_a_feed_that_two_servers_have_is_known_by_its_link(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as at:
        holds(at, PAID, story("Opening", START - HOUR))
        await bring(at, asker=MINE)
        await bring(at, asker=THEIRS)
        await at.newsroom.latest("chess", MINE)
        link = "https://gazette.example/opening"
        for asker in (MINE, THEIRS):
            told = await at.newsroom.explain_link(link, asker)
            assert isinstance(told, ExplainedStory)
            assert told.story.id
            assert await at.newsroom.accounts.find(CHANNEL, link, asker.guild_id) is not None
        assert isinstance(await at.newsroom.explain_link(link, Asker(32, 12)), NotExplained)


async def test_why_knows_an_own_story_of_the_channel_by_its_link(
    club: Club, tmp_path: Path
) -> None:
    code, out, err = await why(tmp_path, str(club.town.channel.id), LINK)
    assert (code, err) == (0, "")
    assert out.startswith("Gambit (")
    code, _, _ = await why(tmp_path, str(club.elsewhere.id), LINK)
    assert code == 2


async def test_what_other_servers_get_crowds_out_no_story_that_is_looked_for(
    club: Club,
) -> None:
    at = club.town.desk
    holds(at, THEIR_FEED, *(story(f"Bridge {number}", START - HOUR) for number in range(12)))
    await bring(at, THEIR_FEED, "Bridges", asker=THEIRS)
    await at.newsroom.latest("bridges", THEIRS)
    at.web.tells(FEED, story("The long bridge over the wide river", START - HOUR))
    await at.newsroom.latest("town")
    assert "long bridge" in await club.town.says("status", story="bridge")

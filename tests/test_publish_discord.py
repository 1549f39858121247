"""Posting to Discord, and finding there what was posted, over REST alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import discord
import pytest
from discord.http import Route

from bot.client import Client
from bot.models import (
    HOUR,
    Body,
    ChannelGone,
    Forbidden,
    Outcome,
    Rejected,
    RetryLater,
    Sent,
    Unreadable,
)
from bot.publish.discord import DiscordPublisher
from tests.loopback.server import LoopbackDiscord
from tests.loopback.state import Channel, Permission

_LINK = "https://gazette.example/bridge"


def _body(title: str = "Bridge", story_id: int | None = 7, link: str | None = _LINK) -> Body:
    embed = {"title": title, **({"url": link} if link else {})}
    body: Body = {"embeds": [embed], "allowed_mentions": {"parse": []}}
    if story_id is not None:
        button = {"type": 2, "style": 2, "label": "More", "custom_id": f"explain:{story_id}"}
        body["components"] = [{"type": 1, "components": [button]}]
    return body


@dataclass
class Rest:
    """A publisher that is logged in, and a channel."""

    discord: LoopbackDiscord
    channel: Channel
    publisher: DiscordPublisher

    @property
    def path(self) -> str:
        return rf"/channels/{self.channel.id}/messages"

    @property
    def titles(self) -> list[str]:
        return [message.embeds[0]["title"] for message in self.discord.messages(self.channel)]

    async def publish(self, body: Body | None = None, nonce: str = "n") -> Outcome:
        return await self.publisher.publish(self.channel.id, body or _body(), nonce)

    async def find(
        self,
        body: Body | None = None,
        *,
        story_id: int = 7,
        ago: int = HOUR,
        known: tuple[int, ...] = (),
    ) -> object:
        since = self.discord.now() - ago
        return await self.publisher.find(
            self.channel.id, body or _body(), story_id=story_id, since=since, known=known
        )


@pytest.fixture
async def rest(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rest]:
    async with LoopbackDiscord(token="a.b.c") as server:
        monkeypatch.setattr(Route, "BASE", server.api_url)
        channel = server.add_channel(server.add_guild("Town"), "news")
        async with Client() as client:
            await client.login("a.b.c")
            yield Rest(server, channel, DiscordPublisher(client))
        assert not server.faults_left


async def test_a_post_is_exactly_what_was_rendered_with_an_enforced_nonce(rest: Rest) -> None:
    outcome = await rest.publish(nonce="abc")
    (message,) = rest.discord.messages(rest.channel)
    assert outcome == Sent(message.id)
    assert message.body == {**_body(), "nonce": "abc", "enforce_nonce": True}
    assert not rest.discord.violations


async def test_the_same_nonce_again_is_answered_with_the_first_message(rest: Rest) -> None:
    first = await rest.publish()
    assert await rest.publish(_body("Another")) == first
    assert rest.titles == ["Bridge"]


async def test_a_message_that_was_deleted_meanwhile_counts_as_sent(rest: Rest) -> None:
    await rest.publish()
    (message,) = rest.discord.messages(rest.channel)
    rest.discord.delete_message(message)
    assert await rest.publish() == Sent(None)
    assert rest.titles == []


async def test_a_connection_that_breaks_off_is_tried_later(rest: Rest) -> None:
    rest.discord.fail_next("POST", rest.path, drop=True, accepted=True)
    assert isinstance(await rest.publish(), RetryLater)
    assert isinstance(await rest.publish(), Sent)
    assert rest.titles == ["Bridge"]


async def test_a_long_rate_limit_is_waited_for_outside(rest: Rest) -> None:
    rest.discord.fail_next("POST", rest.path, status=429, retry_after=500)
    outcome = await rest.publish()
    assert isinstance(outcome, RetryLater)
    assert outcome.after == pytest.approx(500_000, abs=1_000)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (403, 50013, Forbidden),
        (403, 50001, Forbidden),
        (404, 10003, ChannelGone),
        (400, 50035, Rejected),
        (400, 200000, Rejected),
        (503, 0, RetryLater),
        (403, 0, RetryLater),
        (403, 40333, RetryLater),
        (404, 0, RetryLater),
    ],
)
async def test_an_error_of_discords_is_an_outcome(
    rest: Rest, status: int, code: int, kind: type
) -> None:
    rest.discord.fail_next("POST", rest.path, status=status, code=code)
    assert isinstance(await rest.publish(), kind)


async def test_a_token_that_is_refused_is_no_outcome_but_an_end(rest: Rest) -> None:
    rest.discord.fail_next("POST", rest.path, status=401)
    with pytest.raises(discord.HTTPException):
        await rest.publish()


async def test_a_channel_that_is_not_there_is_gone(rest: Rest) -> None:
    rest.discord.remove_channel(rest.channel)
    assert isinstance(await rest.publish(), ChannelGone)
    assert isinstance(await rest.find(), ChannelGone)


async def test_a_post_is_found_by_the_story_in_its_button(rest: Rest) -> None:
    sent = await rest.publish()
    await rest.publish(_body("Later", story_id=8, link=None), "m")
    assert await rest.find() == sent
    assert await rest.find(_body("Corrected", link="https://gazette.example/moved")) == sent
    assert await rest.find(_body(story_id=9), story_id=9) is None


async def test_a_post_without_a_button_is_found_by_its_link_or_its_title(rest: Rest) -> None:
    sent = await rest.publish(_body(story_id=None))
    moved = "https://gazette.example/moved"
    assert await rest.find(_body(story_id=None)) == sent
    assert await rest.find(_body("Corrected", story_id=None)) == sent
    assert await rest.find(_body(story_id=None, link=moved)) == sent
    assert await rest.find(_body("Other", story_id=None, link=moved)) is None


async def test_a_post_whose_explainer_is_gone_since_is_found_by_its_button(rest: Rest) -> None:
    sent = await rest.publish()
    assert await rest.find(_body("Corrected", story_id=None, link=None)) == sent


async def test_posts_without_titles_are_not_taken_for_one_another(rest: Rest) -> None:
    other: Body = {"embeds": [{"description": "One", "url": "https://gazette.example/1"}]}
    await rest.publish(other)
    wanted: Body = {"embeds": [{"description": "Two", "url": "https://gazette.example/2"}]}
    assert await rest.find(wanted) is None


async def test_a_refusal_after_an_attempt_that_may_have_got_through_is_no_proof(
    rest: Rest,
) -> None:
    rest.discord.fail_next("POST", rest.path, status=502, accepted=True)
    rest.discord.fail_next("POST", rest.path, status=429, retry_after=300)
    outcome = await rest.publish()
    assert isinstance(outcome, RetryLater)
    assert not outcome.refused
    assert rest.titles == ["Bridge"]


async def test_another_story_with_the_same_link_is_not_taken_for_the_post(rest: Rest) -> None:
    other = await rest.publish(_body("Version 1", story_id=None))
    assert isinstance(other, Sent)
    assert other.message_id is not None
    wanted = _body("Version 2", story_id=None)
    assert await rest.find(wanted, known=(other.message_id,)) is None
    await rest.publish(_body("Version 3", story_id=8), "m")
    assert await rest.find(wanted, known=(other.message_id,)) is None


async def test_an_answer_to_a_member_is_not_taken_for_the_post(rest: Rest) -> None:
    message = rest.discord.world.store(
        rest.channel, rest.discord.world.bot_id, _body(story_id=None)
    )
    message.interaction_id = 5
    assert await rest.find(_body(story_id=None)) is None


async def test_a_clock_that_is_minutes_fast_does_not_hide_a_post(rest: Rest) -> None:
    sent = await rest.publish()
    assert await rest.find(ago=-5 * 60_000) == sent


async def test_a_post_is_not_looked_for_before_it_can_have_been_sent(rest: Rest) -> None:
    await rest.publish()
    rest.discord.advance(3600)
    assert await rest.find(ago=60_000) is None


async def test_what_somebody_else_wrote_is_not_taken_for_a_post(rest: Rest) -> None:
    guild = rest.channel.guild
    assert guild is not None
    ann = rest.discord.add_member(guild, "Ann")
    rest.discord.world.store(rest.channel, ann.id, _body())
    assert await rest.find() is None


async def test_a_post_is_found_behind_many_others_and_what_is_too_far_is_not_denied(
    rest: Rest,
) -> None:
    for number in range(150):
        rest.discord.world.store(rest.channel, rest.discord.world.bot_id, _body(f"{number}", 100))
    sent = await rest.publish()
    assert await rest.find() == sent
    for number in range(500):
        rest.discord.world.store(rest.channel, rest.discord.world.bot_id, _body(f"{number}", 100))
    assert isinstance(await rest.find(_body(story_id=9), story_id=9), Unreadable)


async def test_a_history_that_may_not_be_read_is_said_so(rest: Rest) -> None:
    rest.discord.deny(rest.channel, Permission.VIEW_CHANNEL)
    assert isinstance(await rest.find(), Forbidden)


async def test_a_history_that_can_not_be_read_now_is_read_later(rest: Rest) -> None:
    rest.discord.fail_next("GET", rest.path, status=503)
    assert isinstance(await rest.find(), RetryLater)


async def test_a_history_that_discord_shows_as_empty_is_not_taken_for_empty(rest: Rest) -> None:
    await rest.publish()
    rest.discord.deny(rest.channel, Permission.READ_MESSAGE_HISTORY)
    found = await rest.find()
    assert isinstance(found, Unreadable)
    assert "Read Message History" in found.reason


async def test_an_empty_channel_holds_no_post(rest: Rest) -> None:
    assert await rest.find() is None


async def test_a_request_that_ran_out_of_time_does_not_hold_back_all_others_for_ever(
    rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.publish.discord.TIMEOUT", 0.05)
    rest.publisher._client.http._global_over.clear()  # as discord.py leaves it when cancelled
    assert isinstance(await rest.publish(), RetryLater)
    monkeypatch.undo()
    monkeypatch.setattr(Route, "BASE", rest.discord.api_url)
    assert isinstance(await rest.publish(), Sent)

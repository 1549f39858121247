"""Finding in Discord's history of a channel what was posted there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.models import HOUR, Body, ChannelGone, Forbidden, Outcome, RetryLater, Sent, Unreadable
from bot.publish.marks import is_post
from tests.loopback.state import Permission
from tests.publishing import Rest, body, logged_in


@pytest.fixture
async def rest(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rest]:
    async with logged_in(monkeypatch) as rest:
        yield rest


async def find(
    rest: Rest,
    shown: Body | None = None,
    *,
    story_id: int = 7,
    ago: int = HOUR,
    known: tuple[int | None, ...] = (),
) -> Outcome | Unreadable | None:
    """Look for a story's post among those that are not known to be others."""
    found = await rest.posted(ago=ago)
    if not isinstance(found, list):
        return found
    for message in found:
        if int(message["id"]) not in known and is_post(message, shown or body(), story_id):
            return Sent(int(message["id"]))
    return None


async def test_a_channel_that_is_not_there_is_gone(rest: Rest) -> None:
    rest.discord.remove_channel(rest.channel)
    assert isinstance(await rest.publish(), ChannelGone)
    assert isinstance(await find(rest), ChannelGone)


async def test_a_post_is_found_by_the_story_in_its_button(rest: Rest) -> None:
    sent = await rest.publish()
    await rest.publish(body("Later", story_id=8, link=None), "m")
    assert await find(rest) == sent
    assert await find(rest, body("Corrected", link="https://gazette.example/moved")) == sent
    assert await find(rest, body(story_id=9), story_id=9) is None


async def test_a_post_without_a_button_is_found_by_its_link_or_its_title(rest: Rest) -> None:
    sent = await rest.publish(body(story_id=None))
    moved = "https://gazette.example/moved"
    assert await find(rest, body(story_id=None)) == sent
    assert await find(rest, body("Corrected", story_id=None)) == sent
    assert await find(rest, body(story_id=None, link=moved)) == sent
    assert await find(rest, body("Other", story_id=None, link=moved)) is None


async def test_a_post_whose_explainer_is_gone_since_is_found_by_its_button(rest: Rest) -> None:
    sent = await rest.publish()
    assert await find(rest, body("Corrected", story_id=None, link=None)) == sent


async def test_posts_without_titles_are_not_taken_for_one_another(rest: Rest) -> None:
    other: Body = {"embeds": [{"description": "One", "url": "https://gazette.example/1"}]}
    await rest.publish(other)
    wanted: Body = {"embeds": [{"description": "Two", "url": "https://gazette.example/2"}]}
    assert await find(rest, wanted) is None


async def test_another_story_with_the_same_link_is_not_taken_for_the_post(rest: Rest) -> None:
    other = await rest.publish(body("Version 1", story_id=None))
    assert isinstance(other, Sent)
    assert other.message_id is not None
    wanted = body("Version 2", story_id=None)
    assert await find(rest, wanted, known=(other.message_id,)) is None
    await rest.publish(body("Version 3", story_id=8), "m")
    assert await find(rest, wanted, known=(other.message_id,)) is None


async def test_an_answer_to_a_member_is_not_taken_for_the_post(rest: Rest) -> None:
    message = rest.discord.world.store(rest.channel, rest.discord.world.bot_id, body(story_id=None))
    message.interaction_id = 5
    assert await find(rest, body(story_id=None)) is None


async def test_a_clock_that_is_minutes_fast_does_not_hide_a_post(rest: Rest) -> None:
    sent = await rest.publish()
    assert await find(rest, ago=-5 * 60_000) == sent


async def test_a_post_is_not_looked_for_before_it_can_have_been_sent(rest: Rest) -> None:
    await rest.publish()
    rest.discord.advance(3600)
    assert await find(rest, ago=60_000) is None


async def test_what_somebody_else_wrote_is_not_taken_for_a_post(rest: Rest) -> None:
    guild = rest.channel.guild
    assert guild is not None
    ann = rest.discord.add_member(guild, "Ann")
    rest.discord.world.store(rest.channel, ann.id, body())
    assert await find(rest) is None


async def test_a_post_is_found_behind_many_others_and_what_is_too_far_is_not_denied(
    rest: Rest,
) -> None:
    for number in range(150):
        rest.discord.world.store(rest.channel, rest.discord.world.bot_id, body(f"{number}", 100))
    sent = await rest.publish()
    assert await find(rest) == sent
    for number in range(500):
        rest.discord.world.store(rest.channel, rest.discord.world.bot_id, body(f"{number}", 100))
    assert isinstance(await find(rest, body(story_id=9), story_id=9), Unreadable)


async def test_a_history_that_may_not_be_read_is_said_so(rest: Rest) -> None:
    rest.discord.deny(rest.channel, Permission.VIEW_CHANNEL)
    assert isinstance(await find(rest), Forbidden)


async def test_a_history_that_can_not_be_read_now_is_read_later(rest: Rest) -> None:
    rest.discord.fail_next("GET", rest.path, status=503)
    assert isinstance(await find(rest), RetryLater)


async def test_a_history_that_discord_shows_as_empty_is_not_taken_for_empty(rest: Rest) -> None:
    await rest.publish()
    rest.discord.deny(rest.channel, Permission.READ_MESSAGE_HISTORY)
    found = await find(rest)
    assert isinstance(found, Unreadable)
    assert "Read Message History" in found.reason


async def test_an_empty_channel_holds_no_post(rest: Rest) -> None:
    assert await find(rest) is None

"""Subscribing as members do: the command, and then the button that is offered first."""

from __future__ import annotations

from typing import Any

from tests.loopback.interactions import Reply
from tests.loopback.server import LoopbackDiscord
from tests.loopback.state import Channel, Member


async def subscribe(
    discord: LoopbackDiscord,
    member: Member,
    channel: Channel,
    /,
    *,
    timeout: float = 5.0,  # noqa: ASYNC109  # as `slash` has it
    **options: Any,
) -> Reply:
    """Use /subscribe; where it offers something, take it. Return the last answer."""
    reply = await discord.slash(member, channel, "subscribe", timeout=timeout, **options)
    assert reply.ephemeral
    assert reply.acknowledged_after < 3
    ids = buttons(reply)
    if not any(one.endswith(":no") for one in ids):
        return reply
    return await discord.press(member, channel, reply, ids[0], timeout=timeout)


def buttons(reply: Reply) -> list[str]:
    """Name the buttons under an answer, by their ids, in order."""
    rows = reply.body.get("components") or []
    return [one["custom_id"] for row in rows for one in row["components"] if "custom_id" in one]

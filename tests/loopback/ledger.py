"""What stands or stood in a channel of the bot's posts, to be compared with the bot's store."""

from __future__ import annotations

from typing import NamedTuple

from tests.loopback.component_limits import component_nodes
from tests.loopback.state import Channel, Message, World


class Post(NamedTuple):
    """One message that the bot posted, as it was last edited."""

    message_id: int
    """In a forum also the id of the thread."""
    deleted: bool
    custom_ids: tuple[str, ...]
    url: str | None
    """Of its first embed, as are title and so on."""
    title: str | None
    nonce: str | None
    crossposted: bool


def ledger(world: World, channel: Channel) -> list[Post]:
    """List the bot's posts in the order in which they came; answers to people are none.

    A forum's posts are the first messages of its threads, also of those that are gone.
    """
    messages = [*channel.messages.values(), *channel.starters]
    own = (one for one in messages if one.author_id == world.bot_id and not one.interaction_id)
    return [_post(one) for one in own]


def _post(message: Message) -> Post:
    embed = message.embeds[0] if message.embeds else {}
    ids = (node.get("custom_id") for node in component_nodes(message.components))
    return Post(
        message.id,
        deleted=message.deleted,
        custom_ids=tuple(one for one in ids if one),
        url=embed.get("url"),
        title=embed.get("title"),
        nonce=message.nonce,
        crossposted=message.crossposted,
    )

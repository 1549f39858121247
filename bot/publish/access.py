"""What the bot may do in a channel, as far as the client knows, in words for people."""

from __future__ import annotations

import discord

from bot.models import Forbidden
from bot.models.said import said, said_all

Postable = discord.TextChannel | discord.Thread | discord.ForumChannel
"""What posts can go to: text and announcement channels, threads, forum and media channels."""

# Without it, a crash could lead to a second post: what is there can't be looked up.
HISTORY = said("Read Message History")


def missing(channel: Postable) -> list[str]:
    """Name the permissions that the bot lacks to post in a channel; none where it can't be told."""
    me: discord.Member | None = channel.guild.me
    if me is None or (isinstance(channel, discord.Thread) and channel.parent is None):
        return []
    allowed = channel.permissions_for(me)
    needed = {
        said("View Channel"): allowed.view_channel,
        **_speaking(channel, allowed),
        said("Embed Links"): allowed.embed_links,
        HISTORY: allowed.read_message_history,
    }
    return [name for name, granted in needed.items() if not granted]


def _speaking(channel: Postable, allowed: discord.Permissions) -> dict[str, bool]:
    if isinstance(channel, discord.Thread):
        return {said("Send Messages in Threads"): allowed.send_messages_in_threads}
    return {said("Send Messages"): allowed.send_messages}  # in a forum, it is what makes posts


def refusal(channel: object) -> Forbidden | None:
    """Say why posting in a channel would fail; None: it would not, or that can't be told.

    Without the history a post still goes out where a nonce keeps it from going out twice; in a
    forum there is no nonce.
    """
    if not isinstance(channel, Postable):
        return None
    lacking = missing(channel)
    if not isinstance(channel, discord.ForumChannel):
        lacking = [name for name in lacking if name != HISTORY]
    return Forbidden(words(lacking)) if lacking else None


def words(lacking: list[str]) -> str:
    """Say what the bot lacks, and the way out."""
    return said(
        "I may not post here: give me {reason} (Edit Channel → Permissions).",
        reason=said_all(lacking),
    )

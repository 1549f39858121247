"""The button under digests that lists all of their stories."""

from __future__ import annotations

import discord

from bot.newsroom import Newsroom
from bot.publish import digest as digests
from cogs.presses import Press
from cogs.replies import reply, update


class Digests:
    """Lists digests' stories, and turns the lists' pages."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom

    async def open(self, press: Press) -> None:
        """Answer the button under a digest, or one under its list."""
        interaction, page = press.interaction, press["page"]
        if page:
            await interaction.response.defer()  # the list itself is changed
        else:
            await interaction.response.defer(ephemeral=True, thinking=True)
        stories = await self._newsroom.digest(press["nonce"], _places(interaction))
        if not stories:
            await reply(interaction, digests.not_kept())
            return
        body = digests.listing(stories, nonce=press["nonce"], page=int(page or 0))
        if page:
            await update(interaction, body)
        else:
            await reply(interaction, body=body)


def _places(interaction: discord.Interaction) -> set[int]:
    """Return the channel where a button was pressed; of a forum's post, the forum as well."""
    parent = getattr(interaction.channel, "parent_id", None)
    return {one for one in (interaction.channel_id, parent) if one is not None}

"""The button under digests that lists all of their stories."""

from __future__ import annotations

import re
from typing import Self

import discord

from bot.newsroom import Newsroom
from bot.publish import digest as digests
from cogs.replies import reply


def digest_button(
    newsroom: Newsroom,
) -> type[discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]]]:
    """Make the class of the buttons that list a digest's stories, and turn the list's pages.

    The digest's nonce is in the button itself, so buttons work on any digest, after any restart.
    """

    class DigestButton(
        discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
        template=digests.CUSTOM_ID,
    ):
        def __init__(self, nonce: str, page: int | None) -> None:
            name = digests.custom_id(nonce, page)
            super().__init__(discord.ui.Button(custom_id=name))
            self._nonce = nonce
            self._page = page

        @classmethod
        async def from_custom_id(
            cls,
            _: discord.Interaction,
            __: discord.ui.Item[discord.ui.View],
            match: re.Match[str],
        ) -> Self:
            return cls(match["nonce"], int(match["page"]) if match["page"] else None)

        async def callback(self, interaction: discord.Interaction) -> None:
            if self._page is None:
                await interaction.response.defer(ephemeral=True, thinking=True)
            else:
                await interaction.response.defer()  # the list itself is changed
            stories = await newsroom.digest(self._nonce)
            if not stories:
                await reply(interaction, digests.not_kept())
                return
            body = digests.listing(stories, nonce=self._nonce, page=self._page or 0)
            await reply(interaction, body=body)

    return DigestButton

"""Turns rendered bodies and texts into answers to an interaction."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any, TypeVar

import discord

from bot.models import Body
from bot.newsroom import Asker, Newsroom
from bot.publish import render
from bot.publish.layout import IS_LAYOUT
from bot.words import best, spoken, tr
from cogs.components import Form, Shown

_MALFORMED = 400
BEFORE_A_FORM = 2.0
"""Seconds: a form is the very first answer, and Discord waits 3 s for that."""

_Found = TypeVar("_Found")

log = logging.getLogger(__name__)


def asker_of(interaction: discord.Interaction) -> Asker:
    """Return who asks, in which server, and in which channel."""
    return Asker(interaction.user.id, interaction.guild_id, interaction.channel_id)


async def language_of_all(interaction: discord.Interaction, newsroom: Newsroom) -> str:
    """Return the language of an answer that everybody in the channel sees; `speaking` speaks it.

    It is the server's, and that of whoever asks where no server is.
    """
    if interaction.guild_id is None:
        return spoken()
    server = await newsroom.servers.of(interaction.guild_id)
    locale = interaction.guild_locale  # the bot itself need not be in the server
    return server.language or best(locale.value if locale else None)


async def reply(
    interaction: discord.Interaction,
    content: str | None = None,
    *,
    body: Body | None = None,
    ephemeral: bool = True,
) -> None:
    """Answer an interaction, deferred or not, with a text, a body, or both.

    A deferred answer is as private as its deferral was. What Discord refuses as malformed is said
    again without its picture, then in the text alone, with the buttons that are ours: a member is
    told something in any case.
    """
    without = [render.without_picture(body), _bare(body)] if body is not None else []
    for number, tried in enumerate((body, *without)):
        last = number == len(without)
        text = content
        if last and body is not None and not content:
            text = tr("I have an answer, but Discord refuses to show it.")
        try:
            await _answer(interaction, text, tried, ephemeral=ephemeral)
        except discord.HTTPException as error:
            if last or error.status != _MALFORMED:
                raise
            log.warning("Discord refuses an answer, a plainer one follows: %s", error)
        else:
            return


def _bare(body: Body) -> Body | None:
    """Return what of a body holds nothing from outside: rows of buttons that we answer."""
    rows = body.get("components", [])
    ours = [
        r for r in rows if r["type"] == 1 and all("custom_id" in one for one in r["components"])
    ]
    return {"components": ours} if ours else None


async def refuse(interaction: discord.Interaction, content: str) -> None:
    """Answer the person who asked alone, also where the answer itself was to be for everybody."""
    await interaction.delete_original_response()
    await interaction.followup.send(
        content, ephemeral=True, allowed_mentions=discord.AllowedMentions.none()
    )


async def whisper(interaction: discord.Interaction, content: str) -> None:
    """Tell who pressed something, privately, and leave what was pressed as it is."""
    if interaction.response.is_done():
        await interaction.followup.send(
            content, ephemeral=True, allowed_mentions=discord.AllowedMentions.none()
        )
    else:
        await _answer(interaction, content, None, ephemeral=True)


async def update(
    interaction: discord.Interaction, body: Body | None = None, content: str | None = None
) -> None:
    """Change the message that was pressed into this body, or text, or both; deferred or not.

    What Discord refuses as malformed is shown without its picture, then in the text alone.
    """
    content = content or (body or {}).get("content")
    without = [render.without_picture(body), None] if body is not None and content else []
    for tried in (body, *without):
        last = not without or tried is None
        try:
            await _change(interaction, _instead(content, tried))
        except discord.HTTPException as error:
            if last or error.status != _MALFORMED:
                raise
            log.warning("Discord refuses a change, a plainer one follows: %s", error)
        else:
            return


def _instead(content: str | None, body: Body | None) -> dict[str, Any]:
    """Say something in place of all that was there before."""
    said = _said(content, body)
    if body is not None and body.get("flags", 0) & IS_LAYOUT:
        return said  # all that there is are components
    return {"content": None, "embeds": [], "view": None} | said


async def _change(interaction: discord.Interaction, said: dict[str, Any]) -> None:
    if interaction.response.is_done():
        await interaction.edit_original_response(**said)
    else:
        await interaction.response.edit_message(**said)


async def in_time(looking: Awaitable[_Found]) -> _Found | None:
    """Return what is to be known before a form opens; None where it takes too long."""
    try:
        async with asyncio.timeout(BEFORE_A_FORM):
            return await looking
    except TimeoutError:
        return None


async def ask(interaction: discord.Interaction, form: dict[str, Any]) -> None:
    """Open a form; only as the very first answer."""
    await interaction.response.send_modal(Form(form))


async def _answer(
    interaction: discord.Interaction, content: str | None, body: Body | None, *, ephemeral: bool
) -> None:
    said = _said(content, body)
    if interaction.response.is_done():
        await interaction.edit_original_response(**said)
    else:
        await interaction.response.send_message(ephemeral=ephemeral, **said)


def _said(content: str | None, body: Body | None) -> dict[str, Any]:
    said: dict[str, Any] = {"allowed_mentions": discord.AllowedMentions.none()}
    if content:
        said["content"] = content
    if body is not None and "embeds" in body:
        said["embeds"] = [discord.Embed.from_dict(embed) for embed in body["embeds"]]
    if body is not None and body.get("components"):
        said["view"] = Shown(body)
    return said

"""Finds what a message is about: a story of ours, or a link."""

from __future__ import annotations

import re

import discord

from bot.publish import render

_LINK = re.compile(r"https?://[^\s<>\"|]+", re.IGNORECASE)
_TAIL = ".,;:!?'*_~`’”"
_BUTTON = re.compile(render.CUSTOM_ID)


def link_in(text: str) -> str | None:
    """Return the first http(s) link of a text, without the punctuation around it."""
    found = _LINK.search(text)
    if found is None:
        return None
    link = found[0].rstrip(_TAIL)
    # "(see https://…)" closes what it opened; "…/Wherefore_(play)" keeps what it opened.
    while link.endswith(")") and link.count(")") > link.count("("):
        link = link[:-1].rstrip(_TAIL)
    return link


def link_of(message: discord.Message) -> str | None:
    """Return the link that a message is about: one in its text, else that of its first embed."""
    in_text = link_in(message.content)
    return in_text or next((embed.url for embed in message.embeds if embed.url), None)


def story_of(message: discord.Message, bot_id: int | None) -> int | None:
    """Return the story that a message of the bot's own is the post of."""
    if message.author.id != bot_id:
        return None
    for row in message.components:
        for child in getattr(row, "children", ()):
            found = _BUTTON.fullmatch(getattr(child, "custom_id", None) or "")
            if found:
                return int(found["story"])
    return None

"""Where posts may go, and who may say so: looked at before anything is written down."""

from __future__ import annotations

import discord

from bot.publish import access, answers, flow_answers

Destination = access.Postable


def open_to(interaction: discord.Interaction, target: object) -> Destination | str:
    """Return the channel if this member may have stories posted there, else why not."""
    if not isinstance(target, Destination):
        return answers.wrong_channel()
    if not may_write(interaction.user, target):
        return answers.member_may_not(target.id)
    if lacking := access.missing(target):
        return answers.bot_may_not(target.id, lacking)
    return target


def managed(interaction: discord.Interaction, target: object) -> Destination | str:
    """Return the channel if this member may change its settings, else why not.

    Discord hides the commands from others, but a server may show them to anyone it likes.
    """
    if not isinstance(target, Destination) or target.guild.id != interaction.guild_id:
        return answers.wrong_channel()
    if not interaction.permissions.manage_guild:
        return flow_answers.manage_server_only()
    return target


def may_write(member: discord.User | discord.Member, channel: Destination) -> bool:
    """Tell whether a member may write in a channel."""
    if not isinstance(member, discord.Member):
        return False
    allowed = channel.permissions_for(member)
    if isinstance(channel, discord.Thread):
        return allowed.view_channel and allowed.send_messages_in_threads
    return allowed.view_channel and allowed.send_messages


def unmentionable(
    interaction: discord.Interaction, channel: Destination, role: discord.Role
) -> str | None:
    """Say why this member may not have a role mentioned in a channel; None: they may.

    The bot may be allowed more than the member is, and must not lend it out.
    """
    member = interaction.user
    if role.is_default():
        return flow_answers.not_everyone()
    mentions_all = isinstance(member, discord.Member) and (
        channel.permissions_for(member).mention_everyone
    )
    if role.mentionable or mentions_all:
        return None
    return flow_answers.member_may_not_mention(role.id)


def mention_warning(channel: Destination, role: discord.Role | None) -> str:
    """Warn that a mention of a role will notify nobody; empty where all is well."""
    if role is None or role.mentionable:
        return ""
    may = channel.permissions_for(channel.guild.me).mention_everyone
    return "" if may else flow_answers.mention_is_mute(role.id)

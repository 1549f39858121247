"""Where posts may go, and who may say so: looked at before anything is written down."""

from __future__ import annotations

from collections.abc import Iterable

import discord

from bot.models import Audience, Flow
from bot.publish import access, answers, flow_answers, forecast, panel_words

Destination = access.Postable


def open_to(
    interaction: discord.Interaction, target: object, audience: Audience
) -> Destination | str:
    """Return the channel if this member may have stories posted there, else why not."""
    found = spoken_for(interaction, target, audience)
    if isinstance(found, Destination) and (lacking := access.missing(found)):
        return answers.bot_may_not(found.id, lacking)
    return found


def spoken_for(
    interaction: discord.Interaction, target: object, audience: Audience
) -> Destination | str:
    """Return the channel if this member may say what is posted there, else why not.

    `audience` says who may at all, in this server.
    """
    if not isinstance(target, Destination) or target.guild.id != interaction.guild_id:
        return answers.wrong_channel()
    if not may_write(interaction.user, target):
        return answers.member_may_not(target.id)
    if audience is Audience.MODERATORS and not moderates(interaction.user, target):
        return forecast.moderators_only(target.id)
    return target


def moderates(member: discord.User | discord.Member, channel: Destination) -> bool:
    """Tell whether a member may delete others' messages in a channel, or manages the server."""
    if not isinstance(member, discord.Member):
        return False
    return channel.permissions_for(member).manage_messages or member.guild_permissions.manage_guild


def found(interaction: discord.Interaction, channel_id: int) -> Destination | None:
    """Find a channel of this server by its id, which is input; None where it can't be seen."""
    guild, here = interaction.guild, interaction.channel
    if guild is None:
        return None
    if isinstance(here, Destination) and here.id == channel_id:
        return here  # also a thread that has just come out of the archive
    known = guild.get_channel_or_thread(channel_id)
    return known if isinstance(known, Destination) else None


def sees(interaction: discord.Interaction, channel_id: int) -> bool:
    """Tell whether who asks may know of a channel; what can't be found is for managers alone."""
    channel, member = found(interaction, channel_id), interaction.user
    if interaction.channel_id == channel_id:
        return True
    if not isinstance(member, discord.Member):
        return False
    if channel is None:
        return member.guild_permissions.manage_guild
    allowed = channel.permissions_for(member)
    if isinstance(channel, discord.Thread) and channel.is_private():
        # Who else is in it is not known without asking.
        return allowed.view_channel and allowed.manage_threads
    return allowed.view_channel


def manages(interaction: discord.Interaction) -> bool:
    """Tell whether this member may change how the server is served.

    Discord hides the command from others, but a server may show it to anyone it likes.
    """
    return interaction.guild_id is not None and interaction.permissions.manage_guild


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


def role_refused(interaction: discord.Interaction, channel_id: int, role_id: int) -> str | None:
    """Say why this member may not have a role mentioned in a channel; None: they may."""
    channel = found(interaction, channel_id)
    role = interaction.guild.get_role(role_id) if interaction.guild else None
    if channel is None:
        return panel_words.unseen_channel()
    if role is None:
        return panel_words.role_is_gone()
    return unmentionable(interaction, channel, role)


def mute(interaction: discord.Interaction, channel_id: int, role_id: int) -> str:
    """Warn that a mention in a channel, by its id, will notify nobody; empty where all is well."""
    channel = found(interaction, channel_id)
    role = interaction.guild.get_role(role_id) if interaction.guild else None
    return mention_warning(channel, role) if channel is not None else ""


def gone_roles(interaction: discord.Interaction, flows: Iterable[Flow]) -> set[int]:
    """Return the roles that posts are to mention and that are not there any more."""
    guild = interaction.guild
    roles = {flow.mention for flow in flows if flow.mention is not None}
    return {role for role in roles if guild is None or guild.get_role(role) is None}

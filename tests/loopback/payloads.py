"""How the world's things look in Discord's JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

from tests.loopback.permissions import bot_sees
from tests.loopback.state import (
    EPOCH_MS,
    Channel,
    Guild,
    Member,
    Message,
    Role,
    Tag,
    ThreadState,
    World,
)

Json = dict[str, Any]

DM = 1
REQUIRE_TAG = 1 << 4
_IN_GUILD_CREATE_ONLY = {"channels", "members", "threads", "joined_at", "large", "presences"}
_JOINED = "2024-01-01T00:00:00+00:00"


def iso(millis: int) -> str:
    """Write a time as Discord does."""
    return datetime.fromtimestamp(millis / 1000, UTC).isoformat()


def user(user_id: int, name: str, *, bot: bool = False) -> Json:
    """Show a user as others see them."""
    return {
        "id": str(user_id),
        "username": name,
        "global_name": name,
        "discriminator": "0",
        "avatar": None,
        "bot": bot,
        "public_flags": 0,
    }


def bot_user(world: World) -> Json:
    """Show the bot to itself."""
    own = {"mfa_enabled": False, "verified": True, "email": None, "locale": "en-US", "flags": 0}
    return user(world.bot_id, world.bot_name, bot=True) | own


def application(world: World) -> Json:
    """Show the bot's application to itself."""
    return {
        "id": str(world.application_id),
        "name": world.bot_name,
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "owner": user(1, "owner"),
        "team": None,
        "flags": 0,
        "approximate_guild_count": len(world.guilds),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
    }


def member(one: Member, *, bot: bool = False, permissions: int | None = None) -> Json:
    """Show a member; `permissions` as an interaction adds them."""
    shown: Json = {
        "user": user(one.id, one.name, bot=bot),
        "roles": [str(role_id) for role_id in one.role_ids],
        "nick": None,
        "avatar": None,
        "joined_at": _JOINED,
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
        "communication_disabled_until": None,
    }
    return shown if permissions is None else shown | {"permissions": str(permissions)}


def member_alone(one: Member, *, bot: bool) -> Json:
    """Show a member as the route for one alone does, which tells more of the user."""
    shown = member(one, bot=bot)
    more = {"flags": 0, "banner": None, "accent_color": None, "primary_guild": None}
    return shown | {"banner": None, "user": shown["user"] | more}


def role(one: Role, position: int) -> Json:
    """Show a role."""
    return {
        "id": str(one.id),
        "name": one.name,
        "permissions": str(int(one.permissions)),
        "position": position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": one.managed,
        "mentionable": one.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def channel(one: Channel) -> Json:
    """Show a channel, of a guild or a DM."""
    shown: Json = {
        "id": str(one.id),
        "type": one.kind,
        "last_message_id": None if one.last_message_id is None else str(one.last_message_id),
        "flags": REQUIRE_TAG if one.requires_tag else 0,
    }
    if one.thread is not None:
        return shown | _thread(one, one.thread)
    if one.recipient is not None:
        return shown | {"recipients": [user(one.recipient.id, one.recipient.name)]}
    overwrites = [
        {"id": str(ow.id), "type": ow.kind, "allow": str(int(ow.allow)), "deny": str(int(ow.deny))}
        for ow in one.overwrites.values()
    ]
    return shown | {
        "guild_id": str(one.guild.id) if one.guild else None,
        "name": one.name,
        "position": one.position,
        "permission_overwrites": overwrites,
        "parent_id": None,
        "topic": None,
        "nsfw": False,
        "rate_limit_per_user": 0,
        "bitrate": 64_000,
        "user_limit": 0,
        "available_tags": [_tag(each) for each in one.tags],
    }


def _tag(one: Tag) -> Json:
    shown: Json = {"id": str(one.id), "name": one.name, "moderated": one.moderated}
    return shown | {"emoji_id": None, "emoji_name": None}


def _thread(one: Channel, state: ThreadState) -> Json:
    created = iso((one.id >> 22) + EPOCH_MS)
    metadata: Json = {
        "archived": state.archived,
        "locked": state.locked,
        "auto_archive_duration": 4320,
        "archive_timestamp": iso(state.changed_at),
        "create_timestamp": created,
    }
    shown: Json = {
        "guild_id": str(one.guild.id) if one.guild else None,
        "parent_id": str(state.parent.id),
        "owner_id": str(state.owner_id),
        "name": one.name,
        "rate_limit_per_user": 0,
        "message_count": len(one.messages),
        "total_message_sent": len(one.messages),
        "member_count": 1,
        "thread_metadata": metadata,
        "applied_tags": [str(tag_id) for tag_id in state.tag_ids],
    }
    return shown | {"member": thread_member(one)} if state.joined else shown


def thread_member(one: Channel) -> Json:
    """Show the bot's own membership in a thread."""
    return {"id": str(one.id), "join_timestamp": iso((one.id >> 22) + EPOCH_MS), "flags": 0}


def guild(one: Guild, bot_id: int) -> Json:
    """Show a guild as GUILD_CREATE does: of its members, only the bot."""
    return {
        "id": str(one.id),
        "name": one.name,
        "owner_id": str(one.owner_id),
        "unavailable": False,
        "member_count": len(one.members) + 1,
        "large": False,
        "joined_at": _JOINED,
        "roles": [role(each, index) for index, each in enumerate(one.roles.values())],
        "channels": [channel(each) for each in one.channels.values()],
        "members": [member(one.members[bot_id], bot=True)],
        "threads": [channel(each) for each in active_threads(one, bot_id)],
        "emojis": [],
        "stickers": [],
        "features": [],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        "icon": None,
        "preferred_locale": one.locale,
        "premium_tier": 0,
        "nsfw_level": 0,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "system_channel_flags": 0,
        "system_channel_id": one.system_channel_id and str(one.system_channel_id),
        "public_updates_channel_id": one.public_updates_channel_id
        and str(one.public_updates_channel_id),
        "premium_progress_bar_enabled": False,
    }


def guild_alone(one: Guild, bot_id: int) -> Json:
    """Show a guild without what is in it, as REST and GUILD_UPDATE do."""
    shown = guild(one, bot_id)
    return {key: shown[key] for key in shown if key not in _IN_GUILD_CREATE_ONLY}


def guild_in_list(one: Guild) -> Json:
    """Show a guild as the list of the bot's own does; who owns it is never a bot."""
    return {
        "id": str(one.id),
        "name": one.name,
        "icon": None,
        "banner": None,
        "owner": False,
        "permissions": "0",
        "features": [],
    }


def active_threads(one: Guild, bot_id: int) -> list[Channel]:
    """List the threads of a guild that are not archived and that the bot may know of."""
    active = (each for each in one.threads.values() if each.thread and not each.thread.archived)
    return [each for each in active if bot_sees(each, one.members[bot_id])]


def message(world: World, one: Message, *, readable: bool = True) -> Json:
    """Show a message; without `readable`, as to a bot that may not read others' messages."""
    shown: Json = {
        "id": str(one.id),
        "channel_id": str(one.channel.id),
        "author": _author(world, one),
        "type": 20 if one.interaction_id else 0,
        "timestamp": iso(one.sent_at),
        "edited_timestamp": None if one.edited_at is None else iso(one.edited_at),
        "flags": one.flags,
        "tts": False,
        "pinned": False,
        "mention_everyone": one.pings.everyone,
        "mentions": [],
        "mention_roles": [str(role_id) for role_id in sorted(one.pings.roles)],
        "attachments": [],
    }
    if one.interaction_id or one.author_id == world.bot_id:
        shown |= {"application_id": str(world.application_id)}
    if one.body.get("nonce") is not None:
        shown |= {"nonce": one.body["nonce"]}
    return shown | _content(one, readable=readable)


def _author(world: World, one: Message) -> Json:
    if one.author_id == world.bot_id:
        return user(world.bot_id, world.bot_name, bot=True)
    here = one.channel.guild.members if one.channel.guild else {}
    known = here.get(one.author_id) or one.channel.recipient
    return user(one.author_id, known.name if known else "somebody")


def _content(one: Message, *, readable: bool) -> Json:
    if not readable:
        return {"content": "", "embeds": [], "components": []}
    return {
        "content": one.content,
        "embeds": [{"type": "rich"} | embed for embed in one.embeds],
        "components": numbered(one.components, count(1)),
    }


def numbered(components: list[Json], numbers: Iterator[int]) -> list[Json]:
    """Give every component the number that Discord gives it."""
    shown = []
    for component in components:
        one: Json = {"id": next(numbers)} | component
        if component.get("components"):
            one["components"] = numbered(component["components"], numbers)
        for beside in ("accessory", "component"):
            if component.get(beside):
                one[beside] = {"id": next(numbers)} | component[beside]
        shown.append(one)
    return shown

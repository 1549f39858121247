"""What tests change and read of the world, and the events that tell a running bot about it."""

from __future__ import annotations

from tests.loopback import payloads
from tests.loopback.gateway import Gateway
from tests.loopback.journal import Journal
from tests.loopback.ledger import Post, ledger
from tests.loopback.pings import Pings
from tests.loopback.places import change_thread
from tests.loopback.state import (
    ANNOUNCEMENT,
    ANNOUNCEMENT_THREAD,
    EPHEMERAL,
    INVITED_WITH,
    LOADING,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    Channel,
    Guild,
    Member,
    Message,
    Role,
    Tag,
    World,
)


class Stage:
    """The world as a test sets it; a bot that is connected hears of every change."""

    def __init__(self, world: World, gateway: Gateway, journal: Journal) -> None:
        self.world = world
        self._gateway = gateway
        self._journal = journal

    def add_guild(self, name: str, bot_permissions: int = INVITED_WITH) -> Guild:
        """Invite the bot to a new guild."""
        guild = self.world.add_guild(name, bot_permissions)
        self._push_joined(guild)
        return guild

    def invite_again(self, guild: Guild) -> None:
        """Invite the bot to a guild that it was put out of, with the roles that it had."""
        self.world.guilds[guild.id] = guild
        self._push_joined(guild)

    def take_guild_offline(self, guild: Guild) -> None:
        """Let an outage hide a guild: the bot is still in it, but hears nothing of it."""
        self._gateway.push(guild.id, "GUILD_DELETE", {"id": str(guild.id), "unavailable": True})
        guild.unavailable = True

    def bring_guild_back(self, guild: Guild) -> None:
        """End the outage of a guild; the bot is told all of it again."""
        guild.unavailable = False
        self._gateway.push(guild.id, "GUILD_CREATE", payloads.guild(guild, self.world.bot_id))

    def remove_guild(self, guild: Guild) -> None:
        """Put the bot out of a guild."""
        self.world.remove_guild(guild)
        self._gateway.push(guild.id, "GUILD_DELETE", {"id": str(guild.id)})

    def set_locale(self, guild: Guild, locale: str) -> None:
        """Choose another language in a guild's settings; a member's own is theirs to set."""
        guild.locale = locale
        self._gateway.push(guild.id, "GUILD_UPDATE", payloads.guild_alone(guild, self.world.bot_id))

    def add_channel(self, guild: Guild, name: str, kind: int = 0) -> Channel:
        """Make a channel; the kinds are Discord's (0 text, 5 announcement, 15 forum)."""
        channel = self.world.add_channel(guild, name, kind)
        self._gateway.tell(channel, "CHANNEL_CREATE")
        return channel

    def add_thread(
        self,
        parent: Channel,
        name: str,
        *,
        archived: bool = False,
        locked: bool = False,
        private: bool = False,
        joined: bool = True,
    ) -> Channel:
        """Let somebody start a thread; `joined` says whether the bot is in it."""
        public = ANNOUNCEMENT_THREAD if parent.kind == ANNOUNCEMENT else PUBLIC_THREAD
        owner = self.world.snowflake()
        thread = self.world.add_thread(parent, name, PRIVATE_THREAD if private else public, owner)
        if thread.thread is not None:
            thread.thread.joined = joined
        change_thread(self.world, thread, {"archived": archived, "locked": locked})
        if not archived:
            self._gateway.tell(thread, "THREAD_CREATE", newly_created=True)
        return thread

    def change_thread(
        self, thread: Channel, *, archived: bool | None = None, locked: bool | None = None
    ) -> None:
        """Let a moderator archive, wake, lock or unlock a thread."""
        wanted = {"archived": archived, "locked": locked}
        patch = {key: value for key, value in wanted.items() if value is not None}
        change_thread(self.world, thread, patch)
        self._gateway.tell(thread, "THREAD_UPDATE")

    def add_forum(
        self,
        guild: Guild,
        name: str,
        tags: tuple[str, ...] = ("Technology",),
        *,
        require_tag: bool = False,
    ) -> Channel:
        """Make a forum whose posts can be marked with these tags."""
        forum = self.world.add_channel(guild, name, 15)
        forum.tags = [Tag(self.world.snowflake(), tag) for tag in tags]
        forum.requires_tag = require_tag
        self._gateway.tell(forum, "CHANNEL_CREATE")
        return forum

    def set_kind(self, channel: Channel, kind: int) -> None:
        """Turn a channel into one of another kind, as its settings let people do."""
        channel.kind = kind
        self._gateway.tell(channel, "CHANNEL_UPDATE")

    def remove_channel(self, channel: Channel) -> None:
        """Delete a channel of a guild, or a thread."""
        self.world.remove_channel(channel)
        deleted = "CHANNEL_DELETE" if channel.thread is None else "THREAD_DELETE"
        self._gateway.tell(channel, deleted)

    def add_member(self, guild: Guild, name: str, permissions: int | None = None) -> Member:
        """Let a person join; `permissions` become a role of their own, on top of @everyone's."""
        member = self.world.add_member(guild, name, permissions)
        for role_id in member.role_ids:
            self._tell_role(guild, role_id, "GUILD_ROLE_CREATE")
        return member

    def add_role(self, guild: Guild, name: str, *, mentionable: bool = False) -> Role:
        """Make a role that nobody has yet."""
        role = self.world.add_role(guild, name)
        role.mentionable = mentionable
        self._tell_role(guild, role.id, "GUILD_ROLE_CREATE")
        return role

    def set_roles(self, member: Member, *roles: Role) -> None:
        """Give a member these roles, besides the bot's own; the bot hears only of itself."""
        own = [one for one in member.role_ids if member.guild.roles[one].managed]
        member.role_ids[:] = [*own, *(role.id for role in roles)]
        if member.id == self.world.bot_id:
            shown = payloads.member(member, bot=True) | {"guild_id": str(member.guild.id)}
            self._gateway.push(member.guild.id, "GUILD_MEMBER_UPDATE", shown)

    def set_bot_permissions(self, guild: Guild, permissions: int) -> None:
        """Change what the bot's own role may do in a guild."""
        self._set_role(guild, self.bot_in(guild).role_ids[0], permissions)

    def set_everyone_permissions(self, guild: Guild, permissions: int) -> None:
        """Change what @everyone may do in a guild, and the bot with them."""
        self._set_role(guild, guild.id, permissions)

    def bot_in(self, guild: Guild) -> Member:
        """The bot as a member of a guild."""
        return guild.members[self.world.bot_id]

    def deny(self, channel: Channel, permissions: int, member: Member | None = None) -> None:
        """Deny a member (None: the bot) something in one channel."""
        self._overwrite(channel, member, deny=permissions)

    def allow(self, channel: Channel, permissions: int, member: Member | None = None) -> None:
        """Allow a member (None: the bot) something in one channel; lifts what was denied."""
        self._overwrite(channel, member, allow=permissions)

    def permissions(self, channel: Channel, member: Member) -> int:
        """What a member may do in a channel."""
        return self.world.permissions(channel, member)

    def dm(self, member: Member) -> Channel:
        """The direct messages between the bot and a person."""
        return self.world.dm(member)

    def messages(self, channel: Channel) -> list[Message]:
        """What everybody can read in a channel, oldest first; answers to interactions too."""
        hidden = EPHEMERAL | LOADING
        seen = [
            one for one in channel.messages.values() if not one.deleted and not one.flags & hidden
        ]
        return sorted(seen, key=lambda one: one.id)

    def ledger(self, channel: Channel) -> list[Post]:
        """What stands or stood in a channel (or forum) of the bot's posts, oldest first."""
        return ledger(self.world, channel)

    def pings(self, message: Message) -> Pings:
        """Whom a message notified when it was posted."""
        return message.pings

    def say(self, member: Member, channel: Channel, content: str) -> Message:
        """Let a person write a message."""
        return self.world.store(channel, member.id, {"content": content})

    def delete_message(self, message: Message) -> None:
        """Let a moderator delete a message."""
        message.deleted = True
        self._journal.announce()

    def _push_joined(self, guild: Guild) -> None:
        shown = payloads.guild(guild, self.world.bot_id)
        # Only a guild that comes back says that it is available; a new one says nothing of it.
        del shown["unavailable"]
        self._gateway.push(guild.id, "GUILD_CREATE", shown)

    def _overwrite(
        self, channel: Channel, member: Member | None, *, allow: int = 0, deny: int = 0
    ) -> None:
        if channel.guild is None:
            raise ValueError("a DM has no overwrites")
        if channel.thread is not None:
            raise ValueError("a thread has no overwrites, only its channel has")
        target = member or self.bot_in(channel.guild)
        self.world.overwrite(channel, target, allow=int(allow), deny=int(deny))
        self._gateway.tell(channel, "CHANNEL_UPDATE")

    def _set_role(self, guild: Guild, role_id: int, permissions: int) -> None:
        guild.roles[role_id].permissions = int(permissions)
        self._tell_role(guild, role_id, "GUILD_ROLE_UPDATE")

    def _tell_role(self, guild: Guild, role_id: int, event: str) -> None:
        position = list(guild.roles).index(role_id)
        shown = payloads.role(guild.roles[role_id], position)
        self._gateway.push(guild.id, event, {"guild_id": str(guild.id), "role": shown})

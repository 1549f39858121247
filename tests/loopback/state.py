"""The world behind the loopback Discord: guilds, channels, members, messages, permissions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.loopback.permissions import EVERYONE, INVITED_WITH, Permission, reckoned
from tests.loopback.pings import NOBODY, Pings, pinged

__all__ = [
    "ANNOUNCEMENT",
    "ANNOUNCEMENT_THREAD",
    "CROSSPOSTED",
    "EPHEMERAL",
    "EPOCH_MS",
    "FORUMS",
    "INVITED_WITH",
    "LOADING",
    "PRIVATE_THREAD",
    "PUBLIC_THREAD",
    "THREADS",
    "Channel",
    "Guild",
    "Member",
    "Message",
    "Overwrite",
    "Permission",
    "Role",
    "Tag",
    "ThreadState",
    "World",
]

EPOCH_MS = 1_420_070_400_000
"""The first second of 2015, which Discord's snowflakes count from."""

CROSSPOSTED = 1 << 0
EPHEMERAL = 1 << 6
LOADING = 1 << 7

ANNOUNCEMENT = 5
ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD = 10, 11, 12
THREADS = {ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD}
FORUMS = {15, 16}
"""Forums, and forums of media."""


@dataclass(slots=True)
class Role:
    """A role of a guild; the one whose id is the guild's own is @everyone."""

    id: int
    name: str
    permissions: int
    managed: bool = False
    mentionable: bool = False
    """Whether everybody may ping it, and not only who may mention everyone."""


@dataclass(slots=True, eq=False)
class Guild:
    """A server, as people call it."""

    id: int
    name: str
    owner_id: int
    roles: dict[int, Role] = field(default_factory=dict, repr=False)
    members: dict[int, Member] = field(default_factory=dict, repr=False)
    channels: dict[int, Channel] = field(default_factory=dict, repr=False)
    threads: dict[int, Channel] = field(default_factory=dict, repr=False)
    """Of all its channels, archived ones too."""
    unavailable: bool = False
    """Whether an outage hides it from the gateway."""
    system_channel_id: int | None = None
    """Where new members are greeted."""
    public_updates_channel_id: int | None = None
    """Where Discord tells moderators things."""
    locale: str = "en-US"
    """The language that its settings name."""


@dataclass(slots=True, eq=False)
class Member:
    """A person (or the bot) in one guild."""

    id: int
    name: str
    guild: Guild = field(repr=False)
    role_ids: list[int] = field(default_factory=list)
    closed: bool = False
    """Whether they take no direct messages."""
    locale: str = "en-US"
    """The language of their Discord."""


@dataclass(slots=True)
class Overwrite:
    """What a channel allows or denies one role (kind 0) or member (kind 1)."""

    id: int
    kind: int
    allow: int = 0
    deny: int = 0


@dataclass(slots=True, frozen=True)
class Tag:
    """What the posts of a forum can be marked with."""

    id: int
    name: str
    moderated: bool = False
    """Whether only who manages threads may apply it."""


@dataclass(slots=True, eq=False)
class ThreadState:
    """What a thread has and no other channel."""

    parent: Channel
    owner_id: int
    changed_at: int
    """When it was last archived or woken, in Unix milliseconds."""
    archived: bool = False
    locked: bool = False
    joined: bool = True
    """Whether the bot is in it; a private thread shows itself to nobody else."""
    tag_ids: list[int] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Channel:
    """A channel of a guild, a thread in one, or a DM (kind 1) with one person."""

    id: int
    name: str
    kind: int
    guild: Guild | None = None
    recipient: Member | None = None
    position: int = 0
    overwrites: dict[int, Overwrite] = field(default_factory=dict, repr=False)
    messages: dict[int, Message] = field(default_factory=dict, repr=False)
    last_message_id: int | None = None
    number: int = 0
    """The how-manieth of its world; unlike its id, the same in every run."""
    thread: ThreadState | None = None
    tags: list[Tag] = field(default_factory=list, repr=False)
    requires_tag: bool = False
    starters: list[Message] = field(default_factory=list, repr=False)
    """The first messages of a forum's posts, also of those that are gone."""

    @property
    def private(self) -> bool:
        """Whether it is a thread that only those inside see."""
        return self.kind == PRIVATE_THREAD


@dataclass(slots=True, eq=False)
class Message:
    """One message; `body` is what its author sent, as last edited."""

    id: int
    channel: Channel
    author_id: int
    body: dict[str, Any]
    edited_at: int | None = None
    deleted: bool = False
    crossposted: bool = False
    """Whether it was published to the channel's followers."""
    pings: Pings = NOBODY
    """Whom it notified when it was posted."""
    interaction_id: int | None = None
    """The interaction that it answers; None for a message that was posted."""

    @property
    def sent_at(self) -> int:
        """When it was sent, in Unix milliseconds, as its id says."""
        return (self.id >> 22) + EPOCH_MS

    @property
    def ephemeral(self) -> bool:
        """Whether only one person sees it."""
        return bool(self.flags & EPHEMERAL)

    @property
    def flags(self) -> int:
        """The message's flags."""
        kept = CROSSPOSTED if self.crossposted else 0
        return int(self.body.get("flags") or 0) | kept

    @property
    def nonce(self) -> str | None:
        """The nonce that it was sent with, as text."""
        nonce = self.body.get("nonce")
        return None if nonce is None else str(nonce)

    @property
    def content(self) -> str:
        """Its text outside any embed."""
        return self.body.get("content") or ""

    @property
    def embeds(self) -> list[dict[str, Any]]:
        """Its embeds, as sent."""
        return self.body.get("embeds") or []

    @property
    def components(self) -> list[dict[str, Any]]:
        """Its action rows, as sent."""
        return self.body.get("components") or []


class World:
    """Everything that survives a restart of the bot; `now` gives Unix milliseconds."""

    def __init__(self, now: Callable[[], int]) -> None:
        self.now = now
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.people: dict[int, Member] = {}
        self.commands: list[dict[str, Any]] = []
        self.posted = 0
        """How many messages the bot has posted, answers to interactions not counted."""
        self._serial = 0
        self._channels_made = 0
        self._dms: dict[int, Channel] = {}
        self._nonces: dict[tuple[int, str], tuple[int, Message]] = {}
        self.bot_id = self.snowflake()
        # Of older bots the two differ, so what takes one for the other is seen.
        self.application_id = self.snowflake()
        self.bot_name = "Wherefore"

    def snowflake(self) -> int:
        """Draw an id: the world's time in its upper bits, never the same twice."""
        self._serial += 1
        return (self.now() - EPOCH_MS) << 22 | (self._serial & 0x3FFFFF)

    def add_guild(self, name: str, bot_permissions: int = INVITED_WITH) -> Guild:
        """Make a guild that the bot is in, owned by somebody who never acts."""
        guild = Guild(self.snowflake(), name, owner_id=self.snowflake())
        guild.roles[guild.id] = Role(guild.id, "@everyone", EVERYONE)
        role = self.add_role(guild, self.bot_name, bot_permissions)
        role.managed = True
        guild.members[self.bot_id] = Member(self.bot_id, self.bot_name, guild, [role.id])
        self.guilds[guild.id] = guild
        return guild

    def add_channel(self, guild: Guild, name: str, kind: int = 0) -> Channel:
        """Make a channel; the kinds are Discord's (0 text, 5 announcement, 15 forum)."""
        position = len(guild.channels)
        channel = Channel(self.snowflake(), name, kind, guild=guild, position=position)
        guild.channels[channel.id] = channel
        return self._made(channel)

    def add_thread(self, parent: Channel, name: str, kind: int, owner_id: int) -> Channel:
        """Make a thread in a channel of a guild; kind 10, 11 or 12."""
        if parent.guild is None:
            raise ValueError("a DM has no threads")
        channel = Channel(self.snowflake(), name, kind, guild=parent.guild)
        channel.thread = ThreadState(parent, owner_id, changed_at=self.now())
        parent.guild.threads[channel.id] = channel
        return self._made(channel)

    def add_member(self, guild: Guild, name: str, permissions: int | None = None) -> Member:
        """Let a person join; `permissions` become a role of their own, on top of @everyone's."""
        member = Member(self.snowflake(), name, guild)
        if permissions is not None:
            member.role_ids.append(self.add_role(guild, f"{name}'s role", permissions).id)
        guild.members[member.id] = self.people[member.id] = member
        return member

    def remove_channel(self, channel: Channel) -> None:
        """Delete a channel of a guild with its threads, or one thread; its messages with it."""
        del self.channels[channel.id]
        for message in channel.messages.values():
            message.deleted = True
        if channel.guild is None:
            return
        channel.guild.channels.pop(channel.id, None)
        channel.guild.threads.pop(channel.id, None)
        for each in list(channel.guild.threads.values()):
            if each.thread is not None and each.thread.parent is channel:
                self.remove_channel(each)

    def remove_guild(self, guild: Guild) -> None:
        """Put the bot out of a guild: its channels are there, and out of the bot's reach."""
        del self.guilds[guild.id]

    def dm(self, member: Member) -> Channel:
        """The direct messages between the bot and this person, opened when first needed."""
        if member.id not in self._dms:
            channel = Channel(self.snowflake(), member.name, 1, recipient=member)
            self._dms[member.id] = self._made(channel)
        return self._dms[member.id]

    def store(
        self,
        channel: Channel,
        author_id: int,
        body: dict[str, Any],
        *,
        interaction_id: int | None = None,
        message_id: int | None = None,
    ) -> Message:
        """Add a message to a channel; `message_id` where it is not to be a new one."""
        identity = message_id or self.snowflake()
        message = Message(identity, channel, author_id, dict(body), interaction_id=interaction_id)
        author = channel.guild.members.get(author_id) if channel.guild else None
        message.pings = pinged(channel, author, body)
        channel.messages[message.id] = message
        channel.last_message_id = max(message.id, channel.last_message_id or 0)
        if author_id == self.bot_id and interaction_id is None:
            self.posted += 1
        return message

    def edit(self, message: Message, patch: dict[str, Any]) -> None:
        """Change the parts of a message that the patch names."""
        message.body.update(patch)
        message.edited_at = self.now()

    def said_before(self, author_id: int, nonce: str, window_ms: int) -> Message | None:
        """Find the author's message with this nonce, deleted or not, inside the window."""
        found = self._nonces.get((author_id, nonce))
        if found is None or self.now() - found[0] > window_ms:
            return None
        return found[1]

    def remember_nonce(self, message: Message, nonce: str) -> None:
        """Note the nonce of a message that was just stored."""
        self._nonces[message.author_id, nonce] = (self.now(), message)

    def forget_nonces(self) -> None:
        """Behave as if every nonce's window were over."""
        self._nonces.clear()

    def overwrite(self, channel: Channel, member: Member, *, allow: int, deny: int) -> None:
        """Allow or deny one member something in one channel, on top of what stood there."""
        one = channel.overwrites.setdefault(member.id, Overwrite(member.id, 1))
        one.allow = (one.allow | allow) & ~deny
        one.deny = (one.deny | deny) & ~allow

    def permissions(self, channel: Channel, member: Member) -> int:
        """What a member may do in a channel of their guild."""
        return reckoned(channel, member)

    def add_role(self, guild: Guild, name: str, permissions: int = 0) -> Role:
        """Make a role that nobody has yet."""
        role = Role(self.snowflake(), name, int(permissions))
        guild.roles[role.id] = role
        return role

    def _made(self, channel: Channel) -> Channel:
        self._channels_made += 1
        channel.number = self._channels_made
        self.channels[channel.id] = channel
        return channel

"""The REST routes about places: threads, the posts of forums, guilds, direct messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.loopback import payloads
from tests.loopback.access import Access, check_may_start, check_message
from tests.loopback.gateway import Gateway
from tests.loopback.journal import Journal
from tests.loopback.ratelimits import RateLimits
from tests.loopback.state import FORUMS, PUBLIC_THREAD, Channel, Permission, ThreadState, World
from tests.loopback.wire import Answer, ApiError, Call, Complaint, invalid_form

Json = dict[str, Any]

NAME, APPLIED_TAGS = 100, 5


class Places:
    """Handlers of the routes that make, show and change places."""

    def __init__(
        self,
        world: World,
        gateway: Gateway,
        access: Access,
        *,
        journal: Journal,
        limits: RateLimits,
    ) -> None:
        self._world = world
        self._gateway = gateway
        self._access = access
        self._journal = journal
        self._limits = limits

    def guild(self, call: Call) -> Answer:
        """Show a guild; its channels and members have routes of their own."""
        return Answer(200, payloads.guild_alone(self._access.guild(call), self._world.bot_id))

    def own_guilds(self, call: Call) -> Answer:
        """Show the guilds that the bot is in, by id, 200 at most."""
        after, limit = int(call.query.get("after", 0)), int(call.query.get("limit", 200))
        guilds = sorted(self._world.guilds.values(), key=lambda one: one.id)
        page = [one for one in guilds if one.id > after][:limit]
        return Answer(200, [payloads.guild_in_list(one) for one in page])

    def member(self, call: Call) -> Answer:
        """Show a member of a guild that the bot is in."""
        found = self._access.guild(call).members.get(call.id("user"))
        if found is None:
            raise ApiError(404, 10007, "Unknown Member")
        return Answer(200, payloads.member_alone(found, bot=found.id == self._world.bot_id))

    def guild_channels(self, call: Call) -> Answer:
        """Show the channels of a guild that the bot may see; no threads."""
        channels = self._access.guild(call).channels.values()
        seen = [one for one in channels if self._access.sees(one)]
        return Answer(200, [payloads.channel(one) for one in seen])

    def channel(self, call: Call) -> Answer:
        """Show a channel, a thread or a DM."""
        return Answer(200, payloads.channel(self._access.channel(call)))

    def open_dm(self, call: Call) -> Answer:
        """Open the direct messages with somebody; opening them works also where they are closed."""
        person = self._world.people.get(int(call.body["recipient_id"]))
        if person is None:
            raise ApiError(400, 50033, "Invalid Recipient(s)")
        return Answer(200, payloads.channel(self._world.dm(person)))

    def start(self, call: Call) -> Answer:
        """Make a post in a forum; no nonce keeps a second request from making a second one."""
        forum, body = self._access.channel(call), call.body
        if forum.kind not in FORUMS:
            raise ApiError(400, 50024, "Cannot execute action on this channel type")
        message: Json = body.get("message") or {}
        check_may_start(self._access, forum, message)
        refused = self._limits.refuse_message(forum.id)
        if refused is not None:
            return refused
        _check_start(body)
        tag_ids = self._tags(forum, body)
        check_message(message)
        thread = self._world.add_thread(forum, body["name"], PUBLIC_THREAD, self._world.bot_id)
        _state(thread).tag_ids = tag_ids
        starter = self._world.store(thread, self._world.bot_id, message, message_id=thread.id)
        forum.starters.append(starter)
        self._gateway.tell(thread, "THREAD_CREATE", newly_created=True)
        self._journal.announce()
        shown = payloads.channel(thread) | {"message": self._access.shown(starter)}
        return Answer(201, shown, self._limits.headers(forum.id))

    def modify(self, call: Call) -> Answer:
        """Change a thread (archived, locked, name), or the name of another channel."""
        channel = self._access.channel(call)
        self._check_may_modify(channel, call.body)
        if channel.thread is None:
            channel.name = call.body.get("name", channel.name)
            self._gateway.tell(channel, "CHANNEL_UPDATE")
        else:
            change_thread(self._world, channel, call.body)
            self._gateway.tell(channel, "THREAD_UPDATE")
        self._journal.announce()
        return Answer(200, payloads.channel(channel))

    def wake(self, channel: Channel) -> None:
        """Un-archive a thread, as a message in it does."""
        if channel.thread is not None and channel.thread.archived:
            change_thread(self._world, channel, {"archived": False})
            self._gateway.tell(channel, "THREAD_UPDATE")

    def active(self, call: Call) -> Answer:
        """Show all threads of a guild that are not archived, newest first."""
        active = payloads.active_threads(self._access.guild(call), self._world.bot_id)
        return Answer(200, _listed(active[::-1]))

    def archived(self, call: Call) -> Answer:
        """Show a channel's archived public threads, the last archived first."""
        channel = self._access.channel(call)
        self._access.require(channel, Permission.READ_MESSAGE_HISTORY)
        limit = int(call.query.get("limit", "50"))
        before = call.query.get("before")
        end = datetime.fromisoformat(before).timestamp() * 1000 if before else float("inf")
        found = [one for one in _archived_in(channel) if _state(one).changed_at < end]
        found.sort(key=lambda one: _state(one).changed_at, reverse=True)
        return Answer(200, _listed(found[:limit]) | {"has_more": len(found) > limit})

    def _tags(self, forum: Channel, body: Json) -> list[int]:
        applied = [int(tag_id) for tag_id in body.get("applied_tags") or []]
        known = {tag.id: tag for tag in forum.tags}
        if any(tag_id not in known for tag_id in applied):
            raise ApiError(404, 10087, "Unknown tag")
        if forum.requires_tag and not applied:
            raise ApiError(400, 40067, "A tag is required to create a forum post in this channel")
        if any(known[tag_id].moderated for tag_id in applied):
            self._access.require(forum, Permission.MANAGE_THREADS)
        return applied

    def _check_may_modify(self, channel: Channel, patch: Json) -> None:
        state = channel.thread
        if state is None:
            self._access.require(channel, Permission.MANAGE_CHANNELS)
        elif "locked" in patch or state.locked:
            self._access.require(channel, Permission.MANAGE_THREADS)
        elif patch == {"archived": False}:
            self._access.require(channel, Permission.SEND_MESSAGES_IN_THREADS)
        elif state.owner_id != self._world.bot_id:
            self._access.require(channel, Permission.MANAGE_THREADS)


def change_thread(world: World, thread: Channel, patch: Json) -> None:
    """Archive, wake, lock, unlock or rename a thread; the patch is that of the REST route."""
    state = _state(thread)
    thread.name = patch.get("name", thread.name)
    state.locked = patch.get("locked", state.locked)
    if patch.get("archived", state.archived) != state.archived:
        state.archived, state.changed_at = not state.archived, world.now()


def _state(thread: Channel) -> ThreadState:
    if thread.thread is None:
        raise ValueError(f"{thread.name} is no thread")
    return thread.thread


def _archived_in(channel: Channel) -> list[Channel]:
    threads = channel.guild.threads.values() if channel.guild else ()
    return [
        one
        for one in threads
        if not one.private and _state(one).archived and _state(one).parent is channel
    ]


def _listed(threads: list[Channel]) -> Json:
    joined = [payloads.thread_member(one) for one in threads if _state(one).joined]
    return {"threads": [payloads.channel(one) for one in threads], "members": joined}


def _check_start(body: Json) -> None:
    found = []
    if not 1 <= len((body.get("name") or "").strip()) <= NAME:
        message = f"Must be between 1 and {NAME} in length."
        found.append(Complaint("name", "BASE_TYPE_BAD_LENGTH", message))
    if not body.get("message"):
        found.append(Complaint("message", "BASE_TYPE_REQUIRED", "This field is required"))
    if len(body.get("applied_tags") or []) > APPLIED_TAGS:
        message = f"Must be {APPLIED_TAGS} or fewer in length."
        found.append(Complaint("applied_tags", "BASE_TYPE_MAX_LENGTH", message))
    if found:
        raise invalid_form(found)

"""The loopback Discord's public face: one port that a real client logs in to, and its controls."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self

from tests.loopback.chaos import Chaos
from tests.loopback.choosing import Choice, Filling
from tests.loopback.front import API_PREFIX, GATEWAY_PATH, Front
from tests.loopback.gateway import Gateway
from tests.loopback.interactions import Interactions, Reply
from tests.loopback.journal import Journal
from tests.loopback.people import People, Pressable
from tests.loopback.ratelimits import RateLimits
from tests.loopback.rest import Rest
from tests.loopback.stage import Stage
from tests.loopback.state import Channel, Member, Message, World
from tests.loopback.trouble import Trouble
from tests.loopback.wire import LoggedRequest

Json = dict[str, Any]


class LoopbackDiscord(Stage, Trouble):
    """A Discord on 127.0.0.1 that outlives the bots that log in to it.

    An async context manager. `violations` collects whatever a bot did against Discord's
    written rules: a test ends with `assert not discord.violations`. `monotonic` gives real
    seconds (an interaction's three seconds, rate limits); ids and nonces live in virtual time,
    which `advance` and `set_time` move. `privileged_intents` are the bits that the developer
    portal grants; asking for others closes the gateway with 4014. `shards` is how many the
    client is told to open. `checks_schema` holds every body to Discord's published description,
    where that is at hand; a benchmark does without, as it takes longer than all the rest.
    """

    def __init__(
        self,
        *,
        token: str = "loopback-token",  # noqa: S107  # guards nothing
        port: int = 0,
        privileged_intents: int = 0,
        shards: int = 1,
        checks_schema: bool = True,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.token = token
        self._offset = 0
        self._limits = RateLimits(monotonic, time.time, self.now)
        world, journal = World(self.now), Journal()
        gateway = Gateway(
            world, token, journal=journal, privileged_intents=privileged_intents, shards=shards
        )
        super().__init__(world, gateway, journal)
        self._interactions = Interactions(world, journal=journal, monotonic=monotonic)
        self._people = People(world, gateway, self._interactions, journal=journal)
        self._rest = Rest(
            world,
            gateway,
            self._interactions,
            journal=journal,
            limits=self._limits,
            token=token,
            checks_schema=checks_schema,
        )
        self._front = Front(
            self._rest, gateway, port=port, journal=journal, chaos=Chaos(world), monotonic=monotonic
        )

    async def __aenter__(self) -> Self:
        await self._front.open()
        self._gateway.url = self.gateway_url
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._front.close()

    # ── where it is, and what it saw ─────────────────────────────────────────────────────

    @property
    def api_url(self) -> str:
        """The base of the REST routes."""
        return f"http://127.0.0.1:{self._front.port}{API_PREFIX}"

    @property
    def gateway_url(self) -> str:
        """Where the gateway's websocket is."""
        return f"ws://127.0.0.1:{self._front.port}{GATEWAY_PATH}"

    @property
    def violations(self) -> list[str]:
        """What bots did against Discord's written rules, in words."""
        return self._journal.violations

    @property
    def requests(self) -> list[LoggedRequest]:
        """Every REST call that was answered, oldest first."""
        return self._front.requests

    @property
    def identifies(self) -> int:
        """How many IDENTIFY frames have come, accepted or not."""
        return self._gateway.identifies

    @property
    def resumes(self) -> int:
        """How many sessions were resumed."""
        return self._gateway.resumes

    @property
    def ready(self) -> bool:
        """Whether the bot is connected on every shard and was told its guilds."""
        return self._gateway.ready

    @property
    def commands(self) -> list[Json]:
        """The commands that the bot has registered, as Discord returns them."""
        return self.world.commands

    @property
    def command_puts(self) -> int:
        """How many times the bot has registered its commands."""
        return self._rest.command_puts

    async def close_gateway(self, code: int) -> None:
        """Close every websocket with this code, and return when they are gone."""
        gone = self._gateway.close(code)
        await self.until(gone, what="the gateway's connections did not close")

    # ── time ─────────────────────────────────────────────────────────────────────────────

    def now(self) -> int:
        """Virtual time, in Unix milliseconds."""
        return time.time_ns() // 1_000_000 + self._offset

    def advance(self, seconds: float) -> None:
        """Move virtual time on."""
        self._offset += int(seconds * 1000)

    def set_time(self, millis: int) -> None:
        """Make it this time now, in Unix milliseconds; it goes on from there."""
        self._offset += millis - self.now()

    @property
    def nonce_window(self) -> float:
        """For how many virtual seconds a nonce is remembered (Discord: "the past few minutes")."""
        return self._rest.nonce_window

    @nonce_window.setter
    def nonce_window(self, seconds: float) -> None:
        self._rest.nonce_window = seconds

    def forget_nonces(self) -> None:
        """Behave as if every nonce's window were over."""
        self.world.forget_nonces()

    @property
    def callback_seconds(self) -> float:
        """How many real seconds a bot has for its first answer to an interaction."""
        return self._interactions.callback_seconds

    @callback_seconds.setter
    def callback_seconds(self, seconds: float) -> None:
        self._interactions.callback_seconds = seconds

    # ── people ───────────────────────────────────────────────────────────────────────────

    async def slash(
        self,
        member: Member,
        where: Channel | None,
        command: str,
        /,
        *,
        timeout: float = 5.0,  # noqa: ASYNC109  # the message says what was waited for
        **options: Any,
    ) -> Reply:
        """Use a slash command ("feed add" is a subcommand) in a channel, or in DMs (None)."""
        return await self._people.slash(member, where, command, options, timeout)

    async def autocomplete(
        self,
        member: Member,
        where: Channel | None,
        command: str,
        /,
        *,
        focused: str,
        value: str,
        timeout: float = 5.0,  # noqa: ASYNC109  # the message says what was waited for
        **options: Any,
    ) -> list[Json]:
        """Type `value` into an option, and return the choices that the bot suggests."""
        options = options | {focused: value}
        return await self._people.autocomplete(
            member, where, command, options, focused=focused, seconds=timeout
        )

    async def menu(
        self,
        member: Member,
        where: Channel | None,
        name: str,
        message: Message,
        *,
        timeout: float = 5.0,  # noqa: ASYNC109  # the message says what was waited for
    ) -> Reply:
        """Use a message command on a message."""
        return await self._people.menu(member, where, name, message, timeout)

    async def press(
        self,
        member: Member,
        where: Channel | None,
        pressable: Pressable,
        custom_id: str,
        *,
        values: Iterable[Choice] = (),
        timeout: float = 5.0,  # noqa: ASYNC109  # the message says what was waited for
    ) -> Reply:
        """Press a button of a message, given as such, as its id, its body or a reply.

        In a select choose `values`: of its options, or channels, roles and members.
        """
        return await self._people.press(
            member, where, pressable, custom_id, values=tuple(values), seconds=timeout
        )

    async def submit(
        self,
        member: Member,
        where: Channel | None,
        opened: Reply,
        filled: Mapping[str, Filling],
        /,
        *,
        timeout: float = 5.0,  # noqa: ASYNC109  # the message says what was waited for
    ) -> Reply:
        """Send the form that a reply opened, with what is filled in by the fields' custom_ids.

        A field that is left out keeps what the bot put in it.
        """
        return await self._people.submit(member, where, opened, filled, seconds=timeout)

    # ── waiting ──────────────────────────────────────────────────────────────────────────

    async def until(
        self,
        predicate: Callable[[], bool],
        timeout: float = 10.0,  # noqa: ASYNC109  # the message says what was waited for
        what: str = "it did not come to that",
    ) -> None:
        """Return once the predicate holds; it is asked again after every change."""
        await self._journal.until(predicate, timeout, lambda: what)

    async def wait_until_ready(
        self,
        timeout: float = 10.0,  # noqa: ASYNC109  # the message says what was waited for
    ) -> None:
        """Return once a bot has identified on every shard and was told its guilds."""
        await self.until(lambda: self.ready, timeout, "no bot is ready")

    async def wait_for_message(
        self,
        channel: Channel,
        count: int = 1,
        timeout: float = 10.0,  # noqa: ASYNC109  # the message says what was waited for
    ) -> Message:
        """Return the channel's message number `count` (1 is the oldest) once it is there."""
        what = f"fewer than {count} messages in {channel.name}"
        await self.until(lambda: len(self.messages(channel)) >= count, timeout, what)
        return self.messages(channel)[count - 1]

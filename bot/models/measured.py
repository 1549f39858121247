"""What a checkup of the whole program measures, before anybody judges it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.models.checkups import Checkup
from bot.models.space import Space
from bot.models.times import Millis


@dataclass(frozen=True, slots=True)
class Package:
    """An optional package that the settings ask for."""

    name: str
    wanted_by: str
    """The setting."""
    install: str
    """The command that installs it."""
    is_there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """The program, and what it runs on."""

    version: str
    python: str
    system: str
    sqlite: str
    lacking: tuple[str, ...]
    """What the archive needs and this SQLite has not."""
    packages: tuple[Package, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was set, and how."""

    problems: tuple[str, ...]
    """What can't be used, each with the way out."""
    dotenv: bool
    """Whether there is a `.env` file."""
    mode: int | None
    """The permission bits of that file; None where they tell nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A database file, or the place where one will be."""

    path: str
    exists: bool
    in_use: bool | None
    """Whether a bot is running on it; None: that can't be told."""
    checkup: Checkup | None = None
    free: int | None = None
    """Bytes free in its folder, where there is no database yet."""
    space: Space = Space.ENOUGH
    """What the bot does with so much room."""
    writable: bool = True
    """Whether this user may write the file, or make it."""
    trouble: str | None = None
    """Why it could not be looked at."""
    unfinished: bool = False
    """Whether a backup was being put in its place, and that was interrupted."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What came of asking an address once."""

    host: str
    trouble: str | None
    """Why it could not be had, in words; None: it was."""
    took: Millis = 0
    skew: Millis | None = None
    """By how much this machine's clock is ahead of its; below 0: behind."""


@dataclass(frozen=True, slots=True)
class Site:
    """A host of the catalogue, asked for one of its feeds."""

    host: str
    feeds: int
    """How many feeds of the catalogue hang on it."""
    trouble: str | None
    took: Millis | None
    """None: time was over before its turn came, or while it was asked."""


# ── Discord ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """The bot's own application, as Discord shows it."""

    id: int
    name: str
    is_public: bool
    privileged: tuple[str, ...]
    """The privileged intents that are switched on for it."""
    interactions_url: bool
    """Whether Discord sends commands to a web address in place of the gateway."""
    code_grant: bool
    """Whether who invites it must go through an OAuth2 grant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """How the gateway may be used."""

    shards: int
    """As Discord recommends."""
    total: int
    """New sessions a day."""
    remaining: int
    reset_after: Millis


@dataclass(frozen=True, slots=True)
class Commands:
    """The commands that are registered, against those that the program has."""

    wanted: int
    missing: tuple[str, ...]
    differing: tuple[str, ...]
    foreign: tuple[str, ...]
    """Registered, and none of the program's."""
    believed: bool
    """Whether the database says that these very commands were registered already."""


class ChannelState(StrEnum):
    """What Discord says of a subscribed channel."""

    THERE = "there"
    HIDDEN = "hidden"
    """It is there, and the bot may not see it."""
    GONE = "gone"
    OUTSIDE = "outside"
    """The bot is not in its server."""
    UNKNOWN = "unknown"
    """Discord could not be asked, or was not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A subscribed channel."""

    id: int
    guild_id: int
    topics: int
    """How many topics it gets."""
    paused: str | None
    """Why nothing is sent there, as the database has it."""
    state: ChannelState = ChannelState.UNKNOWN
    name: str = ""
    server: str = ""
    lacking: tuple[str, ...] = ()
    """What the bot lacks to post there, as Discord calls it."""
    refused: bool = False
    """Whether a post would be refused for it."""


# ── the model ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelEndpoint:
    """The endpoint that writes explainers, asked for its list of models."""

    spec: str
    """As `provider:model`."""
    host: str
    status: int | None = None
    """What it answered; None: nothing."""
    trouble: str | None = None
    """Why there was no answer."""
    models: tuple[str, ...] | None = None
    """None: it has told none."""
    asked: bool = True
    """False: it tells its models in a way of its own, and was not asked."""

"""What servers and members have set, and what is written down of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.models.times import Millis


class Audience(StrEnum):
    """Who may say what is posted in a channel."""

    MEMBERS = "members"
    """Whoever may write in it."""
    MODERATORS = "moderators"
    """Of these, who may delete others' messages there or manages the server."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server's own settings."""

    guild_id: int
    audience: Audience = Audience.MEMBERS
    language: str | None = None
    """In which its posts are worded; None: in the one that it has on Discord."""


@dataclass(frozen=True, slots=True)
class Audit:
    """One change that somebody made to how a server is served."""

    id: int
    guild_id: int
    channel_id: int | None
    """None: it is about the whole server."""
    topic: str
    """Empty: it is about all of the channel, or of the server."""
    member_id: int
    """0: whoever it was has had their name taken out."""
    at: Millis
    what: str
    """What was changed, by the name that the program has for it."""
    before: str
    """How it was before, as JSON: enough to bring it back."""
    after: str
    undone_at: Millis | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """What a member has begun and not ended, as a form in several steps; kept for a day."""

    id: int
    kind: str
    guild_id: int
    member_id: int
    body: str
    """What is known so far, as JSON."""
    created_at: Millis


@dataclass(frozen=True, slots=True)
class Follow:
    """A story that a member wants to hear more of, by direct message."""

    id: int
    member_id: int
    channel_id: int
    """Of the direct messages with the member."""
    story_id: int
    """The one whose button was pressed."""
    headline: str
    """That story's, as it was then; foreign text."""
    begun_at: Millis
    quiet_at: Millis
    """When it ends, unless something new comes before."""
    paused_reason: str | None = None
    """Why nothing is sent at the moment, in words for a person; None while all is well."""


class Objection(StrEnum):
    """What may be wrong with an explainer."""

    WRONG = "wrong"
    """It says something that is not so."""
    MISSING = "missing"
    """It leaves out what matters."""
    OLD = "old"
    """It is out of date."""
    ELSEWHERE = "elsewhere"
    """It is not about this story."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a member thinks of an explainer."""

    story_id: int
    member_id: int
    helpful: bool
    reason: str
    """Why not, by the name that the program has for it; empty: it was not said."""
    comment: str
    """In the member's own words."""
    at: Millis

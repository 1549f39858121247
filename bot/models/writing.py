"""What a model is given to explain a story from, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.models.explainers import Claim, SectionName
from bot.models.stories import Article
from bot.models.times import Millis


@dataclass(frozen=True, slots=True)
class Material:
    """What a story may be explained from, and nothing else."""

    article: Article
    """The story's own, with the fullest text that is at hand."""
    others: tuple[Article, ...] = ()
    """Other publishers' articles of the same story."""
    earlier: tuple[Article, ...] = ()
    """Earlier stories that are related, the nearest first."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a model's work has cost."""

    calls: int = 0
    tokens: int = 0
    """Read and written together, as the endpoint counts them."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a model wrote: claims that passed every check, with the ids of their sources."""

    sections: dict[SectionName, tuple[Claim, ...]]
    usage: Usage
    plain: bool = False
    """The endpoint takes plain requests only, without tools or a response format."""


class ModelTrouble(StrEnum):
    """Why a model wrote nothing that can be used."""

    TIMEOUT = "timeout"
    LIMITED = "limited"
    """It asks for a pause (429)."""
    QUOTA = "quota"
    """What was paid for is used up."""
    KEY = "key"
    """It refuses the key."""
    REJECTED = "rejected"
    """It refuses the request, plain or not: most likely the model's name."""
    UNREACHABLE = "unreachable"
    SERVER = "server"
    """It fails on its side, or answers with what no such endpoint answers."""
    MALFORMED = "malformed"
    """Its answers can't be read as claims, though it was asked again."""
    UNGROUNDED = "ungrounded"
    """Nothing of what it wrote stands on its sources."""
    DECLINED = "declined"
    """It will not write about this."""


@dataclass(frozen=True, slots=True)
class ModelFailed:
    """A model wrote nothing that can be used."""

    trouble: ModelTrouble
    reason: str
    """In one sentence, for the log and the person who hosts; without any secret."""
    usage: Usage
    retry_after: Millis | None = None
    """How long the endpoint asks to be left alone."""
    plain: bool = False
    """As in `Draft`."""


DraftOutcome = Draft | ModelFailed

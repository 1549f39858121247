"""What bounds the asking: of members for explainers, and of a model's endpoint."""

from __future__ import annotations

from dataclasses import dataclass

from bot.models.times import Millis


@dataclass(frozen=True, slots=True)
class Allowance:
    """How often somebody may ask."""

    burst: int
    """How many times at once, after a rest."""
    every: Millis
    """How long one of these takes to come back."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What is known of the place where a model is asked."""

    plain: bool = False
    """It takes plain requests only, without tools or a response format."""
    failures: int = 0
    """How many runs in a row came to nothing through its fault."""
    rest_until: Millis = 0
    """It is left alone until then."""

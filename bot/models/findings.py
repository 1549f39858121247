"""What a checkup of the whole program finds: well, a warning or trouble, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How bad it is, the worst last."""

    WELL = "well"
    WARNING = "warning"
    """It works; something should be looked at."""
    TROUBLE = "trouble"
    """Something does not work, and will not by itself."""


class Area(StrEnum):
    """What a finding is about, in the order in which they are shown."""

    PROGRAM = "program"
    SETTINGS = "settings"
    DATABASE = "database"
    CLOCK = "clock"
    NETWORK = "network"
    SITES = "sites"
    DISCORD = "discord"
    CHANNELS = "channels"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    area: Area
    what: str
    """What was looked at, in one or two words that stay the same, for scripts."""
    grade: Grade
    found: str
    """In words for a person."""
    remedy: str = ""
    """What to do; empty where nothing is to be done."""
    about: str = ""
    """Which of many things of a kind, such as a host; empty: there is one alone."""

"""The wording by which a sentence shows what it can explain, and whether it can stand alone."""

from __future__ import annotations

from bot.explain.cues.alone import is_plain, stands_alone, surnames
from bot.explain.cues.common import COMMON
from bot.explain.cues.fit import best_section, looks_back
from bot.explain.cues.genre import is_feature, is_personal, is_recital, may_be_personal

__all__ = [
    "COMMON",
    "best_section",
    "is_feature",
    "is_personal",
    "is_plain",
    "is_recital",
    "looks_back",
    "may_be_personal",
    "stands_alone",
    "surnames",
]

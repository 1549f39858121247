"""Pure: which stories come first where there is no room for all."""

from __future__ import annotations

from collections.abc import Iterable

from bot.models import Weight


def rank(weighed: Iterable[Weight]) -> list[int]:
    """Order stories: what the most feeds bring comes first, and of these the newest."""
    ordered = sorted(weighed, key=lambda w: (-w.feeds, -w.published, w.story_id))
    return [weight.story_id for weight in ordered]

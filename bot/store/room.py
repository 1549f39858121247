"""The room on the database's disk: below which nothing is begun that could not be settled."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import structlog

from bot.models.said import said
from bot.models.space import Space

MB = 1_000_000
NEWS_FLOOR, NEWS_PART = 200 * MB, 0.05
"""Bytes that are left free, or the part of a small disk, before no new stories are taken in: the
log of the database grows by some megabytes at a time, and a copy for an upgrade wants room."""
SEND_FLOOR, SEND_PART = 20 * MB, 0.01
"""What is left to settle what is being sent: 48 posts take less than 5 MB of the log."""
_BACK = 1.25
"""So many times a floor have to be free again before all goes on: else it would come and go."""
_RESTS = said(
    "The disk that I write on is almost full, so no new stories are taken in. It goes on by itself "
    "when there is room."
)

log = structlog.get_logger()


class Usage(Protocol):
    """What `shutil.disk_usage` tells."""

    @property
    def total(self) -> int:
        """Bytes of the disk."""
        ...

    @property
    def free(self) -> int:
        """Bytes that this user may still write."""
        ...


class Room:
    """Looks at the disk whenever it is asked, which takes microseconds, and tells of changes once.

    Where the disk's size can't be had, it counts as large enough.
    """

    def __init__(self, database: Path, usage: Callable[[Path], Usage] = shutil.disk_usage) -> None:
        self._folder = database.absolute().parent
        self._usage = usage
        self._space = Space.ENOUGH

    def space(self) -> Space:
        """Say what there is room for now."""
        try:
            usage = self._usage(self._folder)
        except OSError:  # it tells nothing of how much room there is
            return self._space
        space = _space(usage, self._space)
        if space is not self._space:
            self._tell(space, usage)
            self._space = space
        return space

    def resting(self) -> str | None:
        """Say for members that no stories are taken in; None: there is room."""
        return None if self.space() is Space.ENOUGH else _RESTS

    def _tell(self, space: Space, usage: Usage) -> None:
        needed = round(_floors(usage)[0] * _BACK / MB)
        told = {"folder": str(self._folder), "free_mb": usage.free // MB, "needed_mb": needed}
        match space:
            case Space.ENOUGH:
                log.info("there is room on the disk again: feeds are asked, posts are sent", **told)
            case Space.NO_NEWS:
                log.warning(
                    "the disk is almost full: no feed is asked until there is room; what is "
                    "planned is sent",
                    **told,
                )
            case Space.NOTHING:
                log.error(
                    "the disk is full but for what settling takes: nothing is sent, and no feed is "
                    "asked, until there is room",
                    **told,
                )


def _floors(usage: Usage) -> tuple[float, float]:
    return (
        min(NEWS_FLOOR, usage.total * NEWS_PART),
        min(SEND_FLOOR, usage.total * SEND_PART),
    )


def _space(usage: Usage, before: Space) -> Space:
    news, sending = _floors(usage)
    if usage.free < sending * (_BACK if before is Space.NOTHING else 1):
        return Space.NOTHING
    if usage.free < news * (_BACK if before is not Space.ENOUGH else 1):
        return Space.NO_NEWS
    return Space.ENOUGH

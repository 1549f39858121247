"""Pure: what is wrong with what members typed into forms, and what can be typed instead."""

from __future__ import annotations

from collections.abc import Sequence

from bot.publish.escape import fit
from bot.words import tr, trn

_SHOWN = 40
"""Characters of what was typed that are shown again."""


def no_time_of_day(typed: str) -> str:
    """Refuse what is no time of day."""
    return tr(
        "“{typed}” is no time of day. Write hours and minutes as `HH:MM`, for example `22:30`.",
        typed=fit(typed, _SHOWN),
    )


def no_end() -> str:
    """Refuse quiet hours that never end."""
    return tr(
        "Quiet hours need a beginning and an end that differ, for example `22:00` and `07:00`. "
        "Leave both empty for no quiet hours."
    )


def unknown_zone(typed: str, near: Sequence[str]) -> str:
    """Refuse what is no time zone, with the names that come close to it."""
    said = fit(typed, 60)
    if near:
        names = ", ".join(f"`{name}`" for name in near)
        return tr("There is no time zone “{typed}”. Do you mean {names}?", typed=said, names=names)
    return tr(
        "There is no time zone “{typed}”. Write a large city near you, for example `Berlin`, or "
        "`UTC`.",
        typed=said,
    )


def several_zones(typed: str, names: Sequence[str]) -> str:
    """Refuse what more than one time zone is called."""
    return tr(
        "There are several time zones “{typed}”. Write which you mean: {names}.",
        typed=fit(typed, 60),
        names=", ".join(f"`{name}`" for name in names),
    )


def no_number_of_posts(typed: str, most: int) -> str:
    """Refuse what is no number of posts."""
    return trn(
        "“{typed}” is no number of posts. Write a number from 1 to {n}, or leave it empty for as "
        "many as there are.",
        "“{typed}” is no number of posts. Write a number from 1 to {n}, or leave it empty for as "
        "many as there are.",
        most,
        typed=fit(typed, _SHOWN),
    )


def no_term(typed: str) -> str:
    """Refuse a word of a filter that is in no text."""
    return tr(
        "“{typed}” is in no text: a word needs a letter or a digit.", typed=fit(typed, _SHOWN)
    )


def too_many_terms(most: int, longest: int) -> str:
    """Refuse a filter that is too long."""
    return tr(
        "A filter takes {most} words or publishers of {longest} characters at the most. Leave some "
        "out; one word often does for several.",
        most=most,
        longest=longest,
    )

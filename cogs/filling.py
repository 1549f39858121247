"""Reads the forms of /settings: each becomes a change of flows, or is refused with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.models import Flow, QuietHours, Setting
from bot.publish import typed_answers
from bot.publish.panel_forms import FILTERS, common
from cogs.typed import Refused, is_none, minute_of_day, posts, terms, zone_named

Change = Callable[[Flow], Flow]
Filled = Mapping[str, str]

SETTINGS: Mapping[str, Setting] = {
    "digest": Setting.DIGEST,
    "budget": Setting.BUDGET,
    "quiet": Setting.QUIET,
    "filters": Setting.FILTERS,
}
"""What each form is about."""


def change_of(form: str, filled: Filled, flows: Sequence[Flow]) -> Change:
    """Return what a form that was filled in makes of a flow; raises `Refused`.

    `flows` are those that are to be changed, as they are: where they are not alike, what was left
    empty stays as it is.
    """
    readers = {"digest": _digest, "budget": _budget, "quiet": _quiet, "filters": _filters}
    return readers[form](filled, flows)


def _digest(filled: Filled, flows: Sequence[Flow]) -> Change:
    typed = filled.get("at", "").strip()
    in_zone = _zone(filled)
    if not typed and common(flows, lambda flow: flow.digest_at) is None:
        return in_zone
    minute = minute_of_day(typed)
    return lambda flow: in_zone(replace(flow, digest_at=minute))


def _budget(filled: Filled, flows: Sequence[Flow]) -> Change:
    typed = filled.get("posts", "")
    if not typed.strip() and common(flows, lambda flow: flow.budget) is None:
        return _as_it_is
    most = posts(typed)
    return lambda flow: replace(flow, budget=most)


def _quiet(filled: Filled, flows: Sequence[Flow]) -> Change:
    begin, end = filled.get("begin", "").strip(), filled.get("end", "").strip()
    in_zone = _zone(filled)
    if not begin and not end and common(flows, lambda flow: flow.quiet) is None:
        return in_zone
    hours = _hours(begin, end)
    return lambda flow: in_zone(replace(flow, quiet=hours))


def _hours(begin: str, end: str) -> QuietHours | None:
    if is_none(begin) or not (begin or end):
        return None
    if not (begin and end):
        raise Refused(typed_answers.no_end())
    first, last = minute_of_day(begin), minute_of_day(end)
    if first == last:
        raise Refused(typed_answers.no_end())
    return QuietHours(first, last)


def _zone(filled: Filled) -> Change:
    """Return what puts a flow in the time zone that was typed; what is left empty stays."""
    typed = filled.get("zone", "").strip()
    if not typed:
        return _as_it_is
    name = zone_named(typed)
    return lambda flow: replace(flow, zone=name)


def _filters(filled: Filled, flows: Sequence[Flow]) -> Change:
    asked = {}
    for name in FILTERS:
        typed = filled.get(name, "")
        alike = common(flows, lambda flow, name=name: getattr(flow.filters, name))  # type: ignore[misc]  # mypy can't infer a lambda with a default
        if typed.strip() or alike is not None:
            asked[name] = terms(typed)
    return lambda flow: replace(flow, filters=replace(flow.filters, **asked))


def _as_it_is(flow: Flow) -> Flow:
    return flow

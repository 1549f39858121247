"""Pure: the forms of the panel of /settings, filled in with how it is now, or with what was typed.

Where all topics of a channel are changed and they are not alike, a field is empty, and what is left
empty stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from bot.models import Flow
from bot.publish.flow_answers import clock
from bot.publish.layout import Component, field, form, text_input
from bot.publish.panel import Spot
from bot.words import tr

LONGEST = 4_000
"""Characters that a list of words takes; Discord's limit for a field."""
FILTERS = ("words", "not_words", "publishers", "not_publishers")


T = TypeVar("T")


def common(flows: Iterable[Flow], of: Callable[[Flow], T]) -> tuple[T] | None:
    """Return what all flows have in common, in a tuple of its own; None: they are not alike."""
    found = {of(flow) for flow in flows}
    return (found.pop(),) if len(found) == 1 else None


def digest(spot: Spot, typed: Mapping[str, str] | None = None) -> Component:
    """Ask when the day's digest comes."""
    at = _field(spot, typed, "at", lambda flow: clock(flow.digest_at))
    return form(
        tr("Daily digest"),
        spot.id("fill", "digest"),
        field(tr("When it comes"), at("08:00", 20), about=tr("As HH:MM")),
        _zone(spot, typed),
    )


def budget(spot: Spot, typed: Mapping[str, str] | None = None) -> Component:
    """Ask how many posts a day there may be."""
    posts = _field(spot, typed, "posts", lambda flow: str(flow.budget or ""))
    return form(
        tr("Most posts a day"),
        spot.id("fill", "budget"),
        field(
            tr("Posts a day"),
            posts(tr("As many as there are"), 10),
            about=tr("The best ones are posted, the rest comes in one digest."),
        ),
    )


def quiet(spot: Spot, typed: Mapping[str, str] | None = None) -> Component:
    """Ask when nothing is posted."""
    begin = _field(spot, typed, "begin", lambda f: clock(f.quiet.begin) if f.quiet else "")
    end = _field(spot, typed, "end", lambda flow: clock(flow.quiet.end) if flow.quiet else "")
    return form(
        tr("Quiet hours"),
        spot.id("fill", "quiet"),
        field(
            tr("From"),
            begin("22:00", 20),
            about=tr("As HH:MM. Leave both empty for no quiet hours."),
        ),
        field(tr("To"), end("07:00", 20), about=tr("What comes meanwhile is posted after them.")),
        _zone(spot, typed),
    )


def filters(spot: Spot, typed: Mapping[str, str] | None = None) -> Component:
    """Ask which stories are let through."""
    labels = {
        "words": (tr("Only with one of these words"), tr("Apart by commas. Empty: any.")),
        "not_words": (tr("Without these words"), tr("Apart by commas. bank* also finds banks.")),
        "publishers": (tr("Only from these publishers"), tr("Apart by commas. Empty: any.")),
        "not_publishers": (tr("Not from these publishers"), tr("Apart by commas.")),
    }
    fields = []
    for name, (label, about) in labels.items():
        asked = _field(spot, typed, name, _terms(name))
        fields.append(field(label, asked("", LONGEST, long=True), about=about))
    return form(tr("Filters"), spot.id("fill", "filters"), *fields)


FORMS: Mapping[str, Callable[[Spot, Mapping[str, str] | None], Component]] = {
    "digest": digest,
    "budget": budget,
    "quiet": quiet,
    "filters": filters,
}
"""Each form by the name that its custom_id has for it."""


def _terms(name: str) -> Callable[[Flow], str]:
    return lambda flow: ", ".join(getattr(flow.filters, name))


def _zone(spot: Spot, typed: Mapping[str, str] | None) -> Component:
    zone = _field(spot, typed, "zone", lambda flow: flow.zone)
    return field(
        tr("Time zone"),
        zone("Europe/Berlin", 60),
        about=tr("A large city near you, for example Berlin, or UTC"),
    )


def _field(
    spot: Spot, typed: Mapping[str, str] | None, name: str, of: Callable[[Flow], str]
) -> Callable[..., Component]:
    """Return what makes a field with a hint, filled in with what was typed, or how it is."""
    alike = common([each.flow for _, each in spot.chosen], of)

    def make(hint: str, most: int, *, long: bool = False) -> Component:
        value = typed.get(name, "") if typed is not None else alike[0] if alike else ""
        if alike is None:
            hint = tr("Not the same for all topics: empty leaves it so, off ends it")
        return text_input(name, value=value, hint=hint, most=most, needed=False, long=long)

    return make

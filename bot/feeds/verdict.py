"""Pure: what is wrong with the feeds of a catalogue, each by itself and among each other."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.feeds.health import cadence, lasting
from bot.models import (
    DAY,
    Entry,
    FeedDocument,
    Fetched,
    FetchFailed,
    Millis,
    NotModified,
    ParseFailed,
    ParseOutcome,
)
from bot.models.said import said

STALE: Millis = 60 * DAY
TEASER = 40
"""Characters from which on a teaser says something."""
SAME = 0.8
"""The share of entries from which on two feeds are the same."""
FEW = 3
"""Feeds with fewer entries than this are too short to be compared by them."""

_PACE: Millis = 7 * DAY
_NEWEST = 10
_OWN_ID = 16
"""Characters from which on a guid that is no address is nobody else's by chance."""
_NAMED = 3


class Problem(StrEnum):
    """What can be wrong with a feed; the value is what people see."""

    UNREACHABLE = "unreachable"
    NOT_A_FEED = "not a feed"
    MOVED = "moved"
    DUPLICATE = "duplicate"
    STALE = "stale"
    EMPTY = "empty"
    UNDATED = "undated"
    THIN = "thin"

    @property
    def remedy(self) -> str:
        """What to do about it, for the person who keeps the catalogue."""
        return _REMEDIES[self]


_REMEDIES = {
    Problem.UNREACHABLE: said(
        "Open the address in a browser. If the site has no other feed, take it out."
    ),
    Problem.NOT_A_FEED: said("Find the feed's own address, and write that in its place."),
    Problem.MOVED: said("Write the new address in its place."),
    Problem.DUPLICATE: said("Keep one of the two."),
    Problem.STALE: said("Take it out, unless it is meant to be that slow."),
    Problem.EMPTY: said("Try again in a few days, and take it out if it stays so."),
    Problem.UNDATED: said("It works, but its posts will bear the time at which they were found."),
    Problem.THIN: said(
        "Its posts can say little and explain nothing: look for a fuller feed of the same site."
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a feed."""

    problem: Problem
    reason: str
    """For a person."""
    see: str | None = None
    """The new address, or that of the feed that it is the same as."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A feed of the catalogue as it was found; its document itself is not kept."""

    url: str
    topics: tuple[str, ...]
    failure: Finding | None = None
    final: str = ""
    """Where the redirects ended."""
    moved_to: str | None = None
    digest: str = ""
    title: str = ""
    entries: int = 0
    newest: Millis | None = None
    """The newest date that is not ahead of now."""
    posts_a_day: float | None = None
    thin: int = 0
    """How many entries have neither a teaser that says something nor content."""
    keys: tuple[frozenset[str], ...] = ()
    """What each entry can be recognised by in other feeds."""


# ── one feed ─────────────────────────────────────────────────────────────────────────────


def unread(url: str, topics: Sequence[str], outcome: FetchFailed | NotModified) -> Probe:
    """Return what is known of a feed that gave no document."""
    reason = (
        outcome.reason
        if isinstance(outcome, FetchFailed)
        else said("The site says that nothing changed, though it was not asked.")
    )
    return Probe(url, tuple(topics), Finding(Problem.UNREACHABLE, reason))


def read(
    url: str, topics: Sequence[str], fetched: Fetched, outcome: ParseOutcome, now: Millis
) -> Probe:
    """Return what is known of a feed that gave this document."""
    if isinstance(outcome, ParseFailed):
        return Probe(url, tuple(topics), Finding(Problem.NOT_A_FEED, _unreadable(outcome)))
    dates = sorted(
        (e.published for e in outcome.entries if e.published is not None and e.published <= now),
        reverse=True,
    )
    recent = [date for date in dates if date > now - _PACE]
    return Probe(
        url,
        tuple(topics),
        final=fetched.url,
        moved_to=fetched.moved_to,
        digest=hashlib.sha256(fetched.body).hexdigest(),
        title=outcome.title,
        entries=len(outcome.entries),
        newest=dates[0] if dates else None,
        posts_a_day=cadence(max(recent, dates[:_NEWEST], key=len)),
        thin=sum(1 for entry in outcome.entries if _is_thin(entry)),
        keys=_keys(outcome),
    )


def _unreadable(failed: ParseFailed) -> str:
    reason = f"{failed.reason.rstrip('.')}."
    feeds = [link.url for link in failed.page.feeds] if failed.page else []
    if not feeds:
        return reason
    more = len(feeds) - _NAMED
    named = ", ".join(feeds[:_NAMED])
    if more > 0:
        return f"{reason} {said('It names {feeds} and {n} more', feeds=named, n=more)}"
    return f"{reason} {said('It names {feeds}', feeds=named)}"


def _is_thin(entry: Entry) -> bool:
    return len(entry.teaser) < TEASER and not entry.blocks


def _keys(document: FeedDocument) -> tuple[frozenset[str], ...]:
    """Return the keys of each entry; what several of a document share tells none of them apart."""
    keys = [frozenset(_keys_of(entry)) for entry in document.entries]
    times = Counter(key for each in keys for key in each)
    return tuple(frozenset(key for key in each if times[key] == 1) for each in keys)


def _keys_of(entry: Entry) -> Iterable[str]:
    for address in (entry.link, entry.original_link):
        if address:
            yield _bare(address)
    if entry.guid and ("://" in entry.guid or len(entry.guid) >= _OWN_ID):
        yield _bare(entry.guid)


def _bare(address: str) -> str:
    """Return an address without what differs between two ways to the same page."""
    return address.partition("://")[2].removeprefix("www.").rstrip("/") or address


# ── all feeds ────────────────────────────────────────────────────────────────────────────


def judge(probes: Sequence[Probe], now: Millis) -> dict[str, tuple[Finding, ...]]:
    """Return what is wrong with each feed, by its URL; nothing where all is well.

    Of two feeds that are the same, only one is told of: the one that redirects to the other, the
    one that the other holds more than, or else the later one.
    """
    read_ones = [probe for probe in probes if probe.failure is None]
    one_place = _same(
        read_ones, lambda probe: probe.final, said("It leads to the same address as {url}")
    )
    doubles = _doubles([probe for probe in read_ones if probe.url not in one_place]) | one_place
    doubles = {url: _staying(finding, doubles) for url, finding in doubles.items()}
    return {
        probe.url: tuple(
            _findings(probe, doubles.get(probe.url), now, moved=probe.url not in one_place)
        )
        for probe in probes
    }


def _findings(
    probe: Probe, double: Finding | None, now: Millis, *, moved: bool
) -> Iterable[Finding]:
    if probe.failure is not None:
        yield probe.failure
        return
    if double is not None:
        yield double
    if moved and probe.moved_to not in {None, probe.url}:
        yield Finding(
            Problem.MOVED,
            said("It has moved for good, to {url}", url=probe.moved_to),
            probe.moved_to,
        )
    yield from _poor(probe, now)


def _poor(probe: Probe, now: Millis) -> Iterable[Finding]:
    """Tell what is wrong with what a feed holds."""
    if not probe.entries:
        yield Finding(Problem.EMPTY, said("It is a feed, but nothing is in it."))
        return
    if probe.newest is None:
        yield Finding(Problem.UNDATED, said("None of its entries has a date that can be read."))
    elif now - probe.newest > STALE:
        age = lasting(now - probe.newest)
        yield Finding(Problem.STALE, said("Its newest entry is {reason} old.", reason=age))
    if 2 * probe.thin > probe.entries:
        yield Finding(
            Problem.THIN,
            said(
                "{thin} of its {all} entries say nothing but their headline, or less than {size} "
                "characters more.",
                thin=probe.thin,
                all=probe.entries,
                size=TEASER,
            ),
        )


def _same(probes: Sequence[Probe], trait: Callable[[Probe], str], words: str) -> dict[str, Finding]:
    """Tell of feeds that share a trait with another, which is kept: the one that is so named."""
    groups: defaultdict[str, list[Probe]] = defaultdict(list)
    for probe in probes:
        groups[trait(probe)].append(probe)
    found = {}
    for value, group in groups.items():
        kept = next((probe for probe in group if probe.url == value), group[0])
        for probe in group:
            if probe is not kept:
                found[probe.url] = Finding(Problem.DUPLICATE, said(words, url=kept.url), kept.url)
    return found


def _staying(finding: Finding, doubles: Mapping[str, Finding]) -> Finding:
    """Let a double name the feed that stays, where the one it is the same as is a double too."""
    while (other := doubles.get(finding.see or "")) is not None:
        finding = replace(finding, see=other.see)
    return finding


def _doubles(probes: Sequence[Probe]) -> dict[str, Finding]:
    """Tell of feeds that hold the same as another."""
    full = [probe for probe in probes if probe.entries]
    found = _same(full, lambda probe: probe.digest, said("It brings exactly the same as {url}"))
    left = [probe for probe in full if probe.url not in found and probe.entries >= FEW]
    for double, original, shared in _overlaps(left):
        if double.url not in found and original.url not in found:
            reason = said(
                "{shared} of its {all} entries are also in {url}",
                shared=shared,
                all=double.entries,
                url=original.url,
            )
            found[double.url] = Finding(Problem.DUPLICATE, reason, original.url)
    return found


def _overlaps(probes: Sequence[Probe]) -> Iterable[tuple[Probe, Probe, int]]:
    """Yield (double, original, how many entries of the double are in the original as well).

    A feed comes as an original, if at all, only after it has come as a double.
    """
    probes = sorted(probes, key=lambda probe: -probe.entries)
    holders: defaultdict[str, set[int]] = defaultdict(set)
    for number, probe in enumerate(probes):
        for key in frozenset().union(*probe.keys):
            holders[key].add(number)
    for number, probe in enumerate(probes):
        shared: Counter[int] = Counter()
        for keys in probe.keys:
            shared.update(set().union(*(holders[key] for key in keys)))
        for other, count in sorted(shared.items()):
            original = probes[other]
            if other < number and count >= SAME * _compared(probe, original):
                yield probe, original, count


def _compared(double: Probe, original: Probe) -> int:
    """Return of how many entries the shared ones must be most.

    Within a topic a feed that is part of another brings nothing; in another topic it may be wanted
    for itself, as a newspaper's science pages are beside the whole paper.
    """
    together = set(double.topics) & set(original.topics)
    return double.entries if together else original.entries

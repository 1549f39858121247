"""Offering topics while a member types, with the real client, from the keystroke to the choices."""

from __future__ import annotations

import difflib
import tempfile
from pathlib import Path
from random import Random
from unittest.mock import patch

from benchmarks import texts
from benchmarks.figures import Figure, Report
from benchmarks.stand import PATIENCE, Stand, say
from bot.models import Topic
from bot.publish.offers import MOST, Named, Shelf
from bot.publish.topics import named
from tests.town import Town, open_town

TOPICS = 1_000
ROUNDS = 40
"""How often each of the texts is typed."""
TYPED = ("", "to", "topic 7", "harbour", "habrour", "qwertyuiop")
"""Nothing, beginnings, a word, a typo, and what is in none."""


async def run(_: Stand) -> Report:
    """Type each of the texts many times, with ours and with difflib in its place, by turns."""
    ours, peer = Figure("the whole interaction"), Figure("  with difflib in place of ours")
    had = Figure("the whole interaction, of what a channel has")
    alone, theirs = Figure("choosing alone"), Figure("  difflib's choosing alone")
    ours.peer, alone.peer = peer, theirs
    say(f"autocomplete: {TOPICS:,} topics, {len(TYPED) * ROUNDS} keystrokes each …")
    topics = _topics()
    shelf = Shelf(named(topics))
    with tempfile.TemporaryDirectory(prefix="wherefore-bench-") as folder:
        async with open_town(Path(folder), topics=topics) as town:
            for topic in topics[:25]:
                await town.desk.newsroom.subscribe(
                    guild_id=town.channel.guild.id if town.channel.guild else 0,
                    channel_id=town.channel.id,
                    topic=topic.name,
                    member_id=town.ann.id,
                )
            for number in range(-1, ROUNDS):
                for typed in TYPED:
                    await _keystroke(town, typed, "subscribe", ours if number >= 0 else None)
                    await _keystroke(town, typed, "unsubscribe", had if number >= 0 else None)
                    with patch.object(Shelf, "offered", _by_difflib):
                        await _keystroke(town, typed, "subscribe", peer if number >= 0 else None)
                    if number >= 0:
                        with alone.timed():
                            shelf.offered(typed)
                        with theirs.timed():
                            _by_difflib(shelf, typed)
    return Report(
        "autocomplete: from a keystroke until Discord has the choices",
        [ours, peer, had, alone, theirs],
        [
            (
                f"Each of {', '.join(repr(typed) for typed in TYPED)}, {ROUNDS} times, on the"
                " loopback, with Discord's part in the same process. p99 of the whole:"
                f" {_p99(ours):.1f} ms, of what a channel has {_p99(had):.1f} ms,"
                f" with difflib {_p99(peer):.1f} ms. The goal is 100 ms."
            ),
        ],
    )


async def _keystroke(town: Town, typed: str, command: str, figure: Figure | None) -> None:
    taken = figure or Figure("warms up")
    with taken.timed():
        choices = await town.discord.autocomplete(
            town.ann, town.channel, command, focused="topic", value=typed, timeout=PATIENCE
        )
    assert len(choices) <= MOST


def _by_difflib(shelf: Shelf, typed: str) -> list[Named]:
    """Choose as one does with the standard library alone: by whole titles."""
    by_title = {thing.label.casefold(): thing for thing in shelf.things}
    if not typed:
        return list(by_title.values())[:MOST]
    found = difflib.get_close_matches(typed.casefold(), by_title, n=MOST, cutoff=0.4)
    return [by_title[title] for title in found]


def _p99(figure: Figure) -> float:
    ordered = sorted(figure.samples)
    return ordered[-(-99 * len(ordered) // 100) - 1]


def _topics() -> tuple[Topic, ...]:
    random = Random(1)
    words = [word for n in range(200) for word in texts.headline(n).split() if word.isalpha()]
    words += ["Harbour"]
    return tuple(
        Topic(
            f"topic-{n}",
            f"{random.choice(words)} {random.choice(words)} {n}",
            "🙂",
            " ".join(random.choice(words) for _ in range(8)),
            (f"https://gazette.example/{n}.xml",),
        )
        for n in range(TOPICS)
    )

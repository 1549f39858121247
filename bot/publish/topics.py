"""Pure: topics as they are offered, and what is said where none is called so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.models import Topic
from bot.publish.escape import fit
from bot.publish.offers import Named, near
from bot.words import tr

_TYPED = 60


def named(topics: Iterable[Topic], among: Iterable[Topic] = ()) -> list[Named]:
    """Return topics as things that may be chosen.

    Where one of the catalogue, of these or `among` all, is called as a server's own is in
    commands, the own one goes by its name.
    """
    topics = list(topics)
    taken = {topic.name for topic in (*topics, *among)}
    return [
        Named(topic.name if topic.code in taken else topic.code, topic.label, topic.description)
        for topic in topics
    ]


def unknown(typed: str, topics: Sequence[Topic]) -> str:
    """Say that there is no such topic, and which of these may have been meant."""
    meant = near(named(topics), typed)
    return _with(
        tr("There is no topic “{typed}”.", typed=fit(typed, _TYPED)),
        meant,
        tr("Choose one from the list that opens while you type, or see them all with `/topics`."),
    )


def not_subscribed(typed: str, channel_id: int, topics: Sequence[Topic]) -> str:
    """Say that a channel does not have a topic, and which of those it has may have been meant."""
    return _with(
        tr("<#{channel}> does not get “{typed}”.", channel=channel_id, typed=fit(typed, _TYPED)),
        near(named(topics), typed),
        tr("`/subscriptions` lists what this server gets."),
    )


def _with(wrong: str, meant: Sequence[Named], way_out: str) -> str:
    return " ".join(filter(None, (wrong, _did_you_mean(meant), way_out)))


def _did_you_mean(meant: Sequence[Named]) -> str:
    labels = [f"**{fit(thing.label, 100)}**" for thing in meant]
    if not labels:
        return ""
    if len(labels) == 1:
        return tr("Did you mean {topic}?", topic=labels[0])
    return tr("Did you mean one of these: {topics}?", topics=", ".join(labels))

"""Pure: what one channel gets, with how it flows and how each of its feeds is."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from bot.models import Body, Health, HealthKind, Subscription, Topic
from bot.publish import flow_answers
from bot.publish.cards import ROOM, card, whole_lines
from bot.publish.escape import fit
from bot.words import retold, tr, trn

Row = tuple[Subscription, Topic, Sequence[Health]]

_FEEDS = 8
"""How many feeds of a topic are named one by one, the troubled ones first."""
_NAME, _WORDS, _REASON = 60, 140, 200


def of_channel(channel_id: int, rows: Sequence[Row]) -> Body:
    """Tell all of what a channel gets: when, with what settings, and from which feeds."""
    if not rows:
        return card(
            tr("Nothing yet"),
            tr(
                "<#{channel}> gets no topic. `/subscribe` brings one there; `/topics` lists them.",
                channel=channel_id,
            ),
        )
    lines = [f"<#{channel_id}>"]
    for named in (_FEEDS, 3, 0):
        lines = [f"<#{channel_id}>"]
        for row in rows:
            lines += _told(row, named)
        if len("\n".join(lines)) <= ROOM:
            break
    return card(tr("What this channel gets"), whole_lines(lines))


def _told(row: Row, named: int) -> list[str]:
    subscription, topic, feeds = row
    lines = [f"**{fit(topic.label, 100)}**"]
    if subscription.paused_reason:
        lines.append(
            tr(
                "⏸️ Paused. {reason} It goes on by itself as soon as I may post there again.",
                reason=fit(retold(subscription.paused_reason), _REASON),
            )
        )
    lines += [f"- {line}" for line in flow_answers.in_full(subscription.flow)]
    lines.append(
        tr(
            "- Since {when}, by {member}",
            when=f"<t:{subscription.created_at // 1000}:D>",
            member=f"<@{subscription.created_by}>",
        )
    )
    if not feeds:
        lines.append(tr("- ⚠️ This topic is not there any more: `/unsubscribe` ends it."))
    ordered = sorted(feeds, key=lambda health: (not health.fails, health.kind is HealthKind.WELL))
    lines += [f"  {_feed(health)}" for health in ordered[:named]]
    if named and len(ordered) > named:
        left = len(ordered) - named
        lines.append(f"  {trn('… and {n} more feed', '… and {n} more feeds', left)}")
    return lines


def _feed(health: Health) -> str:
    mark = "⚠️" if health.fails else "💤" if health.kind is HealthKind.QUIET else "📰"
    # An address may hold a key: people see the host alone.
    name = health.feed.title or urlsplit(health.feed.url).hostname or "–"
    return f"{mark} {fit(name, _NAME)}: {fit(retold(health.words), _WORDS)}"

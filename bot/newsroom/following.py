"""Plans what carries on the stories that members follow: in the transaction that files it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.delivery.following import QUIET, verdict
from bot.delivery.plan import Arrival, Verdict, nonce
from bot.models import (
    DAY,
    Article,
    Change,
    Delivery,
    DeliveryState,
    Feed,
    Follow,
    Frequencies,
    Millis,
    Standing,
    Story,
)
from bot.newsroom.planning import doubt_since, standings_of
from bot.store import Tx
from bot.stories import related
from bot.stories.scope import is_own
from bot.stories.words import words_of

_CHANGEABLE = frozenset({DeliveryState.HELD, DeliveryState.FILTERED})


async def carry_on(
    tx: Tx, arrivals: Sequence[Arrival], feed: Feed, topics: Collection[str], *, now: Millis
) -> None:
    """Write down what is due to members because of these new stories of a feed in these topics.

    Nothing is looked at where nobody follows any story; and few are compared where somebody does.
    What a server reads by itself is told to nobody, nor what it calls a feed that others have too.
    """
    shown = sorted(topic for topic in topics if not is_own(topic))
    if not arrivals or not shown or not await tx.follows.are_any(now):
        return
    since = await doubt_since(tx, feed, now)
    for arrival in arrivals:
        for article in arrival.articles[:1]:
            found = await _wanted(tx, Story(arrival.story_id, article), shown[0], now)
            wanted = [(replace(one, first_attempt_at=since), due) for one, due in found]
            await _plan(tx, arrival.story_id, wanted, now)


async def rare_words(tx: Tx, article: Article) -> frozenset[str]:
    """Return the words by which what carries a story on is looked for."""
    return related.rare_words(article, await tx.archive.frequencies(words_of(article).written))


async def may_be_carried_on(tx: Tx, article: Article) -> bool:
    """Tell whether what carries a story on could be found, as the archive is now."""
    found = await tx.archive.frequencies(words_of(article).written)
    return related.may_be_carried_on(article, found)


async def _wanted(tx: Tx, story: Story, topic: str, now: Millis) -> list[tuple[Delivery, Millis]]:
    """Let a new story join the follows that it belongs to; return what is due, and when.

    However many follow it, the database is asked as often: all others wait for this transaction.
    """
    near = await tx.follows.near(words_of(story.article).forms)
    followed = await _carried_on(tx, story.article, [one for one in near if one != story.id])
    follows = await tx.follows.of_stories(followed, now)
    if not follows:
        return []
    sent = await tx.follows.sent_since(followed, now - DAY)
    found = await standings_of(tx, {follow.channel_id for follow in follows}, now)
    words = await rare_words(tx, story.article)
    await tx.follows.join([follow.id for follow in follows], story.id, words, now + QUIET)
    best: dict[int, tuple[Verdict, Follow]] = {}
    for follow in follows:
        channel_id = follow.channel_id
        own = verdict(follow, sent.get(follow.id, 0), found.get(channel_id, Standing()), now)
        # Who follows two stories that it carries on gets it once, by the one that sends it soonest.
        if channel_id not in best or own.rank < best[channel_id][0].rank:
            best[channel_id] = own, follow
    return [
        (_delivery(story.id, follow, topic, own, now), own.due_at) for own, follow in best.values()
    ]


def _delivery(story_id: int, follow: Follow, topic: str, own: Verdict, now: Millis) -> Delivery:
    return Delivery(
        id=0,
        story_id=story_id,
        channel_id=follow.channel_id,
        topic=topic,
        nonce=nonce(follow.channel_id, story_id, now),
        state=own.state,
        reason=own.reason,
    )


async def _carried_on(tx: Tx, article: Article, near: Sequence[int]) -> list[int]:
    """Return those of the followed stories that an article carries on."""
    if not near:
        return []
    found = [story for one in near if (story := await tx.stories.get(one)) is not None]
    candidates = [story.article for story in found]
    own = await tx.archive.frequencies(words_of(article).written)
    unknown = related.still_unknown(article, candidates, own, related.may_carry_on)
    if not unknown:  # none of them shares enough
        return []
    more = await tx.archive.frequencies(unknown)
    known = Frequencies(own.total, {**own.of, **more.of})
    kin = related.carried_on(article, candidates, known)
    return [story.id for story in found if story.article in kin]


async def _plan(
    tx: Tx, story_id: int, wanted: Sequence[tuple[Delivery, Millis]], now: Millis
) -> None:
    """Let members have a story; what was to come by one of their topics later comes now."""
    if not wanted:
        return
    known = await tx.flows.known([story_id])
    new = [(one, due) for one, due in wanted if (story_id, one.channel_id) not in known]
    await tx.deliveries.add(new, now)
    changes = []
    for one, due in wanted:
        before = known.get((story_id, one.channel_id))
        if before is None or before.state not in _CHANGEABLE or before.in_digest:
            continue
        if Verdict(one.state, due).rank < Verdict(before.state, before.due_at).rank:
            changes.append(Change(before.id, before.topic, one.state, due, one.reason))
    await tx.flows.change(changes, now)

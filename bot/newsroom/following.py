"""Plans what carries on the stories that members follow: in the transaction that files it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.delivery.following import QUIET, due_at, verdict
from bot.delivery.plan import BURST_WINDOW, Arrival, nonce
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
from bot.newsroom.planning import doubt_since
from bot.store import Tx
from bot.stories import related
from bot.stories.words import words_of

_CHANGEABLE = frozenset({DeliveryState.HELD, DeliveryState.FILTERED})


async def carry_on(
    tx: Tx, arrivals: Sequence[Arrival], feed: Feed, topics: Collection[str], *, now: Millis
) -> None:
    """Write down what is due to members because of these new stories of a feed in these topics.

    Nothing is looked at where nobody follows any story; and few are compared where somebody does.
    """
    if not arrivals or not await tx.follows.are_any(now):
        return
    since = await doubt_since(tx, feed, now)
    for arrival in arrivals:
        for article in arrival.articles[:1]:
            wanted = await _wanted(tx, Story(arrival.story_id, article), topics, now)
            told = [replace(one, first_attempt_at=since) for one in wanted]
            await _plan(tx, arrival.story_id, told, now)


async def rare_words(tx: Tx, article: Article) -> frozenset[str]:
    """Return the words by which what carries a story on is looked for."""
    return related.rare_words(article, await tx.archive.frequencies(words_of(article).written))


async def _wanted(tx: Tx, story: Story, topics: Collection[str], now: Millis) -> list[Delivery]:
    """Let a new story join the follows that it belongs to; return what is due because of it."""
    near = await tx.follows.near(words_of(story.article).forms)
    followed = await _carried_on(tx, story.article, [one for one in near if one != story.id])
    if not followed:
        return []
    follows = await tx.follows.of_stories(followed, now)
    origins = {follow.story_id for follow in follows}
    shown = {one: await tx.follows.open_topics(topics, one) for one in origins}
    open_to = [follow for follow in follows if shown[follow.story_id]]
    ids = [follow.id for follow in open_to]
    sent = await tx.follows.sent_since(ids, now - DAY)
    await tx.follows.join(ids, story.id, await rare_words(tx, story.article), now + QUIET)
    return [
        _delivery(follow, story.id, shown[follow.story_id][0], sent.get(follow.id, 0), now)
        for follow in open_to
    ]


def _delivery(follow: Follow, story_id: int, topic: str, sent: int, now: Millis) -> Delivery:
    state, reason = verdict(follow, sent)
    return Delivery(
        id=0,
        story_id=story_id,
        channel_id=follow.channel_id,
        topic=topic,
        nonce=nonce(follow.channel_id, story_id, now),
        state=state,
        reason=reason,
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


async def _plan(tx: Tx, story_id: int, wanted: Sequence[Delivery], now: Millis) -> None:
    """Let members have a story; what was to come by one of their topics later comes now."""
    if not wanted:
        return
    known = await tx.flows.known([story_id])
    stand = await tx.flows.standings(
        {one.channel_id for one in wanted}, now - BURST_WINDOW, now + BURST_WINDOW, now
    )
    added, changes = [], []
    for one in wanted:
        at = due_at(stand.get(one.channel_id, Standing()).posts, now)
        if (story_id, one.channel_id) not in known:
            added.append((one, at))
            continue
        before = known[story_id, one.channel_id]
        may_change = before is not None and before.state in _CHANGEABLE and not before.in_digest
        if before and may_change and one.state is DeliveryState.PENDING:
            changes.append(Change(before.id, before.topic, one.state, at, one.reason))
    await tx.deliveries.add(added, now)
    await tx.flows.change(changes, now)

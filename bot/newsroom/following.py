"""Plans what carries on the stories that members follow: in the transaction that files it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.delivery.following import QUIET, verdict
from bot.delivery.plan import Arrival, nonce
from bot.models import (
    DAY,
    Article,
    Change,
    Delivery,
    DeliveryState,
    Feed,
    Frequencies,
    Millis,
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
            for wanted in await _wanted(tx, Story(arrival.story_id, article), topics, now):
                await _plan(tx, replace(wanted, first_attempt_at=since), now)


async def rare_words(tx: Tx, article: Article) -> frozenset[str]:
    """Return the words by which what carries a story on is looked for."""
    return related.rare_words(article, await tx.archive.frequencies(words_of(article).written))


async def _wanted(tx: Tx, story: Story, topics: Collection[str], now: Millis) -> list[Delivery]:
    """Let a new story join the follows that it belongs to; return what is due because of it."""
    near = await tx.follows.near(words_of(story.article).forms)
    followed = await _carried_on(tx, story.article, [one for one in near if one != story.id])
    if not followed:
        return []
    words = await rare_words(tx, story.article)
    wanted = []
    for follow in await tx.follows.of_stories(followed, now):
        shown = await tx.follows.open_topics(topics, follow.story_id)
        if not shown:
            continue
        state, reason = verdict(follow, await tx.follows.sent_since(follow, now - DAY))
        await tx.follows.join(follow.id, story.id, words, now + QUIET)
        wanted.append(
            Delivery(
                id=0,
                story_id=story.id,
                channel_id=follow.channel_id,
                topic=shown[0],
                nonce=nonce(follow.channel_id, story.id, now),
                state=state,
                reason=reason,
            )
        )
    return wanted


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


async def _plan(tx: Tx, wanted: Delivery, now: Millis) -> None:
    """Let a member have a story; what was to come by one of their topics later comes now."""
    known = await tx.flows.known([wanted.story_id or 0])
    key = (wanted.story_id or 0, wanted.channel_id)
    if key not in known:
        await tx.deliveries.add([(wanted, now)], now)
        return
    before = known[key]
    may_change = before is not None and before.state in _CHANGEABLE and not before.in_digest
    if before and may_change and wanted.state is DeliveryState.PENDING:
        change = Change(before.id, before.topic, wanted.state, now, wanted.reason)
        await tx.flows.change([change], now)

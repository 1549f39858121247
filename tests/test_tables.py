"""The tables of deliveries and of stories answer right."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.delivery.queue import Queue
from bot.models import (
    Article,
    Block,
    BlockKind,
    Change,
    Claim,
    Delivery,
    DeliveryState,
    Explainer,
    Key,
    KeyKind,
    Millis,
    Origin,
    Section,
    SectionName,
    Source,
    SourceKind,
    Story,
    Subscription,
)
from bot.store import Store, Tx
from bot.store.rows import dump
from tests.test_store import numbers

NOW: Millis = 1_760_000_000_000
LEASE: Millis = 1_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


@pytest_asyncio.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    async with Store.open(path) as opened:
        yield opened


# ── deliveries ───────────────────────────────────────────────────────────────────────────


async def due(tx: Tx, *rows: tuple[int, Millis], topic: str = "t") -> list[int]:
    """Write one delivery for each channel and time, each of a story of its own."""
    for channel in {channel for channel, _ in rows}:
        if await tx.subscriptions.get(channel, topic) is None:
            await tx.subscriptions.add(Subscription(1, channel, topic, NOW, 5))
    before = {d.id for channel, _ in rows for d in await tx.deliveries.in_channel(channel)}
    for channel, at in rows:
        story = await tx.stories.add_story(NOW)
        made = Delivery(0, story, channel, topic, f"n{story}")
        await tx.deliveries.add([(made, at)], NOW)
    after = {d.id for channel, _ in rows for d in await tx.deliveries.in_channel(channel)}
    return sorted(after - before)


async def claimed(store: Store, now: Millis = NOW, limit: int = 99) -> list[int]:
    queue = Queue()
    queue.replace(await store.read(lambda tx: tx.deliveries.due(now, 99)))
    chosen = [due.id for due in queue.take(limit)]
    found = await store.write(lambda tx: tx.deliveries.claim(chosen, now, LEASE))
    assert all(d.state is DeliveryState.SENDING for d in found)
    return sorted(d.id for d in found)


async def settled(store: Store, number: int, state: DeliveryState, due_at: Millis = NOW) -> None:
    await store.write(
        lambda tx: tx.deliveries.settle(
            number,
            state=state,
            due_at=due_at,
            message_id=55,
            reason="because",
            first_attempt_at=None,
            now=NOW,
        )
    )


async def one(store: Store, channel: int = 7) -> Delivery:
    (only,) = await store.read(lambda tx: tx.deliveries.in_channel(channel))
    return only


async def test_a_channel_gets_one_delivery_at_a_time_oldest_first(store: Store) -> None:
    a, b, c = await store.write(lambda tx: due(tx, (7, NOW), (7, NOW - 5), (8, NOW)))
    d, e = await store.write(lambda tx: due(tx, (7, NOW + 1), (9, NOW + 1)))
    assert await claimed(store) == [a, c]
    assert await claimed(store) == []
    await settled(store, a, DeliveryState.SENT)
    assert await claimed(store) == [b]
    assert await claimed(store, NOW + 1) == [e]
    await settled(store, b, DeliveryState.SENT)
    assert await claimed(store, NOW + 1) == [d]


async def test_with_few_slots_the_channels_that_waited_longest_go_first(store: Store) -> None:
    rows = [(70 + n, NOW - age) for n, age in enumerate([3, 9, 1, 7])]
    ids = await store.write(lambda tx: due(tx, *rows))
    assert await claimed(store, limit=2) == [ids[1], ids[3]]
    assert await claimed(store, limit=2) == [ids[0], ids[2]]


async def test_a_paused_channel_is_passed_over_until_it_resumes(store: Store) -> None:
    await store.write(lambda tx: tx.subscriptions.add(Subscription(1, 7, "t", NOW, 5)))
    await store.write(lambda tx: tx.subscriptions.pause(7, "no", NOW, NOW))
    paused, other = await store.write(lambda tx: due(tx, (7, NOW), (8, NOW)))
    assert await claimed(store) == [other]
    await store.write(lambda tx: tx.subscriptions.resume(7))
    assert await claimed(store) == [paused]


async def test_a_delivery_whose_sender_died_comes_again_with_its_first_attempt(
    store: Store,
) -> None:
    (number,) = await store.write(lambda tx: due(tx, (7, NOW)))
    assert await claimed(store) == [number]
    assert (await one(store)).first_attempt_at == NOW
    assert await claimed(store, NOW + LEASE - 1) == []
    assert await claimed(store, NOW + LEASE) == [number]
    again = await one(store)
    assert (again.attempts, again.first_attempt_at) == (2, NOW)
    assert await store.write(lambda tx: tx.deliveries.release_leases(NOW + LEASE)) == 1
    assert await claimed(store, NOW + LEASE) == [number]


async def test_only_what_is_being_sent_is_settled(store: Store) -> None:
    (number,) = await store.write(lambda tx: due(tx, (7, NOW)))
    before = await one(store)
    await settled(store, number, DeliveryState.SENT)
    assert await one(store) == before
    assert await claimed(store) == [number]
    await settled(store, number, DeliveryState.SENT)
    sent = await one(store)
    assert (sent.state, sent.message_id, sent.reason) == (DeliveryState.SENT, 55, "because")
    await settled(store, number, DeliveryState.PENDING)
    assert await one(store) == sent
    assert await claimed(store, NOW + 9 * LEASE) == []


async def test_what_is_tried_again_waits_its_time_and_lets_others_pass(store: Store) -> None:
    first, second = await store.write(lambda tx: due(tx, (7, NOW), (7, NOW)))
    assert await claimed(store) == [first]
    await settled(store, first, DeliveryState.PENDING, NOW + 50)
    assert await claimed(store) == [second]
    await settled(store, second, DeliveryState.SENT)
    assert await claimed(store, NOW + 49) == []
    assert await claimed(store, NOW + 50) == [first]


async def test_a_story_that_is_due_in_a_channel_already_is_left_as_it_is(store: Store) -> None:
    (number,) = await store.write(lambda tx: due(tx, (7, NOW)))
    assert await claimed(store) == [number]
    await settled(store, number, DeliveryState.SENT)
    sent = await one(store)
    for nonce in (sent.nonce, "another"):
        again = Delivery(0, sent.story_id, 7, "other", nonce)
        await store.write(lambda tx, d=again: tx.deliveries.add([(d, NOW), (d, NOW)], NOW))  # type: ignore[misc]  # mypy can't infer a lambda with a default
    assert await one(store) == sent


async def test_what_nobody_subscribes_to_any_more_is_not_sent(store: Store) -> None:
    gone, kept = await store.write(lambda tx: due(tx, (7, NOW), (8, NOW)))
    assert gone != kept
    await store.write(lambda tx: tx.subscriptions.remove(7, "t"))
    assert await claimed(store) == [kept]


async def test_leaving_a_topic_takes_back_what_is_due_and_what_was_parked(store: Store) -> None:
    parked, _, sending = await store.write(lambda tx: due(tx, (7, NOW), (7, NOW), (8, NOW)))
    (kept,) = await store.write(lambda tx: due(tx, (7, NOW), topic="kept"))
    assert await claimed(store) == [parked, sending]
    await settled(store, parked, DeliveryState.PARKED)
    assert len(await store.write(lambda tx: tx.deliveries.cancel(7, "t"))) == 2
    assert await store.write(lambda tx: tx.deliveries.cancel(8, "t")) == []
    assert [w.id for w in await store.read(lambda tx: tx.flows.waiting(7))] == [kept]
    assert (await one(store)).id == kept


async def test_what_a_channel_could_not_take_is_due_when_it_can(store: Store) -> None:
    (number,) = await store.write(lambda tx: due(tx, (7, NOW)))
    assert await claimed(store) == [number]
    await settled(store, number, DeliveryState.PARKED)
    assert await claimed(store, NOW + 9 * LEASE) == []
    assert [w.id for w in await store.read(lambda tx: tx.flows.waiting(7))] == [number]
    change = Change(number, "t", DeliveryState.PENDING, NOW + 5, None)
    await store.write(lambda tx: tx.flows.change([change], NOW))
    assert await claimed(store, NOW + 4) == []
    assert await claimed(store, NOW + 5) == [number]


async def test_what_is_due_next_is_told_by_its_time_or_by_the_end_of_a_lease(store: Store) -> None:
    async def at(now: Millis) -> Millis | None:
        return await store.read(lambda tx: tx.deliveries.next_due_at(now))

    await store.write(lambda tx: due(tx, (7, NOW), (8, NOW + 3 * LEASE)))
    assert await at(NOW - 1) == NOW
    assert await claimed(store) != []
    assert await at(NOW) == NOW + LEASE
    assert await at(NOW + LEASE) == NOW + 3 * LEASE
    assert await at(NOW + 3 * LEASE) is None


async def test_a_server_with_much_to_send_leaves_room_for_what_others_have(store: Store) -> None:
    async def crowd(tx: Tx) -> None:
        await due(tx, *[(7, NOW - 9)] * 30)
        await tx.subscriptions.add(Subscription(2, 8, "t", NOW, 5))
        story = await tx.stories.add_story(NOW)
        await tx.deliveries.add([(Delivery(0, story, 8, "t", "other", 2), NOW)], NOW)

    await store.write(crowd)
    found = await store.read(lambda tx: tx.deliveries.due(NOW, 2))
    assert [row.channel_id for row in found] == [7, 8]


HISTORY = (
    "WITH RECURSIVE count (n) AS (SELECT 51 UNION ALL SELECT n + 1 FROM count WHERE n < 4000)"
    " INSERT INTO {} FROM count RETURNING id"
)


async def test_to_claim_costs_the_same_however_much_was_sent_before(store: Store) -> None:
    async def effort(tx: Tx) -> int:
        ticks: list[int] = []
        await tx._connection.set_progress_handler(lambda: ticks.append(0), 100)
        await tx.deliveries.due(NOW, 99)
        await tx.deliveries.claim(range(1, 51), NOW, LEASE)
        await tx.deliveries.next_due_at(NOW)
        await tx.digests.due(NOW)
        await tx._connection.set_progress_handler(lambda: 0, 0)
        return len(ticks)

    await store.write(lambda tx: due(tx, *[(n % 5, NOW) for n in range(50)]))
    await store.write(effort)
    before = await store.write(effort)
    await store.write(lambda tx: numbers(tx, HISTORY.format("story (id, created_at) SELECT n, 0")))
    sent = (
        "delivery (story_id, channel_id, guild_id, topic, nonce, state, due_at, planned_at)"
        " SELECT n, n % 5, 1, 't', n, 'sent', 0, 0"
    )
    await store.write(lambda tx: numbers(tx, HISTORY.format(sent)))
    assert await store.write(effort) <= before * 1.2


# ── stories ──────────────────────────────────────────────────────────────────────────────

ARTICLE = Article(
    "Tïtle", "https://a.example/1", "Teaser", "P", NOW, "https://a.example/i.png",
    (Block(BlockKind.HEADING, "H"), Block(BlockKind.PARAGRAPH, "It is.", "It")), "Hub", "en",
)  # fmt: skip
EXPLAINER = Explainer(
    {
        SectionName.WHY: Section(Origin.PUBLISHER, (Claim("It is.", ("s1",)),)),
        SectionName.BIGGER: Section(Origin.MODEL, (Claim("So.", ("s1", "e1")),)),
    },
    (
        Source("s1", "It is.", "P", None, NOW),
        Source("e1", "It was.", "P", "https://a.example/0", NOW - 1, SourceKind.EARLIER),
    ),
    credit="Hub",
    model="m",
    limited=True,
)


async def a_story(tx: Tx) -> tuple[int, int, int]:
    await tx.feeds.set_topics({"t": ["https://a.example/", "https://b.example/"]}, NOW)
    feed, _ = await tx.feeds.of_topics(["t"])
    story = await tx.stories.add_story(NOW)
    number = await tx.stories.add_article(
        ARTICLE, feed_id=feed.id, story_id=story, event_key="event", now=NOW
    )
    await tx.stories.keep_explainer(Story(story, ARTICLE), EXPLAINER, NOW)
    return feed.id, story, number


async def test_a_story_and_its_explainer_come_back_as_they_were(store: Store) -> None:
    _, number, _ = await store.write(a_story)
    story = await store.read(lambda tx: tx.stories.get(number))
    assert story is not None
    assert (story.id, story.article) == (number, ARTICLE)
    assert await store.read(lambda tx: tx.stories.explainer(number)) == EXPLAINER
    assert await store.read(lambda tx: tx.stories.topic_of(number)) == "t"
    assert await store.read(lambda tx: tx.stories.get(number + 1)) is None


def test_a_noun_is_written_as_it_always_was() -> None:
    """Another text for the same article would be taken for a correction of it."""
    nouns: tuple[Article | Explainer, ...] = (ARTICLE, EXPLAINER)
    for noun in nouns:
        written = json.dumps(asdict(noun), ensure_ascii=False, separators=(",", ":"))
        assert dump(noun) == written


async def test_an_event_is_found_by_its_key_from_its_time_on(store: Store) -> None:
    _, number, _ = await store.write(a_story)
    assert await store.read(lambda tx: tx.stories.same_event("event", NOW)) == number
    assert await store.read(lambda tx: tx.stories.same_event("event", NOW + 1)) is None
    assert await store.read(lambda tx: tx.stories.same_event("other", NOW)) is None


async def test_an_article_that_did_not_change_keeps_its_explainer(store: Store) -> None:
    _, story, number = await store.write(a_story)
    same = replace(ARTICLE, published=NOW + 9)
    assert await store.write(lambda tx: tx.stories.refresh({number: same})) == 0
    assert await store.read(lambda tx: tx.stories.explainer(story)) == EXPLAINER


async def test_an_article_that_comes_without_its_text_keeps_it_and_its_explainer(
    store: Store,
) -> None:
    _, story, number = await store.write(a_story)
    bare = replace(ARTICLE, blocks=())
    assert await store.write(lambda tx: tx.stories.refresh({number: bare})) == 0
    assert await store.read(lambda tx: tx.stories.explainer(story)) == EXPLAINER
    corrected = replace(bare, title="Corrected")
    assert await store.write(lambda tx: tx.stories.refresh({number: corrected})) == 1
    found = await store.read(lambda tx: tx.stories.get(story))
    assert found is not None
    assert (found.article.title, found.article.blocks) == ("Corrected", ARTICLE.blocks)


async def test_an_article_that_changed_is_shown_anew_with_its_first_date(store: Store) -> None:
    _, story, number = await store.write(a_story)
    changed = replace(ARTICLE, title="Corrected", published=NOW + 9)
    many = dict.fromkeys(range(number, 1_500), changed)
    assert await store.write(lambda tx: tx.stories.refresh(many)) == 1
    found = await store.read(lambda tx: tx.stories.get(story))
    assert found is not None
    assert found.article == replace(changed, published=NOW)
    assert await store.read(lambda tx: tx.stories.explainer(story)) is None
    assert await store.write(lambda tx: tx.stories.refresh(many)) == 0


async def test_more_keys_than_a_statement_takes_are_known_each_to_its_own_feed(
    store: Store,
) -> None:
    feed, _, number = await store.write(a_story)
    keys = [Key(kind, f"d{n}") for n in range(1_200) for kind in (KeyKind.GUID, KeyKind.LINK)]
    mine = {key: number for key in keys if key.kind is KeyKind.GUID}
    await store.write(lambda tx: tx.stories.remember(feed, list(mine.items()), NOW))
    assert await store.read(lambda tx: tx.stories.known(feed, keys)) == mine
    assert await store.read(lambda tx: tx.stories.known(feed + 1, keys)) == {}
    assert await store.read(lambda tx: tx.stories.known(feed, [])) == {}


async def test_a_key_stays_with_its_first_article(store: Store) -> None:
    feed, story, first = await store.write(a_story)
    key = Key(KeyKind.TEXT, "d")

    async def again(tx: Tx) -> dict[Key, int]:
        second = await tx.stories.add_article(
            ARTICLE, feed_id=feed, story_id=story, event_key=None, now=NOW
        )
        await tx.stories.remember(feed, [(key, first), (key, second)], NOW)
        await tx.stories.remember(feed, [(key, second)], NOW + 1)
        return await tx.stories.known(feed, [key])

    assert await store.write(again) == {key: first}

"""What carries real stories on that somebody follows: how right, and what it adds to filing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import chain
from random import Random

from benchmarks.figures import Figure, Report
from benchmarks.relatives import Pair, Real, fill, judgements, places, real_articles
from benchmarks.stand import Stand, say
from bot.delivery.plan import Arrival
from bot.models import DAY, HOUR, Article, Feed, Follow, Frequencies, Millis
from bot.newsroom.following import carry_on, rare_words
from bot.store import Store, Tx
from bot.stories import related
from bot.stories.words import words_of

SIZE = 20_000
"""Stories in the archive."""
FOLLOWED = (0, 20, 200, 1_000)
"""How many of the real ones are followed."""
FOLLOWERS = (200, 2_000)
"""How many members follow one story that is carried on."""
_TIMES = 20
"""Stories that are carried on with as many followers."""
_NEW = 400
_LONGEST: Millis = 30 * DAY
_FEED = Feed(1, "https://gazette.example/feed")
_NOW: Millis = 1_790_000_000_000
_TOPIC = "town"


async def run(stand: Stand) -> Report:
    """Judge all pairs of real articles, then time what each new story costs."""
    real = real_articles()
    if not real:
        return Report("following: what carries stories on", [], ["No real documents are here."])
    path = stand.folder / "following.db"
    async with Store.open(path):
        pass
    fill(path, real, SIZE)
    numbers = {position: number for number, position in places(real, SIZE).items()}
    figures = []
    async with Store.open(path) as store:
        say("following: every pair of real articles …")
        pairs = await store.read(lambda tx: _pairs(tx, real))
        for count in FOLLOWED:
            say(f"following: {count} followed stories …")
            figures.append(await _time(store, real, numbers, count))
        for count in FOLLOWERS:
            say(f"following: {count} followers of one story …")
            figures.append(await _time_crowd(store, pairs[:_TIMES], numbers, count))
    path.unlink()
    return Report("following: what carries stories on", figures, _judge(real, pairs))


def _judge(real: Sequence[Real], pairs: Sequence[tuple[int, int]]) -> list[str]:
    said, verdicts = Counter[str](), judgements()
    for later, earlier in pairs:
        pair = Pair(real[later].article, real[earlier].article, real[later].half)
        apart = pair.later.published - pair.earlier.published
        if apart <= _LONGEST:
            when = "within 12 hours" if apart < 12 * HOUR else "later"
            said[f"{when}: {verdicts.get(pair.key, 'not judged')}"] += 1
    return [f"{count} {what}" for what, count in sorted(said.items())]


async def _carried_on(tx: Tx, article: Article, near: Sequence[Article]) -> tuple[Article, ...]:
    own = await tx.archive.frequencies(words_of(article).written)
    unknown = related.still_unknown(article, near, own, related.may_carry_on)
    more = await tx.archive.frequencies(unknown)
    known = Frequencies(own.total, {**own.of, **more.of})
    return related.carried_on(article, near, known)


async def _pairs(tx: Tx, real: Sequence[Real]) -> list[tuple[int, int]]:
    """Return, by their positions, articles with each earlier one that they carry on."""
    position = {id(each.article): at for at, each in enumerate(real)}
    by_word = defaultdict(list)
    for each in real:
        for known in words_of(each.article).names:
            by_word[known].append(each.article)
    found = []
    for at, each in enumerate(real):
        near = dict.fromkeys(chain.from_iterable(by_word[w] for w in words_of(each.article).forms))
        kin = await _carried_on(tx, each.article, list(near))
        found += [(at, position[id(earlier)]) for earlier in kin]
    return found


async def _time_crowd(
    store: Store, pairs: Sequence[tuple[int, int]], numbers: dict[int, int], count: int
) -> Figure:
    figure = Figure(f"followers of one story: {count:,}")
    for new, earlier in pairs:

        async def follow(tx: Tx, earlier: int = earlier) -> None:
            for table in ("follow_word", "follow_story", "follow", "delivery"):
                await tx.follows._do(f"DELETE FROM {table}")  # noqa: S608, SLF001  # one of these
            found = await tx.stories.get(numbers[earlier])
            assert found is not None
            words = await rare_words(tx, found.article)
            for member in range(count):
                made = Follow(0, member, member, found.id, "x", _NOW, _NOW + 7 * DAY)
                await tx.follows.add(made, () if member else words)

        async def file(tx: Tx, new: int = new) -> int:
            found = await tx.stories.get(numbers[new])
            assert found is not None
            arrival = Arrival(found.id, None, {}, (found.article,))
            words_of.cache_clear()
            with figure.timed():
                await carry_on(tx, [arrival], _FEED, [_TOPIC], now=_NOW)
            return await tx.follows._number("SELECT count(*) FROM delivery")  # noqa: SLF001

        await store.write(follow)
        if await store.write(file) != count:
            figure.samples.pop()  # not found among all of the archive
    return figure


async def _time(store: Store, real: Sequence[Real], numbers: dict[int, int], count: int) -> Figure:
    chance = Random(count)
    order = chance.sample(range(len(real)), len(real))
    followed, new = order[:count], order[count:][:_NEW]

    async def follow(tx: Tx) -> None:
        await tx.subscriptions._do(  # noqa: SLF001  # there is no topic in this database
            "INSERT INTO topic_feed VALUES (?1, 1, 0) ON CONFLICT DO NOTHING", _TOPIC
        )
        for member in range(max(FOLLOWED)):
            await tx.follows.forget_member(member)
        for member, position in enumerate(followed):
            words = await rare_words(tx, real[position].article)
            made = Follow(0, member, member, numbers[position], "x", _NOW, _NOW + 7 * DAY)
            await tx.follows.add(made, words)

    await store.write(follow)
    figure = Figure(f"a new story among {SIZE:,}, {count:,} of them followed")
    for position in new:
        arrival = Arrival(numbers[position], None, {}, (real[position].article,))
        words_of.cache_clear()  # a new story's words are not known

        async def file(tx: Tx, arrival: Arrival = arrival) -> None:
            with figure.timed():
                await carry_on(tx, [arrival], _FEED, [_TOPIC], now=_NOW)

        await store.write(file)
    return figure

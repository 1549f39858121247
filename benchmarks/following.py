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
        notes = await store.read(lambda tx: _judge(tx, real))
        for count in FOLLOWED:
            say(f"following: {count} followed stories …")
            figures.append(await _time(store, real, numbers, count))
    path.unlink()
    return Report("following: what carries stories on", figures, notes)


async def _judge(tx: Tx, real: Sequence[Real]) -> list[str]:
    by_word = defaultdict(list)
    for each in real:
        for known in words_of(each.article).names:
            by_word[known].append(each.article)
    said, verdicts = Counter[str](), judgements()
    for each in real:
        article = each.article
        near = dict.fromkeys(chain.from_iterable(by_word[w] for w in words_of(article).forms))
        for earlier in await _carried_on(tx, article, list(near)):
            apart = article.published - earlier.published
            if apart <= _LONGEST:
                when = "within 12 hours" if apart < 12 * HOUR else "later"
                pair = Pair(article, earlier, each.half)
                said[f"{when}: {verdicts.get(pair.key, 'not judged')}"] += 1
    return [f"{count} {what}" for what, count in sorted(said.items())]


async def _carried_on(tx: Tx, article: Article, near: Sequence[Article]) -> tuple[Article, ...]:
    own = await tx.archive.frequencies(words_of(article).written)
    unknown = related.still_unknown(article, near, own, related.may_carry_on)
    more = await tx.archive.frequencies(unknown)
    known = Frequencies(own.total, {**own.of, **more.of})
    return related.carried_on(article, near, known)


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

"""What models may cost: taken before, given back after, and never more than a purse holds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from bot.models import Endpoint, Usage
from bot.store import Store, Tx

DAY = 20_000
RUN = Usage(3, 1_000)
PURSES = {"all": Usage(10, 5_000), "server:1": Usage(5, 5_000)}


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "news.db") as store:
        yield store


async def reserve(store: Store, day: int = DAY) -> Usage | None:
    return await store.write(lambda tx: tx.spending.reserve(day, RUN, 1, PURSES))


async def spent(store: Store, purse: str) -> Usage:
    return await store.read(lambda tx: tx.spending.spent(purse, DAY))


async def test_calls_are_taken_out_of_every_purse_as_far_as_the_least_of_them_goes(
    store: Store,
) -> None:
    assert [await reserve(store) for _ in range(3)] == [RUN, Usage(2, 1_000), None]
    for purse in PURSES:
        assert await spent(store, purse) == Usage(5, 2_000)
    assert await reserve(store, DAY + 1) == RUN, "another day has a purse of its own"


async def test_what_was_not_used_is_given_back(store: Store) -> None:
    await reserve(store)
    await store.write(lambda tx: tx.spending.add(DAY, Usage(-2, -400), PURSES))
    assert await store.read(lambda tx: tx.spending.spent("all", DAY)) == Usage(1, 600)


async def test_tokens_bound_as_calls_do(store: Store) -> None:
    purses = {"all": Usage(100, 2_500)}

    async def take(tx: Tx) -> Usage | None:
        return await tx.spending.reserve(DAY, RUN, 1, purses)

    assert [await store.write(take) for _ in range(3)] == [RUN, RUN, None]


async def test_what_is_reserved_stays_so_when_the_program_dies(tmp_path: Path) -> None:
    async with Store.open(tmp_path / "news.db") as store:
        await reserve(store)
    async with Store.open(tmp_path / "news.db") as store:
        assert await store.read(lambda tx: tx.spending.spent("all", DAY)) == RUN
        assert await store.write(lambda tx: tx.spending.forget_days(DAY + 1)) == 2
        assert await store.read(lambda tx: tx.spending.spent("all", DAY)) == Usage()


async def test_what_is_known_of_an_endpoint_outlives_a_restart(tmp_path: Path) -> None:
    known = Endpoint(plain=True, failures=4, rest_until=99)
    async with Store.open(tmp_path / "news.db") as store:
        assert await store.read(lambda tx: tx.spending.endpoint("e")) == Endpoint()
        await store.write(lambda tx: tx.spending.keep_endpoint("e", known))
    async with Store.open(tmp_path / "news.db") as store:
        assert await store.read(lambda tx: tx.spending.endpoint("e")) == known


async def test_an_allowance_is_kept_until_it_is_whole_again(store: Store) -> None:
    await store.write(lambda tx: tx.spending.keep_spent_until("member:1", 70))
    await store.write(lambda tx: tx.spending.keep_spent_until("member:1", 80))
    assert await store.read(lambda tx: tx.spending.spent_until("member:1")) == 80
    assert await store.write(lambda tx: tx.spending.forget_allowances(80)) == 0
    assert await store.write(lambda tx: tx.spending.forget_allowances(81)) == 1
    assert await store.read(lambda tx: tx.spending.spent_until("member:1")) is None

"""The tables of what bounds the asking: allowances, what models cost, and their endpoints."""

from __future__ import annotations

from collections.abc import Mapping

from bot.models import Endpoint, Millis, Usage
from bot.store.rows import Table


class Spending(Table):
    """Who asked how much, and what it cost."""

    async def spent_until(self, asker: str) -> Millis | None:
        """Return what was kept for somebody who asks."""
        row = await self._one("SELECT spent_until FROM allowance WHERE asker = ?1", asker)
        return row["spent_until"] if row else None

    async def keep_spent_until(self, asker: str, spent_until: Millis) -> None:
        """Keep how far somebody's asking has gone."""
        await self._do(
            "INSERT INTO allowance (asker, spent_until) VALUES (?1, ?2)"
            " ON CONFLICT (asker) DO UPDATE SET spent_until = excluded.spent_until",
            asker,
            spent_until,
        )

    async def forget_allowances(self, before: Millis) -> int:
        """Forget those whose asking has come back in full by then; return how many."""
        return await self._do("DELETE FROM allowance WHERE spent_until < ?1", before)

    async def reserve(
        self, day: int, wanted: Usage, least: int, purses: Mapping[str, Usage]
    ) -> Usage | None:
        """Take calls and tokens out of all purses, each with what it may spend that day.

        Fewer calls than wanted are taken where one of them has no more, but not fewer than
        `least`; None, and nothing taken, where that is too much for one of them.
        """
        calls = wanted.calls
        for purse, most in purses.items():
            spent = await self.spent(purse, day)
            calls = min(calls, most.calls - spent.calls)
            if calls < least or wanted.tokens > most.tokens - spent.tokens:
                return None
        taken = Usage(calls, wanted.tokens)
        await self.add(day, taken, purses)
        return taken

    async def spent(self, purse: str, day: int) -> Usage:
        """Return what was spent out of a purse that day, what is reserved included."""
        row = await self._one(
            "SELECT calls, tokens FROM spending WHERE purse = ?1 AND day = ?2", purse, day
        )
        return Usage(row["calls"], row["tokens"]) if row else Usage()

    async def add(self, day: int, usage: Usage, purses: Mapping[str, Usage]) -> None:
        """Book what was spent out of all purses, or less than nothing to give it back."""
        await self._do_many(
            "INSERT INTO spending (purse, day, calls, tokens) VALUES (?1, ?2, ?3, ?4)"
            " ON CONFLICT (purse, day) DO UPDATE SET calls = spending.calls + excluded.calls,"
            " tokens = spending.tokens + excluded.tokens",
            [(purse, day, usage.calls, usage.tokens) for purse in purses],
        )

    async def forget_days(self, before: int) -> int:
        """Forget what was spent before that day; return how many rows."""
        return await self._do("DELETE FROM spending WHERE day < ?1", before)

    async def endpoint(self, name: str) -> Endpoint:
        """Return what is known of a model's endpoint."""
        row = await self._one(
            "SELECT plain, failures, rest_until FROM endpoint WHERE name = ?1", name
        )
        return Endpoint(bool(row[0]), row[1], row[2]) if row else Endpoint()

    async def keep_endpoint(self, name: str, known: Endpoint) -> None:
        """Keep what is known of a model's endpoint."""
        await self._do(
            "INSERT INTO endpoint (name, plain, failures, rest_until) VALUES (?1, ?2, ?3, ?4)"
            " ON CONFLICT (name) DO UPDATE SET plain = excluded.plain,"
            " failures = excluded.failures, rest_until = excluded.rest_until",
            name,
            int(known.plain),
            known.failures,
            known.rest_until,
        )

"""The table of small facts that the program keeps for itself, by name."""

from __future__ import annotations

from bot.store.rows import Table


class Notes(Table):
    """Small facts by name."""

    async def get(self, name: str) -> str | None:
        """Return a note, or None where nothing was kept under that name."""
        row = await self._one("SELECT value FROM note WHERE name = ?1", name)
        return row["value"] if row else None

    async def put(self, name: str, value: str) -> None:
        """Keep a note in place of an earlier one."""
        await self._do(
            "INSERT INTO note (name, value) VALUES (?1, ?2)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            name,
            value,
        )

"""Conducts what a member may know and want of what is kept about them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from bot.models import Kept
from bot.newsroom import departures
from bot.newsroom.parts import Parts
from bot.store import Tx


class Privacy:
    """What is kept about members."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def kept(self, member_id: int) -> list[Kept]:
        """Say how much is kept of a member in which place, where anything is."""
        return await self._parts.store.read(lambda tx: tx.privacy.kept(member_id))

    async def everything(self, member_id: int) -> str:
        """Write all that is kept of a member as JSON, by table; times are Unix milliseconds."""
        rows = await self._parts.store.read(lambda tx: tx.privacy.rows(member_id))
        at = datetime.fromtimestamp(self._parts.clock() / 1000, UTC).isoformat(timespec="seconds")
        told = {"member": str(member_id), "written_at": at, "kept": rows}
        return json.dumps(told, ensure_ascii=False, indent=2)

    async def forget(self, member_id: int, private_channel: int | None = None) -> list[Kept]:
        """Delete what is kept of a member, or take them out of it; return what is left.

        What was sent to them in private is forgotten, too: in `private_channel`, which is where
        they ask, and wherever else anything comes to them.
        """
        store = self._parts.store
        channels = {private_channel} if private_channel else set()

        async def end(tx: Tx) -> None:
            channels.update(await tx.privacy.private_channels(member_id))
            await tx.follows.forget_member(member_id)  # with the words that these are known by
            await tx.subscriptions.forget_member(member_id)

        await store.write(end)
        for channel_id in channels:
            await departures.forget_channel(store, channel_id)
        # At last: by what this deletes, the channels are found again if it ends before.
        await store.write(lambda tx: tx.privacy.forget(member_id))
        return await self.kept(member_id)

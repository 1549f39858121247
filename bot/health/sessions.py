"""What is known of the connections with Discord's gateway, from what the client hears."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.models import Millis
from bot.models.vitals import Shard


class Sessions:
    """The gateway's shards; `clock` is a steady one."""

    def __init__(self, clock: Callable[[], Millis]) -> None:
        self._clock = clock
        self._shards: dict[int, Shard] = {}

    @property
    def shards(self) -> tuple[Shard, ...]:
        """The shards that were ever connected, by id."""
        return tuple(self._shards[one] for one in sorted(self._shards))

    def connected(self, shard_id: int) -> None:
        """Hear that a new session begins; it is up when its servers are known."""
        shard = self._shard(shard_id)
        self._shards[shard_id] = replace(shard, sessions=shard.sessions + 1)

    def ready(self, shard_id: int) -> None:
        """Hear that a session has named its servers."""
        self._put(shard_id, ready=True)

    def resumed(self, shard_id: int) -> None:
        """Hear that a session goes on where it had stopped."""
        shard = self._shard(shard_id)
        self._shards[shard_id] = replace(shard, resumes=shard.resumes + 1)
        self._put(shard_id, ready=True)

    def lost(self, shard_id: int) -> None:
        """Hear that the connection is gone; each try that fails says so again."""
        shard = self._shard(shard_id)
        if shard.ready:
            self._shards[shard_id] = replace(shard, losses=shard.losses + 1)
        self._put(shard_id, ready=False)

    def _shard(self, shard_id: int) -> Shard:
        new = Shard(id=shard_id, since=self._clock(), ready=False)
        return self._shards.setdefault(shard_id, new)

    def _put(self, shard_id: int, *, ready: bool) -> None:
        shard = self._shard(shard_id)
        if shard.ready != ready:
            self._shards[shard_id] = replace(shard, ready=ready, since=self._clock())

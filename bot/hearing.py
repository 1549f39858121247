"""Who hears of servers, channels and permissions that come and go."""

from __future__ import annotations

from typing import Protocol


class Events(Protocol):
    """Who hears of what comes and goes; hearing takes no time."""

    def connected(self) -> None:
        """Hear that all servers are known: what happened unheard can be seen now."""
        ...

    def server_joined(self, guild_id: int) -> None:
        """Hear that the bot is in a server, or that it is there again after an outage."""
        ...

    def server_left(self, guild_id: int) -> None:
        """Hear that the bot is in a server no more."""
        ...

    def permissions_changed(self, guild_id: int) -> None:
        """Hear that the bot may do something else in a server."""
        ...

    def channel_gone(self, channel_id: int) -> None:
        """Hear that a channel or thread was deleted."""
        ...


class Nobody:
    """Hears nothing: of a client that only asks something, or that has no newsroom yet."""

    def connected(self) -> None:
        """Do nothing."""

    def server_joined(self, guild_id: int) -> None:
        """Do nothing."""

    def server_left(self, guild_id: int) -> None:
        """Do nothing."""

    def permissions_changed(self, guild_id: int) -> None:
        """Do nothing."""

    def channel_gone(self, channel_id: int) -> None:
        """Do nothing."""

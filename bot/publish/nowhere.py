"""A publisher that posts nothing, for programs that only look; others begin with it."""

from __future__ import annotations

from bot.models import Body, Millis, Outcome, Post, Rejected, Unreadable
from bot.models.said import said

_NOTHING = Rejected(said("Nothing is posted here."))


class Nowhere:
    """Where posts would go, if there were any."""

    async def publish(self, channel_id: int, post: Post, nonce: str) -> Outcome:  # noqa: ARG002  # nothing is done with it
        """Refuse."""
        return _NOTHING

    async def posted(self, channel_id: int, since: Millis) -> list[Body] | Outcome | Unreadable:  # noqa: ARG002  # as above
        """Nothing was posted."""
        return []

    async def spread(self, channel_id: int, message_id: int) -> Outcome:  # noqa: ARG002  # as above
        """Refuse."""
        return _NOTHING

    async def tell(self, member_id: int, text: str, nonce: str) -> Outcome:  # noqa: ARG002  # as above
        """Refuse."""
        return _NOTHING

    async def direct(self, member_id: int) -> int | Outcome:  # noqa: ARG002  # as above
        """Refuse."""
        return _NOTHING

    async def exists(self, channel_id: int) -> bool | None:  # noqa: ARG002  # as above
        """Know nothing of it."""
        return None

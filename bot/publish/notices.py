"""Pure: the words that people are told with what could not be posted."""

from __future__ import annotations

from bot.models import Notice, Post
from bot.publish.escape import fit

_REASON = 400


def in_private(notice: Notice) -> str:
    """Tell a member who has subscribed the channel to something."""
    return f"{_told(notice)}\n-# You get this because you subscribed the channel to a topic."


def in_public(notice: Notice) -> Post:
    """Tell a server, in a channel other than the one that it is about; it mentions nobody."""
    body = {"content": _told(notice), "allowed_mentions": {"parse": []}}
    return Post(body, "News that could not be posted")


def _told(notice: Notice) -> str:
    if notice.story_id is not None:
        return (
            f"🚫 A story for <#{notice.channel_id}> was not posted. {fit(notice.reason, _REASON)}\n"
            "Others go on. If this was a mistake, look into the server's AutoMod rules; `/status` "
            "there says which story it was. You hear of this once a day at the most."
        )
    return (
        f"⏸️ News in <#{notice.channel_id}> is paused. {fit(notice.reason, _REASON)}\n"
        "Its stories wait until then, and it goes on by itself as soon as I may post there again."
    )

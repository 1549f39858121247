"""Pure: the words that people are told with what could not be posted."""

from __future__ import annotations

from bot.models import Notice, Post
from bot.publish.escape import fit
from bot.words import retold, tr

_REASON = 400


def in_private(notice: Notice) -> str:
    """Tell a member who has subscribed the channel to something."""
    why = tr("-# You get this because you subscribed the channel to a topic.")
    return f"{_told(notice)}\n{why}"


def in_public(notice: Notice) -> Post:
    """Tell a server, in a channel other than the one that it is about; it mentions nobody."""
    body = {"content": _told(notice), "allowed_mentions": {"parse": []}}
    return Post(body, tr("News that could not be posted"))


def _told(notice: Notice) -> str:
    channel, reason = f"<#{notice.channel_id}>", fit(retold(notice.reason), _REASON)
    if notice.story_id is not None:
        return tr(
            "🚫 A story for {channel} was not posted. {reason}\n"
            "Others go on. If this was a mistake, look into the server's AutoMod rules; `/status` "
            "there says which story it was. You hear of this once a day at the most.",
            channel=channel,
            reason=reason,
        )
    return tr(
        "⏸️ News in {channel} is paused. {reason}\n"
        "Its stories wait until then, and it goes on by itself as soon as I may post there again.",
        channel=channel,
        reason=reason,
    )

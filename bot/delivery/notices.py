"""Pure: when people are told that a channel is paused, and when it goes on by itself."""

from __future__ import annotations

from bot.delivery.nonces import nonce_of
from bot.models import DAY, HOUR, MINUTE, Millis, Notice, PausedChannel, RetryLater

QUIET: Millis = DAY
"""Within this time, people are told of a channel once."""
MOST_TRIES = 5
FIRST_WAIT: Millis = MINUTE

RELAPSE: Millis = HOUR
"""A channel that is paused so soon after it went on by itself: it is not what permissions show."""
WAITS: tuple[Millis, ...] = (0, 10 * MINUTE, HOUR, 4 * HOUR)
"""How long after a pause a channel may go on by itself, by relapses: six times a day in the end."""
_SPREAD: Millis = 2 * HOUR
"""Within this time, direct messages that were closed are tried again, each a little later."""


def nonce(notice: Notice) -> str:
    """Return the nonce of a notice's message.

    It is the same at each try, whichever channel the server is told in.
    """
    return nonce_of("notice", notice.id, notice.channel_id, notice.member_id)


def again_at(failed: RetryLater, attempts: int, now: Millis) -> Millis | None:
    """Return when a notice that failed is tried again; None: that was often enough."""
    if attempts >= MOST_TRIES:
        return None
    return now + max(FIRST_WAIT << 2 * (attempts - 1), failed.after or 0)


def may_resume(channel: PausedChannel, now: Millis) -> bool:
    """Tell whether a paused channel may go on, since the bot lacks no permission there.

    What permissions don't show (a locked thread, a forum that wants tags) can only be tried: at
    once at first, and more and more rarely while that leads to nothing but the next pause.
    """
    wait = WAITS[min(channel.relapses, len(WAITS) - 1)]
    if not channel.guild_id:
        # What was closed at once (the last server that many shared) is not tried at once: by the
        # time in its number, in milliseconds (Discord's snowflakes).
        wait += (channel.channel_id >> 22) % _SPREAD
    # A clock that was set back must not keep it waiting.
    return not 0 <= now - channel.paused_at < wait

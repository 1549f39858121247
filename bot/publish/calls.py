"""Calls to Discord's API on a client that is logged in; whatever goes wrong is a value."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
from discord.http import Route

from bot.delivery.outcome import judge
from bot.models import SECOND, Forbidden, Outcome, RetryLater
from bot.models.said import said
from bot.publish.traffic import LONGEST_PAUSE, Call, RestingError, Traffic, seconds_of

TIMEOUT = 60.0
"""Seconds for a call; discord.py may retry and wait within them."""

# What can come of a call; a TimeoutError is an OSError. The last three come of answers that are
# no JSON of Discord's: something in between has answered.
_ANSWERS = (
    discord.RateLimited,
    discord.HTTPException,
    aiohttp.ClientError,
    OSError,
    ValueError,
    TypeError,
    KeyError,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What Discord answered a call with."""

    data: Any
    used_up: float = 0.0
    """Seconds for which its bucket has nothing left."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What became of a call that did not go well, and Discord's code for it (0: none)."""

    outcome: Outcome
    code: int = 0


class _TriedAgainError(Exception):
    """discord.py was about to send a request a second time that must go out once."""


class _Once:
    """Stands among the files of a request, which discord.py rewinds before each try of it."""

    def reset(self, *, seek: int) -> None:
        if seek:
            raise _TriedAgainError


class Calls:
    """Makes calls of a client, each of its requests through `traffic`."""

    def __init__(self, client: discord.Client, traffic: Traffic) -> None:
        if client.http.http_trace is not traffic.trace:
            raise ValueError("the client has to be made with this traffic's trace")
        self._http = client.http
        self._traffic = traffic

    async def __call__(
        self,
        route: Route,
        *,
        body: Any = None,  # noqa: ANN401  # JSON
        params: dict[str, Any] | None = None,
        once: bool = False,
    ) -> Answer | Failure:
        """Make a call.

        `once`: discord.py, which tries five times, sends it once. A failure is a refusal, or says
        that it was one, only where it is certain that no request of the call was carried out.
        Raises discord.HTTPException where the token itself is refused.
        """
        if (seconds := self._traffic.resting()) > LONGEST_PAUSE:
            return Failure(_rests(seconds))
        call = Call()
        more: dict[str, Any] = {"trace_request_ctx": call, "params": params or {}}
        if body is not None:
            more["json"] = body
        if once:
            more["files"] = [_Once()]
        try:
            async with asyncio.timeout(TIMEOUT):
                data = await self._http.request(route, **more)
        except RestingError as rests:
            failure = Failure(_rests(rests.seconds))
        except _TriedAgainError:
            failure = Failure(
                RetryLater(said("Discord can't take it at the moment."), refused=True)
            )
        except _ANSWERS as error:
            failure = self._failure(error)
        else:
            return Answer(data, call.used_up)
        return Failure(_sure(failure.outcome, call), failure.code)

    def _failure(self, error: Exception) -> Failure:
        """Say what an error of a call means; raises it where the token itself is refused."""
        if isinstance(error, TimeoutError):
            # Cancelled in its sleep over a global rate limit, discord.py would hold back every
            # request for ever.
            self._http._global_over.set()  # noqa: SLF001  # there is no other way
        match error:
            case discord.RateLimited():
                return Failure(_patience(error.retry_after))
            case discord.HTTPException(status=401):
                raise error
            case discord.HTTPException():
                header = error.response.headers.get("Retry-After")
                return Failure(judge(error.status, error.code, seconds_of(header, 0.0)), error.code)
            case TimeoutError() | aiohttp.ClientConnectorError():
                return Failure(RetryLater(said("Discord can't be reached."), refused=True))
            case _:
                return Failure(unreadable(error))


def unreadable(error: Exception) -> RetryLater:
    """Judge an answer that Discord would not give: whether it took the message is unknown."""
    return RetryLater(said("Discord can't be understood ({kind}).", kind=type(error).__name__))


def _patience(seconds: float) -> RetryLater:
    return RetryLater(said("Discord asks for patience."), round(seconds * SECOND), refused=True)


def _rests(seconds: float) -> RetryLater:
    reason = said("Sending rests, since Discord has refused too much.")
    return RetryLater(reason, round(seconds * SECOND), refused=True)


def _sure(outcome: Outcome, call: Call) -> Outcome:
    """Doubt a refusal where a request of the call may have been carried out all the same."""
    if not call.doubtful:
        return outcome
    match outcome:
        case RetryLater(reason, after):
            return RetryLater(reason, after)
        case Forbidden(reason):
            return RetryLater(reason)
        case _:
            return outcome

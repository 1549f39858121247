"""Puts the bot together and runs it until it is told to stop."""

from __future__ import annotations

import asyncio
import json
import math
import random
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import aiohttp
import discord
import structlog

from bot import __version__
from bot.catalogue import Catalogue
from bot.cli import heap, tools
from bot.cli.watching import monitor_of, watched
from bot.cli.writing import limits_of, writing
from bot.client import Client, invitation, point_at
from bot.config import Settings
from bot.feeds.discover import discover
from bot.feeds.fetch import Fetcher
from bot.feeds.guard import Guard
from bot.feeds.worker import Parser
from bot.logs import observer
from bot.logs.telling import all_of
from bot.newsroom import Newsroom, Parts
from bot.publish import (
    catchup,
    digest,
    feed_answers,
    feedback,
    forecast,
    panel,
    privacy_answers,
    render,
    search_answers,
)
from bot.publish.discord import DiscordPublisher
from bot.publish.places import DiscordPlaces
from bot.publish.traffic import LONGEST_PAUSE, Traffic
from bot.store import Store
from bot.store.room import Room
from cogs.catchup import Catchup
from cogs.digests import Digests
from cogs.explainers import Explainers
from cogs.feedback import Feedback
from cogs.feeds import Feeds
from cogs.follows import Follows
from cogs.help import Help
from cogs.presses import Presses
from cogs.privacy import Privacy
from cogs.search import Search
from cogs.settings import ServerSettings
from cogs.status import Status
from cogs.subscriptions import Subscriptions

FIRST_WAIT, LONGEST_WAIT = 5.0, 60.0
"""Seconds between two tries to reach Discord; it allows 1,000 new sessions a day."""

_REFUSALS = "refused requests"
"""The note under which it is kept how many requests Discord has refused lately."""
_UNAUTHORISED = 401
_MAX_REASON = 200
"""Characters; Cloudflare answers with whole pages."""

log = structlog.get_logger()


class UnreachableError(Exception):
    """Discord can't be asked; the message says what to do."""


async def run(settings: Settings, topics: Catalogue, leaving: Callable[[], None]) -> None:
    """Run the bot until SIGTERM or SIGINT.

    `leaving` is called when it begins to stop, for whatever reason. Raises discord.LoginFailure
    or discord.PrivilegedIntentsRequired where Discord refuses it, StoreError where the database
    can't be used; a bug comes as an ExceptionGroup.
    """
    heap.bound()
    point_at(settings.api_url, settings.gateway_url)
    stop = Stop()
    began = time.monotonic()
    async with AsyncExitStack() as stack:
        try:
            await _run(settings, topics, stack, stop)
        except asyncio.CancelledError:
            # What has failed is told when everything is closed.
            stop.why = "a part of it has failed" if stop.is_heard else "a failure, or Ctrl+C"
            raise
        except BaseException as error:
            stop.why = type(error).__name__
            raise
        finally:
            log.info("stopping", why=stop.why, after=round(time.monotonic() - began))
            leaving()


async def _run(settings: Settings, topics: Catalogue, stack: AsyncExitStack, stop: Stop) -> None:
    writer = await stack.enter_async_context(writing(settings))
    store = await stack.enter_async_context(Store.open(settings.database, __version__))
    room = Room(settings.database)
    guard = Guard(settings.feed_allow_networks)
    fetcher = await stack.enter_async_context(
        Fetcher(version=__version__, guard=guard, now=tools.clock)
    )
    # Members' links and feeds lead to public addresses alone, whatever the catalogue's may.
    public = await stack.enter_async_context(
        Fetcher(version=__version__, guard=Guard(()), now=tools.clock)
    )
    parser = await stack.enter_async_context(Parser())
    traffic = Traffic(tools.clock)
    client = await stack.enter_async_context(Client(http_trace=traffic.trace))

    def rests() -> str | None:
        return resting(traffic) or room.resting()

    monitor = monitor_of(settings, store, client, traffic, room=room, resting=rests)
    tell = all_of(monitor.tell, observer.logging(tools.clock))
    traffic.tell = client.answering.tell = tell
    await stack.enter_async_context(watched(monitor, settings.health_port))
    if not await _unless(stop, _persist(lambda: client.login(settings.token or ""))):
        return
    parts = Parts(
        store=store,
        topics=topics,
        fetch=fetcher.fetch,
        parse=parser.parse,
        explain=tools.explain_aside,
        page=tools.page_reader(fetcher, parser) if settings.fetch_pages else None,
        asked_page=tools.page_reader(public, parser) if settings.fetch_pages else None,
        public_fetch=public.fetch,
        discover=lambda place: discover(place, public.fetch, parser.parse),
        publisher=DiscordPublisher(client, traffic),
        places=DiscordPlaces(client),
        clock=tools.clock,
        chance=random.random,
        shortest=settings.feed_min_interval,
        resting=rests,
        space=room.space,
        writer=writer,
        limits=limits_of(settings),
        tell=tell,
        alive=monitor.alive,
    )
    newsroom = await stack.enter_async_context(Newsroom(parts))
    await furnish(client, newsroom)
    client.events = newsroom.presence
    registering = _persist(lambda: client.register(newsroom.note, newsroom.keep_note))
    if not await _unless(stop, registering):
        return
    traffic.restore(json.loads(await newsroom.note(_REFUSALS) or "[]"))
    newsroom.keep_fact(_REFUSALS, lambda: json.dumps(traffic.dump()))
    newsroom.start()
    _tell_start(settings, topics)
    await _unless(stop, _persist(client.connect))


def _tell_start(settings: Settings, topics: Catalogue) -> None:
    port = settings.health_port
    log.info(
        "watching feeds",
        version=__version__,
        topics=len(topics),
        feeds=len({url for topic in topics.values() for url in topic.feeds}),
        database=str(settings.database),
        model=settings.explainer_model or "none",
        health=f"http://127.0.0.1:{port}" if port else "off",
    )


async def invite(settings: Settings) -> str:
    """Return the invitation link of the bot that the token belongs to.

    Raises discord.LoginFailure where Discord refuses the token, UnreachableError where it can't
    be asked.
    """
    point_at(settings.api_url, settings.gateway_url)
    async with Client() as client:
        try:
            await client.login(settings.token or "")
        except (aiohttp.ClientConnectionError, OSError, discord.DiscordServerError) as error:
            raise UnreachableError(
                f"Discord can't be reached ({type(error).__name__}): look at this machine's "
                "network, and try again."
            ) from error
        return invitation(client.application_id or 0)


async def furnish(client: Client, newsroom: Newsroom) -> None:
    """Give a client its commands and buttons; Discord does not know of them yet."""
    subscriptions = Subscriptions(newsroom)
    await client.add_cog(subscriptions)
    explainers = Explainers(newsroom)
    await client.add_cog(explainers)
    client.tree.add_command(explainers.menu)
    settings = ServerSettings(newsroom)
    await client.add_cog(settings)
    await client.add_cog(Status(newsroom))
    feeds = Feeds(newsroom)
    await client.add_cog(feeds)
    await client.add_cog(Help(client.tree, client.command_ids))
    presses = Presses(client.failed, client.answering.done)
    feeds.answer(presses)
    presses.on(render.CUSTOM_ID, explainers.open)
    presses.on(digest.CUSTOM_ID, Digests(newsroom).open)
    follows = Follows(newsroom)
    await client.add_cog(follows)
    follows.answer(presses)
    await furnish_readers(client, newsroom, presses)
    presses.on(panel.CUSTOM_ID, settings.pressed)
    presses.on(forecast.CUSTOM_ID, subscriptions.pressed)
    presses.on(forecast.UNDO_ID, subscriptions.undo)
    presses.on(feed_answers.OFFER_ID, subscriptions.brought)
    await client.add_cog(presses)


async def furnish_readers(client: Client, newsroom: Newsroom, presses: Presses) -> None:
    """Give a client what members look things up with, and say what they think with."""
    search, catching_up, privacy = Search(newsroom), Catchup(newsroom), Privacy(newsroom)
    for cog in (search, catching_up, privacy):
        await client.add_cog(cog)
    judging = Feedback(newsroom)
    presses.on(search_answers.CUSTOM_ID, search.turn)
    presses.on(catchup.CUSTOM_ID, catching_up.turn)
    presses.on(privacy_answers.CUSTOM_ID, privacy.press)
    presses.on(feedback.CUSTOM_ID, judging.judge)
    presses.on(feedback.FORM_ID, judging.object)


def resting(traffic: Traffic) -> str | None:
    """Say why nothing is sent to anybody at the moment; None: all is well."""
    seconds = traffic.resting()
    if seconds <= LONGEST_PAUSE:
        return None
    return (
        f"Nothing is sent to any server for {math.ceil(seconds)} seconds: Discord has refused many "
        "requests. It goes on by itself."
    )


class Stop(asyncio.Event):
    """Is set when somebody asks the program to stop."""

    def __init__(self) -> None:
        super().__init__()
        self.why = "the connection ended"
        """Why it stops, in a word for the log."""
        self.is_heard = True
        for name in (signal.SIGTERM, signal.SIGINT):
            try:
                asyncio.get_running_loop().add_signal_handler(name, self._ask, name)
            except NotImplementedError:
                # Windows: Ctrl+C cancels the main task instead, which closes everything as well.
                self.is_heard = False

    def _ask(self, name: signal.Signals) -> None:
        self.why = name.name
        self.set()


async def _persist(reach: Callable[[], Awaitable[object]]) -> None:
    """Reach Discord, trying again with longer and longer waits while it can't be had.

    Raises what no wait mends: a token, intents or commands that Discord refuses.
    """
    wait = FIRST_WAIT
    while True:
        try:
            await reach()
        except discord.app_commands.CommandSyncFailure:
            raise  # an HTTPException too, but a bug of ours
        except (discord.GatewayNotFound, discord.RateLimited, discord.HTTPException) as error:
            # Any status may come from Cloudflare, which stands before Discord; 401 is the token.
            if isinstance(error, discord.HTTPException) and error.status == _UNAUTHORISED:
                raise
            reason = " ".join(str(error).split())[:_MAX_REASON]
        except (aiohttp.ClientConnectionError, OSError) as error:
            reason = f"no connection ({type(error).__name__})"
        else:
            return
        log.warning("Discord can't be reached", reason=reason, again_in_seconds=wait)
        await asyncio.sleep(wait)
        wait = min(wait * 2, LONGEST_WAIT)


async def _unless(stop: asyncio.Event, work: Awaitable[None]) -> bool:
    """Do work until it ends or the stop is asked for; return whether it ended by itself."""
    working = asyncio.ensure_future(work)
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
            return True
        return False
    finally:
        for task in (working, stopping):
            task.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)

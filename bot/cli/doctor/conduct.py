"""Has everything measured at the same time, and judged; nothing waits for what hangs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path

from discord.http import Route

from bot.catalogue import CatalogueError
from bot.cli import tools
from bot.cli.doctor import account, asking, here
from bot.client import Client, point_at
from bot.config import Settings
from bot.doctor import application, network
from bot.doctor import here as judge
from bot.models import Topic
from bot.models.findings import Area, Finding, Grade
from bot.models.measured import Channel
from bot.store import StoreError

ALL = 22.0
"""Seconds within which everything must be known."""

Waiting = Callable[[str], None]


def _nobody(_: str) -> None:
    """Tell nobody what is waited for."""


class Checkup:
    """One look at everything that the bot needs."""

    def __init__(self, environ: Mapping[str, str], dotenv: Path) -> None:
        self._written, gathered = here.written(environ, dotenv)
        self._settings: Settings = gathered.settings
        self._bad = gathered.bad
        self.secrets = [self._settings.token or "", self._settings.explainer_key or ""]
        """What must be shown to nobody."""
        self.is_stuck = False
        """Whether a thread still waits for a name or a disk, and may do so for long."""

    async def findings(self, waiting: Waiting = _nobody) -> list[Finding]:
        """Look at everything; `waiting` is told what is still waited for. Raises no trouble."""
        point_at(self._settings.api_url, self._settings.gateway_url)
        looks: dict[str, Callable[[], Awaitable[list[Finding]]]] = {
            "the program": self._program,
            "the database": self._database,
            "the network": self._network,
            "the catalogue's sites": self._sites,
            "Discord": self._discord,
            "the model": self._model,
        }
        left = list(looks)
        waiting(", ".join(left))

        async def one(name: str) -> list[Finding]:
            found = await looks[name]()
            left.remove(name)
            if left:
                waiting(", ".join(left))
            return found

        parts = await asyncio.gather(*map(one, looks))
        found = [*judge.settings(self._written), *(each for part in parts for each in part)]
        order = list(Area)
        return sorted(found, key=lambda finding: order.index(finding.area))

    async def _program(self) -> list[Finding]:
        return judge.program(here.program(self._settings))

    async def _database(self) -> list[Finding]:
        if "database" in self._bad:
            said = "not looked at: DATABASE_URL can't be used"
            remedy = "correct it first"
            return [Finding(Area.DATABASE, "file", Grade.WARNING, said, remedy)]
        kept, is_left = await here.kept(self._settings.database)
        self.is_stuck |= is_left
        return judge.database(kept)

    async def _network(self) -> list[Finding]:
        names, front = await asyncio.gather(asking.names(Route.BASE), asking.front_door(Route.BASE))
        self.is_stuck |= names.trouble is not None
        return [*network.network(names, front), judge.clock(tools.clock(), front.skew)]

    async def _sites(self) -> list[Finding]:
        if "topics_file" in self._bad:
            said = "not looked at: TOPICS_FILE can't be used"
            return [Finding(Area.SITES, "catalogue", Grade.WARNING, said, "correct it first")]
        try:
            topics: list[Topic] = list(tools.catalogue(self._settings).values())
        except CatalogueError as error:
            return network.catalogue(error.problems, 0, 0)
        feeds = len({url for topic in topics for url in topic.feeds})
        found = await asking.sites(self._settings, topics, ALL)
        self.is_stuck |= any(site.trouble or site.took is None for site in found)
        return [*network.catalogue((), len(topics), feeds), *network.sites(found)]

    async def _model(self) -> list[Finding]:
        # With one of them wrong, the key would go to another address than it is for.
        if self._bad & {"explainer_model", "explainer_url", "explainer_key"}:
            said = "not asked: its settings can't be used"
            return [Finding(Area.MODEL, "endpoint", Grade.WARNING, said, "correct them first")]
        endpoint = await asking.model(self._settings)
        if endpoint is None:
            said = "none is set: explainers are made of the articles' own sentences"
            return [Finding(Area.MODEL, "endpoint", Grade.WELL, said)]
        self.is_stuck |= endpoint.trouble is not None
        return [network.model(endpoint)]

    # ── Discord ──────────────────────────────────────────────────────────────────────────

    async def _discord(self) -> list[Finding]:
        subscribed: list[Channel] = []
        unread: list[Finding] = []
        if "database" not in self._bad:
            try:
                subscribed = await here.subscribed(self._settings.database)
            except StoreError as error:
                said = f"which channels get topics is not known: {str(error).rstrip('.')}"
                unread = [Finding(Area.CHANNELS, "channels", Grade.WARNING, said)]
        told = partial(application.channels, subscribed, asked=False)
        if self._settings.token is None:
            is_bad = "token" in self._bad
            why = application.not_asked("DISCORD_TOKEN can't be used")
            return [why if is_bad else application.not_set(), *(unread or told())]
        async with Client() as client:
            if refused := await account.login(client, self._settings.token):
                self.is_stuck |= refused.grade is not Grade.TROUBLE
                return [refused, *(unread or told())]
            about, channels = await asyncio.gather(
                account.about(client, self._settings),
                account.channels(client, subscribed, ALL - asking.EACH),
            )
        self.is_stuck |= any(one.what == "gateway" and one.grade is not Grade.WELL for one in about)
        return [*about, *(unread or application.channels(channels, asked=True))]

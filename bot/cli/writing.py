"""Gets what has a model write explainers ready, as the settings ask for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.config import Settings, SettingsError
from bot.explain.ground import faults
from bot.models import Usage
from bot.newsroom import Limits

if TYPE_CHECKING:
    from bot.explain.model import Writer


def check(claim: str, cited: Sequence[str], title: str, known: Collection[str]) -> list[str]:
    """Say in words what a claim says that its cited sentences do not.

    `known` are all sentences that were shown: a surname may be completed from them.
    """
    return [fault.told for fault in faults(claim, cited, title=title, known=known)]


def limits_of(settings: Settings) -> Limits:
    """Return what the model may take."""
    tokens = settings.explainer_daily_tokens
    return Limits(
        day=Usage(settings.explainer_daily_limit, tokens),
        payer=Usage(settings.explainer_server_limit, tokens),
        run=settings.explainer_seconds,
    )


@asynccontextmanager
async def writing(settings: Settings) -> AsyncIterator[Writer | None]:
    """Open the writer that the settings name; None if they name none.

    Raises SettingsError, with the command to run, where the optional dependencies are not
    installed.
    """
    writer = writer_of(settings)
    if writer is None:
        yield None
        return
    async with writer:
        yield writer


def writer_of(settings: Settings) -> Writer | None:
    """Return the writer that the settings name, to be closed at the end; as `writing`."""
    if settings.explainer_model is None:
        return None
    from bot.explain.model import NotInstalledError, writer  # noqa: PLC0415  # nothing of it is needed without a model

    try:
        return writer(
            settings.explainer_model, settings.explainer_url, settings.explainer_key, check=check
        )
    except NotInstalledError as error:
        raise SettingsError([str(error)]) from error

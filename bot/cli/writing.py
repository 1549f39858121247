"""Gets what has a model write explainers ready, as the settings ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.config import Settings, SettingsError

if TYPE_CHECKING:
    from bot.explain.model import Writer
    from bot.explain.review import Check


def writer_of(settings: Settings, check: Check) -> Writer | None:
    """Return the writer that the settings name, to be closed at the end; None if they name none.

    `check` tells what a claim says that its cited sentences do not. Raises SettingsError, with
    the command to run, where the optional dependencies are not installed.
    """
    if settings.explainer_model is None:
        return None
    from bot.explain.model import NotInstalledError, writer  # noqa: PLC0415  # nothing of it is needed without a model

    try:
        return writer(
            settings.explainer_model, settings.explainer_url, settings.explainer_key, check=check
        )
    except NotInstalledError as error:
        raise SettingsError([str(error)]) from error

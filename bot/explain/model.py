"""Has a model write a story's explainer, within a time, and says what became of it."""

from __future__ import annotations

import asyncio
import secrets
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Self

import structlog

from bot.explain.brief import Brief, Unfit, brief
from bot.explain.review import Check, Run
from bot.models import (
    PROVIDERS,
    Draft,
    DraftOutcome,
    Material,
    ModelFailed,
    ModelTrouble,
    Usage,
)

if TYPE_CHECKING:
    from bot.explain.agent import Asker

_AT_ONCE = 2
"""Stories that the model is asked about at the same time."""
_FENCE = 8
"""Bytes of chance in the token that marks what is data."""
_UNUSED = "-" * 16
_VERSIONS = ">=2.68,<3"
log = structlog.get_logger()


class NotInstalledError(Exception):
    """The optional dependencies that asking a model takes are not there; says how to get them."""

    def __init__(self, provider: str, extra: str) -> None:
        wanted = "openai" if extra == "llm" else f"openai,{extra}"
        super().__init__(
            f"EXPLAINER_MODEL asks for a model by {provider}, and the library for it is not "
            f"installed, or too old: run make {extra}, or "
            f"python -m pip install 'pydantic-ai-slim[{wanted}]{_VERSIONS}'."
        )


def writer(spec: str, url: str | None, key: str | None, *, check: Check) -> Writer:
    """Return what asks the model `provider:model`; close it when it is done with.

    `url` is an OpenAI-compatible endpoint in place of the provider's own. `check` tells what a
    claim says that its cited sentences do not. Raises NotInstalledError without the optional
    dependencies, and ValueError for a provider that nobody knows, without a `url`.
    """
    provider, _, model = spec.partition(":")
    known = PROVIDERS.get(provider)
    if url is None and known is None:
        raise ValueError(f"{provider} is no known provider")
    extra = known.extra if known and url is None else "llm"
    try:
        # The library takes most of a second to import: the bot does without it where it can.
        from bot.explain.agent import Asker  # noqa: PLC0415  # as said above

        asker = Asker(provider, model, url, key)
    except ImportError as error:
        raise NotInstalledError(provider, extra) from error
    endpoint = f"{spec} at {url}" if url else spec
    return Writer(model.rpartition("/")[2], endpoint, asker, check)


class Writer:
    """A model, as it is asked for explainers."""

    def __init__(self, name: str, endpoint: str, asker: Asker, check: Check) -> None:
        self.name = name
        """What people are told that wrote it."""
        self.endpoint = endpoint
        """What is learned of the endpoint holds for this: the model, and where it is asked."""
        self._asker = asker
        self._check = check
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections to the endpoint."""
        await self._asker.aclose()

    def can_write(self, material: Material) -> bool:
        """Tell whether there is enough to write from, and nothing that speaks to a model."""
        return isinstance(brief(material, _UNUSED), Brief)

    async def write(
        self, material: Material, *, plain: bool, seconds: float, calls: int
    ) -> DraftOutcome:
        """Have the explainer written; whatever goes wrong is an outcome, but for cancellation.

        `seconds` is for everything together, with the wait for a slot (two stories are written
        at once), `calls` the most requests that are sent. `plain` is what the last outcome of
        this endpoint said. A `Draft` without sections: the model found nothing that the material
        supports.
        """
        made = await asyncio.to_thread(brief, material, secrets.token_hex(_FENCE))
        if isinstance(made, Unfit):
            reason = f"No model was asked: {made}."
            return ModelFailed(ModelTrouble.DECLINED, reason, Usage(), plain=plain)
        run = Run(made, self._check, most_calls=calls, plain=plain)
        error: Exception | None = None
        try:
            async with asyncio.timeout(seconds), self._slots:
                await self._ask(run, seconds)
        except Exception as caught:  # noqa: BLE001  # bugs of the library too: it has bare IndexErrors
            error = caught
        return self._outcome(run, error)

    async def _ask(self, run: Run, seconds: float) -> None:
        """Ask, and ask again plainly where an endpoint refuses the form of a request."""
        if not run.plain:
            try:
                return await self._asker.ask(run, plain=False, seconds=seconds)
            except Exception as error:
                if run.is_spent or not self._asker.wants_plain(error):
                    raise
        try:
            await self._asker.ask(run, plain=True, seconds=seconds)
            run.plain = True
        except Exception as error:
            # One that refuses this as well refuses more than the form.
            run.plain = not self._asker.wants_plain(error)
            raise

    def _outcome(self, run: Run, error: Exception | None) -> DraftOutcome:
        """Make of what has come until now, and of what ended it, an outcome."""
        trouble, reason = self._trouble(error) if error else (ModelTrouble.UNGROUNDED, "")
        if run.best or not (error or run.offered):
            return Draft(run.best, run.usage, run.plain)
        if trouble is ModelTrouble.UNGROUNDED or (
            trouble is ModelTrouble.MALFORMED and run.offered
        ):
            trouble = ModelTrouble.UNGROUNDED
            reason = "nothing of what it wrote stands on its sources"
        pause = self._asker.retry_after(error) if error else None
        said = f"The model {self.name} wrote nothing: {reason}."
        return ModelFailed(trouble, said, run.usage, pause, run.plain)

    def _trouble(self, error: Exception) -> tuple[ModelTrouble, str]:
        known = self._asker.trouble_of(error)
        if known:
            log.debug("the model was not done", model=self.name, error=type(error).__name__)
            return known
        # Its message may repeat what was sent: where it comes from says enough.
        frame = traceback.extract_tb(error.__traceback__)[-1]
        log.error(
            "asking the model failed as it should not",
            model=self.name,
            error=type(error).__name__,
            place=f"{Path(frame.filename).name}:{frame.lineno}",
        )
        return ModelTrouble.SERVER, f"asking it failed ({type(error).__name__})"

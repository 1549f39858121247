"""How the program logs: one line a thing, for people on a terminal, as JSON elsewhere."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping, Sequence
from typing import Any

import structlog
from structlog.typing import Processor

_TALKATIVE = (
    "discord", "aiosqlite", "asyncio", "openai", "anthropic", "google_genai", "httpx2",
    "httpcore2", "pydantic_ai",
)  # fmt: skip
_HIDDEN = "[secret]"
# Local variables can hold anything: they are left out.
_TRACEBACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


def configure(level: str, style: str | None, secrets: Sequence[str] = ()) -> None:
    """Send all logs, the libraries' too, to standard error; `secrets` never get there.

    `style` is "console" or "json"; None chooses by whether a person is looking.
    """
    as_json = style == "json" or (style is None and not sys.stderr.isatty())
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
    ]
    ending: list[Processor] = (
        [_TRACEBACKS, _Hide(secrets), structlog.processors.JSONRenderer()]
        if as_json
        else [
            structlog.processors.format_exc_info,
            _Hide(secrets),
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ]
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending],
    )
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    # Their debug lines hold whole payloads, interaction tokens among them, every statement, and
    # every word that a model is shown.
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLevelName(level.upper())))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared[:-1],
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


class _Hide:
    """Takes secrets out of everything that is about to be written."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = tuple(filter(None, secrets))

    def __call__(
        self, _: object, __: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        return {key: self._hidden(value) for key, value in event.items()}

    def _hidden(self, value: object) -> object:
        if isinstance(value, dict):
            return {key: self._hidden(inner) for key, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._hidden(inner) for inner in value]
        if isinstance(value, (int, float, bool)) or value is None:
            return value
        text = str(value)
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return text

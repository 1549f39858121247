"""The settings: one frozen object, read from mappings, every complaint at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from bot import credentials, readers
from bot.dotenv import lines, unknown
from bot.models import PROVIDERS, SECOND, Millis

LOG_LEVELS = ("debug", "info", "warning", "error")
LOG_FORMATS = ("console", "json")
_URL, _KEY = "EXPLAINER_BASE_URL", "EXPLAINER_API_KEY"
_BAD = object()
"""Stands for a value that was refused."""
_OF_MODEL = frozenset({"explainer_model", "explainer_url", "explainer_key"})
"""Fields that are of use together alone."""


class SettingsError(Exception):
    """The settings can't be used; `problems` says of each what is wrong and the way out."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


def _about_model(values: Mapping[str, Any]) -> list[str]:
    """Say what of the model's settings does not go together."""
    model, url = values.get("explainer_model"), values.get("explainer_url")
    key = values.get("explainer_key")
    if _BAD in (model, url, key):
        return []
    if model is None:
        set_too = [v for v, given in ((_URL, url), (_KEY, key)) if given]
        return [f"{v} is set, but EXPLAINER_MODEL is not: set both, or neither." for v in set_too]
    provider = model.partition(":")[0]
    known = PROVIDERS.get(provider)
    if url is None and known is None:
        names = ", ".join(PROVIDERS)
        unknown = f"EXPLAINER_MODEL asks for a model by {provider!r}, which is not known"
        return [f"{unknown}: set {_URL}, or write one of {names}."]
    if url is None and known is not None and not known.keyless and key is None:
        return [f"EXPLAINER_MODEL asks for a model by {provider}, which takes a key: set {_KEY}."]
    if url is not None and key is not None and not readers.is_safe(url):
        return [f"{_URL} is http, so that everybody on the way reads the key: write https://."]
    return []


def _setting(
    variable: str,
    read: Callable[[str], Any],
    default: object = None,
    *,
    secret: bool = False,
) -> Any:  # noqa: ANN401  # a dataclass field stands in for a value of the field's own type
    metadata = {"variable": variable, "read": read, "secret": secret}
    return field(default=default, repr=not secret, metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that can be set from outside; `.env.example` explains each variable."""

    token: str | None = _setting("DISCORD_TOKEN", readers.token, secret=True)
    api_url: str | None = _setting("DISCORD_API_URL", readers.url("https", "http"))
    gateway_url: str | None = _setting("DISCORD_GATEWAY_URL", readers.url("wss", "ws"))
    database: Path = _setting("DATABASE_URL", readers.database, Path("data/wherefore.db"))
    topics_file: Path | None = _setting("TOPICS_FILE", readers.path)
    feed_min_interval: Millis = _setting(
        "FEED_MIN_INTERVAL", readers.seconds(1, 86_400), 900 * SECOND
    )
    feed_allow_networks: tuple[readers.Network, ...] = _setting(
        "FEED_ALLOW_NETWORKS", readers.networks, ()
    )
    fetch_pages: bool = _setting("FETCH_PAGES", readers.switch, default=True)
    explainer_model: str | None = _setting("EXPLAINER_MODEL", readers.model)
    """As `provider:model`; None: explainers are extracts."""
    explainer_url: str | None = _setting(_URL, readers.endpoint)
    explainer_key: str | None = _setting(_KEY, readers.key, secret=True)
    explainer_daily_limit: int = _setting("EXPLAINER_DAILY_LIMIT", readers.count, 500)
    explainer_daily_tokens: int = _setting("EXPLAINER_DAILY_TOKENS", readers.count, 2_000_000)
    explainer_server_limit: int = _setting("EXPLAINER_SERVER_LIMIT", readers.count, 50)
    explainer_seconds: Millis = _setting("EXPLAINER_SECONDS", readers.seconds(5, 300), 60 * SECOND)
    log_level: str = _setting("LOG_LEVEL", readers.one_of(*LOG_LEVELS), "info")
    log_format: str | None = _setting("LOG_FORMAT", readers.one_of(*LOG_FORMATS))
    """None: console on a terminal, JSON elsewhere."""
    health_port: int | None = _setting("HEALTH_PORT", readers.port)
    """Where /healthz and /metrics are on loopback; None: nowhere."""

    @classmethod
    def read(
        cls,
        environ: Mapping[str, str],
        dotenv: Mapping[str, str | None],
        content: Callable[[Path], bytes] = Path.read_bytes,
    ) -> Settings:
        """Read the settings; the environment wins over the `.env` file, empty means unset.

        A secret may be in a file of its own, which `content` reads: NAME_FILE has its path.
        Raises SettingsError with every complaint at once. A variable of the file that nobody
        reads is a complaint too: most likely it is misspelt.
        """
        return Settings.gather(environ, dotenv, content).sound()

    @classmethod
    def gather(
        cls,
        environ: Mapping[str, str],
        dotenv: Mapping[str, str | None],
        content: Callable[[Path], bytes] = Path.read_bytes,
    ) -> Gathered:
        """Read what of the settings can be used, as `read` does, and tell what can't be."""
        misspelt = unknown(dotenv, variables())
        problems = list(misspelt)
        values: dict[str, Any] = {}
        for setting in _declared():
            try:
                text = _written(setting, (environ, dotenv), content)
                if text:
                    values[setting.name] = setting.read(text)
            except readers.BadValueError as error:
                problems.append(f"{error.variable or setting.variable} {error}.")
                values[setting.name] = _BAD
        bad = {name for name, value in values.items() if value is _BAD}
        if about_model := _about_model(values):
            problems += about_model
            bad |= _OF_MODEL
        usable = {name: value for name, value in values.items() if name not in bad}
        usable.setdefault("database", readers.unlinked(cls.database))
        return Gathered(cls(**usable), tuple(problems), frozenset(bad), tuple(misspelt))


@dataclass(frozen=True)
class Gathered:
    """What of the settings can be used; the others stand as if they were not set."""

    settings: Settings
    problems: tuple[str, ...]
    """What is wrong with each of the others, and the way out."""
    bad: frozenset[str]
    """The fields of the settings that were set, and can't be used."""
    misspelt: tuple[str, ...]
    """Those of the problems that may be about any setting."""

    def sound(self, needed: Collection[str] | None = None) -> Settings:
        """Return them for what needs these fields, or all; raises SettingsError if one is bad."""
        matters = needed is None or bool(self.misspelt) or not self.bad.isdisjoint(needed)
        if self.problems and matters:
            raise SettingsError(list(self.problems))
        return self.settings


def read_dotenv(content: bytes) -> dict[str, str | None]:
    """Read the variables of a `.env` file.

    Raises SettingsError where it is not UTF-8 text, or a line of it can't be read: a token that
    was written down must not be lost in silence.
    """
    found, problems = lines(content)
    if problems:
        raise SettingsError(problems)
    return found


@dataclass(frozen=True)
class _Declared:
    name: str
    variable: str
    read: Callable[[str], Any]
    file: str | None
    """The variable that names the file of a secret; None: it is no secret."""


def _declared() -> list[_Declared]:
    return [
        _Declared(
            name=f.name,
            variable=(variable := f.metadata["variable"]),
            read=f.metadata["read"],
            file=f"{variable}_FILE" if f.metadata["secret"] else None,
        )
        for f in fields(Settings)
    ]


def variables() -> tuple[str, ...]:
    """Name every variable that is read, in the order of the settings."""
    pairs = ((setting.variable, setting.file) for setting in _declared())
    return tuple(variable for pair in pairs for variable in pair if variable)


def secret_variables() -> tuple[str, ...]:
    """Name the variables whose value is a secret."""
    return tuple(setting.variable for setting in _declared() if setting.file)


# ── secrets in files of their own ────────────────────────────────────────────────────────


def _written(
    setting: _Declared,
    sources: Sequence[Mapping[str, str | None]],
    content: Callable[[Path], bytes],
) -> str:
    """Return what the first source that sets it at all says; nothing: it is not set."""
    for source in sources:
        text = (source.get(setting.variable) or "").strip()
        path = (source.get(setting.file) or "").strip() if setting.file else ""
        if text and path:
            raise readers.BadValueError(f"and {setting.file} are both set: take one of them away")
        if path:
            return _secret(setting, path, content)
        if text:
            return text
    return ""


def _secret(setting: _Declared, path: str, content: Callable[[Path], bytes]) -> str:
    """Read a secret from its file; refuse one that is of no use as such, too."""
    try:
        text = credentials.read(path, content)
        setting.read(text)
    except credentials.CredentialError as error:
        raise readers.BadValueError(str(error), setting.file) from None
    except readers.BadValueError as error:
        holds = f"is {credentials.shown(path)}, and what is in it {error}"
        raise readers.BadValueError(holds, setting.file) from None
    return text

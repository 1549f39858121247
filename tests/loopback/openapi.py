"""Checks request bodies against Discord's published OpenAPI description, where it is at hand."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from tests.loopback.wire import Complaint
from tests.shared import shared_files

_JSON_TYPE = "application/json"
_FORUM_OF_MEDIA = 16


class OpenApi:
    """Discord's own description of its bodies; without a file it complains of nothing."""

    def __init__(self, file: Path | None) -> None:
        self._spec: dict[str, Any] = _load(file) if file is not None else {"paths": {}}
        self._operations = [
            (method.upper(), re.compile(re.sub(r"\{\w+\}", "[^/]+", template)), operation)
            for template, methods in self._spec["paths"].items()
            for method, operation in methods.items()
            if method != "parameters" and "requestBody" in operation
        ]
        self._validators: dict[int, Draft202012Validator] = {}

    def complaints(self, method: str, path: str, body: Any) -> list[Complaint]:
        """Say what the description forbids about this body; the path lies under the API's base."""
        schema = self._schema(method, path)
        if schema is None:
            return []
        if id(schema) not in self._validators:
            whole = {**schema, "components": self._spec["components"]}
            self._validators[id(schema)] = Draft202012Validator(whole)
        error = best_match(self._validators[id(schema)].iter_errors(body))
        return [] if error is None else [_complaint(_deepest(error))]

    def _schema(self, method: str, path: str) -> dict[str, Any] | None:
        fitting = [
            (pattern.pattern.count("[^/]+"), operation["requestBody"]["content"].get(_JSON_TYPE))
            for verb, pattern, operation in self._operations
            if verb == method and pattern.fullmatch(path)
        ]
        # Two templates fit `@original`: the one that names it has the fewest placeholders.
        contents = [content for _, content in sorted(fitting, key=lambda one: one[0]) if content]
        return contents[0]["schema"] if contents else None


@cache
def published() -> OpenApi:
    """Read the description that stands beside the checkout; it never changes in a run."""
    return OpenApi(next(iter(shared_files("discord-openapi", "openapi.json")), None))


def _load(file: Path) -> dict[str, Any]:
    spec: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    # The description forgot media channels, which a command's option may well name.
    kinds = spec["components"]["schemas"]["ChannelTypes"]["oneOf"]
    kinds.append({"title": "GUILD_MEDIA", "const": _FORUM_OF_MEDIA})
    # The description wants ids as text; Discord reads numbers too, which discord.py sends.
    spec["components"]["schemas"]["SnowflakeType"]["type"] = ["string", "integer"]
    return spec


def _deepest(error: ValidationError) -> ValidationError:
    """Follow a failed union into the one member that was meant, as its `type` tells."""
    while error.context:
        branches: dict[Any, list[ValidationError]] = {}
        for each in error.context:
            branches.setdefault(each.relative_schema_path[0], []).append(each)
        meant = [errors for errors in branches.values() if not any(map(_wrong_member, errors))]
        if not meant:
            break
        error = meant[0][0]
    return error


def _wrong_member(error: ValidationError) -> bool:
    path = list(error.relative_path)
    return path == ["type"] or (not path and error.validator == "type")


def _complaint(error: ValidationError) -> Complaint:
    path = ".".join(str(step) for step in error.absolute_path)
    said = f"{error.validator} is {str(error.validator_value)[:200]}"
    return Complaint(path, "SCHEMA", said)

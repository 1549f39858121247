"""Pure: compares the commands that are registered at Discord with those that the program has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]

_SLASH = 1
_LIMITS = ("min_value", "max_value", "min_length", "max_length")


def compare(
    wanted: Sequence[Json], registered: Sequence[Json]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Name the commands that are missing, that differ, and that are none of the program's.

    Compared is what members see and type, and who may; Discord leaves out or fills in the rest.
    """
    ours = {_key(one): one for one in wanted}
    theirs = {_key(one): one for one in registered}
    missing = [name for kind, name in ours if (kind, name) not in theirs]
    differing = [
        key[1] for key, one in ours.items() if key in theirs and _plain(one) != _plain(theirs[key])
    ]
    foreign = [name for kind, name in theirs if (kind, name) not in ours]
    return tuple(missing), tuple(differing), tuple(foreign)


def _key(one: Json) -> tuple[int, str]:
    return int(one.get("type") or _SLASH), str(one["name"])


def _plain(one: Json) -> Json:
    """Return what of a command, or of an option, is compared."""
    permissions = one.get("default_member_permissions")
    return {
        "type": int(one.get("type") or _SLASH),
        "name": one["name"],
        "description": one.get("description") or "",
        "permissions": None if permissions is None else int(permissions),
        "required": bool(one.get("required")),
        "autocomplete": bool(one.get("autocomplete")),
        "channels": sorted(one.get("channel_types") or ()),
        "choices": [(choice["name"], choice["value"]) for choice in one.get("choices") or ()],
        "limits": [one.get(limit) for limit in _LIMITS],
        "options": [_plain(option) for option in one.get("options") or ()],
    }

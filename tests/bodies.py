"""Looks at the body of a message: its embed, its buttons, and what Discord would complain of."""

from __future__ import annotations

from typing import Any

from bot.models import Body
from tests.loopback.limits import is_empty, message_complaints
from tests.loopback.openapi import published


def embed(body: Body) -> dict[str, Any]:
    """Return the only embed."""
    (only,) = body["embeds"]
    return dict(only)


def buttons(body: Body) -> list[dict[str, Any]]:
    """List the buttons of all rows."""
    return [button for row in body.get("components", []) for button in row["components"]]


def complaints(body: Body) -> list[Any]:
    """List what Discord would not take, by its limits and by its published schema."""
    found: list[Any] = list(message_complaints(body))
    found += published().complaints("POST", "/channels/1/messages", body)
    return found + ["empty"] * is_empty(body)

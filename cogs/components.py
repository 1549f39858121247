"""Hands components and forms to the library as they were rendered: JSON, as Discord takes it."""

from __future__ import annotations

from typing import Any

import discord

from bot.models import Body
from bot.publish.layout import IS_LAYOUT


class Shown(discord.ui.View):
    """The components of a body. Presses are answered by what their ids say, not by this view."""

    def __init__(self, body: Body) -> None:
        super().__init__(timeout=None)
        self._components: list[dict[str, Any]] = body.get("components", [])
        self._is_made_of_these = bool(body.get("flags", 0) & IS_LAYOUT)
        self.stop()  # so the library need not remember it

    def to_components(self) -> list[dict[str, Any]]:
        """Give the components as they were rendered."""
        return self._components

    def has_components_v2(self) -> bool:
        """Tell whether they are all that the message is made of."""
        return self._is_made_of_these


class Form(discord.ui.Modal, title="-"):
    """A form; what is filled in is answered by what its id says, after any restart."""

    def __init__(self, form: dict[str, Any]) -> None:
        super().__init__(timeout=None, custom_id=form["custom_id"])
        self._form = form
        self.stop()

    def to_dict(self) -> dict[str, Any]:
        """Give the form as it was rendered."""
        return self._form

"""A panel with buttons, selects and forms, as the person who has opened it uses it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.loopback.component_limits import component_nodes
from tests.loopback.interactions import Reply
from tests.loopback.state import Member
from tests.town import Town


class Panel:
    """The panel as somebody sees it."""

    def __init__(self, town: Town, member: Member, reply: Reply) -> None:
        self.town, self.member, self.reply = town, member, reply
        self.form: Reply | None = None

    @property
    def parts(self) -> list[dict[str, Any]]:
        """All components of the panel, those within others, too."""
        return list(component_nodes(self.reply.body["components"]))

    @property
    def text(self) -> str:
        """All that it says."""
        return "\n".join(part["content"] for part in self.parts if "content" in part)

    def ids(self, act: str) -> Iterator[str]:
        """The custom_ids of what does this."""
        ids = [part.get("custom_id", "") for part in self.parts]
        return (one for one in ids if one.split(":")[1:2] == [act])

    def has(self, act: str) -> bool:
        """Tell whether anything on it does this."""
        return any(self.ids(act))

    async def press(self, act: str, *values: Any, arg: str = "") -> str:
        """Press a button or choose; the panel is changed in place. Returns what it says then."""
        custom_id = next(one for one in self.ids(act) if one.endswith(arg))
        return await self.send(custom_id, *values)

    async def send(self, custom_id: str, *values: Any) -> str:
        """Press what has this custom_id."""
        reply = await self.town.discord.press(
            self.member, self.town.channel, self.reply, custom_id, values=values
        )
        assert reply.acknowledged_after < 3
        if reply.modal:
            self.form = reply
            return ""
        assert reply.updated, "the panel is changed in place"
        self.reply = reply
        return self.text

    async def whispered(self, custom_id: str) -> str:
        """Press what has this custom_id and leaves the panel as it is; return what is told."""
        reply = await self.town.discord.press(self.member, self.town.channel, self.reply, custom_id)
        assert reply.acknowledged_after < 3
        await self.town.discord.until(lambda: bool(reply.body or reply.followups))
        (told,) = reply.followups or [reply.body]
        return str(told["content"])

    async def fill(self, form: str, **filled: str) -> str:
        """Open a form with its button, and fill it in."""
        await self.press("ask", arg=form)
        return await self.submit(**filled)

    async def submit(self, **filled: str) -> str:
        """Fill in the form that was opened."""
        assert self.form is not None
        reply = await self.town.discord.submit(self.member, self.town.channel, self.form, filled)
        assert reply.updated, "the panel is changed in place"
        self.reply = reply
        return self.text

    def typed(self, field: str) -> str:
        """Return what stands in a field of the form that was opened."""
        assert self.form is not None
        (one,) = [
            part
            for part in component_nodes(self.form.body["components"])
            if part.get("custom_id") == field
        ]
        return str(one.get("value", ""))

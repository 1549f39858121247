"""/settings: the panel of how stories are posted, for members who manage the server."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.models import Audience, AuditEntry, Flow, Pace, Server, Setting
from bot.newsroom import Author, Changed, Newsroom, NotChanged
from bot.publish import answers, flow_answers, panel, panel_words
from bot.publish.layout import Component
from bot.publish.panel import Spot
from bot.publish.panel_forms import FORMS, LONGEST
from bot.words import LANGUAGES, best
from cogs.filling import SETTINGS, change_of
from cogs.places import Destination, found, gone_roles, manages, mute, role_refused, sees
from cogs.presses import Press
from cogs.replies import ask, in_time, reply, update, whisper
from cogs.typed import Refused

Told = Sequence[Component]

_LARGEST = 2**63 - 1
"""What a database can be asked for."""
T = TypeVar("T")


class ServerSettings(commands.Cog):
    """The panel, and all that is pressed, chosen and filled in on it."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom
        self._acts: Mapping[str, Callable[[Press], Awaitable[None]]] = {
            "show": self._show,
            "channel": self._choose_channel,
            "topic": self._choose_topic,
            "pace": self._pace,
            "mention": self._mention,
            "nobody": self._mention,
            "publish": self._publish,
            "ask": self._ask,
            "again": self._ask_again,
            "fill": self._fill,
            "server": self._server,
            "audience": self._audience,
            "language": self._language,
            "history": self._history,
            "undo": self._undo,
            "takeback": self._undo,
            "takelast": self._undo,
        }

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.default_permissions(manage_guild=True)
    async def settings(self, interaction: discord.Interaction) -> None:
        """See and change how stories are posted here, and who may subscribe."""
        if not manages(interaction):
            await reply(interaction, flow_answers.manage_server_only())
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        spot = await self._spot(interaction, interaction.channel_id or 0)
        await reply(interaction, body=panel.channel(spot))

    async def pressed(self, press: Press) -> None:
        """Answer what was pressed, chosen or filled in on the panel."""
        act = self._acts.get(press["act"])
        if not manages(press.interaction):
            # The server may have shown the command to others, or taken the permission since.
            await reply(press.interaction, flow_answers.manage_server_only())
        elif act is None:
            await press.interaction.response.defer()  # of no panel of ours
        else:
            await act(press)

    # ── what is shown ────────────────────────────────────────────────────────────────────

    async def _show(self, press: Press) -> None:
        await press.interaction.response.defer()
        await self._show_channel(press)

    async def _choose_channel(self, press: Press) -> None:
        await press.interaction.response.defer()
        chosen = _number(press.values[0]) if press.values else 0
        spot = await self._spot(press.interaction, chosen)
        # A thread that is archived is not found, and yet it may get topics.
        if not spot.flows and found(press.interaction, chosen) is None:
            await self._show_channel(press, panel.refusal(panel_words.unseen_channel()))
            return
        await update(press.interaction, panel.channel(spot))

    async def _choose_topic(self, press: Press) -> None:
        await press.interaction.response.defer()
        chosen = press.values[0] if press.values else panel.ALL
        spot = await self._spot(press.interaction, _number(press["channel"]), chosen)
        await update(press.interaction, panel.channel(spot))

    async def _show_channel(self, press: Press, told: Told = ()) -> None:
        spot = await self._here(press)
        await update(press.interaction, panel.channel(spot, told))

    async def _server(self, press: Press) -> None:
        await press.interaction.response.defer()
        await self._show_server(press)

    async def _show_server(self, press: Press, told: Told = ()) -> None:
        settings = await self._newsroom.servers.of(press.interaction.guild_id or 0)
        locale = press.interaction.guild_locale
        usual = best(locale.value if locale else None)
        spot = await self._here(press)
        await update(press.interaction, panel.server(spot, settings, usual, told))

    async def _history(self, press: Press) -> None:
        await press.interaction.response.defer()
        await self._show_history(press, _number(press["arg"]))

    async def _show_history(self, press: Press, page: int = 0, told: Told = ()) -> None:
        spot = await self._here(press)
        listed = await self._newsroom.settings.history(press.interaction.guild_id or 0, page)
        hidden = {one.id for one in listed.entries if not _may_know(press.interaction, one)}
        body = panel.history(
            spot, listed.entries, page=listed.page, pages=listed.pages, hidden=hidden, told=told
        )
        await update(press.interaction, body)

    # ── what is changed in a channel ─────────────────────────────────────────────────────

    async def _pace(self, press: Press) -> None:
        pace = next((p for p in Pace if p.name.lower() in press.values), Pace.AS_IT_HAPPENS)
        await self._change(press, Setting.PACE, lambda flow: replace(flow, pace=pace))

    async def _mention(self, press: Press) -> None:
        """Have posts mention the role that was chosen, or nobody."""
        interaction = press.interaction
        if not press.values:
            await self._change(press, Setting.MENTION, lambda flow: replace(flow, mention=None))
            return
        role_id = _number(press.values[0])
        refused = role_refused(interaction, _number(press["channel"]), role_id)
        if refused:
            await interaction.response.defer()
            await self._show_channel(press, panel.refusal(refused))
            return
        warning = mute(interaction, _number(press["channel"]), role_id)
        await self._change(
            press, Setting.MENTION, lambda flow: replace(flow, mention=role_id), warning
        )

    async def _publish(self, press: Press) -> None:
        publishes = press["arg"] == "1"
        if publishes and not _announces(found(press.interaction, _number(press["channel"]))):
            await press.interaction.response.defer()
            await self._show_channel(press, panel.refusal(panel_words.not_an_announcement()))
            return
        await self._change(
            press, Setting.PUBLISHES, lambda flow: replace(flow, publishes=publishes)
        )

    async def _ask(self, press: Press) -> None:
        """Open a form, filled in with how it is now; it has to be the very first answer."""
        form = FORMS.get(press["arg"])
        spot = await _in_time(press, self._here(press))
        if spot is None:
            return
        if form is not None and spot.chosen and _is_there(spot, press):
            await ask(press.interaction, form(spot, None))
        else:
            said = panel.refusal(panel_words.not_subscribed())
            await update(press.interaction, panel.channel(spot, said))

    async def _ask_again(self, press: Press) -> None:
        """Open a form again with what was typed into it."""
        read = await _in_time(press, self._kept(press))
        if read is None:
            return
        kept, spot = read
        if kept is None or not spot.chosen or not _is_there(spot, press):
            gone = panel_words.typed_is_gone() if kept is None else panel_words.not_subscribed()
            await update(press.interaction, panel.channel(spot, panel.refusal(gone)))
            return
        typed = json.loads(kept)
        await ask(press.interaction, FORMS[typed["form"]](spot, typed["filled"]))

    async def _kept(self, press: Press) -> tuple[str | None, Spot]:
        number = _number(press["arg"])
        kept = await self._newsroom.settings.typed(_author(press.interaction), number)
        return kept, await self._here(press)

    async def _fill(self, press: Press) -> None:
        """Take what was filled into a form; what can't be taken is kept, to be mended."""
        interaction, form = press.interaction, press["arg"]
        await interaction.response.defer()
        if form not in SETTINGS:
            return
        spot = await self._here(press)
        filled = {name[:40]: typed[:LONGEST] for name, typed in press.filled.items()}
        try:
            change = change_of(form, filled, [each.flow for _, each in spot.chosen])
        except Refused as refused:
            typed = json.dumps({"form": form, "filled": filled}, ensure_ascii=False)
            number = await self._newsroom.settings.keep_typed(_author(interaction), typed)
            told = panel.mending(spot, str(refused), number)
            await update(interaction, panel.channel(spot, told))
            return
        await self._change(press, SETTINGS[form], change)

    async def _change(
        self, press: Press, setting: Setting, change: Callable[[Flow], Flow], warning: str = ""
    ) -> None:
        """Change flows as the panel says, and show there what has changed."""
        if not press.interaction.response.is_done():
            await press.interaction.response.defer()
        before = await self._here(press)
        if not before.chosen or not _is_there(before, press):
            await self._show_channel(press, panel.refusal(panel_words.not_subscribed()))
            return
        topic = before.topic.name if before.topic else None
        made = await self._newsroom.settings.change(
            _author(press.interaction), before.channel_id, topic, setting, change
        )
        await self._show_channel(press, _told(before, made, warning=warning))

    # ── what is changed for the server ───────────────────────────────────────────────────

    async def _audience(self, press: Press) -> None:
        who = next((one for one in Audience if one.value in press.values), Audience.MEMBERS)
        await self._change_server(
            press, Setting.AUDIENCE, lambda server: replace(server, audience=who)
        )

    async def _language(self, press: Press) -> None:
        named = next((code for code in LANGUAGES if code.lower() in press.values), None)
        await self._change_server(
            press, Setting.LANGUAGE, lambda server: replace(server, language=named)
        )

    async def _change_server(
        self, press: Press, setting: Setting, change: Callable[[Server], Server]
    ) -> None:
        await press.interaction.response.defer()
        made = await self._newsroom.settings.change_server(
            _author(press.interaction), setting, change
        )
        await self._show_server(press, _told(await self._here(press), made))

    # ── the way back ─────────────────────────────────────────────────────────────────────

    async def _undo(self, press: Press) -> None:
        """Undo the change that the button names, if this member may bring back how it was."""
        interaction = press.interaction
        await interaction.response.defer()
        number = _number(press["arg"])
        entry = await self._newsroom.settings.entry(interaction.guild_id or 0, number)
        is_listed = press["act"] != "undo"
        refused = _not_theirs(interaction, entry) if entry is not None else None
        if refused:
            told: Told = panel.refusal(refused)
        else:
            made = await self._newsroom.settings.undo(_author(interaction), number)
            if made is NotChanged.UNDONE:
                # Pressed twice: what the panel says of the first time stays.
                await whisper(interaction, panel_words.undone())
                return
            told = _told(await self._here(press), made, is_undoing=True, in_list=is_listed)
        if is_listed:
            await self._show_history(press, told=told)
        elif entry is not None and entry.channel_id is None:
            await self._show_server(press, told)
        else:
            await self._show_channel(press, told)

    # ── where it is ──────────────────────────────────────────────────────────────────────

    async def _here(self, press: Press) -> Spot:
        """Return what a custom_id is about; all topics where its own is not there any more."""
        return await self._spot(press.interaction, _number(press["channel"]), press["topic"])

    async def _spot(
        self, interaction: discord.Interaction, channel_id: int, topic: str = panel.ALL
    ) -> Spot:
        """Return a channel with what flows there, as far as this member may know of it.

        Of a channel of another server nothing is shown, and nothing there is changed.
        """
        flowing = []
        if sees(interaction, channel_id):
            flowing = await self._newsroom.settings.flows(interaction.guild_id or 0, channel_id)
        flows = [(one.topic, one.subscription) for one in flowing]
        named = next((t for t, _ in flows if panel.key(t.name) == topic), None)
        channel = found(interaction, channel_id)
        return Spot(
            channel_id,
            flows,
            named,
            _announces(channel),
            is_offered=channel is not None and channel.type.value in panel.DESTINATIONS,
            gone_roles=gone_roles(interaction, (one.flow for _, one in flows)),
        )


def _number(typed: str) -> int:
    """Read a number out of a custom_id, which is input; 0 where it can be nobody's."""
    number = int(typed) if typed.isascii() and typed.isdecimal() else 0
    return number if number <= _LARGEST else 0


def _is_there(spot: Spot, press: Press) -> bool:
    """Tell whether the topic that a custom_id is about is still there."""
    return spot.topic is not None or press["topic"] == panel.ALL


def _author(interaction: discord.Interaction) -> Author:
    return Author(interaction.guild_id or 0, interaction.user.id)


async def _in_time(press: Press, reading: Awaitable[T]) -> T | None:
    """Read what a form is filled in with; None: it takes too long, and the member was told."""
    found_out = await in_time(reading)
    if found_out is None:
        await whisper(press.interaction, answers.too_slow())
    return found_out


def _may_know(interaction: discord.Interaction, entry: AuditEntry) -> bool:
    """Tell whether this member may know of a change: the channel may be hidden from them."""
    return entry.channel_id is None or sees(interaction, entry.channel_id)


def _announces(channel: Destination | None) -> bool:
    return isinstance(channel, discord.TextChannel) and channel.is_news()


def _told(
    spot: Spot,
    made: Changed | NotChanged,
    *,
    warning: str = "",
    is_undoing: bool = False,
    in_list: bool = False,
) -> list[Component]:
    """Say what has changed, or why nothing has; above the history there is less room for it."""
    if isinstance(made, Changed):
        said = panel_words.confirmed(made.entry, warning, is_undoing=is_undoing, in_short=in_list)
        more = "" if in_list else panel_words.tried(made.trials)
        # The list has a button for the same change, and no two may share an id.
        act = "takelast" if in_list else "undo"
        return panel.confirmation(spot, made.entry, said=said, more=more, act=act)
    why = {
        NotChanged.SAME: panel_words.same,
        NotChanged.NOTHING_FLOWS: panel_words.not_subscribed,
        NotChanged.NOT_KEPT: panel_words.not_kept,
        NotChanged.UNDONE: panel_words.undone,
        NotChanged.CHANGED_SINCE: panel_words.changed_since,
    }
    return panel.refusal(why[made]())


def _not_theirs(interaction: discord.Interaction, entry: AuditEntry) -> str | None:
    """Say why this member may not undo a change; None: they may.

    Who may not mention a role must not get it mentioned by undoing what somebody else has changed.
    """
    if not _may_know(interaction, entry):
        return panel_words.unseen_channel()
    if entry.setting is not Setting.MENTION or not isinstance(entry.changes, tuple):
        return None
    roles = {change.before.mention for change in entry.changes if change.before is not None}
    refused = (
        role_refused(interaction, entry.channel_id or 0, role) for role in roles if role is not None
    )
    return next((why for why in refused if why is not None), None)

"""Pure: the panel of /settings: how stories flow in a channel, the server's settings, the history.

Everything on it says by its custom_id what it is about: the channel, and the topic by a digest of
its name, as names can be longer than a custom_id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from bot.models import Audience, AuditEntry, Body, Flow, Pace, Server, Subscription, Topic
from bot.publish import flow_answers, panel_words
from bot.publish.cards import CALM, whole_lines
from bot.publish.escape import fit
from bot.publish.layout import (
    BLUE,
    MOST_OPTIONS,
    Component,
    button,
    channel_select,
    layout,
    line,
    option,
    role_select,
    row,
    section,
    select,
    text,
)
from bot.words import LANGUAGES, tr

CUSTOM_ID = (
    r"set:(?P<act>[a-z]{1,12}):(?P<channel>[0-9]{1,20}):(?P<topic>[0-9a-f]{12}|-)"
    r"(?::(?P<arg>[a-z0-9]{1,20}))?"
)
ALL = "-"
"""Stands in a custom_id for all topics of a channel."""
_STATE = 1_400
"""Characters of how stories flow now."""
DESTINATIONS = (0, 5, 10, 11, 12, 15, 16)
"""Text and announcement channels, threads, forums and media channels."""


def key(topic: str) -> str:
    """Return what stands for a topic in a custom_id, among those of its channel."""
    return hashlib.blake2b(topic.encode(), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True)
class Spot:
    """What a panel is about: a channel and what flows there, and one topic of it or all."""

    channel_id: int
    flows: Sequence[tuple[Topic, Subscription]]
    """Of all topics that the channel gets."""
    topic: Topic | None = None
    """None: all of them."""
    announces: bool = False
    """Whether it is an announcement channel, which other servers can follow."""
    is_offered: bool = True
    """Whether it is there, and of a kind that can be chosen: Discord takes no other as chosen."""
    gone_roles: Collection[int] = ()
    """Roles that posts are to mention and that are not there any more, as above."""

    @property
    def chosen(self) -> list[tuple[Topic, Subscription]]:
        """The flows that the panel shows and changes."""
        return [each for each in self.flows if self.topic in {None, each[0]}]

    def id(self, act: str, arg: str | int = "") -> str:
        """Make the custom_id of what is done here."""
        named = key(self.topic.name) if self.topic else ALL
        return f"set:{act}:{self.channel_id}:{named}" + (f":{arg}" if arg != "" else "")


def _heading(said: str) -> Component:
    return text(f"### {said}")


def _about(setting: str, said: str) -> Component:
    return text(f"**{setting}**\n{said}")


# ── what is told above ───────────────────────────────────────────────────────────────────


def confirmation(
    spot: Spot, entry: AuditEntry, *, said: str, more: str = "", act: str = "undo"
) -> list[Component]:
    """Confirm a change, with the button that undoes it."""
    undo = button(tr("Undo"), spot.id(act, entry.id), emoji="↩️")
    return [section(said, undo), *([text(more)] if more else [])]


def refusal(said: str) -> list[Component]:
    """Say why nothing has changed."""
    return [text(said if said.startswith("⚠️") else f"⚠️ {said}")]


def mending(spot: Spot, said: str, number: int) -> list[Component]:
    """Say what is wrong with what was typed, with the button that opens the form again with it."""
    again = button(tr("Correct it"), spot.id("again", number), style=BLUE, emoji="✏️")
    return [section(f"⚠️ {said}", again)]


# ── a channel ────────────────────────────────────────────────────────────────────────────


def channel(spot: Spot, told: Sequence[Component] = ()) -> Body:
    """Show how stories flow in a channel, with all that changes it."""
    heading = _heading(tr("⚙️ How stories are posted"))
    news = [*told, line()] if told else []
    parts = [heading, *news, text(_state(spot)), line(), _channels(spot)]
    if spot.flows:
        parts += _changing(spot)
    nobody = any(each.flow.mention is not None for _, each in spot.chosen)
    parts.append(
        row(
            button(tr("Mention nobody"), spot.id("nobody"), emoji="🔕") if nobody else None,
            button(tr("Server"), spot.id("server"), emoji="🏠"),
            button(tr("History"), spot.id("history"), emoji="📜"),
        )
    )
    return layout(*parts, colour=CALM)


def _state(spot: Spot) -> str:
    where = f"<#{spot.channel_id}>"
    if not spot.flows:
        return tr(
            "{channel} gets no topic yet. Post one there with `/subscribe`, or choose another "
            "channel below.",
            channel=where,
        )
    which = fit(spot.topic.label, 100) if spot.topic else tr("All topics of this channel")
    head = f"**{where} · {which}**"
    full = [head, *_flow_lines(spot.chosen, named=spot.topic is None, in_full=True)]
    if len("\n".join(full)) <= _STATE:
        return "\n".join(full)
    return whole_lines([head, *_flow_lines(spot.chosen, named=True, in_full=False)], _STATE)


def _flow_lines(
    flows: Iterable[tuple[Topic, Subscription]], *, named: bool, in_full: bool
) -> list[str]:
    """Say how topics flow, those alike once."""
    alike: dict[tuple[Flow, str | None], list[str]] = {}
    for topic, subscription in flows:
        how = (subscription.flow, subscription.paused_reason)
        alike.setdefault(how, []).append(fit(topic.label, 100))
    lines = []
    for (flow, reason), topics in alike.items():
        names = ", ".join(topics)
        stopped = [flow_answers.paused(reason)] if reason else []
        if in_full:
            lines += [f"**{names}**"] if named else []
            lines += [f"- {said}" for said in (*stopped, *flow_answers.in_full(flow))]
        else:
            lines += [f"- **{names}**: {' '.join((*stopped, flow_answers.in_short(flow)))}"]
    return lines


def _channels(spot: Spot) -> Component:
    hint = tr("Another channel")
    chosen = spot.channel_id if spot.is_offered else None
    return row(channel_select(spot.id("channel"), DESTINATIONS, hint=hint, chosen=chosen))


def _changing(spot: Spot) -> list[Component]:
    flows = [each.flow for _, each in spot.chosen]
    parts = [_topics(spot)] if len(spot.flows) > 1 else []
    parts += [_paces(spot, flows), _mentions(spot, flows)]
    publishes = all(flow.publishes for flow in flows)
    toggle = tr("Publish: on") if publishes else tr("Publish: off")
    has_toggle = spot.announces or any(flow.publishes for flow in flows)
    parts.append(
        row(
            button(tr("Daily digest"), spot.id("ask", "digest"), emoji="🕗"),
            button(tr("Most a day"), spot.id("ask", "budget"), emoji="🔢"),
            button(tr("Quiet hours"), spot.id("ask", "quiet"), emoji="🌙"),
            button(tr("Filters"), spot.id("ask", "filters"), emoji="🔎"),
            button(toggle, spot.id("publish", int(not publishes)), emoji="📣")
            if has_toggle
            else None,
        )
    )
    return parts


def _topics(spot: Spot) -> Component:
    """Let people choose a topic; one of 25 is named by the hint, as there is one option less."""
    everything = tr("All topics of this channel")
    options = [option(everything, ALL, chosen=spot.topic is None)]
    options += [option(t.label, key(t.name), chosen=t == spot.topic) for t, _ in spot.flows]
    if len(options) > MOST_OPTIONS:
        options = [each for each in options if not each.get("default")]
    hint = spot.topic.label if spot.topic else everything
    return row(select(spot.id("topic"), options, hint=hint))


def _paces(spot: Spot, flows: Sequence[Flow]) -> Component:
    chosen = {flow.pace for flow in flows}
    told = {
        Pace.AS_IT_HAPPENS: (tr("As it happens"), tr("Each new story once, as it comes")),
        Pace.HOURLY: (tr("Hourly"), tr("New stories together, once an hour")),
        Pace.DAILY: (tr("Daily"), tr("New stories together, once a day")),
    }
    options = [
        option(label, pace.name.lower(), about=about, chosen=chosen == {pace})
        for pace, (label, about) in told.items()
    ]
    return row(select(spot.id("pace"), options, hint=tr("Pace: not the same for all topics")))


def _mentions(spot: Spot, flows: Sequence[Flow]) -> Component:
    chosen = {flow.mention for flow in flows}
    alike = len(chosen) == 1
    hint = tr("Mention a role") if alike else tr("Mention: not the same for all topics")
    role = next(iter(chosen)) if alike else None
    chosen_role = None if role in spot.gone_roles else role
    return row(role_select(spot.id("mention"), hint=hint, chosen=chosen_role))


# ── the server ───────────────────────────────────────────────────────────────────────────


def server(
    spot: Spot, settings: Server, discord_language: str, told: Sequence[Component] = ()
) -> Body:
    """Show what holds for all channels of a server; `discord_language` is its own on Discord."""
    usual = tr("As the server is set on Discord ({language})", language=LANGUAGES[discord_language])
    languages = [option(usual, "discord", chosen=settings.language is None)]
    languages += [
        option(name, code.lower(), chosen=settings.language == code)
        for code, name in LANGUAGES.items()
    ]
    told_of = {
        Audience.MEMBERS: (tr("Members"), tr("Whoever may write in the channel")),
        Audience.MODERATORS: (
            tr("Moderators"),
            tr("Who may delete others' messages there or manages the server"),
        ),
    }
    audiences = [
        option(label, who.value, about=about, chosen=settings.audience is who)
        for who, (label, about) in told_of.items()
    ]
    return layout(
        _heading(tr("🏠 The whole server")),
        *told,
        _about(tr("Who may subscribe"), tr("Who says what is posted in a channel.")),
        row(select(spot.id("audience"), audiences)),
        _about(tr("Language of posts"), tr("Private answers are in each member’s own.")),
        row(select(spot.id("language"), languages)),
        row(
            button(tr("Channel"), spot.id("show"), emoji="⚙️"),
            button(tr("History"), spot.id("history"), emoji="📜"),
        ),
        colour=CALM,
    )


# ── the history ──────────────────────────────────────────────────────────────────────────


def history(
    spot: Spot,
    entries: Sequence[AuditEntry],
    *,
    page: int,
    pages: int,
    hidden: Collection[int] = (),
    told: Sequence[Component] = (),
) -> Body:
    """List a page of a server's changes, the newest first; pages count from 0.

    Of those whose numbers are `hidden` only who made them and when is shown.
    """
    parts = [_heading(tr("📜 Who changed what")), *told]
    for entry in entries:
        is_hidden = entry.id in hidden
        said = panel_words.listed(entry, is_hidden=is_hidden)
        if entry.can_be_undone and not is_hidden:
            parts.append(section(said, button(tr("Undo"), spot.id("takeback", entry.id))))
        else:
            parts.append(text(said))
    if not entries:
        parts.append(text(tr("Nothing has been changed yet.")))
    if pages > 1:
        newer = button(
            tr("Newer"), spot.id("history", max(page - 1, 0)), emoji="◀️", disabled=page == 0
        )
        older = button(
            tr("Older"), spot.id("history", page + 1), emoji="▶️", disabled=page + 1 == pages
        )
        shown = tr("Page {page} of {pages}", page=page + 1, pages=pages)
        parts += [text(f"-# {shown}"), row(newer, older)]
    parts.append(
        row(
            button(tr("Channel"), spot.id("show"), emoji="⚙️"),
            button(tr("Server"), spot.id("server"), emoji="🏠"),
        )
    )
    return layout(*parts, colour=CALM)

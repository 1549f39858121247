"""Pure: how stories flow, in words, and what is answered to who may not say so.

Every refusal says what is wrong and what to do next.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.models import Filters, Flow, Pace, Topic
from bot.publish.cards import listed
from bot.publish.escape import fit
from bot.words import retold, tr, trn

_NAMED = 8
"""How many words of a filter are named."""
_TERM = 60
"""Characters of a word or a publisher's name that are shown."""


# ── a flow in words ──────────────────────────────────────────────────────────────────────


def clock(minute: int) -> str:
    """Write a minute of the day as HH:MM."""
    return f"{minute // 60:02}:{minute % 60:02}"


def in_short(flow: Flow) -> str:
    """Say in a few words how stories flow."""
    said = [_pace(flow)]
    if flow.mention is not None:
        said.append(tr("mentions {role}", role=f"<@&{flow.mention}>"))
    if flow.budget is not None:
        said.append(trn("at most {n} a day", "at most {n} a day", flow.budget))
    if flow.quiet is not None:
        said.append(tr("quiet {hours}", hours=hours(flow)))
    if flow.filters != Filters():
        said.append(tr("filtered"))
    if flow.publishes:
        said.append(tr("published to followers"))
    return " · ".join(said)


def _pace(flow: Flow) -> str:
    if flow.pace is Pace.DAILY:
        return tr("daily at {time}", time=digest_time(flow))
    return pace_name(flow.pace)


def pace_name(pace: Pace) -> str:
    """Name a pace, within a sentence."""
    match pace:
        case Pace.AS_IT_HAPPENS:
            return tr("as it happens")
        case Pace.HOURLY:
            return tr("hourly")
        case Pace.DAILY:
            return tr("daily")


def digest_time(flow: Flow) -> str:
    """Write when the day's digest comes, with the time zone."""
    return f"{clock(flow.digest_at)} ({fit(flow.zone, 40)})"


def hours(flow: Flow) -> str:
    """Write the quiet hours with the time zone; empty where there are none."""
    if flow.quiet is None:
        return ""
    return f"{clock(flow.quiet.begin)}–{clock(flow.quiet.end)} ({fit(flow.zone, 40)})"


def in_full(flow: Flow) -> list[str]:
    """Say how stories flow, a line for each thing that is set."""
    said = [_pace_in_full(flow)]
    if flow.mention is not None:
        said.append(tr("Mentions {role}", role=f"<@&{flow.mention}>"))
    if flow.budget is not None:
        said.append(
            trn(
                "At most {n} post a day; the rest in one digest at {time}",
                "At most {n} posts a day; the rest in one digest at {time}",
                flow.budget,
                time=digest_time(flow),
            )
        )
    if flow.quiet is not None:
        said.append(tr("Quiet {hours}; what comes meanwhile is posted after it", hours=hours(flow)))
    if flow.filters != Filters():
        said += in_words(flow.filters)
    if flow.publishes:
        said.append(tr("Published to the servers that follow this channel"))
    return said


def _pace_in_full(flow: Flow) -> str:
    match flow.pace:
        case Pace.AS_IT_HAPPENS:
            return tr("Each new story once, as it comes")
        case Pace.HOURLY:
            return tr("New stories together, once an hour")
        case Pace.DAILY:
            return tr("New stories together, each day at {time}", time=digest_time(flow))


def pace_in_words(flow: Flow) -> str:
    """Say when stories come, within a sentence."""
    match flow.pace:
        case Pace.AS_IT_HAPPENS:
            return tr("each new story once, as it comes")
        case Pace.HOURLY:
            return tr("new stories together, once an hour")
        case Pace.DAILY:
            return tr("new stories together, each day at {time}", time=digest_time(flow))


def in_words(filters: Filters, most: int = _NAMED, longest: int = _TERM) -> list[str]:
    """Say what filters let through, a line each; one line where there are none.

    Each names so many words at most, each with so many characters.
    """

    def named(terms: Sequence[str]) -> str:
        shown = [f"“{fit(term, longest)}”" for term in terms[:most]]
        left = len(terms) - len(shown)
        return listed([*shown, trn("{n} more", "{n} more", left)] if left else shown)

    said = []
    if filters.words:
        said.append(tr("Only with the words {words}", words=named(filters.words)))
    if filters.not_words:
        said.append(tr("Without the words {words}", words=named(filters.not_words)))
    if filters.publishers:
        said.append(tr("Only from {publishers}", publishers=named(filters.publishers)))
    if filters.not_publishers:
        said.append(tr("Not from {publishers}", publishers=named(filters.not_publishers)))
    return said or [tr("No filters: every story is let through")]


def paused(reason: str) -> str:
    """Say that a subscription is paused, and how it goes on."""
    return tr(
        "⏸️ Paused. {reason} It goes on by itself as soon as I may post there again.",
        reason=fit(retold(reason), 200),
    )


# ── /subscribe ───────────────────────────────────────────────────────────────────────────


def promise(flow: Flow) -> str:
    """Say how the stories of a new subscription come."""
    pace = pace_in_words(flow)
    if flow.mention is None:
        return pace
    return tr("{pace}, with a mention of {role}", pace=pace, role=f"<@&{flow.mention}>")


def adjusted(topic: Topic, channel_id: int, flow: Flow) -> str:
    """Confirm that a subscription that was there flows otherwise."""
    return tr(
        "✅ {channel} has **{topic}** already; from now on: {flow}.",
        channel=f"<#{channel_id}>",
        topic=topic.label,
        flow=in_short(flow),
    )


def proof_coming(channel_id: int) -> str:
    """Say that the newest story is being posted."""
    return tr(
        "Its newest story is being posted in {channel}, so that you see how they look.",
        channel=f"<#{channel_id}>",
    )


def not_everyone() -> str:
    """Refuse to mention everyone."""
    return tr(
        "I never mention everyone. Choose a role that people can take for themselves, or none."
    )


def member_may_not_mention(role_id: int) -> str:
    """Refuse a member to have a role mentioned that they may not mention themselves."""
    return tr(
        "You may not mention {role} there, so you can't have me do it. Choose a role that anyone "
        "may mention, or ask a moderator.",
        role=f"<@&{role_id}>",
    )


def mention_is_mute(role_id: int) -> str:
    """Warn that a mention will not reach anybody."""
    return tr(
        "⚠️ {role} will not be notified: in the server's settings, under Roles, switch on **Allow "
        "anyone to @mention this role**, or give me **Mention @everyone, @here and All Roles**.",
        role=f"<@&{role_id}>",
    )


# ── /settings ────────────────────────────────────────────────────────────────────────────


def manage_server_only() -> str:
    """Refuse a member who may not change settings."""
    return tr(
        "Only members with **Manage Server** change how stories are posted. Ask one of them; "
        "`/subscriptions` shows how it is now."
    )

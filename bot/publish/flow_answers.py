"""Pure: how a channel's stories flow, in words, and what /settings answers.

Every refusal says what is wrong and what to do next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.models import Body, Filters, Flow, Pace, Story, Subscription, Topic
from bot.publish.cards import card, listed, whole_lines
from bot.publish.escape import fit
from bot.publish.sections import linked

_HEADLINE = 120
_NAMED = 8
"""How many headlines a preview names."""
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
        said.append(f"mentions <@&{flow.mention}>")
    if flow.budget is not None:
        said.append(f"at most {flow.budget} a day")
    if flow.quiet is not None:
        said.append(f"quiet {clock(flow.quiet.begin)}–{clock(flow.quiet.end)}{_zone(flow)}")
    if flow.filters != Filters():
        said.append("filtered")
    if flow.publishes:
        said.append("published to followers")
    return " · ".join(said)


def _pace(flow: Flow) -> str:
    if flow.pace is not Pace.DAILY:
        return flow.pace.value
    return f"daily at {clock(flow.digest_at)}{_zone(flow)}"


def _zone(flow: Flow) -> str:
    return f" ({fit(flow.zone, 40)})"


def in_full(flow: Flow) -> list[str]:
    """Say how stories flow, a line for each thing that is set."""
    how = pace_in_words(flow)
    said = [how[0].upper() + how[1:]]
    if flow.mention is not None:
        said.append(f"Mentions <@&{flow.mention}>")
    if flow.budget is not None:
        at = f"{clock(flow.digest_at)}{_zone(flow)}"
        said.append(f"At most {_posts(flow.budget)} a day; the rest in one digest at {at}")
    if flow.quiet is not None:
        hours = f"{clock(flow.quiet.begin)} to {clock(flow.quiet.end)}"
        said.append(f"Quiet from {hours}{_zone(flow)}; what comes meanwhile is posted after it")
    if flow.filters != Filters():
        said += in_words(flow.filters)
    if flow.publishes:
        said.append("Published to the servers that follow this channel")
    return said


def pace_in_words(flow: Flow) -> str:
    """Say when stories come."""
    match flow.pace:
        case Pace.AS_IT_HAPPENS:
            return "each new story once, as it comes"
        case Pace.HOURLY:
            return "new stories together, once an hour"
        case Pace.DAILY:
            return f"new stories together, each day at {clock(flow.digest_at)}{_zone(flow)}"


def in_words(filters: Filters) -> list[str]:
    """Say what filters let through, a line each; one line where there are none."""
    named = (
        ("Only with the words", filters.words),
        ("Without the words", filters.not_words),
        ("Only from", filters.publishers),
        ("Not from", filters.not_publishers),
    )
    said = [f"{what} {_terms(terms)}" for what, terms in named if terms]
    return said or ["No filters: every story is let through"]


def _terms(terms: Sequence[str]) -> str:
    shown = [f"“{fit(term, _TERM)}”" for term in terms[:_NAMED]]
    left = len(terms) - len(shown)
    return listed([*shown, f"{left} more"] if left else shown)


def _posts(number: int) -> str:
    return "1 post" if number == 1 else f"{number} posts"


# ── /subscribe ───────────────────────────────────────────────────────────────────────────


def promise(flow: Flow) -> str:
    """Say how the stories of a new subscription come."""
    mention = "" if flow.mention is None else f", with a mention of <@&{flow.mention}>"
    return f"{pace_in_words(flow)}{mention}"


def adjusted(topic: Topic, channel_id: int, flow: Flow) -> str:
    """Confirm that a subscription that was there flows otherwise."""
    return f"✅ <#{channel_id}> has **{topic.label}** already; from now on: {in_short(flow)}."


def proof_coming(channel_id: int) -> str:
    """Say that the newest story is being posted."""
    return f"Its newest story is being posted in <#{channel_id}>, so that you see how they look."


def not_everyone() -> str:
    """Refuse to mention everyone."""
    return (
        "I never mention everyone. Choose a role that people can take for themselves, or leave "
        "`mention` out."
    )


def member_may_not_mention(role_id: int) -> str:
    """Refuse a member to have a role mentioned that they may not mention themselves."""
    return (
        f"You may not mention <@&{role_id}> there, so you can't have me do it. Choose a role that "
        "anyone may mention, or ask a moderator."
    )


def mention_is_mute(role_id: int) -> str:
    """Warn that a mention will not reach anybody."""
    return (
        f"⚠️ <@&{role_id}> will not be notified: in the server's settings, under Roles, switch on "
        "**Allow anyone to @mention this role**, or give me **Mention @everyone, @here and All "
        "Roles**."
    )


# ── /settings ────────────────────────────────────────────────────────────────────────────


def manage_server_only() -> str:
    """Refuse a member who may not change settings."""
    return (
        "Only members with **Manage Server** change how stories are posted. Ask one of them; "
        "`/subscriptions` shows how it is now."
    )


def nothing_flows(channel_id: int, topic: str | None) -> str:
    """Say that there is nothing to be set."""
    what = f"does not get “{fit(topic, 60)}”" if topic else "gets no topic yet"
    return f"<#{channel_id}> {what}. `/subscriptions` lists what this server gets."


def settings(channel_id: int, flows: Iterable[tuple[Topic, Subscription]]) -> Body:
    """Show how everything flows that a channel gets."""
    lines = [f"<#{channel_id}>"]
    for topic, subscription in flows:
        lines.append(f"**{topic.label}**")
        if subscription.paused_reason:
            lines.append(f"- {paused(subscription.paused_reason)}")
        lines += [f"- {line}" for line in in_full(subscription.flow)]
    below = (
        "Change it with `/subscribe` (pace, mention) and `/settings` (quiet, budget, digest, "
        "filter, mention, publish)."
    )
    return card("How stories are posted", f"{whole_lines(lines)}\n\n{below}")


def changed(channel_id: int, flows: Sequence[tuple[Topic, Flow]]) -> str:
    """Confirm a change: how each of these topics flows now."""
    lines = [f"✅ From now on in <#{channel_id}>:"]
    lines += [f"- **{topic.label}**: {in_short(flow)}" for topic, flow in flows]
    return whole_lines(lines, 1_900)


def paused(reason: str) -> str:
    """Say that a subscription is paused, and how it goes on."""
    return f"⏸️ Paused. {fit(reason, 200)} It goes on by itself as soon as I may post there again."


def no_time_of_day(typed: str) -> str:
    """Refuse what is no time of day."""
    return (
        f"“{fit(typed, 40)}” is no time of day. Write hours and minutes as `HH:MM`, for example "
        "`22:30`."
    )


def no_end() -> str:
    """Refuse quiet hours that never end."""
    return (
        "Quiet hours need a `begin` and an `end` that differ, for example `begin:22:00 end:07:00`; "
        "`begin:off` ends them."
    )


def unknown_zone(typed: str) -> str:
    """Refuse what is no time zone."""
    return (
        f"There is no time zone “{fit(typed, 60)}”. Choose one from the list that opens while you "
        "type: begin with a large city near you, for example `Berlin`."
    )


def not_an_announcement(channel_id: int) -> str:
    """Refuse to publish from a channel that nobody can follow."""
    return (
        f"<#{channel_id}> is no announcement channel, so no server can follow it. Turn it into one "
        "under Edit Channel → Overview, or name another with `channel`."
    )


def no_term(typed: str) -> str:
    """Refuse a word of a filter that is in no text."""
    return f"“{fit(typed, 40)}” is in no text: a word needs a letter or a digit."


def too_many_terms(most: int, longest: int) -> str:
    """Refuse a filter that is too long."""
    return (
        f"A filter takes {most} words or publishers of {longest} characters at the most. Leave "
        "some out; one word often does for several."
    )


class Trial(NamedTuple):
    """Filters as they are now and were before, and what they would have stopped lately."""

    topic: Topic
    now: Filters
    before: Filters
    tried: int
    """How many of the newest stories they were tried on."""
    stopped: Sequence[tuple[Story, str]]
    """Those that would have been stopped, each with the reason."""


def filtered(channel_id: int, trials: Sequence[Trial]) -> Body:
    """Confirm filters with what they would have stopped of the newest stories, and the way back."""
    named = _NAMED if len(trials) == 1 else 2
    lines = [f"From now on in <#{channel_id}>:"]
    for trial in trials:
        lines += [f"**{trial.topic.label}**"]
        lines += [f"- {line}" for line in in_words(trial.now)]
        lines += [_count(trial.tried, len(trial.stopped))]
        lines += [f"- {_headline(s)}: {_why(why)}" for s, why in trial.stopped[:named]]
        if len(trial.stopped) > named:
            lines.append(f"… and {len(trial.stopped) - named} more")
        lines.append(_undo(trial))
    return card("Filters", whole_lines(lines))


def _why(reason: str) -> str:
    """Give a reason without what is said once above all of them."""
    return fit(reason.removeprefix("Filtered: "), 160)


def _count(tried: int, stopped: int) -> str:
    if not tried:
        return "There are no stories yet that it could be tried on."
    if not stopped:
        return f"Of the newest {tried} stories it would have stopped none."
    return f"Of the newest {tried} stories it would have stopped {stopped}:"


def _headline(story: Story) -> str:
    article = story.article
    words = " ".join((article.title or article.teaser).split()) or "(untitled)"
    return linked(fit(words, _HEADLINE), article.link)


def _undo(trial: Trial) -> str:
    now, before = trial.now, trial.before
    if now == before:
        return "That is how it was before."
    was = {
        "include_words": (now.words, before.words),
        "exclude_words": (now.not_words, before.not_words),
        "include_publishers": (now.publishers, before.publishers),
        "exclude_publishers": (now.not_publishers, before.not_publishers),
    }
    options = " ".join(
        f"{name}:{fit(', '.join(old), 200) if old else 'off'}"
        for name, (new, old) in was.items()
        if new != old
    )
    return f"To undo it: /settings filter topic:{fit(trial.topic.name, 60)} {options}"

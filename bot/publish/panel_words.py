"""Pure: changes of settings in words: confirmed, refused, and listed with who made them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.models import (
    Audience,
    AuditEntry,
    FeedChange,
    Filters,
    Flow,
    FlowChange,
    Server,
    ServerChange,
    Setting,
    Story,
    Trial,
)
from bot.publish import flow_answers
from bot.publish.cards import whole_lines
from bot.publish.escape import fit
from bot.publish.sections import linked
from bot.words import LANGUAGES, retold, tr, trn

_HEADLINE = 120
_NAMED = 8
"""How many headlines a trial names."""
_TERMS, _TERM = 3, 24
"""How many words of a filter a change names, and how much of each."""
_CHANGE, _LISTED, _TRIALS = 1_000, 480, 1_200
"""Characters of a change as it is confirmed and as it is listed, and of what filters stop."""
_TOPICS = 4
"""How many topics a change names that are not alike."""
_FILTERED = "Filtered: "


def title(setting: Setting) -> str:
    """Name what was changed."""
    named = {
        Setting.PACE: tr("Pace"),
        Setting.DIGEST: tr("Time of the daily digest"),
        Setting.MENTION: tr("Mention"),
        Setting.BUDGET: tr("Most posts a day"),
        Setting.QUIET: tr("Quiet hours"),
        Setting.FILTERS: tr("Filters"),
        Setting.PUBLISHES: tr("Publishing to followers"),
        Setting.AUDIENCE: tr("Who may subscribe"),
        Setting.LANGUAGE: tr("Language of posts"),
        Setting.SUBSCRIBED: tr("Subscribed"),
        Setting.UNSUBSCRIBED: tr("Unsubscribed"),
        Setting.FEED_ADDED: tr("Feed added"),
        Setting.FEED_REMOVED: tr("Feed removed"),
    }
    return named[setting]


def audience(who: Audience) -> str:
    """Say who may subscribe."""
    if who is Audience.MODERATORS:
        return tr("moderators")
    return tr("members who may write there")


def language(named: str | None) -> str:
    """Name the language of a server's posts; None: Discord's for it."""
    return LANGUAGES.get(named or "") or tr("as the server is set on Discord")


# ── a change ─────────────────────────────────────────────────────────────────────────────


def confirmed(
    entry: AuditEntry, warning: str = "", *, is_undoing: bool = False, in_short: bool = False
) -> str:
    """Confirm a change, or that one was undone: what, and from what to what."""
    change = _change(entry, _LISTED if in_short else _CHANGE)
    said = tr("↩️ Undone. {change}", change=change) if is_undoing else f"✅ {change}"
    return "\n".join(filter(None, (said, warning)))


def listed(entry: AuditEntry, *, is_hidden: bool = False) -> str:
    """List a change with who made it and when, and whether it was undone.

    Of a channel that the reader may not see nothing else is said.
    """
    who = f"<@{entry.member_id}>" if entry.member_id else tr("somebody")
    when = [who, _ago(entry.at)]
    if entry.undone_at is not None:
        when.append(tr("undone {ago}", ago=_ago(entry.undone_at)))
    what = tr("A change in a channel that you can't see.") if is_hidden else _change(entry, _LISTED)
    return f"{what}\n-# {' · '.join(when)}"


def _ago(at: int) -> str:
    return f"<t:{at // 1000}:R>"


def _change(entry: AuditEntry, room: int) -> str:
    where = [f"<#{entry.channel_id}>"] if entry.channel_id else []
    lines: list[str]
    if isinstance(entry.changes, ServerChange):
        old, new = entry.changes.before, entry.changes.after
        lines = [_from_to(_of_server(old, entry.setting), _of_server(new, entry.setting))]
    elif isinstance(entry.changes, FeedChange):
        where.append(fit(entry.changes.topic.label, 100))
        lines = [fit(entry.changes.feed, 120)]
    else:
        if entry.is_of_one_topic:
            where += [fit(change.topic.label, 100) for change in entry.changes]
        lines = _flow_lines(entry)
    head = " · ".join([f"**{title(entry.setting)}**", *where])
    whole = "\n".join([head, *filter(None, lines)])
    return (
        whole if len(whole) <= room else "\n".join([head, tr("More was changed than fits here.")])
    )


def _flow_lines(entry: AuditEntry) -> list[str]:
    """Say how flows were and are, alike ones once."""
    assert isinstance(entry.changes, tuple)  # noqa: S101  # whoever asks has looked
    by_change: dict[str, list[str]] = {}
    for change in entry.changes:
        said = _of_flows(change, entry.setting)
        by_change.setdefault(said, []).append(fit(change.topic.label, 100))
    if len(by_change) == 1:
        return list(by_change)
    lines = [f"- {', '.join(topics)}: {said}" for said, topics in by_change.items()]
    left = len(lines) - _TOPICS
    return lines if left <= 0 else [*lines[:_TOPICS], trn("… and {n} more", "… and {n} more", left)]


def _of_flows(change: FlowChange, setting: Setting) -> str:
    old, new = change.before, change.after
    if old is not None and new is not None:
        return _from_to(_of_flow(old, setting), _of_flow(new, setting))
    return flow_answers.in_short(new) if new is not None else ""


def _from_to(old: str, new: str) -> str:
    return tr("{before} → {after}", before=old, after=new)


def _of_server(server: Server, setting: Setting) -> str:
    if setting is Setting.AUDIENCE:
        return audience(server.audience)
    return language(server.language)


def _of_flow(flow: Flow, setting: Setting) -> str:
    told: dict[Setting, Callable[[Flow], str]] = {
        Setting.PACE: lambda flow: flow_answers.pace_name(flow.pace),
        Setting.DIGEST: flow_answers.digest_time,
        Setting.MENTION: _mention,
        Setting.BUDGET: budget,
        Setting.QUIET: _quiet,
        Setting.FILTERS: _filters,
        Setting.PUBLISHES: lambda flow: tr("on") if flow.publishes else tr("off"),
    }
    return told.get(setting, flow_answers.in_short)(flow)


def _filters(flow: Flow) -> str:
    if flow.filters == Filters():
        return tr("no filters")
    return " · ".join(flow_answers.in_words(flow.filters, _TERMS, _TERM))


def _mention(flow: Flow) -> str:
    return tr("nobody") if flow.mention is None else f"<@&{flow.mention}>"


def _quiet(flow: Flow) -> str:
    return flow_answers.hours(flow) or tr("no quiet hours ({zone})", zone=fit(flow.zone, 40))


def budget(flow: Flow) -> str:
    """Say how many posts a day there may be."""
    if flow.budget is None:
        return tr("as many as there are")
    return trn("{n} post a day", "{n} posts a day", flow.budget)


# ── what filters would have stopped ──────────────────────────────────────────────────────


def tried(trials: Sequence[Trial]) -> str:
    """Say what filters would have stopped of the newest stories; empty: there are none."""
    named = _NAMED if len(trials) == 1 else 2
    lines: list[str] = []
    for trial in trials:
        lines += [f"**{fit(trial.topic.label, 100)}**"] if len(trials) > 1 else []
        lines.append(_count(trial))
        lines += [f"- {_headline(story)} · {_why(why)}" for story, why in trial.stopped[:named]]
        left = len(trial.stopped) - named
        if left > 0:
            lines.append(trn("… and {n} more", "… and {n} more", left))
    return whole_lines(lines, _TRIALS)


def _why(reason: str) -> str:
    """Give a reason without what is said once above all of them."""
    return fit(retold(reason.removeprefix(_FILTERED)), 160)


def _count(trial: Trial) -> str:
    if not trial.tried:
        return tr("There are no stories yet that it could be tried on.")
    if not trial.stopped:
        return trn(
            "It would not have stopped the newest story.",
            "It would have stopped none of the newest {n} stories.",
            trial.tried,
        )
    return trn(
        "It would have stopped the newest story:",
        "It would have stopped {stopped} of the newest {n} stories:",
        trial.tried,
        stopped=len(trial.stopped),
    )


def _headline(story: Story) -> str:
    article = story.article
    words = " ".join((article.title or article.teaser).split()) or tr("(untitled)")
    return linked(fit(words, _HEADLINE), article.link)


# ── refusals ─────────────────────────────────────────────────────────────────────────────


def same() -> str:
    """Say that a change changes nothing."""
    return tr("It was so already: nothing has changed.")


def not_subscribed() -> str:
    """Say that the topic whose flow was to be changed is not there any more."""
    return tr("This channel does not get that topic any more, so nothing has changed.")


def not_kept() -> str:
    """Say that a change can't be undone, as it is not known any more."""
    return tr("That change is not kept any more, so I can't undo it. Set it as you want it.")


def undone() -> str:
    """Say that a change was undone before."""
    return tr("That change has been undone already. **History** shows when.")


def changed_since() -> str:
    """Say that a change can't be undone, as something newer stands on it."""
    return tr(
        "It has been changed again since, so that change can't be undone by itself. **History** "
        "shows what came after it."
    )


def typed_is_gone() -> str:
    """Say that what was typed is not kept any more."""
    return tr("What you typed is not kept any more. Open the form again with its button.")


def not_an_announcement() -> str:
    """Refuse to publish from a channel that nobody can follow."""
    return tr(
        "This is no announcement channel, so no server can follow it. Turn it into one under Edit "
        "Channel → Overview first."
    )


def unseen_channel() -> str:
    """Refuse a channel that the bot can't see, or can't post in."""
    return tr(
        "I can't see that channel, or it is of a kind that I can't post in. Choose a text or "
        "announcement channel, a thread or a forum that I may view."
    )


def role_is_gone() -> str:
    """Refuse a role that is not there any more."""
    return tr("That role is not there any more. Choose another.")

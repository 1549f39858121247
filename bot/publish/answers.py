"""Pure: what members read when they ask for something, as bodies of messages.

Every refusal says what is wrong and what to do next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from bot.models import Body, Feed, Flow, Health, HealthKind, Millis, Subscription, Topic
from bot.publish import flow_answers
from bot.publish.cards import ROOM, card, listed, whole_lines
from bot.publish.escape import fit

_NAMED = 10
"""How many topics one sentence names; with more, the card would pass Discord's limit."""

_TOLD = 3
"""How many feeds of a topic are told of one by one."""


def subscribed(topic: Topic, channel_id: int, flow: Flow, *, resumed: bool) -> str:
    """Confirm a subscription."""
    how = flow_answers.promise(flow)
    if resumed:
        return f"▶️ <#{channel_id}> gets **{topic.label}** again: {how}."
    return f"✅ <#{channel_id}> gets **{topic.label}** from now on: {how}."


def no_first_story() -> str:
    """Say that there is no story yet that could be posted at once."""
    return "Its feeds have brought nothing yet. The next story will be the first."


def too_many(limit: int, *, in_channel: bool) -> str:
    """Refuse one subscription more."""
    where = "A channel" if in_channel else "A server"
    return (
        f"{where} can have {limit} subscriptions, and that many are there. `/subscriptions` lists "
        "them, `/unsubscribe` makes room."
    )


def wrong_channel() -> str:
    """Refuse a kind of channel that posts can't go to."""
    return (
        "I post in text channels, announcement channels, threads and forums. Name one with "
        "`channel`."
    )


def member_may_not(channel_id: int) -> str:
    """Refuse a member who may not write in the channel."""
    return (
        f"You may not write in <#{channel_id}>, so you can't say what is posted there. Choose a "
        "channel that you can write in, or ask a moderator."
    )


def bot_may_not(channel_id: int, missing: Sequence[str]) -> str:
    """Name the permissions that the bot lacks in a channel."""
    names = listed([f"**{name}**" for name in missing])
    return (
        f"I can't post in <#{channel_id}> yet: I lack {names} there. Edit the channel → "
        "Permissions → add me with these, then try again."
    )


def subscriptions(listed: Iterable[tuple[Subscription, Topic, Sequence[Health]]]) -> Body:
    """List a server's subscriptions with the health of their feeds, by channel.

    What is the matter with which feed is told as far as the whole list leaves room for it.
    """
    rows = list(listed)
    if not rows:
        return card(
            "Nothing yet",
            "No channel of this server gets any topic. `/subscribe` one, or see them all with "
            "`/topics`.",
        )
    told = _subscription_lines(rows, _TOLD)
    for flows in (True, False):
        if len("\n".join(told)) > ROOM:
            told = _subscription_lines(rows, 0, flows=flows)
    return card("What this server gets", whole_lines(told))


def _subscription_lines(
    rows: Iterable[tuple[Subscription, Topic, Sequence[Health]]], told: int, *, flows: bool = True
) -> list[str]:
    lines: list[str] = []
    channel = 0
    for subscription, topic, feeds in rows:
        if subscription.channel_id != channel:
            channel = subscription.channel_id
            lines.append(f"<#{channel}>")
        flow = [flow_answers.in_short(subscription.flow)] if flows else []
        lines.append(f"- {' · '.join([topic.label, *flow, _health(feeds)])}")
        if subscription.paused_reason:
            lines.append(f"  {flow_answers.paused(subscription.paused_reason)}")
        lines += [f"  {_ill(health)}" for health in _worst_first(feeds)[:told]]
    return lines


def _health(feeds: Sequence[Health]) -> str:
    if not feeds:
        return "this topic is not there any more ⚠️ `/unsubscribe` ends it"
    failing = sum(1 for health in feeds if health.fails)
    quiet = sum(1 for health in feeds if health.kind is HealthKind.QUIET)
    said = [f"{len(feeds)} feed" if len(feeds) == 1 else f"{len(feeds)} feeds"]
    if failing:
        said.append(f"{failing} of them failing ⚠️")
    if quiet:
        said.append(f"{quiet} unusually quiet" if failing else f"{quiet} of them unusually quiet")
    return ", ".join(said)


def _worst_first(feeds: Iterable[Health]) -> list[Health]:
    """Return the feeds that something is the matter with: what fails comes first."""
    feeds = list(feeds)
    quiet = [health for health in feeds if health.kind is HealthKind.QUIET]
    return [health for health in feeds if health.fails] + quiet


def _ill(health: Health) -> str:
    mark = "⚠️" if health.fails else "💤"
    return f"{mark} {_name(health.feed)}: {fit(health.words, 200)}"


def topics(all_topics: Iterable[Topic]) -> Body:
    """List the topics that there are."""
    lines = [
        " · ".join(filter(None, (f"**{topic.label}**", topic.description, f"`{topic.name}`")))
        for topic in all_topics
    ]
    return card("Topics", f"{whole_lines(lines)}\n\n`/subscribe` brings one to a channel.")


def no_story(all_topics: Sequence[Topic], feeds: Sequence[Health]) -> Body:
    """Say that nothing has come in, and why, where it is known."""
    shown = [f"**{topic.label}**" for topic in all_topics[:_NAMED]]
    left = len(all_topics) - len(shown)
    names = listed([*shown, f"{left} more"] if left else shown)
    failing = [health for health in feeds if health.fails]
    if failing:
        lines = [f"- {_name(ill.feed)}\n  {fit(ill.words, 300)}" for ill in failing[:5]]
        return card("Nothing came in", f"The feeds of {names} fail:\n{whole_lines(lines)}")
    return card(
        "Nothing yet", f"The feeds of {names} have brought nothing yet. Try again in a minute."
    )


def _name(feed: Feed) -> str:
    """Name a feed to members: its address may hold a key."""
    return fit(feed.title or urlsplit(feed.url).hostname or "a feed", 120)


def story_gone() -> str:
    """Answer a button whose story is not kept any more."""
    return "This story is not kept any more. `/latest` has newer ones."


def no_link() -> str:
    """Say that a message holds nothing to explain."""
    return (
        "There is no link in that message. Choose one that leads to an article, or give me its "
        "address with `/explain`."
    )


def too_often(until: Millis, *, whole_server: bool) -> str:
    """Say that links were asked about too often, and when it goes on."""
    who = "This server has" if whole_server else "You have"
    return (
        f"⏳ {who} asked about many links in a short time. It goes on <t:{until // 1000 + 1}:R>; "
        "what I have explained before can be asked for at any time."
    )


def not_explained(reason: str) -> str:
    """Say why a link can't be explained."""
    return f"I can't explain this one. {fit(reason, 400)}"


def failed(reference: str) -> str:
    """Answer for a fault of the program's own; the reference is in its log."""
    return (
        f"Something went wrong on my side, and it is noted down as `{reference}`. Try again; if it "
        "stays so, tell whoever runs me that number."
    )

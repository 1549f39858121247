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
from bot.words import retold, tr, trn

_NAMED = 10
"""How many topics one sentence names; with more, the card would pass Discord's limit."""

_TOLD = 3
"""How many feeds of a topic are told of one by one."""


def subscribed(topic: Topic, channel_id: int, flow: Flow, *, resumed: bool) -> str:
    """Confirm a subscription."""
    gaps = {
        "channel": f"<#{channel_id}>",
        "topic": topic.label,
        "how": flow_answers.promise(flow),
    }
    if resumed:
        return tr("▶️ {channel} gets **{topic}** again: {how}.", **gaps)
    return tr("✅ {channel} gets **{topic}** from now on: {how}.", **gaps)


def no_first_story() -> str:
    """Say that there is no story yet that could be posted at once."""
    return tr("Its feeds have brought nothing yet. The next story will be the first.")


def too_many(limit: int, *, in_channel: bool) -> str:
    """Refuse one subscription more."""
    if in_channel:
        return tr(
            "A channel can have {limit} subscriptions, and that many are there. `/subscriptions` "
            "lists them, `/unsubscribe` makes room.",
            limit=limit,
        )
    return tr(
        "A server can have {limit} subscriptions, and that many are there. `/subscriptions` lists "
        "them, `/unsubscribe` makes room.",
        limit=limit,
    )


def wrong_channel() -> str:
    """Refuse a kind of channel that posts can't go to."""
    return tr(
        "I post in text channels, announcement channels, threads and forums. Name one with "
        "`channel`."
    )


def unseen_place() -> str:
    """Refuse a channel that Discord does not show to the bot."""
    return tr(
        "I can't see that channel. If it is a thread, open it and let me in: write something in "
        "it, and mention me."
    )


def member_may_not(channel_id: int) -> str:
    """Refuse a member who may not write in the channel."""
    return tr(
        "You may not write in {channel}, so you can't say what is posted there. Choose a channel "
        "that you can write in, or ask a moderator.",
        channel=f"<#{channel_id}>",
    )


def bot_may_not(channel_id: int, missing: Sequence[str]) -> str:
    """Name the permissions that the bot lacks in a channel."""
    return tr(
        "I can't post in {channel} yet: I lack {permissions} there. Edit the channel → "
        "Permissions → add me with these, then try again.",
        channel=f"<#{channel_id}>",
        permissions=listed([f"**{retold(name)}**" for name in missing]),
    )


def subscriptions(listed: Iterable[tuple[Subscription, Topic, Sequence[Health]]]) -> Body:
    """List a server's subscriptions with the health of their feeds, by channel.

    What is the matter with which feed is told as far as the whole list leaves room for it.
    """
    rows = list(listed)
    if not rows:
        return card(
            tr("Nothing yet"),
            tr(
                "No channel of this server gets any topic. `/subscribe` one, or see them all with "
                "`/topics`."
            ),
        )
    told = _subscription_lines(rows, _TOLD)
    for flows in (True, False):
        if len("\n".join(told)) > ROOM:
            told = _subscription_lines(rows, 0, flows=flows)
    return card(tr("What this server gets"), whole_lines(told))


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
        return tr("this topic is not there any more ⚠️ `/unsubscribe` ends it")
    failing = sum(1 for health in feeds if health.fails)
    quiet = sum(1 for health in feeds if health.kind is HealthKind.QUIET)
    said = trn("{n} feed", "{n} feeds", len(feeds))
    if failing:
        words = trn("{n} of them failing ⚠️", "{n} of them failing ⚠️", failing)
        said = tr("{before}, {next}", before=said, next=words)
    if quiet:
        words = (
            trn("{n} unusually quiet", "{n} unusually quiet", quiet)
            if failing
            else trn("{n} of them unusually quiet", "{n} of them unusually quiet", quiet)
        )
        said = tr("{before}, {next}", before=said, next=words)
    return said


def _worst_first(feeds: Iterable[Health]) -> list[Health]:
    """Return the feeds that something is the matter with: what fails comes first."""
    feeds = list(feeds)
    quiet = [health for health in feeds if health.kind is HealthKind.QUIET]
    return [health for health in feeds if health.fails] + quiet


def _ill(health: Health) -> str:
    mark = "⚠️" if health.fails else "💤"
    return f"{mark} {_name(health.feed)}: {fit(retold(health.words), 200)}"


def topics(all_topics: Sequence[Topic]) -> Body:
    """List the topics that there are: those of all servers, then this one's own."""
    shared, own = _topic_lines(all_topics, own=False), _topic_lines(all_topics, own=True)
    lines = [*shared, "", tr("This server's own:"), *own] if own else shared
    below = tr("`/subscribe` brings one to a channel.")
    return card(tr("Topics"), f"{whole_lines(lines)}\n\n{below}")


def _topic_lines(all_topics: Sequence[Topic], *, own: bool) -> list[str]:
    return [
        " · ".join(filter(None, (f"**{topic.label}**", topic.description, f"`{topic.code}`")))
        for topic in all_topics
        if (topic.guild_id is not None) is own
    ]


def no_story(all_topics: Sequence[Topic], feeds: Sequence[Health]) -> Body:
    """Say that nothing has come in, and why, where it is known."""
    shown = [f"**{topic.label}**" for topic in all_topics[:_NAMED]]
    left = len(all_topics) - len(shown)
    names = listed([*shown, trn("{n} more", "{n} more", left)] if left else shown)
    failing = [health for health in feeds if health.fails]
    if failing:
        lines = [f"- {_name(ill.feed)}\n  {fit(retold(ill.words), 300)}" for ill in failing[:5]]
        return card(
            tr("Nothing came in"),
            f"{tr('The feeds of {topics} fail:', topics=names)}\n{whole_lines(lines)}",
        )
    return card(
        tr("Nothing yet"),
        tr("The feeds of {topics} have brought nothing yet. Try again in a minute.", topics=names),
    )


def _name(feed: Feed) -> str:
    """Name a feed to members: its address may hold a key."""
    return fit(feed.title or urlsplit(feed.url).hostname or tr("a feed"), 120)


def story_gone() -> str:
    """Answer a button whose story is not kept any more."""
    return tr("This story is not kept any more. `/latest` has newer ones.")


def no_link() -> str:
    """Say that a message holds nothing to explain."""
    return tr(
        "There is no link in that message. Choose one that leads to an article, or give me its "
        "address with `/explain`."
    )


def too_often(until: Millis, *, whole_server: bool) -> str:
    """Say that links were asked about too often, and when it goes on."""
    when = f"<t:{until // 1000 + 1}:R>"
    if whole_server:
        return tr(
            "⏳ This server has asked about many links in a short time. It goes on {when}; what I "
            "have explained before can be asked for at any time.",
            when=when,
        )
    return tr(
        "⏳ You have asked about many links in a short time. It goes on {when}; what I have "
        "explained before can be asked for at any time.",
        when=when,
    )


def not_explained(reason: str) -> str:
    """Say why a link can't be explained."""
    return tr("I can't explain this one. {reason}", reason=fit(retold(reason), 400))


def too_slow() -> str:
    """Answer where a form can't be opened in the time that Discord gives."""
    return tr("That takes me too long just now. Try again in a moment.")


def failed(reference: str) -> str:
    """Answer for a fault of the program's own; the reference is in its log."""
    return tr(
        "Something went wrong on my side, and it is noted down as `{reference}`. Try again; if it "
        "stays so, tell whoever runs me that number.",
        reference=reference,
    )

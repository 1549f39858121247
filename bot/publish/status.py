"""Pure: what /status answers: how a channel is served, and why a story was posted or not."""

from __future__ import annotations

from collections.abc import Sequence

from bot.delivery import told
from bot.models import Account, Became, Body, ChannelStatus, Millis, Story, Subscription
from bot.publish import flow_answers, offers
from bot.publish.cards import card, whole_lines
from bot.publish.escape import fit
from bot.publish.offers import Named, shown
from bot.publish.sections import linked
from bot.words import tr

_HEADLINE = 100
_FOREIGN = 200

_VOICE = told.Voice(
    when=lambda at: f"<t:{at // 1000}:f>",
    text=lambda text: fit(" ".join(text.split()), _FOREIGN),
    link=lambda link: f"[its message]({link})",
)


def status(channel: ChannelStatus, now: Millis, *, direct: bool = False) -> Body:
    """Say how a channel is served, or a member's direct messages."""
    subscriptions = [subscription for _, subscription in channel.subscriptions]
    lines = [tr("Your direct messages") if direct else f"<#{channel.channel_id}>"]
    if channel.sending:
        lines.append(f"⏳ {fit(channel.sending, _FOREIGN)}")
    for topic, subscription in channel.subscriptions:
        lines.append(f"- {topic.label}: {flow_answers.in_short(subscription.flow)}")
        if subscription.paused_reason:
            lines.append(f"  {flow_answers.paused(subscription.paused_reason)}")
    if direct and not channel.subscriptions:
        lines.append(
            tr("You follow no topic: `/follow` brings one here. `/unfollow` lists stories, too.")
        )
    elif not channel.subscriptions:
        lines.append("It gets no topic. `/subscribe` brings one here.")
    lines.append(_waiting(channel))
    if channel.recent:
        lines += ["**Lately**", *(_line(b, subscriptions, now) for b in channel.recent)]
    below = "`/status story` tells more about one of them."
    return card("How it is here", f"{whole_lines(lines)}\n\n{below}")


def _waiting(channel: ChannelStatus) -> str:
    if not channel.waiting:
        return "No story waits."
    count = "1 story waits" if channel.waiting == 1 else f"{channel.waiting} stories wait"
    if channel.next_at is None:
        return f"{count}."
    return f"{count}, the next until {_VOICE.when(channel.next_at)}."


def _line(became: Became, subscriptions: Sequence[Subscription], now: Millis) -> str:
    name = "a story that is not kept any more" if became.story is None else _headline(became.story)
    return f"- {name}: {told.fate(became, subscriptions, now, _VOICE)}"


def _headline(story: Story) -> str:
    return linked(fit(words_of(story), _HEADLINE), story.article.link)


def words_of(story: Story) -> str:
    """Return what a story is called, on one line; foreign text."""
    return " ".join((story.article.title or story.article.teaser).split()) or "(untitled)"


def why(account: Account, now: Millis) -> Body:
    """Say why a story was posted in a channel, or was not."""
    lines = [f"{_headline(account.story)} in <#{account.channel_id}>"]
    lines += [f"- {line}" for line in told.account(account, now, _VOICE)]
    return card("Why", whole_lines(lines))


def no_such_story(named: str) -> str:
    """Say that no story that is kept is called so."""
    return (
        f"I know of no story “{fit(named, 80)}”. Choose one from the list that opens while you "
        "type, or give me words of its headline or its link."
    )


def offered(stories: Sequence[Story], typed: str) -> list[tuple[str, str]]:
    """Return the stories whose headline what was typed may mean: headline and number of each."""
    named = [Named(str(story.id), words_of(story)) for story in stories]
    return [(shown(thing), thing.value) for thing in offers.offered(named, typed)]

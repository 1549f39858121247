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
from bot.words import retold, tr, trn

_HEADLINE = 100
_FOREIGN = 200

_VOICE = told.Voice(
    when=lambda at: f"<t:{at // 1000}:f>",
    text=lambda text: fit(" ".join(text.split()), _FOREIGN),
    link=lambda link: f"[{tr('its message')}]({link})",
)


def status(channel: ChannelStatus, now: Millis, *, direct: bool = False) -> Body:
    """Say how a channel is served, or a member's direct messages."""
    subscriptions = [subscription for _, subscription in channel.subscriptions]
    lines = [tr("Your direct messages") if direct else f"<#{channel.channel_id}>"]
    if channel.sending:
        lines.append(f"⏳ {fit(retold(channel.sending), _FOREIGN)}")
    for topic, subscription in channel.subscriptions:
        lines.append(f"- {topic.label}: {flow_answers.in_short(subscription.flow)}")
        if subscription.paused_reason:
            lines.append(f"  {flow_answers.paused(subscription.paused_reason)}")
    if direct and not channel.subscriptions:
        lines.append(
            tr("You follow no topic: `/follow` brings one here. `/unfollow` lists stories, too.")
        )
    elif not channel.subscriptions:
        lines.append(tr("It gets no topic. `/subscribe` brings one here."))
    lines.append(_waiting(channel))
    if channel.recent:
        lines += [tr("**Lately**"), *(_line(b, subscriptions, now) for b in channel.recent)]
        lines += ["", tr("`/status story` tells more about one of them.")]
    return card(tr("How it is here"), whole_lines(lines))


def _waiting(channel: ChannelStatus) -> str:
    if not channel.waiting:
        return tr("No story waits.")
    if channel.next_at is None:
        return trn("{n} story waits.", "{n} stories wait.", channel.waiting)
    return trn(
        "{n} story waits, the next until {at}.",
        "{n} stories wait, the next until {at}.",
        channel.waiting,
        at=_VOICE.when(channel.next_at),
    )


def _line(became: Became, subscriptions: Sequence[Subscription], now: Millis) -> str:
    name = (
        tr("a story that is not kept any more") if became.story is None else _headline(became.story)
    )
    return f"- {name}: {told.fate(became, subscriptions, now, _VOICE)}"


def _headline(story: Story) -> str:
    return linked(fit(words_of(story), _HEADLINE), story.article.link)


def words_of(story: Story) -> str:
    """Return what a story is called, on one line; foreign text."""
    return " ".join((story.article.title or story.article.teaser).split()) or tr("(untitled)")


def why(account: Account, now: Millis) -> Body:
    """Say why a story was posted in a channel, or was not."""
    lines = [
        tr(
            "{story} in {channel}",
            story=_headline(account.story),
            channel=f"<#{account.channel_id}>",
        )
    ]
    lines += [f"- {line}" for line in told.account(account, now, _VOICE)]
    return card(tr("Why"), whole_lines(lines))


def no_such_story(named: str) -> str:
    """Say that no story that is kept is called so."""
    return tr(
        "I know of no story “{story}”. Choose one from the list that opens while you type, or "
        "give me words of its headline or its link.",
        story=fit(named, 80),
    )


def offered(stories: Sequence[Story], typed: str) -> list[tuple[str, str]]:
    """Return the stories whose headline what was typed may mean: headline and number of each."""
    named = [Named(str(story.id), words_of(story)) for story in stories]
    return [(shown(thing), thing.value) for thing in offers.offered(named, typed)]

"""Pure: what /subscribe says before it promises, and the buttons that it is answered with.

Every refusal says what is wrong and what to do next.
"""

from __future__ import annotations

from bot.models import DAY, HOUR, Body, Flow, Forecast, Millis, Pace, Topic
from bot.publish import flow_answers, layout
from bot.publish.escape import fit
from bot.words import tr, trn

CUSTOM_ID = r"subscribe:(?P<number>[0-9]{1,18}):(?P<act>now|hourly|daily|no|end)"
UNDO_ID = r"resubscribe:(?P<number>[0-9]{1,18})"
NOT_NOW, END = "no", "end"
PACES = {"now": Pace.AS_IT_HAPPENS, "hourly": Pace.HOURLY, "daily": Pace.DAILY}
"""What the buttons of paces are called in their ids."""
_ABOUT_ONE = 0.9
"""Posts in a time from which on people speak of one."""
_ALL = 0.995
_LABEL = 100


def offer(
    topic: Topic,
    channel_id: int,
    expected: Forecast,
    *,
    last: Millis | None,
    mention: int | None,
    advised: Pace | None,
    has_preview: bool,
) -> str:
    """Say what to expect of a topic in a channel that has not got it yet.

    `advised` is the pace that suits a flood; None: it is none, or a pace was asked for.
    """
    lines = [
        tr(
            "🔭 **{topic}** in <#{channel}>: this is what to expect. Nothing is subscribed yet.",
            topic=_name(topic),
            channel=channel_id,
        ),
        f"- {_amount(expected)}",
        *(f"- {line}" for line in _more(expected, channel_id, last, mention)),
    ]
    if advised is not None:
        lines.append(_advice(advised))
    lines.append(
        tr("Below is its newest story as it would be posted. Which pace shall it have?")
        if has_preview
        else tr("Which pace shall it have?")
    )
    return "\n".join(lines)


def buttons(number: int, first: Pace) -> Body:
    """Make the buttons that confirm what was offered, the pace that is to be chosen before all."""
    order = sorted(PACES.items(), key=lambda pair: pair[1] is not first)
    shown = [
        layout.button(
            label(pace),
            f"subscribe:{number}:{name}",
            style=layout.GREEN if pace is first else layout.GREY,
        )
        for name, pace in order
    ]
    refusing = layout.button(tr("Not now"), f"subscribe:{number}:{NOT_NOW}")
    return {"components": [layout.row(*shown, refusing)]}


def label(pace: Pace) -> str:
    """Name a pace on a button."""
    match pace:
        case Pace.AS_IT_HAPPENS:
            return tr("As it happens")
        case Pace.HOURLY:
            return tr("Hourly")
        case Pace.DAILY:
            return tr("Daily")


def _name(topic: Topic) -> str:
    return fit(topic.label, _LABEL)


def _amount(expected: Forecast) -> str:
    """Say how many posts a day there will be, and how that is known."""
    if expected.a_day is None:
        return tr("How many posts a day it brings can't be told yet: too little of it is known.")
    posts = _posts(expected.a_day)
    if expected.counted_for is None:
        return tr("{posts}, estimated from the dates of its feeds' newest entries.", posts=posts)
    if expected.counted_for < 2 * DAY:
        hours = round(expected.counted_for / HOUR)
        return trn(
            "{posts}, counted over the last {n} hour only.",
            "{posts}, counted over the last {n} hours only.",
            hours,
            posts=posts,
        )
    days = round(expected.counted_for / DAY)
    return trn(
        "{posts}, counted over the last {n} day.",
        "{posts}, counted over the last {n} days.",
        days,
        posts=posts,
    )


def _posts(a_day: float) -> str:
    if a_day >= _ABOUT_ONE:
        return trn("About **{n} post a day**", "About **{n} posts a day**", round(a_day))
    if a_day * 7 >= _ABOUT_ONE:
        return trn("About **{n} post a week**", "About **{n} posts a week**", round(a_day * 7))
    return tr("**Less than one post a week**")


def _more(
    expected: Forecast, channel_id: int, last: Millis | None, mention: int | None
) -> list[str]:
    said = []
    if expected.shared is not None:
        said.append(_shared(expected, channel_id))
    if last is None:
        said.append(tr("Its feeds have brought no story yet."))
    else:
        said.append(tr("The last story came {when}.", when=f"<t:{last // 1000}:R>"))
    if expected.unknown_feeds and expected.a_day is not None:
        said.append(
            trn(
                "{n} of its feeds is not in that number: too little is known of it.",
                "{n} of its feeds are not in that number: too little is known of them.",
                expected.unknown_feeds,
            )
        )
    if expected.failing_feeds:
        said.append(
            trn(
                "⚠️ {n} of its feeds ({feeds} in all) can't be read at the moment.",
                "⚠️ {n} of its feeds ({feeds} in all) can't be read at the moment.",
                expected.failing_feeds,
                feeds=expected.feeds,
            )
        )
    if mention is not None:
        said.append(tr("Each post will mention {role}.", role=f"<@&{mention}>"))
    return said


def _shared(expected: Forecast, channel_id: int) -> str:
    """Say how much of it the channel gets already: a story is posted once in a channel."""
    shared = expected.shared or 0
    if not shared:
        return tr(
            "<#{channel}> gets none of these stories by its other topics.", channel=channel_id
        )
    if shared >= _ALL:
        return tr(
            "<#{channel}> gets all of these stories already, by its other topics.",
            channel=channel_id,
        )
    share = max(round(shared * 100), 1)
    if expected.new_a_day is None or expected.new_a_day < _ABOUT_ONE:
        return tr(
            "<#{channel}> gets {share} % of these stories already, by its other topics.",
            channel=channel_id,
            share=share,
        )
    return trn(
        "<#{channel}> gets {share} % of these stories already, by its other topics: "
        "about {n} a day would be new.",
        "<#{channel}> gets {share} % of these stories already, by its other topics: "
        "about {n} a day would be new.",
        round(expected.new_a_day),
        channel=channel_id,
        share=share,
    )


def _advice(advised: Pace) -> str:
    if advised is Pace.DAILY:
        return tr("That is a flood. **Daily** brings all of it together, once a day.")
    return tr("That is a lot for one channel. **Hourly** brings them together, once an hour.")


# ── what becomes of it ───────────────────────────────────────────────────────────────────


def standing(topic: Topic, channel_id: int, flow: Flow) -> str:
    """Say that a channel has a topic already, and how it comes; what can be done stands below."""
    return tr(
        "<#{channel}> gets **{topic}** already: {how}. Choose another pace, or end it:",
        channel=channel_id,
        topic=_name(topic),
        how=flow_answers.in_short(flow),
    )


def change(number: int, now: Pace) -> Body:
    """Make the buttons under what a channel has already: the other paces, and the end of it."""
    shown = [
        layout.button(label(pace), f"subscribe:{number}:{name}")
        for name, pace in PACES.items()
        if pace is not now
    ]
    ending = layout.button(tr("Unsubscribe"), f"subscribe:{number}:{END}", style=layout.RED)
    return {"components": [layout.row(*shown, ending)]}


def unchanged(topic: Topic, channel_id: int, flow: Flow) -> str:
    """Say that a channel has a topic already, just so."""
    return tr(
        "<#{channel}> gets **{topic}** already: {how}. Nothing is changed.",
        channel=channel_id,
        topic=_name(topic),
        how=flow_answers.in_short(flow),
    )


def not_now() -> str:
    """Say that nothing was subscribed."""
    return tr("Nothing is subscribed. `/subscribe` asks again at any time.")


def once_is_enough(channel_id: int) -> str:
    """Answer the second press of buttons that have done their work."""
    return tr(
        "That is done already: once is enough. `/subscriptions` shows what <#{channel}> gets.",
        channel=channel_id,
    )


def over() -> str:
    """Answer a button whose question is not kept any more."""
    return tr("This question is too old to be answered. Ask again with `/subscribe`.")


def channel_gone() -> str:
    """Refuse a channel that can't be seen any more."""
    return tr("I can't see that channel any more. Name another with `channel`.")


def role_gone() -> str:
    """Refuse a role that is there no more."""
    return tr("The role that was to be mentioned is gone. Use `/subscribe` again with another.")


def moderators_only(channel_id: int) -> str:
    """Refuse a member where moderators alone say what is posted."""
    return tr(
        "In this server only moderators say what is posted: who may **Manage Messages** in "
        "<#{channel}>, or has **Manage Server**. Ask one of them.",
        channel=channel_id,
    )


def too_often(until: Millis) -> str:
    """Say that there were many forecasts in a short time, and when it goes on."""
    return tr(
        "⏳ You have asked for many topics in a short time. It goes on {when}.",
        when=f"<t:{until // 1000 + 1}:R>",
    )


def ended(topic: Topic, channel_id: int) -> str:
    """Confirm the end of a subscription, which a button below can take back."""
    return tr("👋 <#{channel}> gets **{topic}** no more.", channel=channel_id, topic=_name(topic))


def undo(number: int) -> Body:
    """Make the button that brings back what was ended."""
    return {"components": [layout.row(layout.button(tr("Undo"), f"resubscribe:{number}"))]}


def restored(topic: Topic, channel_id: int, flow: Flow) -> str:
    """Confirm that a channel has a topic again, as it had it."""
    return tr(
        "↩️ <#{channel}> gets **{topic}** again: {how}.",
        channel=channel_id,
        topic=_name(topic),
        how=flow_answers.in_short(flow),
    )


def alone(content: str, *others: str) -> Body:
    """Make a message of these lines in place of all that stood there before."""
    return {
        "content": "\n".join(filter(None, (content, *others))),
        "embeds": [],
        "components": [],
    }

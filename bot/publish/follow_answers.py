"""Pure: what members read of what they follow, and what is said around it in direct messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.models import Body, Flow, Follow, Millis, Pace, Subscription, Topic
from bot.publish import flow_answers
from bot.publish.escape import clip, fit
from bot.publish.layout import GREY, RED, button, layout, option, row, select, text
from bot.words import tr, trn

FOLLOW = r"follow:(?P<story>[0-9]{1,18})"
"""The custom_id of the button under a post that follows its story."""
UNFOLLOW = r"unfollow:(?P<story>[0-9]{1,18})"
UNFOLLOW_TOPICS = r"unfollow:topics"
UNFOLLOW_STORIES = r"unfollow:stories:[01]"
UNFOLLOW_ALL = r"unfollow:all"

STORY = "story:"
"""What names a story among what /unfollow offers; the others are topics."""
_HEADLINE = 200
_SHORT = 80
_ROOM = 3_400
"""Characters of what the panel lists; a layout takes 4,000 in all."""
_AT_ONCE = 25
"""Options of a select."""
_MOST_BUTTONS = 5

_NO_MENTIONS: dict[str, list[str]] = {"parse": []}


# ── in direct messages ───────────────────────────────────────────────────────────────────


def welcome(*, again: bool) -> Body:
    """Say what comes in these direct messages, and how it ends; it shows that they are open."""
    if again:
        said = tr("👋 Your direct messages are open to me again: what you follow goes on.")
    else:
        said = tr(
            "👋 Here comes what you follow: new stories, each with why it matters. `/unfollow` "
            "shows it all and ends it at any time."
        )
    return {"content": said, "allowed_mentions": _NO_MENTIONS}


def more_on(body: Body, follow: Follow) -> Body:
    """Return a story's post with the line that says which followed story it carries on.

    It has a button more, which ends that.
    """
    said = tr("📌 More on: {headline}", headline=_named(follow))
    stop = _stop(follow.story_id)
    rows: list[dict[str, Any]] = list(body.get("components", []))
    if rows and rows[-1].get("type") == 1 and len(rows[-1]["components"]) < _MOST_BUTTONS:
        rows[-1] = {**rows[-1], "components": [*rows[-1]["components"], stop]}
    else:
        rows.append(row(stop))
    return {**body, "content": said, "components": rows}


def _stop(story_id: int) -> dict[str, Any]:
    return button(tr("Stop following"), f"unfollow:{story_id}", style=GREY)


def _named(follow: Follow, room: int = _HEADLINE) -> str:
    return fit(follow.headline, room) or tr("(untitled)")


# ── answers about topics ─────────────────────────────────────────────────────────────────


def topic_followed(topic: Topic, flow: Flow, *, resumed: bool) -> str:
    """Confirm that a member gets a topic."""
    label = _label(topic)
    if resumed:
        return tr("▶️ You get **{topic}** by direct message again.", topic=label)
    match flow.pace:
        case Pace.HOURLY:
            return tr(
                "✅ From now on you get **{topic}** by direct message: what is new comes once an "
                "hour. `/unfollow` ends it.",
                topic=label,
            )
        case Pace.DAILY:
            return tr(
                "✅ From now on you get **{topic}** by direct message: what is new comes once a "
                "day. `/unfollow` ends it.",
                topic=label,
            )
    return tr(
        "✅ From now on you get **{topic}** by direct message: each new story once, as it happens. "
        "`/unfollow` ends it.",
        topic=label,
    )


def pace_changed(topic: Topic, flow: Flow) -> str:
    """Confirm another pace."""
    return tr(
        "✅ You follow **{topic}** already; from now on: {pace}.",
        topic=_label(topic),
        pace=flow_answers.in_short(flow),
    )


def topic_already(topic: Topic) -> str:
    """Say that there is nothing to do."""
    return tr(
        "You follow **{topic}** already. `pace` changes how it comes, `/unfollow` ends it.",
        topic=_label(topic),
    )


def proof_coming() -> str:
    """Say that the newest story is on its way."""
    return tr("Its newest story is on its way to you, so that you see how they look.")


def own_topic(topic: Topic) -> str:
    """Refuse a topic that is a server's own."""
    return tr(
        "**{topic}** is this server's own topic, and can't be followed by direct message: "
        "`/subscribe` brings it to a channel here.",
        topic=_label(topic),
    )


def too_many_topics(limit: int) -> str:
    """Refuse one topic more."""
    return trn(
        "You follow {n} topic, which is the most there can be. End one with `/unfollow` first.",
        "You follow {n} topics, which is the most there can be. End one with `/unfollow` first.",
        limit,
    )


def _closed() -> str:
    """Say that the member can't be written to, and the way out."""
    return tr(
        "I can't send you direct messages. Allow them from this server (on a computer: right-click "
        "the server → Privacy Settings → Direct Messages; on a phone: hold the server → More "
        "Options), see that you have not blocked me, and try again."
    )


def not_open(until: Millis | None, *, closed: bool) -> str:
    """Say why a member can't be written to: their settings, too many tries, or Discord."""
    if until is not None:
        return tr(
            "⏳ I tried to write to you several times in a short time. It goes on {when}.",
            when=f"<t:{until // 1000 + 1}:R>",
        )
    if closed:
        return _closed()
    return tr("Discord doesn't let me write to you at the moment. Try again in a minute.")


# ── answers about stories ────────────────────────────────────────────────────────────────


def following(follow: Follow, *, already: bool, in_vain: bool = False) -> tuple[str, Body]:
    """Confirm that a member follows a story; with a button that ends it.

    `in_vain`: it can't be told yet what belongs to it.
    """
    if already:
        said = tr(
            "You follow this story already: later posts in it come by direct message until nothing "
            "new has come for 7 days."
        )
    else:
        said = tr(
            "📌 You'll hear of later posts in this story by direct message until nothing new has "
            "come for 7 days."
        )
    if in_vain:
        faint = tr(
            "⚠️ I may miss them: I know too few stories yet, or this one says too little, to tell "
            "what belongs to it."
        )
        said = f"{said}\n{faint}"
    return said, {"components": [row(_stop(follow.story_id))]}


def story_gone() -> str:
    """Say that a story can't be followed any more."""
    return tr("This story is not kept any more, so it can't be followed.")


def own_story() -> str:
    """Refuse a story of a server's own topics."""
    return tr(
        "This story is of this server's own topics, and can't be followed by direct message: later "
        "ones come here."
    )


def too_many_stories(limit: int) -> str:
    """Refuse one story more."""
    return trn(
        "You follow {n} story, which is the most there can be. End one with `/unfollow` first.",
        "You follow {n} stories, which is the most there can be. End one with `/unfollow` first.",
        limit,
    )


# ── what ends ────────────────────────────────────────────────────────────────────────────


def story_ended(follow: Follow) -> str:
    """Confirm that a story is followed no more."""
    return tr("👋 You'll hear no more of “{headline}”.", headline=_named(follow))


def topic_ended(topic: Topic) -> str:
    """Confirm that a topic is followed no more."""
    return tr("👋 You get **{topic}** by direct message no more.", topic=_label(topic))


def not_followed() -> str:
    """Say that there was nothing to end."""
    return tr("You don't follow that. `/unfollow` without an option lists what you follow.")


def panel(topics: Sequence[tuple[Topic, Subscription]], stories: Sequence[Follow]) -> Body:
    """List all that a member follows, with what ends each of it, and all."""
    if not topics and not stories:
        return layout(
            text(
                tr(
                    "You follow nothing. `/follow` brings you a topic by direct message, and "
                    "**Follow this story** under a post what comes of that."
                )
            )
        )
    parts = [text("\n".join(_within(_listed(topics, stories))))]
    if topics:
        named = [option(topic.label or topic.name, topic.name) for topic, _ in topics]
        parts.append(_choice("unfollow:topics", named, tr("End topics …")))
    for number in range(0, len(stories), _AT_ONCE):
        some = stories[number : number + _AT_ONCE]
        named = [option(clip(s.headline, 100) or "–", str(s.story_id)) for s in some]
        custom_id = f"unfollow:stories:{number // _AT_ONCE}"
        parts.append(_choice(custom_id, named, tr("End stories …")))
    parts.append(row(button(tr("End all"), "unfollow:all", style=RED)))
    return layout(*parts)


def _choice(custom_id: str, options: Sequence[dict[str, Any]], hint: str) -> dict[str, Any]:
    return row(select(custom_id, options, hint=hint, most=_AT_ONCE))


def _listed(
    topics: Iterable[tuple[Topic, Subscription]], stories: Iterable[Follow]
) -> Iterator[str]:
    yield f"### {tr('What you follow')}"
    for topic, subscription in topics:
        yield f"- {_label(topic)}: {flow_answers.in_short(subscription.flow)}"
        if subscription.paused_reason:
            yield f"  {flow_answers.paused(subscription.paused_reason)}"
    for follow in stories:
        yield tr(
            "- 📌 {headline}: ends {when} unless more comes",
            headline=_named(follow, _SHORT),
            when=f"<t:{follow.quiet_at // 1000}:R>",
        )


def _within(lines: Iterable[str]) -> Iterator[str]:
    """Give as many lines as there is room for; what is left is in what can be chosen."""
    left = _ROOM
    for line in lines:
        left -= len(line) + 1
        if left < 0:
            yield "…"
            return
        yield line


def offered(
    topics: Sequence[tuple[Topic, Subscription]], stories: Sequence[Follow], typed: str
) -> list[tuple[str, str]]:
    """Offer what a member follows and what was typed occurs in: what it is called, and its name."""
    named = [(topic.label or topic.name, topic.name) for topic, _ in topics]
    named += [(f"📌 {s.headline or '–'}", f"{STORY}{s.story_id}") for s in stories]
    wanted = typed.casefold().strip()
    return [(clip(n, 100), value) for n, value in named if wanted in n.casefold()][:_AT_ONCE]


def _label(topic: Topic) -> str:
    return fit(topic.label or topic.name, 100)

"""Pure: why something can't be done with a server's own feeds, each with the way out."""

from __future__ import annotations

from bot.models import Millis
from bot.publish.escape import in_line
from bot.words import retold, tr, trn

_REASON = 600


def managers_only() -> str:
    """Refuse a member who may not see or change a server's feeds."""
    return tr(
        "A server's own feeds are the business of members with **Manage Server**. Ask one of them; "
        "`/topics` shows what there is."
    )


def no_feed(reason: str) -> str:
    """Say why no feed was found, or none that can be read."""
    return tr("❌ I can't take that one. {reason}", reason=in_line(retold(reason), _REASON))


def too_often(until: Millis, *, whole_server: bool) -> str:
    """Say that addresses were looked at too often, and when it goes on."""
    when = f"<t:{until // 1000 + 1}:R>"
    if whole_server:
        return tr(
            "⏳ This server has had many addresses looked at in a short time. It goes on {when}.",
            when=when,
        )
    return tr(
        "⏳ You have had many addresses looked at in a short time. It goes on {when}.", when=when
    )


def full(limit: int, *, topics: bool) -> str:
    """Refuse one topic or feed more."""
    if topics:
        return trn(
            "A server can have {n} topic of its own, and it has.",
            "A server can have {n} topics of its own, and that many are there. Put the feed in one "
            "of them, or make room: a topic goes with its last feed (`/feed remove`).",
            limit,
        )
    return trn(
        "A server can have {n} feed of its own, and it has.",
        "A server can have {n} feeds of its own, and that many are there. `/feed list` shows them, "
        "`/feed remove` makes room.",
        limit,
    )


def no_own_topic(name: str, *, in_catalogue: bool) -> str:
    """Say that a feed can't go in a topic of that name."""
    shown = in_line(name, 60)
    if in_catalogue:
        return tr(
            "“{name}” is one of the topics that all servers share, so its feeds are not yours to "
            "change. Leave `topic` out and make one of your own.",
            name=shown,
        )
    return tr(
        "This server has no topic “{name}” of its own. Leave `topic` out: you will be asked where "
        "the feed goes.",
        name=shown,
    )


def unknown_topic(name: str) -> str:
    """Say that there is no topic of that name."""
    return tr("There is no topic “{name}”. `/topics` shows them all.", name=in_line(name, 60))


def no_own_feed(named: str) -> str:
    """Say that a feed is none of the server's own."""
    return tr(
        "This server has no feed “{name}” of its own. Choose one from the list that opens while "
        "you type, or see them all with `/feed list`.",
        name=in_line(named, 60),
    )


def bad_title(typed: str) -> str:
    """Refuse a title that is none."""
    return tr(
        "“{title}” can't be a title: it needs a letter or a digit. Press **A new topic…** again.",
        title=in_line(typed, 60),
    )


def taken_title(title: str) -> str:
    """Refuse a title that there is."""
    return tr(
        "There is a topic “{title}” already. Press **A new topic…** again, and give it another "
        "title.",
        title=in_line(title, 60),
    )


def bad_emoji(typed: str) -> str:
    """Refuse what is no emoji."""
    return tr(
        "“{typed}” is no emoji that every app shows. Press **A new topic…** again, and choose "
        "another one, or none.",
        typed=in_line(typed, 20),
    )


def not_begun() -> str:
    """Answer a button whose matter is over."""
    return tr("That is done, or too long ago. Begin anew with `/feed add` or `/feed remove`.")

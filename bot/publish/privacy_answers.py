"""Pure: what is kept about a member, in words, and how it is deleted."""

from __future__ import annotations

from collections.abc import Sequence

from bot.models import Body, Ends, Kept
from bot.publish import layout
from bot.words import tr, trn

CUSTOM_ID = r"privacy:(?P<what>show|all|delete|forget)"
FILE = "wherefore-about-me.json"
_CALM, _WARNING = 0x5865F2, 0xE67E22


def kept(found: Sequence[Kept]) -> Body:
    """Say what is kept about the member who asks, with what can be done about it."""
    if not found:
        said = tr("Nothing at all is kept about you.")
        return layout.layout(layout.text(f"## 🔐 {said}\n{_always()}"), colour=_CALM)
    title = tr("What is kept about you")
    lines = [f"- {_line(one)}" for one in found]
    return layout.layout(
        layout.text("\n".join([f"## 🔐 {title}", *lines, "", _always()])),
        layout.row(
            layout.button(tr("Send me all of it"), "privacy:all", emoji="📄"),
            layout.button(tr("Delete it …"), "privacy:delete", style=layout.RED),
        ),
        colour=_CALM,
    )


def ask_to_delete(found: Sequence[Kept]) -> Body:
    """Say what deleting means, and ask whether it is wanted."""
    ends = {one.table for one in found if one.ends is Ends.GOES}
    means = [words for tables, words in _meanings() if tables & ends]
    if any(one.ends is Ends.NAMELESS for one in found):
        means.append(
            tr(
                "What you have set up for a server stays, without your name: its subscriptions, "
                "topics, feeds and settings."
            )
        )
    if any(one.ends is Ends.RUNS_OUT for one in found):
        means.append(_runs_out())
    title = tr("Delete what is kept about you?")
    note = tr("This can't be undone.")
    return layout.layout(
        layout.text("\n".join([f"## 🗑️ {title}", *(f"- {one}" for one in means), "", note])),
        layout.row(
            layout.button(tr("Delete it"), "privacy:forget", style=layout.RED),
            layout.button(tr("Keep it"), "privacy:show"),
        ),
        colour=_WARNING,
    )


def deleted(left: Sequence[Kept]) -> Body:
    """Confirm, and say what is left."""
    title = tr("What was kept about you is deleted")
    said = [f"## ✅ {title}"]
    if left:
        said += [f"- {_line(one)}" for one in left] + ["", _runs_out()]
    return layout.layout(layout.text("\n".join(said)), colour=_CALM)


def everything() -> str:
    """Introduce the file."""
    return tr(
        "📄 All that is kept about you, by table. Times are milliseconds since 1970, and this is "
        "for you alone."
    )


def _always() -> str:
    return tr(
        "Messages, names and pictures of members are never kept, and nothing about you is given to "
        "anybody."
    )


def _runs_out() -> str:
    return tr(
        "What keeps anybody from asking too much stays until it says nothing more: minutes, of "
        "what a day may cost two days. Then it is deleted by itself."
    )


def _meanings() -> list[tuple[set[str], str]]:
    """Say of what goes what it means."""
    return [
        ({"follow"}, tr("You follow no story any more.")),
        ({"subscription"}, tr("Topics don't come to you by direct message any more.")),
        ({"delivery"}, tr("It is forgotten which stories came to you by direct message.")),
        ({"feedback"}, tr("What you said of explainers is forgotten.")),
        ({"catchup"}, tr("`/catchup` does not know any more when you asked last.")),
        ({"pending"}, tr("What you have begun and not ended is lost, such as a search.")),
        ({"member"}, tr("Your language is forgotten, until you get something unasked again.")),
        ({"notice"}, tr("You are not told of channels that can't be posted in right now.")),
    ]


def _line(one: Kept) -> str:
    said = _words(one)
    if one.table == "allowance" and one.last is not None:
        return tr("{said} Until {when}.", said=said, when=f"<t:{one.last // 1000 + 1}:R>")
    if one.first is None or one.last is None:
        return said
    first, last = (f"<t:{at // 1000}:d>" for at in (one.first, one.last))
    if first == last:
        return tr("{said} On {when}.", said=said, when=first)
    return tr("{said} From {first} to {last}.", said=said, first=first, last=last)


def _words(one: Kept) -> str:  # noqa: PLR0911  # a sentence for each table
    number = one.number
    match one.table:
        case "follow":
            return trn("You follow {n} story.", "You follow {n} stories.", number)
        case "delivery":
            return trn(
                "{n} story came, or is to come, to you by direct message.",
                "{n} stories came, or are to come, to you by direct message.",
                number,
            )
        case "feedback":
            return trn("You have judged {n} explainer.", "You have judged {n} explainers.", number)
        case "catchup":
            return trn(
                "When you used `/catchup` last, in {n} channel.",
                "When you used `/catchup` last, in {n} channels.",
                number,
            )
        case "pending":
            return trn(
                "{n} thing that you have begun, such as a search; forgotten after a day.",
                "{n} things that you have begun, such as a search; forgotten after a day.",
                number,
            )
        case "subscription" if one.ends is Ends.GOES:
            return trn(
                "{n} topic comes to you by direct message.",
                "{n} topics come to you by direct message.",
                number,
            )
        case _:
            return _words_of_servers(one)


def _words_of_servers(one: Kept) -> str:  # noqa: PLR0911  # as above
    number = one.number
    match one.table:
        case "subscription":
            return trn(
                "You have subscribed a channel to {n} topic.",
                "You have subscribed channels to {n} topics.",
                number,
            )
        case "own_topic":
            return trn(
                "You have made {n} topic of a server.",
                "You have made {n} topics of servers.",
                number,
            )
        case "own_feed":
            return trn(
                "You have added {n} feed to a server.",
                "You have added {n} feeds to servers.",
                number,
            )
        case "audit":
            return trn(
                "You have made {n} change to how a server is served.",
                "You have made {n} changes to how servers are served.",
                number,
            )
        case "notice":
            return trn(
                "You were, or are to be, told {n} time of a channel that can't be posted in.",
                "You were, or are to be, told {n} times of channels that can't be posted in.",
                number,
            )
        case "allowance":
            return tr("How often you have asked lately.")
        case "spending":
            return tr("What your questions have cost these days, where a model writes explainers.")
        case _:
            return tr("Your language, for what you get unasked.")

"""Pure: what those who manage a server read of its own feeds, as bodies of messages and texts.

An address is shown without its query, which may hold a key.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from bot.models import Body, FeedLook, KnownFeed, Topic
from bot.publish import feed_states, layout, render
from bot.publish.cards import card, listed, whole_lines
from bot.publish.escape import in_line
from bot.words import tr, trn

_NUMBER = r"(?P<number>[0-9]{1,18})"
PICK, NEW, MADE, DROP, END, UNDO = (
    rf"feed:{what}:{_NUMBER}" for what in ("pick", "new", "made", "drop", "end", "undo")
)
INTO = rf"feed:into:{_NUMBER}(?::(?P<topic>[a-z0-9-]{{1,30}}))?"
LIST = r"feed:list:(?P<page>[0-9]{1,3})"
HEALTH = r"feed:health:(?P<page>[0-9]{1,3})(?::(?P<topic>(?:[0-9]{1,20}/)?[a-z0-9-]{1,32}))?"
"""What buttons, selects and forms are named, as regular expressions."""
TITLE, EMOJI = "title", "emoji"
"""The fields of the form."""
_A_PAGE = 8
_NAME, _PLACE = 120, 120
_TITLE_ROOM, _EMOJI_ROOM = 60, 8
_MOST_OF_EMBEDS = 5_800
"""Characters of all embeds of a message; Discord takes 6,000."""
_NAMED = 10


# ── looking ──────────────────────────────────────────────────────────────────────────────


def choosing(number: int, feeds: Sequence[tuple[str, str, int]], unread: int) -> Body:
    """Ask which of the feeds of a page is meant: (address, title, number of posts) each."""
    options = [
        layout.option(
            title or host_of(url),
            str(index),
            about=f"{trn('{n} post', '{n} posts', entries)} · {place_of(url)}",
        )
        for index, (url, title, entries) in enumerate(feeds)
    ]
    lines = [trn("It has {n} feed.", "It has {n} feeds. Which one?", len(feeds))]
    if unread:
        lines.append(
            trn(
                "It names {n} more, which I have not looked at, to spare the site: give me its "
                "own address if you want that one.",
                "It names {n} more, which I have not looked at, to spare the site: give me the "
                "address of one if you want that.",
                unread,
            )
        )
    hint = tr("Choose a feed")
    body = card(tr("Several feeds"), "\n".join(lines))
    choice = layout.select(f"feed:pick:{number}", options, hint=hint)
    return body | {"components": [layout.row(choice)]}


def placing(
    number: int,
    look: FeedLook,
    topics: Sequence[Topic],
    has: Sequence[Topic],
    chosen: Topic | None,
    *,
    may_make: bool,
) -> Body:
    """Show a feed with its newest post, and ask in which topic of the server it goes."""
    lines = feed_states.looked(look)
    lines += [tr("**{topic}** has it already.", topic=topic.label) for topic in has]
    lines += ["", tr("Where does it go? Nothing is posted before a channel gets that topic.")]
    rows = []
    if topics:
        options = [layout.option(t.label, t.code, chosen=t == chosen) for t in topics]
        rows.append(
            layout.row(
                layout.select(f"feed:into:{number}", options, hint=tr("Choose one of your topics"))
            )
        )
    buttons = (
        [
            _button(
                tr("Add to {topic}", topic=chosen.label),
                f"feed:into:{number}:{chosen.code}",
                layout.GREEN,
            )
        ]
        if chosen
        else []
    )
    if may_make:
        style = layout.GREY if topics else layout.GREEN
        buttons.append(_button(tr("A new topic…"), f"feed:new:{number}", style))
    buttons.append(_button(tr("Cancel"), f"feed:drop:{number}"))
    rows.append(layout.row(*buttons))
    return _with_posts(card(tr("Is this the one?"), whole_lines(lines)), look) | {
        "components": rows
    }


def previewed(look: FeedLook, others: Sequence[tuple[str, str, int]]) -> Body:
    """Show how the newest posts of a feed would look."""
    lines = feed_states.looked(look)
    if others:
        lines.append(tr("The page has these feeds, too; give me the address of one to see it:"))
        lines += [f"- {_named(title, url)} · {_place(url)}" for url, title, _ in others[:_NAMED]]
    lines.append(tr("`/feed add` puts it in a topic of this server."))
    return _with_posts(card(tr("How its posts would look"), whole_lines(lines)), look)


def _with_posts(body: Body, look: FeedLook) -> Body:
    """Add the newest posts, each as its embed, as far as Discord takes them together."""
    embeds = list(body["embeds"])
    room = _MOST_OF_EMBEDS - sum(map(_length, embeds))
    for told in look.posts:
        (embed,) = render.post(told)["embeds"]
        room -= _length(embed)
        if room < 0:
            break
        embeds.append(embed)
    return body | {"embeds": embeds}


def _length(embed: Body) -> int:
    parts = [embed.get("title"), embed.get("description")]
    parts += [embed.get("author", {}).get("name"), embed.get("footer", {}).get("text")]
    for field in embed.get("fields", ()):
        parts += [field["name"], field["value"]]
    return sum(len(part) for part in parts if part)


def topic_form(number: int, title: str) -> Body:
    """Ask what a new topic is called."""
    return layout.form(
        tr("A new topic"),
        f"feed:made:{number}",
        layout.field(
            tr("Title"),
            layout.text_input(TITLE, value=title, most=_TITLE_ROOM),
            about=tr("What people see, in /topics and below posts"),
        ),
        layout.field(
            tr("Emoji"),
            layout.text_input(EMOJI, most=_EMOJI_ROOM, needed=False),
            about=tr("One that stands before the title, if you like"),
        ),
    )


# ── what became of it ────────────────────────────────────────────────────────────────────


OFFER_ID = r"offer:(?P<topic>(?:[0-9]{1,20}/)?[a-z0-9-]{1,40})"
"""What brings one of the server's topics to the channel where it is pressed."""


def added(title: str, topic: Topic) -> str:
    """Confirm that a feed is in a topic."""
    return tr(
        "✅ **{feed}** is in **{topic}** now. `/subscribe topic:{code}` brings it to a channel; "
        "`/feed health` shows how it is.",
        feed=in_line(title, _NAME),
        topic=topic.label,
        code=topic.code,
    )


def bring(topic: Topic) -> Body:
    """Offer to bring a topic to the channel that one is in; `OFFER_ID` reads the button's name."""
    shown = layout.button(tr("Bring it to this channel"), f"offer:{topic.name}", style=layout.BLUE)
    return {"components": [layout.row(shown)]}


def already_in(topic: Topic) -> str:
    """Say that there is nothing to do."""
    return tr(
        "**{topic}** has this feed already. `/feed list` shows all of them.", topic=topic.label
    )


def dropped() -> str:
    """Confirm that nothing is done."""
    return tr("Nothing was added.")


def removed(number: int, title: str, topic: Topic, *, with_topic: bool) -> tuple[str, Body]:
    """Confirm that a feed is gone, with a button that brings it back."""
    names = {"feed": in_line(title, _NAME), "topic": topic.label}
    said = (
        tr("🗑️ **{feed}** is gone, and **{topic}** with it.", **names)
        if with_topic
        else tr("🗑️ **{topic}** has **{feed}** no more.", **names)
    )
    undo = _button(tr("Undo"), f"feed:undo:{number}")
    return said, {"components": [layout.row(undo)]}


def would_end(
    number: int, title: str, topic: Topic, channels: Sequence[int], *, unseen: int = 0
) -> tuple[str, Body]:
    """Ask whether a topic goes along with its only feed.

    `channels` get it that who asks may know of, and so many `unseen` ones.
    """
    lines = [
        tr(
            "**{feed}** is the only feed of **{topic}**: the topic goes with it.",
            feed=in_line(title, _NAME),
            topic=topic.label,
        )
    ]
    if channels or unseen:
        shown = [f"<#{channel}>" for channel in channels[:_NAMED]]
        if left := len(channels) - len(shown):
            shown.append(trn("{n} more", "{n} more", left))
        if unseen:
            shown.append(trn("{n} that you can't see", "{n} that you can't see", unseen))
        lines.append(
            trn(
                "This channel gets it no more: {channels}.",
                "These channels get it no more: {channels}.",
                len(channels) + unseen,
                channels=listed(shown),
            )
        )
    buttons = layout.row(
        _button(tr("Remove both"), f"feed:end:{number}", layout.RED),
        _button(tr("Keep them"), f"feed:drop:{number}"),
    )
    return "\n".join(lines), {"components": [buttons]}


def kept() -> str:
    """Confirm that nothing was removed or added."""
    return tr("👌 All stays as it was.")


def restored(title: str, topic: Topic) -> str:
    """Confirm that what was removed is back."""
    return tr("↩️ **{topic}** has **{feed}** again.", topic=topic.label, feed=in_line(title, _NAME))


# ── lists ────────────────────────────────────────────────────────────────────────────────


def own_list(feeds: Sequence[KnownFeed], page: int, topics: int, most: tuple[int, int]) -> Body:
    """List a server's own feeds by topic, a page at a time; `most` topics and feeds it may have."""
    if not feeds:
        return card(
            tr("No feeds of your own yet"),
            tr(
                "`/feed add` takes the address of any site or feed, and puts it in a topic of your "
                "own."
            ),
        )
    shown, page, pages = _page(feeds, page)
    lines: list[str] = []
    for feed in shown:
        heading = f"**{feed.topic.label}** · `{feed.topic.code}`"
        if heading not in lines:
            lines.append(heading)
        lines.append(f"- {_feed(feed)}\n  {feed_states.in_short(feed)}")
    counts = tr(
        "{topics} of {most_topics} topics, {feeds} of {most_feeds} feeds",
        topics=topics,
        most_topics=most[0],
        feeds=len(feeds),
        most_feeds=most[1],
    )
    body = card(tr("This server's own feeds"), f"{whole_lines(lines)}\n\n-# {counts}")
    return body | _turns("feed:list:{page}", page, pages)


def health(feeds: Sequence[KnownFeed], page: int, topic: Topic | None = None) -> Body:
    """Say how all of these feeds are, the worst first, a page at a time."""
    if not feeds:
        return card(
            tr("No feeds"),
            tr("This server gets no topic yet: `/subscribe` brings one to a channel."),
        )
    shown, page, pages = _page(feeds, page)
    ill = sum(1 for feed in feeds if feed.health.fails)
    well = trn("{n} feed, and it can be read.", "{n} feeds, and all can be read.", len(feeds))
    bad = trn("{n} of {all} feeds fails.", "{n} of {all} feeds fail.", ill, all=len(feeds))
    lines = [bad if ill else well]
    lines += [
        f"- {_feed(feed)} · {feed.topic.label}\n  {feed_states.in_full(feed)}" for feed in shown
    ]
    title = (
        tr("How the feeds are")
        if topic is None
        else tr("How the feeds of {topic} are", topic=topic.label)
    )
    which = f":{topic.name}" if topic else ""
    return card(title, whole_lines(lines)) | _turns(f"feed:health:{{page}}{which}", page, pages)


def _page(feeds: Sequence[KnownFeed], page: int) -> tuple[Sequence[KnownFeed], int, int]:
    pages = -(-len(feeds) // _A_PAGE)
    page = min(max(page, 0), pages - 1)
    return feeds[page * _A_PAGE : (page + 1) * _A_PAGE], page, pages


def _turns(custom_id: str, page: int, pages: int) -> Body:
    if pages < 2:
        return {}
    back = layout.button(
        tr("Back"), custom_id.format(page=max(page - 1, 0)), emoji="◀️", disabled=page == 0
    )
    label = tr("More ({page} of {pages})", page=page + 1, pages=pages)
    on = layout.button(
        label, custom_id.format(page=page + 1), emoji="▶️", disabled=page == pages - 1
    )
    return {"components": [layout.row(back, on)]}


def _feed(feed: KnownFeed) -> str:
    return f"**{_named(feed.health.feed.title, feed.url)}** · {_place(feed.url)}"


def feed_label(title: str, topic: Topic) -> str:
    """Name a feed in a list to choose from."""
    return f"{title} · {topic.title}"


def _named(title: str, url: str) -> str:
    return in_line(title or host_of(url), _NAME)


def host_of(url: str) -> str:
    """Name whose site an address is on."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def place_of(url: str) -> str:
    """Show an address without scheme and query; it is no link then."""
    parts = urlsplit(url)
    return f"{host_of(url)}{parts.path.rstrip('/')}{'?…' if parts.query else ''}"


def _place(url: str) -> str:
    return f"`{place_of(url).replace('`', '')[:_PLACE]}`"


def _button(label: str, custom_id: str, style: int = layout.GREY) -> layout.Component:
    return layout.button(label, custom_id, style=style)

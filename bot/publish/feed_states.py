"""Pure: how a feed is, in words: its pace, what is odd about it, and what keeps it."""

from __future__ import annotations

from collections.abc import Callable

from bot.models import FeedLook, HealthKind, KnownFeed, Millis, Oddity
from bot.publish.escape import in_line
from bot.words import retold, tr, trn

_REASON, _NAME = 240, 120
_MANY, _HOURLY, _ABOUT_ONE = 20, 4, 0.9
"""Posts an hour past which their number says nothing, from which on people count by hours; and
what is about one."""


def pace(posts_a_day: float | None) -> str:
    """Say how many posts come, as people say it; empty where that can't be told."""
    if posts_a_day is None:
        return ""
    hourly = posts_a_day / 24
    if hourly > _MANY:
        return tr("many posts an hour")
    if hourly >= _HOURLY:
        return trn("about {n} post an hour", "about {n} posts an hour", round(hourly))
    if posts_a_day >= _ABOUT_ONE:
        return trn("about {n} post a day", "about {n} posts a day", round(posts_a_day))
    return _slow_pace(posts_a_day)


def _slow_pace(posts_a_day: float) -> str:
    weekly, monthly = posts_a_day * 7, posts_a_day * 30
    if weekly >= _ABOUT_ONE:
        return trn("about {n} post a week", "about {n} posts a week", round(weekly))
    if monthly >= _ABOUT_ONE:
        return trn("about {n} post a month", "about {n} posts a month", round(monthly))
    return tr("less than one post a month")


def cadence(posts_a_day: float | None, newest: Millis | None) -> str:
    """Say how many posts come and when the last one did; empty where neither is known."""
    often = pace(posts_a_day)
    if newest is None:
        return often
    if not often:
        return tr("the newest {when}", when=ago(newest))
    return tr("{pace}; the newest {when}", pace=often, when=ago(newest))


def ago(time: Millis) -> str:
    """Show a time as how long it is away, in the reader's own words."""
    return f"<t:{time // 1000}:R>"


def looked(look: FeedLook) -> list[str]:
    """Say how a feed is that somebody asks about, a line for each thing."""
    said = [f"**{in_line(look.title, _NAME)}**"]
    if look.entries:
        number = trn("{n} post in it", "{n} posts in it", look.entries)
        said.append(" · ".join(filter(None, (number, cadence(look.posts_a_day, look.newest)))))
        said.append(_pictures(look))
    return said + [f"⚠️ {_ODD[one](look)}" for one in look.oddities]


def _pictures(look: FeedLook) -> str:
    if not look.pictured:
        return tr("🖼️ No pictures in it: what a post's own page shows is used, where there is one.")
    if look.pictured == look.entries:
        return tr("🖼️ Every post has a picture.")
    return trn(
        "🖼️ {pictured} of {n} post has a picture.",
        "🖼️ {pictured} of {n} posts have a picture.",
        look.entries,
        pictured=look.pictured,
    )


_ODD: dict[Oddity, Callable[[FeedLook], str]] = {
    Oddity.MOVED: lambda _: tr(
        "The site says that it has moved for good; its new address is the one that I take."
    ),
    Oddity.EMPTY: lambda _: tr("It is a feed, but nothing is in it yet."),
    Oddity.UNDATED: lambda _: tr(
        "None of its posts says when it was written: they bear the time at which I find them."
    ),
    Oddity.STALE: lambda look: tr(
        "Nothing has come for long: its newest post is from {date}.",
        date=f"<t:{(look.newest or 0) // 1000}:D>",
    ),
    Oddity.THIN: lambda look: trn(
        "{thin} of its {n} post says little more than its headline: there will be little to "
        "explain.",
        "{thin} of its {n} posts say little more than their headline: there will be little to "
        "explain.",
        look.entries,
        thin=look.thin,
    ),
}


def in_short(known: KnownFeed) -> str:
    """Say how a feed is, in one line."""
    feed, kind = known.health.feed, known.health.kind
    match kind:
        case HealthKind.FAILING | HealthKind.GONE:
            return _failing(known)
        case HealthKind.NEW:
            return _new(known)
        case HealthKind.QUIET:
            return tr(
                "💤 unusually quiet; {cadence}",
                cadence=cadence(known.posts_a_day, feed.dates[0] if feed.dates else None),
            )
        case HealthKind.WELL:
            told = cadence(known.posts_a_day, feed.dates[0] if feed.dates else None)
            return f"✅ {told or tr('none of its posts has a date')}"


def in_full(known: KnownFeed) -> str:
    """Say how a feed is, since when, and when it is asked again."""
    feed = known.health.feed
    said = [in_short(known)]
    if known.health.fails:
        last = feed.succeeded_at
        said.append(
            tr("It has never answered.")
            if last is None
            else tr("It last answered {when}.", when=ago(last))
        )
    if feed.own and feed.move is not None:
        said.append(tr("It sends readers to another address for good: add that one in its place."))
    if feed.succeeded_at is not None or known.health.fails:
        said.append(tr("I ask again {when}.", when=ago(feed.next_poll_at)))
    return " · ".join(said)


def _failing(known: KnownFeed) -> str:
    feed = known.health.feed
    reason = in_line(retold(feed.error or ""), _REASON) or tr("nobody has said why")
    since = ago(feed.failing_since) if feed.failing_since is not None else tr("a while ago")
    if known.health.kind is HealthKind.GONE:
        return tr(
            "❌ Gone for good, as the site says, since {since}: {reason}",
            since=since,
            reason=reason,
        )
    return tr("⚠️ Failing since {since}: {reason}", since=since, reason=reason)


def _new(known: KnownFeed) -> str:
    if known.health.feed.subscribers:
        return tr("🆕 not read yet; that comes within minutes")
    return tr("🆕 not read yet: that begins when a channel gets the topic")

"""Pure: where well-known sites keep the feeds of their channels, projects and people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bot.feeds.places import HOST, NAME, Place, kept, place_of
from bot.models import FeedLink

_YOUTUBE = "https://www.youtube.com/feeds/videos.xml"
_CHANNEL = re.compile(r"UC[\w-]{22}", re.ASCII)
_PLAYLIST = re.compile(r"(?:PL|UU|FL|OLAK)[\w-]{8,60}", re.ASCII)

# First parts of a path that are the site's own and nobody's name.
_GITHUB_OWN = frozenset("""
    about account apps blog codespaces collections contact copilot customer-stories dashboard
    enterprise events explore features gist issues join login logout marketplace mobile new
    notifications organizations orgs premium-support pricing pulls readme search security
    security-advisories settings site solutions sponsors stars team topics trending users
""".split())  # fmt: skip
_GITLAB_OWN = frozenset("admin api dashboard explore groups help projects search users".split())
_FORGE_OWN = frozenset("admin api explore issues notifications org pulls repo user".split())
_MEDIUM_OWN = frozenset("""
    about b business creators feed jobs-at-medium m me membership new-story p plans policy search
    topic topics
""".split())  # fmt: skip
_TUMBLR_OWN = frozenset("""
    about apps communities dashboard explore help inbox likes login new policy privacy register
    search settings tagged
""".split())  # fmt: skip
_DEV_OWN = frozenset("about api contact enter feed listings pod privacy search settings t".split())

# Instances that are known to be Mastodon; of any other, a path alone says only "perhaps".
_MASTODONS = frozenset("""
    fosstodon.org hachyderm.io infosec.exchange mas.to mastodon.online mastodon.social
    mastodon.world mstdn.social techhub.social
""".split())  # fmt: skip
_FEEDLESS = {
    "facebook.com": "Facebook", "fb.com": "Facebook", "instagram.com": "Instagram",
    "linkedin.com": "LinkedIn", "threads.com": "Threads", "threads.net": "Threads",
    "tiktok.com": "TikTok", "twitter.com": "X", "x.com": "X",
}  # fmt: skip
_USUAL = (
    "feed", "rss", "feed.xml", "rss.xml", "atom.xml", "index.xml", "feed.json", "rss/index.xml",
)  # fmt: skip
_USUAL_OF_A_FOLDER = ("feed", "feed.xml", "index.xml")

Feeds = Iterator[FeedLink]
_Rule = Callable[[Place], Feeds]


def certain(url: str) -> tuple[FeedLink, ...]:
    """Return the feeds that a URL is known to have without reading its page, likeliest first.

    Nothing where the page must be read, where the site is not known, and for a feed itself.
    """
    place = place_of(url)
    rule = _rule_of(place) if place else None
    return tuple(rule(place)) if rule and place else ()


def likely(url: str) -> tuple[FeedLink, ...]:
    """Return the feeds that a URL's form alone suggests: of programs that run under any name."""
    place = place_of(url)
    return tuple(_by_form(place)) if place else ()


def usual(url: str) -> tuple[FeedLink, ...]:
    """Return where feeds usually stand: eight paths of the site, three of a folder like /blog.

    Nothing for a site that many share, whose own feed would be nobody's who is looked for.
    """
    place = place_of(url)
    if place is None or place.host in _SITES:
        return ()
    folder = [f"/{kept(place.first)}/{n}" for n in _USUAL_OF_A_FOLDER if len(place.path) == 1]
    return tuple(
        FeedLink(f"{place.origin}{path}") for path in [*folder, *(f"/{n}" for n in _USUAL)]
    )


def feedless(url: str) -> str | None:
    """Return the name of the site that a URL leads to if that site offers no feeds at all."""
    place = place_of(url)
    return _FEEDLESS.get(place.host.removeprefix("m.")) if place else None


def is_youtube(url: str) -> bool:
    """Tell whether a URL is one of YouTube's own."""
    place = place_of(url)
    return place is not None and _rule_of(place) is _youtube


def youtube_channel(channel_id: str) -> FeedLink | None:
    """Return the feed of a channel's videos; None if that is no channel's id."""
    if not _CHANNEL.fullmatch(channel_id):
        return None
    return FeedLink(f"{_YOUTUBE}?channel_id={channel_id}", "Videos of the channel")


def _rule_of(place: Place) -> _Rule | None:
    if place.has_own_port:
        return None
    if rule := _SITES.get(place.host):
        return rule
    _, _, parent = place.host.partition(".")
    return _DOMAINS.get(parent) or (_blogspot if parent.startswith("blogspot.") else None)


# ── sites ────────────────────────────────────────────────────────────────────────────────


def _youtube(place: Place) -> Feeds:
    playlist = place.query.get("list", [""])[0]
    match place.path:
        case ("channel", channel_id, *_):
            if feed := youtube_channel(channel_id):
                yield feed
        case ("playlist",) if _PLAYLIST.fullmatch(playlist):
            yield FeedLink(f"{_YOUTUBE}?playlist_id={playlist}", "Videos of the playlist")


def _github(place: Place) -> Feeds:
    if place.first.lower() in _GITHUB_OWN or not all(map(NAME.fullmatch, place.path[:2])):
        return
    if len(place.path) == 1 and not place.first.endswith(".atom"):
        yield FeedLink(f"https://github.com/{place.first}.atom", "Public activity")
    if len(place.path) < 2:
        return
    owner, name, *rest = place.path
    project = f"https://github.com/{owner}/{name.removesuffix('.git')}"
    yield from _github_project(project, rest)


def _github_project(project: str, rest: list[str]) -> Feeds:
    releases = FeedLink(f"{project}/releases.atom", "Releases")
    tags = FeedLink(f"{project}/tags.atom", "Tags")
    match rest:
        case [*_, last] if last.endswith(".atom"):
            return
        case ["releases", *_]:
            yield releases
        case ["tags"]:
            yield tags
        case ["commits" | "tree", *branch] if branch:
            path = "/".join(map(kept, branch))
            yield FeedLink(f"{project}/commits/{path}.atom", "Commits")
        case ["discussions", *_]:
            yield FeedLink(f"{project}/discussions.atom", "Discussions")
        case ["wiki", *_]:
            yield FeedLink(f"{project}/wiki.atom", "Wiki")
        case ["commits"]:
            yield FeedLink(f"{project}/commits.atom", "Commits")
        case _:
            yield from (releases, tags, FeedLink(f"{project}/commits.atom", "Commits"))


def _gitlab(place: Place) -> Feeds:
    cut = place.path.index("-") if "-" in place.path else len(place.path)
    names, rest = place.path[:cut], place.path[cut + 1 :]
    if not names or place.first in _GITLAB_OWN or not all(map(NAME.fullmatch, names)):
        return
    if place.last.endswith(".atom") or "format" in place.query:
        return
    here = f"https://{place.host}/{'/'.join(names)}"
    activity = FeedLink(f"{here}.atom", "Activity")
    if len(names) == 1:
        yield activity
        return
    releases = FeedLink(f"{here}/-/releases.atom", "Releases")
    tags = FeedLink(f"{here}/-/tags?format=atom", "Tags")
    match rest:
        case ("releases", *_):
            yield releases
        case ("tags", *_):
            yield tags
        case _:
            yield from (releases, tags, activity)


def _forgejo(place: Place) -> Feeds:
    names = place.path[:2]
    if not names or place.first in _FORGE_OWN or not all(map(NAME.fullmatch, names)):
        return
    if place.last.endswith((".rss", ".atom")):
        return
    here = f"https://{place.host}/{'/'.join(names)}"
    releases = FeedLink(f"{here}/releases.rss", "Releases")
    match place.path:
        case (_,):
            yield FeedLink(f"{here}.rss", "Public activity")
        case (_, _, "releases", *_):
            yield releases
        case (_, _, "tags"):
            yield FeedLink(f"{here}/tags.rss", "Tags")
        case _:
            yield from (
                releases,
                FeedLink(f"{here}/tags.rss", "Tags"),
                FeedLink(f"{here}.rss", "Activity"),
            )


def _reddit(place: Place) -> Feeds:
    if place.last.endswith(".rss"):
        return
    match place.path:
        case ("r", name, ("new" | "top" | "hot" | "rising") as order, *_) if NAME.fullmatch(name):
            url = f"https://www.reddit.com/r/{name}/{order}/.rss{place.asked('t')}"
            yield FeedLink(url, f"r/{name}, {order}")
        case ("r", name, *_) if NAME.fullmatch(name):
            yield FeedLink(f"https://www.reddit.com/r/{name}/.rss", f"r/{name}")
        case ("user" | "u", name, *_) if NAME.fullmatch(name):
            yield FeedLink(f"https://www.reddit.com/user/{name}/.rss", f"u/{name}")
        case ("domain", name, *_) if NAME.fullmatch(name):
            yield FeedLink(f"https://www.reddit.com/domain/{name}/.rss", name)


def _substack(place: Place) -> Feeds:
    if place.path[:1] == ("feed",):
        return
    match place.host, place.path:
        case "open.substack.com", ("pub", name, *_) if NAME.fullmatch(name):
            yield FeedLink(f"https://{name}.substack.com/feed", "Posts")
        case "substack.com" | "open.substack.com", _:
            return  # a profile's page names its newsletters
        case _:
            yield FeedLink(f"https://{place.host}/feed", "Posts")


def _medium(place: Place) -> Feeds:
    if place.host != "medium.com":
        if place.first != "feed":
            yield FeedLink(f"https://{place.host}/feed", "Posts")
        return
    match place.path:
        case ("tag", name, *_):
            yield FeedLink(f"https://medium.com/feed/tag/{kept(name)}", "Posts with the tag")
        case (name, *_) if name not in _MEDIUM_OWN:
            yield FeedLink(f"https://medium.com/feed/{kept(name)}", "Posts")


def _bluesky(place: Place) -> Feeds:
    match place.path:
        case ("profile", name, *rest) if rest != ["rss"]:
            yield FeedLink(f"https://bsky.app/profile/{kept(name)}/rss", "Posts")


def _tumblr(place: Place) -> Feeds:
    name = place.host.removesuffix(".tumblr.com")
    if place.host == "tumblr.com":
        match place.path:
            case ("blog", "view", blog, *_) | ("blog", blog, *_):
                name = blog
            case (blog, *_) if blog not in _TUMBLR_OWN:
                name = blog
            case _:
                return
        name = name.removeprefix("@")
    elif place.last == "rss":
        return
    if re.fullmatch(r"[a-z0-9-]{1,63}", name, re.IGNORECASE):
        yield FeedLink(f"https://{name}.tumblr.com/rss", "Posts")


def _blogspot(place: Place) -> Feeds:
    if place.first != "feeds":
        yield FeedLink(f"https://{place.host}/feeds/posts/default", "Posts")


def _wordpress(place: Place) -> Feeds:
    if not place.path and "feed" not in place.query:
        yield FeedLink(f"https://{place.host}/feed/", "Posts")


def _dev(place: Place) -> Feeds:
    match place.path:
        case ("t", tag, *_):
            yield FeedLink(f"https://dev.to/feed/tag/{kept(tag)}", "Posts with the tag")
        case (name, *_) if name not in _DEV_OWN:
            yield FeedLink(f"https://dev.to/feed/{kept(name)}", "Posts")


def _google_news(place: Place) -> Feeds:
    if place.first in {"topics", "search", "publications"}:
        path = "/".join(map(kept, place.path))
        asked = place.asked("q", "hl", "gl", "ceid")
        yield FeedLink(f"https://news.google.com/rss/{path}{asked}", "Headlines")


def _mastodon(place: Place) -> Feeds:
    """Read /@user, /@user/post, /@user@elsewhere, /users/user and /tags/name."""
    match place.path:
        case (account, *_) if account.startswith("@"):
            name, _, elsewhere = account[1:].partition("@")
            origin = f"https://{elsewhere}" if HOST.fullmatch(elsewhere) else place.origin
            if NAME.fullmatch(name) and not account.endswith((".rss", ".atom", ".json")):
                yield FeedLink(f"{origin}/@{name}.rss", "Posts")
        case ("users", name, *_) if NAME.fullmatch(name) and not name.endswith((".rss", ".atom")):
            yield FeedLink(f"{place.origin}/users/{name}.rss", "Posts")
        case ("tags", name) if not name.endswith(".rss"):
            yield FeedLink(f"{place.origin}/tags/{kept(name)}.rss", "Posts with the tag")


def _by_form(place: Place) -> Feeds:
    if place.host in _SITES:
        return
    yield from _mastodon(place)
    match place.path:
        case ("c", name, *_) if NAME.fullmatch(name):  # Lemmy
            yield FeedLink(f"{place.origin}/feeds/c/{name}.xml", "Posts")


# Whole names, as they stand without "www."; a site that many share.
_SITES: dict[str, _Rule] = {
    "bsky.app": _bluesky,
    "codeberg.org": _forgejo,
    "dev.to": _dev,
    "github.com": _github,
    "gitlab.com": _gitlab,
    "gitlab.freedesktop.org": _gitlab,
    "gitlab.gnome.org": _gitlab,
    "m.youtube.com": _youtube,
    "medium.com": _medium,
    "music.youtube.com": _youtube,
    "new.reddit.com": _reddit,
    "news.google.com": _google_news,
    "old.reddit.com": _reddit,
    "open.substack.com": _substack,
    "reddit.com": _reddit,
    "substack.com": _substack,
    "tumblr.com": _tumblr,
    "youtube.com": _youtube,
    "youtu.be": _youtube,
    **dict.fromkeys(_MASTODONS, _mastodon),
}
# What stands behind a name of one's own.
_DOMAINS: dict[str, _Rule] = {
    "medium.com": _medium,
    "substack.com": _substack,
    "tumblr.com": _tumblr,
    "wordpress.com": _wordpress,
}

"""What is known of sites without reading their pages."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.feeds import hosts
from bot.feeds.guard import check_url
from bot.feeds.places import address_of

CHANNEL = "UCabcdefghijklmnopqrstuv"
VIDEOS = "https://www.youtube.com/feeds/videos.xml"
REPO = "https://github.com/rust-lang/rust"
FORGE = "https://codeberg.org/forgejo/forgejo"
LAB = "https://gitlab.com/group/sub/project"

CERTAIN = [
    (f"https://www.youtube.com/channel/{CHANNEL}", [f"{VIDEOS}?channel_id={CHANNEL}"]),
    (f"http://m.youtube.com/channel/{CHANNEL}/videos?x=1", [f"{VIDEOS}?channel_id={CHANNEL}"]),
    ("https://youtube.com/playlist?list=PLabc_def-123", [f"{VIDEOS}?playlist_id=PLabc_def-123"]),
    ("https://www.youtube.com/playlist?list=WL", []),
    ("https://www.youtube.com/@harbour", []),
    ("https://www.youtube.com/watch?v=abc", []),
    ("https://youtu.be/abc", []),
    (REPO, [f"{REPO}/releases.atom", f"{REPO}/tags.atom", f"{REPO}/commits.atom"]),
    (f"{REPO}.git", [f"{REPO}/releases.atom", f"{REPO}/tags.atom", f"{REPO}/commits.atom"]),
    (f"{REPO}/issues/7", [f"{REPO}/releases.atom", f"{REPO}/tags.atom", f"{REPO}/commits.atom"]),
    (f"{REPO}/releases/tag/1.0", [f"{REPO}/releases.atom"]),
    (f"{REPO}/tags", [f"{REPO}/tags.atom"]),
    (f"{REPO}/commits", [f"{REPO}/commits.atom"]),
    (f"{REPO}/tree/release/1.x", [f"{REPO}/commits/release/1.x.atom"]),
    (f"{REPO}/discussions", [f"{REPO}/discussions.atom"]),
    (f"{REPO}/wiki/Home", [f"{REPO}/wiki.atom"]),
    (f"{REPO}/releases.atom", []),
    ("https://github.com/torvalds", ["https://github.com/torvalds.atom"]),
    ("https://github.com/features/actions", []),
    ("https://github.com/", []),
    ("https://github.com:8443/a/b", []),
    (LAB, [f"{LAB}/-/releases.atom", f"{LAB}/-/tags?format=atom", f"{LAB}.atom"]),
    (f"{LAB}/-/tags", [f"{LAB}/-/tags?format=atom"]),
    (f"{LAB}/-/releases/v1", [f"{LAB}/-/releases.atom"]),
    ("https://gitlab.gnome.org/jane", ["https://gitlab.gnome.org/jane.atom"]),
    ("https://gitlab.com/explore/projects", []),
    (FORGE, [f"{FORGE}/releases.rss", f"{FORGE}/tags.rss", f"{FORGE}.rss"]),
    (f"{FORGE}/releases", [f"{FORGE}/releases.rss"]),
    ("https://codeberg.org/forgejo", ["https://codeberg.org/forgejo.rss"]),
    ("https://codeberg.org/forgejo.rss", []),
    ("https://old.reddit.com/r/python", ["https://www.reddit.com/r/python/.rss"]),
    ("https://www.reddit.com/r/a+b/", ["https://www.reddit.com/r/a+b/.rss"]),
    (
        "https://www.reddit.com/r/python/top/?t=week&x=1",
        ["https://www.reddit.com/r/python/top/.rss?t=week"],
    ),
    (
        "https://www.reddit.com/r/python/comments/1a/some_title/",
        ["https://www.reddit.com/r/python/.rss"],
    ),
    ("https://reddit.com/u/spez", ["https://www.reddit.com/user/spez/.rss"]),
    ("https://www.reddit.com/r/python/.rss", []),
    ("https://www.reddit.com/r/python.rss", []),
    ("https://www.reddit.com/", []),
    ("https://harbour.substack.com/p/a-post", ["https://harbour.substack.com/feed"]),
    ("https://open.substack.com/pub/harbour/p/x", ["https://harbour.substack.com/feed"]),
    ("https://substack.com/@harbour", []),
    ("https://harbour.substack.com/feed", []),
    ("https://medium.com/@jane/a-post-1f", ["https://medium.com/feed/@jane"]),
    ("https://medium.com/netflix-techblog", ["https://medium.com/feed/netflix-techblog"]),
    ("https://medium.com/tag/python/latest", ["https://medium.com/feed/tag/python"]),
    ("https://jane.medium.com/", ["https://jane.medium.com/feed"]),
    ("https://medium.com/feed/@jane", []),
    ("https://bsky.app/profile/a.bsky.social", ["https://bsky.app/profile/a.bsky.social/rss"]),
    ("https://bsky.app/profile/did:plc:x1/post/1", ["https://bsky.app/profile/did:plc:x1/rss"]),
    ("https://bsky.app/profile/a.bsky.social/rss", []),
    ("https://staff.tumblr.com/post/1", ["https://staff.tumblr.com/rss"]),
    ("https://www.tumblr.com/staff/1/title", ["https://staff.tumblr.com/rss"]),
    ("https://www.tumblr.com/blog/view/staff", ["https://staff.tumblr.com/rss"]),
    ("https://www.tumblr.com/tagged/cats", []),
    ("https://harbour.blogspot.co.uk/2024", [
        "https://harbour.blogspot.co.uk/feeds/posts/default",
    ]),
    ("https://harbour.wordpress.com", ["https://harbour.wordpress.com/feed/"]),
    ("https://harbour.wordpress.com/category/a/", []),
    ("https://dev.to/jane/a-post", ["https://dev.to/feed/jane"]),
    ("https://dev.to/t/python", ["https://dev.to/feed/tag/python"]),
    (
        "https://news.google.com/search?q=old%20harbour&hl=en-GB&x=1",
        ["https://news.google.com/rss/search?q=old+harbour&hl=en-GB"],
    ),
    ("https://news.google.com/topics/CAAq?ceid=GB:en", [
        "https://news.google.com/rss/topics/CAAq?ceid=GB%3Aen",
    ]),
    ("https://mastodon.social/@jane", ["https://mastodon.social/@jane.rss"]),
    ("https://mastodon.social/@jane/1234", ["https://mastodon.social/@jane.rss"]),
    ("https://mastodon.social/@jane@harbour.example", ["https://harbour.example/@jane.rss"]),
    ("https://mastodon.social/tags/news", ["https://mastodon.social/tags/news.rss"]),
    ("https://mastodon.social/@jane.rss", []),
    ("https://harbour.example/@jane", []),
    ("https://github.com.evil.example/a/b", []),
    ("https://evilgithub.com/a/b", []),
    ("https://user:secret@github.com/a/b", []),
    ("javascript:alert(1)", []),
    ("http://[::1/a", []),
]  # fmt: skip


@pytest.mark.parametrize(("url", "feeds"), CERTAIN, ids=[url for url, _ in CERTAIN])
def test_what_is_certain_of_a_site_needs_no_page(url: str, feeds: list[str]) -> None:
    assert [feed.url for feed in hosts.certain(url)] == feeds


@pytest.mark.parametrize("feed", sorted({feed for _, feeds in CERTAIN for feed in feeds}))
def test_a_feed_that_a_rule_names_is_an_address_without_a_rule(feed: str) -> None:
    assert hosts.certain(feed) == ()
    assert str(check_url(feed))


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("  https://harbour.example/feed ", "https://harbour.example/feed"),
        ("<https://harbour.example/>", "https://harbour.example/"),
        ("harbour.example", "https://harbour.example"),
        ("www.harbour.example/news?x=1", "https://www.harbour.example/news?x=1"),
        ("bücher.example:8080/feed", "https://bücher.example:8080/feed"),
        ("feed://harbour.example/rss", "https://harbour.example/rss"),
        ("feed:https://harbour.example/rss", "https://harbour.example/rss"),
        ("feed://http://harbour.example/rss", "http://harbour.example/rss"),
        ("@jane@harbour.example", "https://harbour.example/@jane"),
        ("r/python", "https://www.reddit.com/r/python/"),
        ("/u/spez", "https://www.reddit.com/u/spez/"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("jane@harbour.example", "jane@harbour.example"),
        ("news", "news"),
        ("", ""),
    ],
)
def test_an_address_is_taken_as_people_write_it(written: str, url: str) -> None:
    assert address_of(written) == url


def test_other_sites_are_known_by_the_form_of_their_addresses_at_most() -> None:
    def likely(url: str) -> list[str]:
        return [feed.url for feed in hosts.likely(url)]

    assert likely("https://social.example/@jane/12") == ["https://social.example/@jane.rss"]
    assert likely("http://social.example:8080/@jane") == ["http://social.example:8080/@jane.rss"]
    assert likely("https://social.example/users/jane") == ["https://social.example/users/jane.rss"]
    assert likely("https://lemmy.example/c/news") == ["https://lemmy.example/feeds/c/news.xml"]
    assert likely("https://harbour.example/news") == []
    assert likely("https://www.youtube.com/@jane") == []


def test_the_usual_addresses_are_few_and_none_of_a_site_that_many_share() -> None:
    usual = [feed.url for feed in hosts.usual("https://harbour.example/a/b?c=d#e")]
    assert len(usual) == 8
    assert usual[0] == "https://harbour.example/feed"
    blog = [feed.url for feed in hosts.usual("http://harbour.example:8080/blog/")]
    assert blog[0] == "http://harbour.example:8080/blog/feed"
    assert len(blog) == 11
    for shared in ("https://github.com/a", "https://www.youtube.com/@a", "https://medium.com/@a"):
        assert hosts.usual(shared) == ()


def test_sites_without_feeds_are_known_by_name() -> None:
    assert hosts.feedless("https://www.instagram.com/harbour/") == "Instagram"
    assert hosts.feedless("https://m.facebook.com/harbour/") == "Facebook"
    assert hosts.feedless("https://x.com/harbour") == "X"
    assert hosts.feedless("https://fox.com/harbour") is None


_NAMES = ("github.com", "gitlab.com", "codeberg.org", "reddit.com", "youtube.com", "medium.com",
          "tumblr.com", "a.tumblr.com", "bsky.app", "dev.to", "news.google.com", "a.substack.com",
          "mastodon.social", "a.blogspot.com", "harbour.example")  # fmt: skip
_ANY = st.text(alphabet=st.characters(codec=None), max_size=40)  # half characters, too
_PARTS = st.sampled_from(["r", "u", "@a", "@a@b.c", "-", "tags", "users", "..", "feed", "%2e", "c"])


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(_NAMES), st.lists(_PARTS | _ANY, max_size=4), _ANY)
def test_no_address_is_too_odd_for_the_rules(host: str, path: list[str], query: str) -> None:
    for url in (f"https://{host}/{'/'.join(path)}?{query}", "/".join(path), query):
        address = address_of(url)
        hosts.feedless(address)
        for feed in (*hosts.certain(address), *hosts.likely(address), *hosts.usual(address)):
            assert feed.url.startswith(("https://", "http://"))
            assert "\n" not in feed.url
            assert feed.url.isprintable()

"""OPML as feed readers export it, broken as it may be, and as we write it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot
from bot.catalogue import read_catalogue, write_catalogue
from bot.models import Topic
from bot.opml import Imported, OpmlError, read_opml

FOLDER = Path(__file__).parent / "opml"
SHIPPED = Path(bot.__file__).parent / "topics.toml"
GAZETTE = "https://gazette.example/feed.xml"
COURIER = "https://courier.example/rss"


def brought(data: str | bytes) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return title and feeds of each topic, by its name."""
    found = read_opml(data.encode() if isinstance(data, str) else data)
    assert list(found.topics) == list(again(found).values()), "it is a catalogue as it stands"
    return {topic.name: (topic.title, topic.feeds) for topic in found.topics}


def again(found: Imported) -> dict[str, Topic]:
    return read_catalogue(write_catalogue(found.topics), "x") if found.topics else {}


def left_out(data: str | bytes) -> list[tuple[str, str]]:
    found = read_opml(data.encode() if isinstance(data, str) else data)
    return [(left.what, left.why) for left in found.left_out]


def opml(body: str) -> str:
    return f'<?xml version="1.0"?><opml version="2.0"><head/><body>{body}</body></opml>'


def feed(url: str, **more: str) -> str:
    written = "".join(f' {name}="{value}"' for name, value in more.items())
    return f'<outline type="rss"{written} xmlUrl="{url}"/>'


def folder(title: str, *inside: str) -> str:
    return f'<outline text="{title}">{"".join(inside)}</outline>'


# ── what readers export ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "topics"),
    [
        (
            "feedly",
            {
                "town": (
                    "Town",
                    (GAZETTE, "https://courier.example/rss?desk=town&full=1"),
                ),
                "sea": ("Sea", ("http://tides.example/atom", GAZETTE)),
            },
        ),
        (
            "inoreader",
            {"feeds": ("Feeds", ("https://paper.example/feed",)), "town": ("Town", (GAZETTE,))},
        ),
        (
            "netnewswire",
            {"feeds": ("Feeds", (GAZETTE,)), "sea": ("Sea", ("http://tides.example/atom",))},
        ),
        ("miniflux", {"all": ("All", (GAZETTE, "http://tides.example/atom"))}),
        (
            "freshrss",
            {"cafe-kuche": ("Café & Küche", (GAZETTE, "https://notes.example/feed.json"))},
        ),
        ("thunderbird", {"town": ("Town", (COURIER,)), "morning": ("Morning", (GAZETTE,))}),
        ("opml-editor", {"town": ("Town", (GAZETTE,))}),
        ("newsboat", {"feeds": ("Feeds", (GAZETTE,))}),
        (
            "antennapod",
            {
                "feeds": (
                    "Feeds",
                    ("https://talk.example/podcast.xml", "http://tides.example/podcast"),
                )
            },
        ),
    ],
)
def test_what_a_reader_exports_becomes_a_catalogue(
    name: str, topics: dict[str, tuple[str, tuple[str, ...]]]
) -> None:
    data = (FOLDER / f"{name}.opml").read_bytes()
    assert brought(data) == topics
    assert not read_opml(data).repaired


def test_every_export_that_is_here_is_read() -> None:
    assert len(list(FOLDER.glob("*.opml"))) == 9


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("netnewswire", [("Empty", "nothing is in this folder")]),
        ("freshrss", [("A page without a feed", "(HTML+XPath), it is no feed")]),
        (
            "opml-editor",
            [
                ("Its home page", "to a page"),
                ("Friends' lists", "another OPML file"),
                ("To be read on Sundays", "nothing is in this folder"),
            ],
        ),
        (
            "newsboat",
            [
                ("Weather", "“exec:~/bin/weather.sh” is no http(s) address"),
                ("Unread", "is no http(s) address"),
                ("Notes", "“file:///home/ada/notes.xml” is no http(s) address"),
            ],
        ),
    ],
)
def test_what_can_not_be_used_is_named_with_the_reason(
    name: str, said: list[tuple[str, str]]
) -> None:
    found = left_out((FOLDER / f"{name}.opml").read_bytes())
    assert [what for what, _ in found] == [what for what, _ in said]
    assert all(part in why for (_, why), (_, part) in zip(found, said, strict=True))


# ── folders ──────────────────────────────────────────────────────────────────────────────


def test_of_folders_in_folders_the_nearest_is_the_topic() -> None:
    deep = folder("A", folder("B", folder("C", feed(GAZETTE)), feed(COURIER)))
    assert brought(opml(deep)) == {"b": ("B", (COURIER,)), "c": ("C", (GAZETTE,))}


def test_two_folders_of_one_title_are_one_topic_only_where_they_stand_side_by_side() -> None:
    beside = folder("News", feed(GAZETTE)) + folder("News", feed(COURIER))
    assert brought(opml(beside)) == {"news": ("News", (GAZETTE, COURIER))}
    apart = folder("Town", folder("News", feed(GAZETTE))) + folder(
        "Sea", folder("News", feed(COURIER))
    )
    assert brought(opml(apart)) == {
        "news": ("News", (GAZETTE,)),
        "sea-news": ("Sea: News", (COURIER,)),
    }


def test_a_folder_without_a_title_is_part_of_what_is_around_it() -> None:
    inside = folder("", feed(GAZETTE))
    assert brought(opml(inside)) == {"feeds": ("Feeds", (GAZETTE,))}
    assert brought(opml(folder("Town", inside))) == {"town": ("Town", (GAZETTE,))}


def test_feeds_below_a_feed_belong_to_its_folder() -> None:
    nested = f'<outline text="x" xmlUrl="{GAZETTE}">{feed(COURIER)}</outline>'
    assert brought(opml(folder("Town", nested))) == {"town": ("Town", (GAZETTE, COURIER))}


def test_a_feed_that_stands_twice_in_a_folder_is_told_of() -> None:
    twice = opml(folder("Town", feed(GAZETTE, text="One"), feed(GAZETTE, text="Two")))
    assert brought(twice) == {"town": ("Town", (GAZETTE,))}
    assert left_out(twice) == [("Two", "it stands twice in “Town”")]


def test_a_folder_that_says_it_is_a_feed_is_still_a_folder() -> None:
    odd = f'<outline text="Town" type="rss">{feed(GAZETTE)}</outline>'
    assert brought(opml(odd)) == {"town": ("Town", (GAZETTE,))}


@pytest.mark.parametrize(
    ("title", "name", "shown"),
    [
        ("US Politics", "us-politics", "US Politics"),
        ("Größe", "grosse", "Größe"),
        ("日本", "topic", "日本"),
        ("--- !! ---", "topic", "--- !! ---"),
        ("x" * 70, "x" * 32, "x" * 59 + "…"),
        ("a" * 31 + " b", "a" * 31, "a" * 31 + " b"),
        ("  Two \n words ", "two-words", "Two words"),
        ("🏳️‍🌈 Pride", "pride", "Pride"),
        ("🌍", "topic", "🌍"),
        ("C++ & C#", "c-c", "C++ & C#"),
    ],
)
def test_a_title_makes_a_name_for_commands(title: str, name: str, shown: str) -> None:
    written = opml(folder(title.replace("&", "&amp;"), feed(GAZETTE)))
    assert brought(written) == {name: (shown, (GAZETTE,))}


def test_names_are_never_the_same_however_long_the_titles() -> None:
    many = "".join(folder(f"{'x' * 60} {n}", feed(GAZETTE)) for n in range(12))
    names = list(brought(opml(many)))
    assert len(set(names)) == 12
    assert names[-1] == "x" * 29 + "-12"


def test_an_emoji_before_a_title_is_the_topics_emoji() -> None:
    (topic,) = read_opml(opml(folder("🌍 World", feed(GAZETTE))).encode()).topics
    assert (topic.emoji, topic.title, topic.label) == ("🌍", "World", "🌍 World")


# ── addresses ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("feed://a.example/x", "http://a.example/x"),
        ("feed:https://a.example/x", "https://a.example/x"),
        ("feed://https://a.example/x", "https://a.example/x"),
        ("FEED:http://a.example/x", "http://a.example/x"),
        ("itpc://a.example/x", "http://a.example/x"),
        ("  https://a.example/x\n", "https://a.example/x"),
        ("https://a.example/x?feed://b", "https://a.example/x?feed://b"),
    ],
)
def test_an_address_for_feed_programs_is_an_ordinary_one(written: str, read: str) -> None:
    assert brought(opml(feed(written))) == {"feeds": ("Feeds", (read,))}


@pytest.mark.parametrize("key", ["xmlUrl", "xmlurl", "XMLURL", "XmlUrl", "url"])
def test_the_address_may_be_written_in_many_ways(key: str) -> None:
    written = f'<outline type="rss" text="x" {key}="{GAZETTE}"/>'
    assert brought(opml(written)) == {"feeds": ("Feeds", (GAZETTE,))}


def test_an_outline_without_a_type_is_a_feed_where_it_has_a_feeds_address() -> None:
    assert brought(opml(f'<outline xmlUrl="{GAZETTE}"/>')) == {"feeds": ("Feeds", (GAZETTE,))}


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/",
        "javascript:alert(1)",
        "www.a.example",
        "//a.example",
        "https://",
        "http://a b/",
    ],
)
def test_an_address_that_is_none_is_told_of(url: str) -> None:
    ((what, why),) = left_out(opml(feed(url, text="A")))
    assert what == "A"
    assert why == f"“{url}” is no http(s) address"


def test_an_address_with_a_password_is_left_out_and_not_shown() -> None:
    ((what, why),) = left_out(opml(feed("https://ada:hunter2@a.example/")))
    assert what == "https://…@a.example/"
    assert "password" in why
    assert "hunter2" not in what + why


def test_a_feed_without_an_address_is_told_of() -> None:
    ((_, why),) = left_out(
        opml('<outline type="rss" text="A" xmlUrl="" htmlUrl="https://a.example"/>')
    )
    assert "does not say where the feed is" in why


# ── broken files ─────────────────────────────────────────────────────────────────────────

WHOLE = opml(folder("Tëxt &amp; Co", feed(GAZETTE, text="é"), feed(COURIER)))
EXPECTED = {"text-co": ("Tëxt & Co", (GAZETTE, COURIER))}


@pytest.mark.parametrize(
    "data",
    [
        WHOLE.encode(),
        b"\xef\xbb\xbf" + WHOLE.encode(),
        b"\r\n  " + WHOLE.encode(),
        WHOLE.partition("?>")[2].encode(),
        WHOLE.encode("utf-16"),
        WHOLE.encode("utf-16-le"),
        WHOLE.encode("utf-16-be"),
        WHOLE.encode("utf-32"),
        WHOLE.encode("windows-1252"),
        WHOLE.replace('"1.0"?', '"1.0" encoding="windows-1252"?').encode("windows-1252"),
        WHOLE.replace('"1.0"?', '"1.0" encoding="utf-16"?').encode(),
        WHOLE.replace('"1.0"?', '"1.0" encoding="UTF-8"?').encode("windows-1252"),
        WHOLE.replace('"1.0"?', '"1.0" encoding="klingon"?').encode(),
        WHOLE.replace("&amp;", "&").encode(),
        WHOLE.replace("Tëxt", "T&euml;xt").encode(),
        WHOLE.replace("Tëxt ", "T&euml;xt&nbsp;").encode(),
        WHOLE.replace("<opml", "<!DOCTYPE opml SYSTEM 'opml.dtd'><opml").encode(),
        WHOLE.replace("<opml", "<!DOCTYPE opml><opml").replace("Tëxt", "T&euml;xt").encode(),
        WHOLE.replace("<body>", "").replace("</body>", "").encode(),
        WHOLE.replace("<head/>", "<head><title>A & B</title></head>").encode(),
        WHOLE.replace("<body>", "<body><!-- <outline text='no'> -- & -->").encode(),
        WHOLE.replace('text="é"', "text='é' text='again' checked").encode(),
        WHOLE.replace('type="rss"', "type=rss").encode(),
        WHOLE.replace('"é"', '"1 < 2 & "so" on"').encode(),
        WHOLE.replace("<outline", "<OUTLINE").replace("</outline", "</OUTLINE").encode(),
        WHOLE.replace("</body></opml>", "").encode(),
        WHOLE.replace("</body>", "</outline></body>").encode(),
        WHOLE.replace("é", "\x07é").encode(),
    ],
)  # fmt: skip
def test_a_file_that_is_not_quite_right_is_read_all_the_same(data: bytes) -> None:
    assert brought(data) == EXPECTED
    assert left_out(data) == []


def test_an_ampersand_in_an_address_is_no_entity_even_where_one_has_its_name() -> None:
    bare = "https://a.example/?x=1&copy=2&amp=3&lang=en&notit;"
    assert brought(opml(feed(bare))) == {"feeds": ("Feeds", (bare,))}
    assert brought(opml(feed("https://a.example/?x=1&amp;copy=2&y"))) == {
        "feeds": ("Feeds", ("https://a.example/?x=1&copy=2&y",))
    }


def test_of_a_file_that_breaks_off_what_is_whole_is_taken() -> None:
    cut = WHOLE[: WHOLE.index(COURIER) + 8].encode()
    found = read_opml(cut)
    assert brought(cut) == {"text-co": ("Tëxt & Co", (GAZETTE,))}
    assert found.repaired
    assert found.broken_off


def test_a_quote_that_is_missing_costs_one_feed_and_that_is_told() -> None:
    broken = opml(f'<outline text="A" xmlUrl="{GAZETTE} />{feed(COURIER)}')
    assert brought(broken) == {"feeds": ("Feeds", (COURIER,))}
    assert [what for what, _ in left_out(broken)] == ["A"]


def test_an_entity_bomb_is_refused() -> None:
    bomb = '<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    for written in (WHOLE.replace("<opml", f"{bomb}<opml"), f"{bomb}{WHOLE}<"):
        for data in (written.encode(), written.encode("utf-16")):
            with pytest.raises(OpmlError, match="entities of its own"):
                read_opml(data)


def test_a_file_from_outside_is_not_opened() -> None:
    for entity in ('<!ENTITY x SYSTEM "file:///etc/hostname">', "<!ENTITY % x SYSTEM 'x.dtd'> %x;"):
        with pytest.raises(OpmlError):
            read_opml(f"<!DOCTYPE opml [{entity}]>{opml(folder('&x;', feed(GAZETTE)))}".encode())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "No outline"),
        (b"<!doctype html><title>x</title><p>Hello", "No outline"),
        (b'<rss version="2.0"><channel><title>x</title></channel></rss>', "No outline"),
        (b"\x89PNG\r\n\x1a\n\0\0", "No outline"),
        (b" " * 10_000_001, "larger than 10 MB"),
        (b"<opml>" + b"<outline/>" * 50_001, "more than 50,000 outlines"),
        (b"<opml>&" + b"<outline/>" * 50_001, "more than 50,000 outlines"),
    ],
)
def test_what_is_no_list_of_feeds_is_refused_in_words(data: bytes, said: str) -> None:
    with pytest.raises(OpmlError, match=said):
        read_opml(data)


def test_outlines_that_are_nested_without_end_are_read() -> None:
    deep = '<outline text="a">' * 40_000 + feed(GAZETTE)
    assert [feeds for _, feeds in brought(f"<opml>{deep}").values()] == [(GAZETTE,)]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        found = read_opml(b'<opml><outline text="a" xmlUrl="https://a.example/"/>' + data)
    except OpmlError:
        return
    assert again(found)


_PIECES = [
    "<outline", " text=", " xmlUrl=", '"', "'", ">", "/>", "</outline>", "<!--", "-->", "&amp;",
    "&", "&eacute;", "<![CDATA[", "]]>", "<?",  "?>", "https://a.example/", "feed:", "é", " ", "=",
    "type=rss", "<", "x", "\0", "\n", "<!DOCTYPE x>", "wherefore:name=",
]  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=40))
def test_any_pieces_of_outlines_are_read_or_refused(pieces: list[str]) -> None:
    try:
        found = read_opml("".join(pieces).encode())
    except OpmlError:
        return
    assert list(again(found).values()) == list(found.topics)
    assert all(left.what and left.what.isprintable() for left in found.left_out)

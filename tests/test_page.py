from __future__ import annotations

import base64
import hashlib
import re
import shutil
import struct
import subprocess
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

import bot
from bot.publish.markdown import Mark, Run, http_url, plain, printable, runs
from bot.publish.page import Shown, page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.models import Body

DEMO = Path(bot.__file__).parent / "demo"
PICTURE = "https://gazette.example/art/ferry.png"
INLINED = "data:image/png;base64,iVBORw0KGgo="
VOID = {"meta", "img", "br"}


def body(**changes: Any) -> Body:
    embed = {
        "author": {"name": "The Harbour Gazette", "icon_url": "https://gazette.example/icon.png"},
        "title": "Council votes \\*for\\* the tide",
        "url": "https://gazette.example/tide?a=1&b=2",
        "description": "Four ferries will charge from island\\_power\\_2\\.",
        "color": 0x2ECC71,
        "image": {"url": PICTURE},
        "fields": [{"name": "Why This Matters", "value": "It affects **40,000** people."}],
        "footer": {"text": "🌍 World · in the story's own words"},
        "timestamp": "2026-11-21T09:20:00+00:00",
    }
    row = [
        {"type": 2, "style": 5, "label": "Read Full Story at The Harbour Gazette",
         "url": "https://gazette.example/tide"},
        {"type": 2, "style": 2, "label": "Background & what's next", "custom_id": "explain:42"},
    ]  # fmt: skip
    return {"embeds": [embed | changes], "components": [{"type": 1, "components": row}]}


REPLY: Body = {"embeds": [{"fields": [{"name": "Background Context", "value": "Since **1958**."}]}]}


def drawn(*shown: Shown, pictures: Mapping[str, str] | None = None) -> LexborHTMLParser:
    return LexborHTMLParser(page("Demo", shown, pictures=pictures))


def texts(tree: LexborHTMLParser, selector: str) -> list[str]:
    return [node.text() for node in tree.css(selector)]


def attribute(tree: LexborHTMLParser, selector: str, name: str) -> list[str | None]:
    return [node.attributes.get(name) for node in tree.css(selector)]


# ── markdown ─────────────────────────────────────────────────────────────────────────────


def test_backslashes_before_punctuation_are_taken_off_and_others_stay() -> None:
    assert plain(r"2\. a\_b \*c\* \<t\:1\> \\ C:\new") == r"2. a_b *c* <t:1> \ C:\new"


def test_bold_italic_underline_and_code_are_told_apart_even_inside_of_each_other() -> None:
    assert list(runs("**a *b*** __c__ `**d**`")) == [
        Run("a ", (Mark.BOLD,)),
        Run("b", (Mark.BOLD, Mark.ITALIC)),
        Run(" "),
        Run("c", (Mark.UNDERLINE,)),
        Run(" "),
        Run("**d**", (Mark.CODE,)),
    ]


def test_underscores_and_stars_within_words_and_sums_are_themselves() -> None:
    assert plain("snake_case_name 2 * 3 * 4 **open") == "snake_case_name 2 * 3 * 4 **open"


def test_every_newline_breaks_the_line_as_it_does_in_discord() -> None:
    assert [run.text for run in runs("a\nb\n\nc\r\nd")] == [
        "a",
        "\n",
        "b",
        "\n",
        "\n",
        "c",
        "\n",
        "d",
    ]


def test_a_link_leads_to_http_only() -> None:
    found = list(runs("[a](https://a.example/x_y) [b](javascript:alert(1)) [c](/relative)"))
    assert [run.href for run in found if run.href] == ["https://a.example/x_y"]
    assert "[b](javascript:alert(1))" in found[1].text


def test_a_timestamp_is_a_moment_in_words() -> None:
    moment = datetime(2026, 11, 21, 9, 20, tzinfo=UTC)
    seconds = int(moment.timestamp())
    assert list(runs(f"<t:{seconds}:D>")) == [Run("21 November 2026", moment=moment)]
    assert plain(f"<t:{seconds}> <t:{seconds}:t>") == "21 November 2026, 09:20 UTC 09:20 UTC"


@pytest.mark.parametrize("text", [r"\<t:1:R>", "<t:999999999999>", "<t:x>", "<t:1:Z>"])
def test_what_is_no_timestamp_is_text(text: str) -> None:
    assert plain(text) == text.removeprefix("\\")


def test_a_zero_width_space_that_breaks_a_mention_is_kept() -> None:
    assert plain("@\u200beveryone") == "@\u200beveryone"


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "//a.example", "https://", "ftp://a.example", "https://a.example/\nx",
     "java\nscript:x", " https://a.example", "https://[::1", "https:a.example", "", None, 7],
)  # fmt: skip
def test_what_is_no_web_address_is_never_linked(address: object) -> None:
    assert http_url(address) is None


@settings(deadline=None)
@given(st.text())
def test_any_text_parses_to_runs_without_controls(text: str) -> None:
    assert printable(plain(text)) == plain(text)


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1))
def test_text_whose_punctuation_is_escaped_comes_back_as_it_was(text: str) -> None:
    assert plain(re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)) == text


# ── the page ─────────────────────────────────────────────────────────────────────────────


def test_a_post_shows_each_part_of_its_embed() -> None:
    tree = drawn(Shown(body()))
    assert texts(tree, ".author") == ["The Harbour Gazette"]
    assert texts(tree, ".title a") == ["Council votes *for* the tide"]
    assert attribute(tree, ".title a", "href") == ["https://gazette.example/tide?a=1&b=2"]
    assert texts(tree, ".description") == ["Four ferries will charge from island_power_2."]
    assert texts(tree, ".field .name") == ["Why This Matters"]
    assert texts(tree, ".field .value strong") == ["40,000"]
    assert texts(tree, ".footer") == [
        "🌍 World · in the story's own words • 21 November 2026, 09:20 UTC"
    ]
    assert texts(tree, ".buttons a") == ["Read Full Story at The Harbour Gazette"]


def test_the_bar_has_the_embeds_colour_and_the_policy_lets_the_style_through() -> None:
    tree = drawn(Shown(body()))
    (style,) = texts(tree, "style")
    assert tree.css(".embed.bar-2ecc71")
    assert ".bar-2ecc71{border-left-color:#2ecc71}" in style
    hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = attribute(tree, "meta[http-equiv=Content-Security-Policy]", "content")
    assert str(policy).startswith(f"default-src 'none'; style-src 'sha256-{hashed}';")


def test_the_second_button_opens_the_answer_of_its_post() -> None:
    tree = drawn(Shown(body(), reply=REPLY), Shown(body()))
    assert texts(tree, "details > summary.button") == ["Background & what's next"]
    assert texts(tree, "details .field .name") == ["Background Context"]
    assert texts(tree, "details .private") == [" Only you can see this"]
    assert texts(tree, "button[disabled]") == ["Background & what's next"]


def test_a_picture_is_inlined_where_it_is_known_and_named_where_it_is_not() -> None:
    assert attribute(drawn(Shown(body())), ".picture", "src") == [PICTURE]
    inlined = drawn(Shown(body()), pictures={PICTURE: INLINED})
    assert attribute(inlined, ".picture", "src") == [INLINED]
    assert attribute(inlined, ".picture", "alt") == ["Picture: Council votes *for* the tide"]


def test_an_address_that_is_not_of_the_web_is_neither_linked_nor_loaded() -> None:
    evil = "javascript:alert(1)"
    tree = drawn(Shown(body(url=evil, image={"url": evil}, author={"name": "X", "icon_url": evil})))
    assert texts(tree, ".title") == ["Council votes *for* the tide"]
    assert not tree.css(".title a, .embed img")


def test_a_link_in_a_linked_title_does_not_nest() -> None:
    tree = drawn(Shown(body(title="See [this](https://b.example/)")))
    assert attribute(tree, ".title a", "href") == ["https://gazette.example/tide?a=1&b=2"]
    assert texts(tree, ".title") == ["See this"]


def test_channels_are_headed_in_the_order_of_their_posts() -> None:
    shown = [Shown(body(), "news"), Shown(body(), "news"), Shown(body(), "science")]
    assert texts(drawn(*shown), ".channel .name") == ["news", "science"]
    assert [len(section.css("article")) for section in drawn(*shown).css("section")] == [2, 1]


def test_a_screen_reader_finds_its_way() -> None:
    tree = drawn(Shown(body(), reply=REPLY, note="A note."))
    assert attribute(tree, "html", "lang") == ["en"]
    assert texts(tree, "main h1") == ["Demo"]
    assert attribute(tree, "section", "aria-label") == ["Channel news"]
    assert attribute(tree, "article", "aria-label") == ["Council votes *for* the tide"]
    assert all(node.attributes.get("alt") is not None for node in tree.css("img"))
    assert set(attribute(tree, "svg", "aria-hidden")) == {"true"}


@pytest.mark.parametrize("empty", [{}, {"embeds": []}, {"embeds": [{}]}, {"components": [{}]}])
def test_a_body_with_parts_missing_is_still_a_post(empty: Body) -> None:
    assert len(drawn(Shown(empty, reply=empty)).css("article")) == 1


def test_a_page_without_posts_says_so() -> None:
    assert texts(drawn(), ".empty") == ["Nothing has been posted here yet."]


# ── hostile bodies ───────────────────────────────────────────────────────────────────────

NASTY = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onload='x", "</style>", "-->",
    "<!--", "]]>", "javascript:alert(1)", "[x](javascript:alert(1))", "[x](https://a.example/'\">)",
    "**", "`", "</title>", "</details></article>", "&#x3c;script&#x3e;", "\x00", "\x1b[2J",
    "\ud800", "<t:1:R>", 'https://a.example/" onclick="x', "\u202e", "data:text/html,<script>",
]  # fmt: skip
ANY = st.lists(st.sampled_from(NASTY) | st.text(max_size=8), max_size=4).map("".join)
EMBED = st.fixed_dictionaries(
    {},
    optional={
        "author": st.fixed_dictionaries({"name": ANY, "icon_url": ANY}),
        "title": ANY,
        "url": ANY | st.just("https://a.example/"),
        "description": ANY,
        "color": st.integers(),
        "image": st.fixed_dictionaries(
            {"url": ANY | ANY.map(lambda text: f"https://a.example/{text}")}
        ),
        "fields": st.lists(st.fixed_dictionaries({"name": ANY, "value": ANY}), max_size=2),
        "footer": st.fixed_dictionaries({"text": ANY}),
        "timestamp": ANY | st.just("0001-01-01T00:00:00+09:00"),
    },
)
BUTTON = st.fixed_dictionaries({"style": st.sampled_from([2, 5]), "label": ANY, "url": ANY})
BODY = st.fixed_dictionaries(
    {
        "content": ANY,
        "embeds": st.lists(EMBED, max_size=2),
        "components": st.lists(
            st.fixed_dictionaries({"components": st.lists(BUTTON, max_size=2)}), max_size=2
        ),
    }
)
SHOWN = st.builds(Shown, body=BODY, channel=ANY, reply=st.none() | BODY, note=ANY)
KNOWN = {
    "html", "head", "meta", "title", "style", "body", "main", "header", "section", "article", "h1",
    "h2", "h3", "p", "div", "span", "bdi", "b", "a", "img", "time", "button", "details", "summary",
    "br", "strong", "em", "u", "code", "svg", "use", "symbol", "path", "rect", "circle", "stop",
    "lineargradient",
}  # fmt: skip


class Auditor(HTMLParser):
    """Fails at any element, attribute or address that the page has no business with."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.articles = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in KNOWN, tag
        self.articles += tag == "article"
        for name, value in attrs:
            assert not name.startswith("on"), name
            assert name != "style"
            if name in {"href", "src"}:
                assert re.match("https?://|data:image/|#[a-z]+$", value or ""), value
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


@settings(max_examples=150, deadline=None)
@given(st.lists(SHOWN, max_size=2), ANY, ANY)
def test_no_text_in_any_field_breaks_out_of_its_place(
    posts: list[Shown], title: str, intro: str
) -> None:
    html = page(title, posts, intro=intro, posted=title, pictures={intro: title})
    assert html.encode()
    auditor = Auditor()
    auditor.feed(html)
    auditor.close()
    assert (auditor.open, auditor.articles) == ([], len(posts))
    tree = LexborHTMLParser(html)
    assert (len(tree.css("script")), len(tree.css("main article"))) == (0, len(posts))


# ── a real browser ───────────────────────────────────────────────────────────────────────

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr", "--dump-dom",
]  # fmt: skip


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here to open the page with")
def test_a_browser_shows_the_posts_and_has_no_complaint(tmp_path: Path) -> None:
    assert CHROMIUM is not None
    art = base64.b64encode((DEMO / "art" / "ferry.png").read_bytes()).decode()
    shown = Shown(body(author={"name": "The Harbour Gazette"}), reply=REPLY)
    document = page("Demo", [shown], pictures={PICTURE: f"data:image/png;base64,{art}"})
    (tmp_path / "page.html").write_text(document, "utf-8")
    browser = subprocess.run(  # noqa: S603  # a program of this machine, with arguments from here
        [CHROMIUM, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", str(tmp_path / "page.html")],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    tree = LexborHTMLParser(browser.stdout)
    assert texts(tree, "article .title") == ["Council votes *for* the tide"]
    assert texts(tree, "article details .value strong") == ["1958"]
    assert [line for line in browser.stderr.splitlines() if "CONSOLE" in line] == []


# ── the bundled feed ─────────────────────────────────────────────────────────────────────

MEDIA = "{http://search.yahoo.com/mrss/}content"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


def items(name: str) -> list[ET.Element]:
    return ET.parse(DEMO / name).findall("channel/item")  # noqa: S314  # written by us


def guids(name: str) -> list[str | None]:
    return [item.findtext("guid") for item in items(name)]


def test_the_demo_feed_gains_four_stories_in_one_poll() -> None:
    assert guids("feed.xml")[4:] == guids("before.xml")
    assert (len(set(guids("before.xml"))), len(set(guids("feed.xml")))) == (2, 6)


def test_the_demo_feed_is_dated_on_one_morning_newest_first() -> None:
    dates = [parsedate_to_datetime(item.findtext("pubDate") or "") for item in items("feed.xml")]
    assert dates == sorted(dates, reverse=True)
    assert datetime(2026, 11, 21, 7, tzinfo=UTC) <= dates[-1]
    assert dates[0] <= datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def test_every_address_in_the_demo_feed_is_one_that_cannot_exist() -> None:
    text = re.sub(r'xmlns:\w+="[^"]*"', "", (DEMO / "feed.xml").read_text("utf-8"))
    hosts = set(re.findall(r"https?://([^/\"<]+)", text))
    assert hosts == {"gazette.example", "northlight.example"}


def test_the_demo_feeds_pictures_ship_with_it() -> None:
    urls = [media.get("url", "") for item in items("feed.xml") for media in item.findall(MEDIA)]
    assert len(urls) >= 2
    for url in urls:
        png = (DEMO / "art" / url.rpartition("/")[2]).read_bytes()
        assert png.startswith(b"\x89PNG")
        assert struct.unpack(">II", png[16:24]) == (960, 540)
        assert len(png) < 80_000


def test_one_demo_story_brings_its_own_sections_and_one_has_nothing_to_explain_from() -> None:
    contents = [item.findtext(CONTENT) or "" for item in items("feed.xml")[:4]]
    headings = [re.findall("<h2>(.*?)</h2>", content) for content in contents]
    four = ["Why This Matters", "Background Context", "What Happens Next", "Bigger Picture"]
    assert sorted(headings) == [[], [], [], four]
    assert contents.count("") == 1

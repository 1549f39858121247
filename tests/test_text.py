"""Clean text, blocks and cuts."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.feeds.text import MAX_BLOCKS, MAX_BLOCKS_TEXT, blocks, clean, clip, headline, read
from bot.models import Block, BlockKind

H, P, I = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM  # noqa: E741  as in HTML


def kinds(source: str) -> list[tuple[BlockKind, str]]:
    return [(b.kind, b.text) for b in blocks(source)]


@pytest.mark.parametrize(
    ("dirty", "wanted"),
    [
        ("a\x00b\x08 \t\n c\u200b\u202e d", "ab c d"),
        ("caf\u0065\u0301", "caf\u00e9"),
        ("Tom &amp;amp; Jerry &#8217;til &ndash; now", "Tom & Jerry ’til – now"),
        ("AT&T; R&D &unknown; &", "AT&T; R&D &unknown; &"),
        ("flag \U0001f3f4\U000e0067\U000e0062 end", "flag \U0001f3f4 end"),
        ("family 👨\u200d👩\u200d👧, ad\u200dmin", "family 👨\u200d👩\u200d👧, admin"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u3164\u2800\u115f", ""),
        ("Z" + "\u0335" * 30 + "algo", "Z" + "\u0335" * 4 + "algo"),
        ("\ud800half", "half"),
    ],
)
def test_text_is_cleaned(dirty: str, wanted: str) -> None:
    assert clean(dirty) == wanted


@settings(max_examples=300)
@given(st.text())
def test_clean_text_has_nothing_hidden(text: str) -> None:
    found = clean(text)
    assert not [c for c in found if unicodedata.category(c) in {"Cc", "Cs"}]
    assert "  " not in found
    assert found == found.strip()
    assert unicodedata.normalize("NFC", found) == found


@settings(max_examples=300)
@given(st.text() | st.text("&amp;#x38lt; gtquo\u200b\u0301<>b/"))
def test_clean_text_is_clean_already(text: str) -> None:
    once = clean(text)
    # Entities that were escaped again and again are undone twice at a time.
    if "&" not in once:
        assert clean(once) == once


@settings(max_examples=200)
@given(st.text("<>/pbrlih2 a=&;\"'!-\n", max_size=200) | st.text(max_size=200))
def test_any_html_is_read_to_clean_text_within_its_bounds(source: str) -> None:
    found = read(source)
    assert sum(len(b.text) for b in found.blocks) <= MAX_BLOCKS_TEXT
    for block in found.blocks:
        assert block.text
        assert block.text == " ".join(block.text.split())
        assert block.text.startswith(block.lead)


def test_what_html_holds_is_bounded() -> None:
    assert len(read("<p>a" * 5_000).blocks) == MAX_BLOCKS
    assert len(read("<p>a\n\n" * 5_000).blocks) <= MAX_BLOCKS
    assert len(read("a\n\n" * 5_000).blocks) <= MAX_BLOCKS + 1
    assert len(read("<a href=x>y</a>" * 5_000).anchors) == 1_000
    assert read(f"<p>x</p><img {'a=b ' * 6_000}>").blocks == ()


def test_addresses_and_lists_below_a_video_are_no_headings() -> None:
    long = "A paragraph that nobody wrapped. " * 6
    lines = ["https://harbour.example/x", "- A list", "@somebody", "#tag", "Why it matters"]
    found = kinds("\n".join([long, *lines]))
    assert [kind for kind, _ in found] == [P, P, P, P, P, H]


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("The <em class='x'>quick</em><br/>fox", "The quick fox"),
        ("#include </etc/shadow> and C++ <vector>", "#include </etc/shadow> and C++ <vector>"),
        ("a &lt;br&gt; tag &amp; more", "a <br> tag & more"),
        ("3 < 4 > 2", "3 < 4 > 2"),
    ],
)
def test_a_headline_loses_known_tags_only(title: str, wanted: str) -> None:
    assert headline(title) == wanted


def test_html_becomes_headings_paragraphs_and_items() -> None:
    source = "<h2>Why &amp; how</h2>loose<p>one<br>line</p><ul><li><p>x</p><li>y</ul><div>z</div>"
    assert kinds(source) == [
        (H, "Why & how"), (P, "loose"), (P, "one line"), (I, "x"), (I, "y"), (P, "z"),
    ]  # fmt: skip


def test_two_line_breaks_part_paragraphs_as_blank_lines_do() -> None:
    assert kinds("<p>one<br><br>two</p>") == [(P, "one"), (P, "two")]
    assert kinds("one\nline\n\ntwo &amp; three") == [(P, "one line"), (P, "two & three")]


def test_plain_text_that_was_written_as_markdown_loses_its_links() -> None:
    told = (
        "See [the harbour](https://harbour.example/x) and ![a boat](https://b.example/y) [there]."
    )
    assert kinds(told) == [(P, "See the harbour and a boat [there].")]


def test_a_bold_line_before_a_break_is_a_heading() -> None:
    source = "A<br><b>Why it matters</b><br>\n<i>Boats</i> do.<br><b>Next</b> is bold<br/>and on"
    assert kinds(source) == [(P, "A"), (H, "Why it matters"), (P, "Boats do. Next is bold and on")]


def test_long_lines_of_plain_text_are_paragraphs_below_their_headings() -> None:
    long = "A paragraph that nobody wrapped. " * 6
    assert kinds(f"Why it matters\n{long}\nShort.\n") == [
        (H, "Why it matters"), (P, long.strip()), (P, "Short."),
    ]  # fmt: skip


def test_a_short_bold_paragraph_is_a_heading_and_a_long_one_is_not() -> None:
    assert kinds("<p><strong>What <i>next</i></strong></p>") == [(H, "What next")]
    assert kinds(f"<p><b>{'long ' * 30}</b></p>")[0][0] is P
    assert kinds("<p><b>Bold</b> and not</p>")[0][0] is P


@pytest.mark.parametrize(
    "source",
    [
        "<p><b>Why it matters:</b> It does.</p>",
        "<p><b>Why it matters</b>: It does.</p>",
        "<p><strong>Why</strong> <strong>it matters:</strong> It does.</p>",
    ],
)
def test_a_bold_run_in_is_the_lead(source: str) -> None:
    assert blocks(source) == (Block(P, "Why it matters: It does.", "Why it matters:"),)


def test_bold_words_that_run_on_are_no_lead() -> None:
    assert blocks("<p><b>Ferries</b> run again.</p>")[0].lead == ""


@pytest.mark.parametrize(
    "source",
    [
        "<script>x</script>", "<style>x</style>", "<figure><p>x</p></figure>", "<form>x</form>",
        "<iframe>x</iframe>", "<noscript>x</noscript>", "<nav>x</nav>", "<!-- x -->",
        "<p hidden>x</p>", "<p style='display: none'>x</p>",
        "<blockquote class='twitter-tweet'><p>x</p></blockquote>",
    ],
)  # fmt: skip
def test_what_is_no_text_of_the_article_is_left_out(source: str) -> None:
    assert kinds(f"<p>a</p>{source}<p>b</p>") == [(P, "a"), (P, "b")]


def test_a_real_quotation_stays() -> None:
    assert kinds("<blockquote><p>said</p></blockquote>") == [(P, "said")]


def test_deep_and_torn_html_is_read_without_recursion() -> None:
    assert kinds("<div><b>" * 20_000 + "deep") == [(H, "deep")]
    assert kinds("<p>a <!--" * 3_000)[0] == (P, "a")
    assert kinds("<p") == []


def test_links_and_images_come_along() -> None:
    found = read('<p><a href=" /x ">Go <b>on</b></a><a>no</a><img src="a.jpg" width="5"></p>')
    assert [(a.text, a.href) for a in found.anchors] == [("Go on", "/x")]
    assert found.images == ({"src": "a.jpg", "width": "5"},)


def test_a_cut_keeps_whole_sentences_where_they_fill_the_room() -> None:
    text = "One sentence stands here. Another follows it and is rather long."
    assert clip(text, 40) == "One sentence stands here."
    assert clip(text, 60) == "One sentence stands here. Another follows it and is rather…"
    assert clip(text, len(text)) == text


@settings(max_examples=300)
@given(st.text(), st.integers(min_value=1, max_value=60))
def test_a_cut_never_passes_its_limit(text: str, limit: int) -> None:
    found = clip(text, limit)
    assert len(found) <= limit or found == text
    assert len(text) > limit or found == text

"""Writes hostile feed documents by name, each with what must hold of it however it is read."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from tests.hostile_words import ACTING, DATES, HIDDEN, LINKS

FEED = "https://gazette.example/feed.xml"
SECRET = "only-in-a-local-file"
"""Stands in the file that some documents ask to be shown."""


@dataclass(frozen=True, slots=True)
class Hostile:
    """One document; what must hold of every one of them is said in tests/test_hostile.py."""

    name: str
    body: bytes
    entries: int | None = None
    """How many entries must be read; None where a failure in plain words is right, too."""
    title: str | None = None
    """What the first entry must be called."""
    link: str | None = None
    """The only link that the first entry may have; an empty one: it must have none."""
    fails: bool = False
    """Whether it must be refused."""
    content_type: str = ""


def rss(
    items: str, *, before: str = '<?xml version="1.0" encoding="utf-8"?>', more: str = ""
) -> str:
    """Write an RSS document around items; `more` goes into its channel."""
    spaces = (
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    channel = f"<title>The Gazette</title><link>https://gazette.example/</link>{more}{items}"
    return f'{before}<rss version="2.0"{spaces}><channel>{channel}</channel></rss>'


def item(title: str = "", text: str = "", *, more: str = "", link: str = "", guid: str = "") -> str:
    """Write an item; title and text are escaped, `more` is not."""
    parts = {"title": title, "description": text, "link": link, "guid": guid}
    told = "".join(f"<{name}>{escape(said)}</{name}>" for name, said in parts.items() if said)
    return f"<item>{told}{more}</item>"


def documents(folder: str, size: float = 1.0) -> Iterator[Hostile]:
    """Write all documents; `size` scales those whose point is how large they are.

    `folder` is a URL under which a file "secret.txt" holds SECRET.
    """
    for family in (entities, shapes, sizes, bytes_, charsets, fields, texts, links, json_feeds):
        yield from family(folder, size)


# ── declarations ─────────────────────────────────────────────────────────────────────────


def entities(folder: str, size: float) -> Iterator[Hostile]:
    """Write documents whose entities explode, or read files and networks."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    yield _dtd("billion laughs", f'<!ENTITY l0 "ha">{laughs}', "&l9;")
    long = "a" * int(50_000 * size)
    yield _dtd("quadratic entities", f'<!ENTITY a "{long}">', "&a;" * int(5_000 * size))
    yield _dtd("entity of itself", '<!ENTITY a "&b;"><!ENTITY b "&a;">', "&a;")
    for kind, place in (("file", f"{folder}/secret.txt"), ("web", "http://127.0.0.1:9/x")):
        yield _dtd(f"external entity, {kind}", f'<!ENTITY x SYSTEM "{place}">', "&x;")
        yield _dtd(f"parameter entity, {kind}", f'<!ENTITY % p SYSTEM "{place}"> %p;', "x")
        before = f'<?xml version="1.0"?><!DOCTYPE rss SYSTEM "{place}">'
        yield Hostile(f"external DTD, {kind}", rss(item("x"), before=before).encode(), 1, "x")
    included = (
        f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{folder}/secret.txt"/>'
    )
    yield Hostile("included file", rss(item("x", more=included)).encode(), 1, "x")
    sheet = f'<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="{folder}/secret.txt"?>'
    yield Hostile("style sheet", rss(item("x"), before=sheet).encode(), 1, "x")
    yield Hostile(
        "name of a file", folder.removeprefix("file://").encode() + b"/secret.txt", fails=True
    )


def _dtd(name: str, declared: str, title: str) -> Hostile:
    before = f'<?xml version="1.0"?><!DOCTYPE rss [{declared}]>'
    return Hostile(name, rss(f"<item><title>{title}</title></item>", before=before).encode())


# ── shapes that take more time than their length ─────────────────────────────────────────


def shapes(_: str, size: float) -> Iterator[Hostile]:
    """Write documents over which a parser can spend minutes."""
    for count in (20_000, 200_000):
        listed = " ".join(f'a{n}="x"' for n in range(int(count * size)))
        many = rss(f"<item {listed}><title>x</title></item>")
        yield Hostile(f"{count:,} attributes", many.encode())
    angles = " ".join(f'a{n}=">"' for n in range(int(60_000 * size)))
    yield Hostile("attributes that hold a bracket", rss(f"<item {angles}></item>").encode())
    unquoted = " ".join(f"a{n}=x" for n in range(int(60_000 * size)))
    yield Hostile("attributes without quotes", rss(f"<item {unquoted}></item>").encode())
    html = f"<img {' '.join(f'a{n}=x' for n in range(int(100_000 * size)))}>"
    yield Hostile("attributes in a text", rss(item("x", html)).encode(), 1, "x")
    yield _cdata("comments that never end", "<!--" * int(50_000 * size))
    yield _cdata("brackets that never end", "<" * int(500_000 * size))
    yield _cdata("ampersands", "&" * int(500_000 * size))
    yield _cdata("half attributes", "<a b='" * int(150_000 * size))
    yield _cdata("half closing tags", "</" * int(400_000 * size))
    yield _cdata("declarations", "<!x" * int(200_000 * size))
    mail = f"<author>x@{'a.' * int(16_000 * size)}</author>"
    yield Hostile("huge address of an author", rss(item("x", more=mail)).encode(), 1, "x")
    name = f"<dc:creator>{'a' * int(100_000 * size)}</dc:creator>"
    yield Hostile("endless name of an author", rss(item("x", more=name)).encode(), 1, "x")
    several = rss("".join(item("x", more=mail, guid=str(n)) for n in range(10)))
    yield Hostile("ten huge addresses", several.encode(), 10, "x")
    categories = "".join(f"<category>c{n}</category>" for n in range(int(20_000 * size)))
    yield Hostile("20,000 categories", rss(item("x", more=categories)).encode(), 1, "x")
    keywords = f"<media:keywords>{','.join(map(str, range(int(50_000 * size))))}</media:keywords>"
    yield Hostile("50,000 keywords", rss(item("x", more=keywords)).encode(), 1, "x")
    contents = "".join(f"<content:encoded>c{n}</content:encoded>" for n in range(int(5_000 * size)))
    yield Hostile("5,000 contents", rss(item("x", more=contents)).encode(), 1, "x")
    yield from _squares(size)
    yield from _deep(int(200_000 * size))


def _cdata(name: str, text: str) -> Hostile:
    body = f"<item><title>x</title><description><![CDATA[{text}]]></description></item>"
    return Hostile(name, rss(body).encode(), 1, "x")


def _deep(depth: int) -> Iterator[Hostile]:
    nested = "<x>" * depth
    yield Hostile("deep XML", rss(f"<item><title>x</title>{nested}</item>").encode())
    closed = "<x>" * depth + "</x>" * depth
    yield Hostile("deep XML, closed", rss(f"<item><title>x</title>{closed}</item>").encode())
    yield Hostile("deep items", ("<rss><channel>" + "<item>" * depth).encode())
    yield _cdata("deep HTML", "<div><b><i>" * (depth // 3))
    yield _cdata("deep links", "<a href=x><p>" * (depth // 8))
    yield _cdata("deep lists and tables", "<ul><li><table><tr><td>" * (depth // 8))
    paragraphs = "<p>" * depth + "</p>" * depth
    yield Hostile(
        "deep XHTML", _atom(f'<div xmlns="http://www.w3.org/1999/xhtml">{paragraphs}</div>')
    )
    yield Hostile("torn XHTML", _atom(f'<div xmlns="http://www.w3.org/1999/xhtml">{"<p>" * depth}'))


def _atom(content: str) -> bytes:
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>The Gazette</title>'
        "<entry><title>x</title>"
        f'<id>1</id><content type="xhtml">{content}</content></entry></feed>'
    ).encode()


# ── sizes ────────────────────────────────────────────────────────────────────────────────


def _squares(size: float) -> Iterator[Hostile]:
    blanks = " " * int(200_000 * max(size, 0.5))
    yield Hostile("blanks before a line's end", rss(item("x", f"a{blanks}b\nc")).encode(), 1, "x")
    offers = f'<img srcset="{"x" * 2_000} {"y" * 2_000}">' * 60
    yield Hostile("pictures in endless sets", rss(item("x", offers)).encode(), 1, "x")


def sizes(_: str, size: float) -> Iterator[Hostile]:
    """Write documents that are large, up to the 10 MB that are fetched."""
    count = int(50_000 * size)
    small = "".join(item(f"Story {n}", "Text", guid=f"g{n}") for n in range(count))
    yield Hostile("50,000 entries", rss(small).encode(), min(count, 2_000), "Story 0")
    told = "So it was said in the harbour on that day, and not for the first time. " * 25
    whole = f"<content:encoded>{'&lt;p>' + told + '&lt;/p>'}</content:encoded>"
    full = int(4_000 * size)
    body = "".join(item(f"Story {n}", more=whole, guid=f"g{n}") for n in range(full))
    yield Hostile("4,000 whole articles", rss(body).encode(), min(full, 2_000), "Story 0")
    blocks = "".join(item(f"S{n}", "<p>a" * int(9_000 * size), guid=f"g{n}") for n in range(120))
    yield Hostile("a million paragraphs", rss(blocks).encode(), 120, "S0")
    fat = "".join(
        item(
            "t" * 600,
            "word " * 400,
            link=f"https://gazette.example/{n}/{'l' * 2_000}",
            guid=f"{n}{'g' * 2_000}",
            more=f'<enclosure type="image/png" url="https://gazette.example/{n}{"i" * 2_000}"/>',
        )
        for n in range(int(1_000 * size))
    )
    yield Hostile("entries that are as long as they may be", rss(fat).encode(), int(1_000 * size))
    long = int(10_000_000 * size)
    yield Hostile("10 MB headline", rss(item("word " * (long // 5))).encode(), 1)
    yield Hostile("10 MB headline without a blank", rss(item("w" * long)).encode(), 1)
    yield Hostile("10 MB text", rss(item("x", "word " * (long // 5))).encode(), 1, "x")
    yield Hostile("10 MB of tags", rss(item("x", "<b>w</b>" * (long // 20))).encode(), 1, "x")
    yield Hostile("10 MB guid", rss(item("x", guid="g" * long)).encode(), 1, "x")
    yield Hostile(
        "10 MB link", rss(item("x", link="https://e.example/" + "l" * long)).encode(), 1, "x", ""
    )
    yield Hostile("10 MB comment", rss(f"<!--{'x' * long}-->" + item("x")).encode(), 1, "x")
    yield Hostile("10 MB before the feed", (" " * long + rss(item("x"), before="")).encode())
    yield Hostile("10 MB of blanks", b" " * long, fails=True)
    coded = base64.b64encode(random.Random(1).randbytes(int(3_000_000 * size))).decode()
    yield _cdata("base64 in a text", coded)
    inline = f"<content type='image/png' mode='base64'>{coded}</content>"
    atom03 = f'<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title>x</title>{inline}</entry></feed>'
    yield Hostile("base64 content", atom03.encode())
    page = "<!doctype html><html><body>" + "<p>rss <item>x</item></p>" * int(80_000 * size)
    yield Hostile("web page of 2 MB", page.encode(), fails=True)


# ── bytes ────────────────────────────────────────────────────────────────────────────────


def bytes_(_: str, size: float) -> Iterator[Hostile]:
    """Write documents that are no feeds, or are full of what no text holds."""
    yield Hostile("empty", b"", fails=True)
    yield Hostile("one bracket", b"<", fails=True)
    yield Hostile("chance", random.Random(2).randbytes(int(1_000_000 * size)), fails=True)
    yield Hostile(
        "web page", b"<html><head><title>x</title></head><body>x</body></html>", fails=True
    )
    yield Hostile("plain text", b"There is nothing here.", fails=True)
    yield Hostile("a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, fails=True)
    yield Hostile("an archive", b"\x1f\x8b\x08" + bytes(range(256)) * 40, fails=True)
    yield Hostile("torn", rss(item("x") * 50)[:900].encode())
    yield Hostile("torn in its first entry", rss(item("x"))[:-60].encode())
    controls = "".join(map(chr, (0, 1, 7, 8, 11, 12, 27, 127, 133, 159)))
    yield Hostile("controls", rss(item(f"a{controls}b", f"c{controls}d")).encode(), 1)
    numbered = "".join(f"&#{n};" for n in (0, 1, 7, 8, 27, 127, 133, 159, 65534, 1114111, 9999999))
    yield Hostile("numbered controls", rss(f"<item><title>a{numbered}b</title></item>").encode(), 1)
    halves = "".join(f"&#{n};" for n in (55296, 57343)) + "&#xD83D;&#xDE00;&#xd800;"
    yield Hostile("half characters", rss(f"<item><title>a{halves}b</title></item>").encode(), 1)
    raw = rss(item("a\ud800b")).encode("utf-8", "surrogatepass")
    torn = "<item><title>a&#xD800 b&#9999999 c</title></item>"
    yield Hostile("half characters, torn", rss(torn).encode(), 1)
    yield Hostile("raw half characters", raw, 1)
    yield Hostile("overlong bytes", rss(item("a#b")).encode().replace(b"#", b"\xc0\xbc\xf8\x88"), 1)
    yield Hostile("NUL between letters", rss(item("x" * 50)).encode().replace(b"x", b"x\0"), 1)


def charsets(_: str, size: float) -> Iterator[Hostile]:
    """Write documents whose encoding is unknown, no encoding at all, or a lie."""
    for lie in (
        "utf-7", "utf-16", "utf-32", "zlib_codec", "base64", "hex", "rot13", "punycode", "idna",
        "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "x-unknown", "", "../../etc",
    ):  # fmt: skip
        before = f'<?xml version="1.0" encoding="{lie}"?>'
        name = f"declared as {lie or 'nothing'}"
        yield Hostile(name, rss(item("Grüße"), before=before).encode(), 1, "Grüße")
        yield Hostile(
            f"sent {name}",
            rss(item("Grüße")).encode(),
            1,
            "Grüße",
            content_type=f"text/xml; charset={lie}",
        )
    text = rss(item("Grüße"), before='<?xml version="1.0"?>')
    for codec in ("utf-16-le", "utf-16-be", "utf-32-le"):
        yield Hostile(f"{codec} without a mark", text.encode(codec), 1, "Grüße")
    yield Hostile("utf-16", text.encode("utf-16"), 1, "Grüße")
    listed = " ".join(f'a{n}="x"' for n in range(int(60_000 * size)))
    wide = rss(f"<item {listed}></item>", before="").encode("utf-16")
    yield Hostile("attributes in utf-16", wide)
    plain = rss(item("x"), before='<?xml version="1.0" encoding="utf-16"?>').encode("utf-16")
    yield Hostile("utf-16 without a foreign letter", plain, 1, "x")
    yield Hostile(
        "UTF-8 sent as utf-16",
        rss(item("x")).encode(),
        1,
        "x",
        content_type="text/xml; charset=utf-16",
    )
    smuggled = "+ADw-script+AD4-alert(1)+ADw-/script+AD4-"
    before = '<?xml version="1.0" encoding="utf-7"?>'
    yield Hostile(
        "utf-7 that hides a tag", rss(item(smuggled, smuggled), before=before).encode(), 1
    )
    long = rss(item("x" * 200_000), before='<?xml version="1.0" encoding="punycode"?>')
    yield Hostile("long and declared as punycode", long.encode())


# ── fields ───────────────────────────────────────────────────────────────────────────────


def fields(_: str, __: float) -> Iterator[Hostile]:
    """Write documents with dates that never were, and without what tells entries apart."""
    for number, date in enumerate(DATES):
        for tag in ("pubDate", "dc:date"):
            more = f"<{tag}>{date}</{tag}>"
            yield Hostile(
                f"date {number}, {tag}: {date[:40]}", rss(item("x", more=more)).encode(), 1, "x"
            )
    guids = "".join(item(f"Story {n}", guid="same") for n in range(30))
    yield Hostile("one guid for all", rss(guids).encode(), 30, "Story 0")
    nothing = "".join(item(f"Story {n}") for n in range(30))
    yield Hostile("neither guid nor link", rss(nothing).encode(), 30, "Story 0")
    yield Hostile("items that say nothing", rss("<item></item>" * 30).encode())
    twice = "<title>one</title><title>two</title><link>https://a.example/</link><link>//b.example</link>"
    yield Hostile("everything twice", rss(f"<item>{twice}</item>").encode(), 1)
    for ttl in ("-1", "0", "60", "1e9", "٦٠", "9" * 400, "<b>1</b>", ""):
        yield Hostile(
            f"ttl of {ttl[:20]}", rss(item("x"), more=f"<ttl>{ttl}</ttl>").encode(), 1, "x"
        )
    odd = '<media:content url="" width="1e9"/><media:thumbnail/><enclosure/>'
    yield Hostile("pictures without a place", rss(item("x", more=odd)).encode(), 1, "x")


# ── texts that act ───────────────────────────────────────────────────────────────────────


def texts(_: str, __: float) -> Iterator[Hostile]:
    """Write documents whose text would ping, lead away, look like markup or hide something."""
    for text in ACTING:
        for told in (text, f"Before\n{text}\nafter"):
            yield Hostile(
                f"text {told!r}",
                rss(item(told, told, link="https://gazette.example/1")).encode(),
                1,
            )
    html = "".join(
        f"<p>{escape(text)}</p><h2>{escape(text)}</h2><li>{escape(text)}</li>" for text in ACTING
    )
    yield Hostile("all that acts, as HTML", rss(item("x", html)).encode(), 1, "x")
    channel = f"<title>{escape(' '.join(ACTING))}</title>"
    yield Hostile("a feed whose name acts", rss(item("x"), more=channel).encode(), 1, "x")
    source = f"<source url='http://evil.example'>{escape(' '.join(ACTING))}</source>"
    yield Hostile("a publisher whose name acts", rss(item("x", more=source)).encode(), 1, "x")
    for name, text in HIDDEN.items():
        yield Hostile(name, rss(item(text, text * 3)).encode(), 1)
    lone = "<p>" + "โa โ" * 5_000 + "word word</p>"
    yield Hostile("lost punctuation without end", rss(item("x", lone)).encode(), 1, "x")
    read_on = (
        '<a href="http://evil.example/x">Read full story at @everyone [x](http://evil.example)</a>'
    )
    yield Hostile("an original whose name acts", rss(item("x", read_on)).encode(), 1, "x")


def links(_: str, __: float) -> Iterator[Hostile]:
    """Write documents whose links are none, or lead where nobody should be sent."""
    for link in LINKS:
        more = f"<link>{escape(link)}</link><guid>{escape(link)}</guid>"
        pictures = f'<enclosure type="image/png" url="{escape(link)}"/>'
        text = f'<img src="{escape(link)}"><a href="{escape(link)}">Read full story at The Wire</a>'
        body = rss(item("x", text, more=more + pictures))
        yield Hostile(f"link {link[:40]!r}", body.encode("utf-8", "surrogatepass"), 1, "x")
    based = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://127.0.0.1:9/"><title>T</title>'
    )
    entry = '<entry><title>x</title><id>1</id><link href="story"/></entry>'
    yield Hostile("a base on the loopback", f"{based}{entry}</feed>".encode(), 1, "x")
    named = '<link rel="alternate" type="application/rss+xml" href="javascript:x">'
    page = f"<html><head>{named}</head></html>"
    yield Hostile("a page that names a script as feed", page.encode(), fails=True)


def json_feeds(_: str, size: float) -> Iterator[Hostile]:
    """Write JSON that is nested, torn, of the wrong types, or full of half characters."""
    version = "https://jsonfeed.org/version/1.1"
    yield Hostile("deep JSON", b'{"version":' + b"[" * int(1_000_000 * size), fails=True)
    yield Hostile(
        "a number without end", b'{"items":' + b"9" * int(1_000_000 * size) + b"}", fails=True
    )
    yield Hostile("some other JSON", b'{"items": []}', fails=True)
    wrong = {
        "version": version,
        "title": 7,
        "items": [None, 1, [], {"id": {}, "url": [], "title": {}}],
    }
    yield Hostile("JSON of wrong types", json.dumps(wrong).encode())
    halves = {
        "version": version,
        "title": "\ud800",
        "items": [{"id": "\ud800", "title": "a\udfffb"}],
    }
    yield Hostile("half characters in JSON", json.dumps(halves).encode(), 1, "ab")
    texts_ = [{"id": str(n), "content_text": text} for n, text in enumerate(ACTING)]
    acting = {"version": version, "title": "T", "items": texts_}
    yield Hostile("JSON that acts", json.dumps(acting).encode(), len(ACTING))
    empty = b'{"version": "' + version.encode() + b'", "items": [' + b"{}," * int(3_300_000 * size)
    yield Hostile("10 MB of empty JSON", empty + b"{}]}")
    count = int(100_000 * size)
    many = {"version": version, "items": [{"id": n, "title": "x"} for n in range(count)]}
    yield Hostile("100,000 JSON entries", json.dumps(many).encode(), min(count, 2_000), "x")

"""What hostile documents say, word for word: texts that act, links and dates that are none."""

from __future__ import annotations

DATES = (
    "Mon, 01 Jan 0000 00:00:00 GMT", "0000-00-00T00:00:00Z", "-0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "10000-01-01T00:00:00Z", "99999-99-99",
    "Tue, 99 Foo 2026 99:99:99 XXX", "-62135596800", "99999999999999999999", "1e400", "now",
    "2026-11-10T06:30:00+99:99", "٢٠٢٦-١١-١٠", "Thu, 01 Jan 1970 00:00:00 -0000", "2026-W45", "",
    "2026-11-10T06:30:00.999999999999999999Z", "D" * 100_000, "1" * 100_000, "0:" * 50_000,
)  # fmt: skip

ACTING = (
    "@everyone", "@here", "<@1>", "<@!1>", "<@&1>", "<#1>", "</ban:1>", "<t:0:R>", "<:e:1>",
    "<a:e:1>", "<id:home>", ":smile:", "[x](http://evil.example)", "[x](<http://evil.example>)",
    "<http://evil.example>", "http://evil.example", "https://discord.gg/evil", "discord.gg/evil",
    "discord.com/invite/evil", "steam://run/1", "# heading", "## heading", "-# small", "- item",
    "* item", "1. item", "23) item", "> quote", ">>> quote", "**bold**", "__under__", "*it*",
    "_it_",
    "~~gone~~", "||spoiler||", "`code`", "```js\ncode```", "\\*not\\*", "\\\\[x](http://evil.example)",
    "![x](http://evil.example/x.png)", "@\u200beveryone", "@every\u200bone", "<@\u200b1>",
    "@\u202eenoyreve",
    "&lt;@1&gt;", "&amp;lt;@1&amp;gt;", "&#64;everyone", "&#x40;here", "<\u2060#1>",
    "@everyone\u0301",
)  # fmt: skip

HIDDEN = {
    "bidi": "a\u202eb\u2066c\u200fd", "zero-width": "a\u200bb\u200cc\u2060d\ufeffe",
    "tags": "a" + "".join(chr(0xE0000 + ord(c)) for c in "evil") + "b",
    "zalgo": "a" + "\u0335\u0301" * 500,
    "blanks": "\u3164\u2800\u115f\u00ad\u180e", "nothing but marks": "\u0301" * 300,
    "variation selectors": "a" + "\ufe0f" * 500, "private use": "\ue000\uf8ff\U000f0000",
    "not characters": "\ufffe\uffff\U0001ffff\ufdd0",
    "line ends": "a\u2028# b\u2029- c\x85> d\x0b1. e",
}  # fmt: skip

LINKS = (
    "javascript:alert(1)", "java\nscript:alert(1)", "JAVASCRIPT:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,x", "vbscript:x", "file:///etc/passwd", "discord://-/x", "at://did:plc:x",
    "https://gazette.example@evil.example/", "https://user:pass@evil.example/", "http://",
    "https://[::1", "https://a.example:99999/", "https://a.example/\u202egpj.exe", "http:///x",
    "https://a\u200b.example/", "https://exa\u0000mple.example/",
    "https://a.example/" + "x" * 3_000,
    "mailto:x@y.example", "//", "http:evil", "https://a.example\\@evil.example/", "about:blank",
)  # fmt: skip

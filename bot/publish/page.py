"""Posts as one self-contained HTML page that looks like Discord: no script, nothing fetched."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.models import Body
from bot.publish.markdown import http_url, plain, printable, runs, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.publish.markdown import Run

_CSS = Path(__file__).with_name("page.css")
_BOT = "Wherefore"
_LINK_BUTTON = 5
_NO_COLOUR = 0x4E5058


@dataclass(frozen=True, slots=True)
class Shown:
    """One post as the page shows it."""

    body: Body
    channel: str = "news"
    """The channel's name, without the #."""
    reply: Body | None = None
    """The ephemeral answer that the post's second button opens."""
    note: str = ""
    """A plain remark under the post, in our words: why it looks as it does."""


def page(
    title: str,
    posts: Sequence[Shown],
    *,
    intro: str = "",
    pictures: Mapping[str, str] | None = None,
    posted: str = "",
) -> str:
    """Return a complete HTML document; every text in it may be hostile.

    Posts stand in the order given, under a header for each run of the same channel. `pictures`
    maps a picture's address to a data: URI to show in its place; other pictures are named by
    their own address, http(s) only. `posted` is the time that stands beside the bot's name.
    """
    view = _View(pictures or {}, posted)
    style = _style(posts)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_policy(style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="dark light">
<title>{_text(title)}</title>
<style>{style}</style>
</head>
<body>
{_SPRITE}
<main>
{_welcome(title, intro)}
{_channels(view, posts) or '<p class="empty">Nothing has been posted here yet.</p>'}
</main>
</body>
</html>
"""


# ── the page's frame ─────────────────────────────────────────────────────────────────────

_SPRITE = """<svg class="sprite" aria-hidden="true">
<linearGradient id="dusk" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#6a5cff"/>\
<stop offset="1" stop-color="#2b2f9e"/></linearGradient>
<symbol id="avatar" viewBox="0 0 40 40"><rect width="40" height="40" fill="url(#dusk)"/>
<path d="M10 9.5h20a2.5 2.5 0 0 1 2.5 2.5v13a2.5 2.5 0 0 1-2.5 2.5H19.5L13 32.5v-5h-3A2.5 2.5 0 0 \
1 7.5 25V12A2.5 2.5 0 0 1 10 9.5z" fill="#fff"/>
<path d="M16.4 15.2a3.7 3.7 0 1 1 5.6 3.2c-1.3.8-2 1.3-2 2.7" fill="none" stroke="#3d36c4" \
stroke-width="2.4" stroke-linecap="round"/><circle cx="20" cy="24.3" r="1.5" fill="#ffb300"/>
</symbol>
<symbol id="hash" viewBox="0 0 24 24"><path d="M10 3 8 21M16 3l-2 18M4 8.5h17M3 15.5h17" \
fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round"/></symbol>
<symbol id="leave" viewBox="0 0 24 24"><path d="M10 5H6a2 2 0 0 0-2 2v11a2 2 0 0 0 2 2h11a2 2 0 0 \
0 2-2v-4M14 3h7v7M21 3l-9.5 9.5" fill="none" stroke="currentColor" stroke-width="2.2" \
stroke-linecap="round" stroke-linejoin="round"/></symbol>
<symbol id="eye" viewBox="0 0 24 24">
<path d="M12 5C6.5 5 2.7 9.3 1.5 12c1.2 2.7 5 7 10.5 7s9.3-4.3 10.5-7C21.3 9.3 17.5 5 12 5z\
m0 11.5a4.5 4.5 0 1 1 0-9 4.5 4.5 0 0 1 0 9zm0-2.2a2.3 2.3 0 1 0 0-4.6 \
2.3 2.3 0 0 0 0 4.6z" fill="currentColor"/></symbol>
<symbol id="spine" viewBox="0 0 36 14"><path d="M2 14V7a5 5 0 0 1 5-5h29" fill="none" \
stroke="currentColor" stroke-width="2" stroke-linecap="round"/></symbol>
</svg>"""


def _policy(style: str) -> str:
    """Allow this one style sheet and pictures, and nothing else."""
    hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{hashed}'; img-src https: http: data:; "
        "base-uri 'none'; form-action 'none'"
    )


@dataclass(frozen=True, slots=True)
class _View:
    """What every post of a page is drawn with."""

    pictures: Mapping[str, str]
    posted: str

    def picture(self, address: object) -> str | None:
        """Return what an image element may load for an address, if anything."""
        inlined = self.pictures.get(address) if isinstance(address, str) else None
        return inlined if inlined and inlined.startswith("data:image/") else http_url(address)


def _icon(name: str) -> str:
    return f'<svg class="icon {name}" aria-hidden="true"><use href="#{name}"/></svg>'


def _text(value: object) -> str:
    return escape(printable(str(value or "")))


def _welcome(title: str, intro: str) -> str:
    lead = f"<p>{_text(intro)}</p>" if intro else ""
    return (
        f'<header class="welcome">{_icon("hash")}<h1 dir="auto">{_text(title)}</h1>{lead}</header>'
    )


def _channels(view: _View, posts: Sequence[Shown]) -> str:
    return "\n".join(
        _channel(view, name, list(shown))
        for name, shown in groupby(posts, lambda post: post.channel)
    )


def _channel(view: _View, name: str, posts: list[Shown]) -> str:
    count = f"{len(posts)} posts" if len(posts) > 1 else "1 post"
    return (
        f'<section aria-label="Channel {_text(name)}">'
        f'<header class="channel">{_icon("hash")}<span class="name"><bdi>{_text(name)}</bdi></span>'
        f'<span class="topic">{count}</span></header>\n'
        + "\n".join(_post(view, shown) for shown in posts)
        + "\n</section>"
    )


# ── a post ───────────────────────────────────────────────────────────────────────────────


def _post(view: _View, shown: Shown) -> str:
    note = f'<p class="note" dir="auto">{_text(shown.note)}</p>' if shown.note else ""
    label = _text(_headline(shown.body)) or "Post"
    message = _message(view, shown.body) + _buttons(view, shown.body, shown.reply)
    return f'<article class="post" aria-label="{label}">{_byline(view)}{message}{note}</article>'


def _headline(body: Body) -> str:
    titles = (plain(str(embed.get("title") or "")) for embed in body.get("embeds") or ())
    return next((title for title in titles if title), "").replace("\n", " ")


def _byline(view: _View) -> str:
    posted = f' <span class="posted">{_text(view.posted)}</span>' if view.posted else ""
    return (
        f'{_icon("avatar")}<p class="byline"><span class="bot">{_BOT}</span> '
        f'<span class="app">APP</span>{posted}</p>'
    )


def _message(view: _View, body: Body) -> str:
    content = body.get("content")
    said = f'<div class="content" dir="auto">{_rich(content)}</div>' if content else ""
    return said + "".join(_embed(view, embed) for embed in body.get("embeds") or ())


def _embed(view: _View, embed: dict[str, Any]) -> str:
    parts = (
        _image(view, embed, "thumbnail"),
        _author(view, embed.get("author") or {}),
        _title(embed),
        _part("div", "description", embed.get("description")),
        _fields(embed.get("fields") or ()),
        _image(view, embed, "picture"),
        _footer(embed),
    )
    return f'<div class="embed {_colour_class(embed)}">{"".join(parts)}</div>'


def _part(element: str, name: str, source: object) -> str:
    return f'<{element} class="{name}" dir="auto">{_rich(source)}</{element}>' if source else ""


def _author(view: _View, author: dict[str, Any]) -> str:
    if not author.get("name"):
        return ""
    icon = view.picture(author.get("icon_url"))
    drawn = f'<img src="{_text(icon)}" alt="" width="24" height="24">' if icon else ""
    return f'<p class="author">{drawn}<bdi>{_text(author["name"])}</bdi></p>'


def _title(embed: dict[str, Any]) -> str:
    if not embed.get("title"):
        return ""
    address = http_url(embed.get("url"))
    inner = _rich(embed["title"], links=address is None)
    linked = f"<a {_anchor(address)}>{inner}</a>" if address else inner
    return f'<h2 class="title" dir="auto">{linked}</h2>'


def _fields(fields: Sequence[dict[str, Any]]) -> str:
    drawn = "".join(
        f'<div class="field{" inline" if field.get("inline") else ""}">'
        + _part("h3", "name", field.get("name"))
        + _part("div", "value", field.get("value"))
        + "</div>"
        for field in fields
    )
    return f'<div class="fields">{drawn}</div>' if drawn else ""


def _image(view: _View, embed: dict[str, Any], name: str) -> str:
    """Draw the large picture below an embed's text, or the thumbnail beside it."""
    shown = embed.get("image" if name == "picture" else name) or {}
    address = view.picture(shown.get("url"))
    if address is None:
        return ""
    title = plain(str(embed.get("title") or "")).replace("\n", " ")
    alt = _text(f"Picture: {title}" if title else "Picture")
    return f'<img class="{name}" src="{_text(address)}" alt="{alt}">'


def _footer(embed: dict[str, Any]) -> str:
    moment = moment_of(embed)
    time = f'<time datetime="{moment.isoformat()}">{say(moment)}</time>' if moment else ""
    words = _text((embed.get("footer") or {}).get("text"))
    parts = [part for part in (words and f"<bdi>{words}</bdi>", time) if part]
    return f'<p class="footer">{" • ".join(parts)}</p>' if parts else ""


def moment_of(embed: dict[str, Any]) -> datetime | None:
    """Return an embed's timestamp in UTC, None where there is none that can be read."""
    try:
        moment = datetime.fromisoformat(str(embed.get("timestamp")))
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):  # not a date, or one beyond the calendar's ends
        return None


# ── buttons and what they open ───────────────────────────────────────────────────────────


def buttons_of(body: Body) -> Iterator[dict[str, Any]]:
    """List a post's buttons, row by row."""
    for row in body.get("components") or ():
        yield from row.get("components") or ()


def _buttons(view: _View, body: Body, reply: Body | None = None) -> str:
    """Draw a post's buttons in one row, the one that opens the reply last."""
    buttons = list(buttons_of(body))
    openers = (button for button in buttons if button.get("style") != _LINK_BUTTON)
    opener = next(openers, None) if reply is not None else None
    drawn = "".join(_button(button) for button in buttons if button is not opener)
    if opener is not None and reply is not None:
        label = f'<summary class="button">{_text(opener.get("label"))}</summary>'
        drawn += f"<details>{label}{_reply(view, body, reply)}</details>"
    return f'<div class="buttons">{drawn}</div>' if drawn else ""


def _button(button: dict[str, Any]) -> str:
    label = f"<bdi>{_text(button.get('label'))}</bdi>"
    if button.get("style") != _LINK_BUTTON:
        return f'<button class="button" type="button" disabled>{label}</button>'
    address = http_url(button.get("url"))
    return f'<a class="button" {_anchor(address)}>{label}{_icon("leave")}</a>' if address else ""


def _reply(view: _View, body: Body, reply: Body) -> str:
    headline = _text(_headline(body) or "the post")
    return (
        f'<div class="reply" role="group" aria-label="Answer to one person">'
        f'<p class="to" dir="auto">{_icon("spine")}<b>{_BOT}</b> {headline}</p>'
        f"{_byline(view)}{_message(view, reply)}{_buttons(view, reply)}"
        f'<p class="private">{_icon("eye")} Only you can see this</p></div>'
    )


# ── text and style ───────────────────────────────────────────────────────────────────────


def _anchor(address: str) -> str:
    return f'href="{_text(address)}" target="_blank" rel="noopener noreferrer"'


def _rich(source: object, *, links: bool = True) -> str:
    """Return markdown as HTML; without links where it stands inside of one."""
    return "".join(_run(run, links=links) for run in runs(str(source or "")))


def _run(run: Run, *, links: bool) -> str:
    if run.text == "\n":
        return "<br>"
    inner = _text(run.text)
    if run.moment:
        inner = f'<time datetime="{run.moment.isoformat()}">{inner}</time>'
    for mark in reversed(run.marks):
        inner = f"<{mark}>{inner}</{mark}>"
    return f"<a {_anchor(run.href)}>{inner}</a>" if links and run.href else inner


def colour_of(embed: dict[str, Any]) -> str:
    """Return an embed's colour as #rrggbb; a grey where it has none."""
    colour = embed.get("color")
    return f"#{colour if isinstance(colour, int) and 0 <= colour <= 0xFFFFFF else _NO_COLOUR:06x}"


def _colour_class(embed: dict[str, Any]) -> str:
    return f"bar-{colour_of(embed)[1:]}"


def _style(posts: Sequence[Shown]) -> str:
    """Return the style sheet with a rule for each colour, since the policy forbids style="…"."""
    bodies = [body for shown in posts for body in (shown.body, shown.reply) if body]
    embeds = [embed for body in bodies for embed in body.get("embeds") or ()]
    colours = sorted({(_colour_class(embed), colour_of(embed)) for embed in embeds})
    bars = "".join(f".{name}{{border-left-color:{colour}}}\n" for name, colour in colours)
    return _CSS.read_text("utf-8") + bars

"""Posts as one self-contained HTML page that looks like Discord: no script, nothing fetched."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from bot.models import Body
from bot.publish import page_layout
from bot.publish.layout import IS_LAYOUT
from bot.publish.markdown import http_url, plain, say
from bot.publish.page_parts import (
    LINK_BUTTON,
    View,
    anchor,
    button,
    icon,
    rows_of,
    summary,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CSS = Path(__file__).with_name("page.css")
_BOT = "Wherefore"
_NO_COLOUR = 0x4E5058
_OPENS = "explain:"
Theme = Literal["", "dark", "light"]


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
    asked: str = ""
    """What somebody did that this answers, as "Ann used /latest"."""
    private: bool = False
    """Whether only the one who asked sees it."""
    form: Body | None = None
    """A form that lies over the message."""


def page(
    title: str,
    posts: Sequence[Shown],
    *,
    intro: str = "",
    pictures: Mapping[str, str] | None = None,
    posted: str = "",
    names: Mapping[str, str] | None = None,
    theme: Theme = "",
    bare: bool = False,
) -> str:
    """Return a complete HTML document; every text in it may be hostile.

    Posts stand in the order given, under a header for each run of the same channel. `pictures`
    maps a picture's address to a data: URI to show in its place; other pictures are named by
    their own address, http(s) only. `posted` is the time that stands beside the bot's name. `names`
    says what channels, roles and people are called, by their ids. A `theme` is kept to whatever
    the reader prefers. `bare`: without headers, messages alone.
    """
    view = View(pictures or {}, posted, names or {})
    style = _style(posts)
    return f"""<!doctype html>
<html lang="en"{f' class="{theme}"' if theme else ""}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_policy(style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="dark light">
<title>{text(title)}</title>
<style>{style}</style>
</head>
<body>
{_SPRITE}
<main>
{"" if bare else _welcome(title, intro)}
{(_messages if bare else _channels)(view, posts) or _EMPTY}
</main>
</body>
</html>
"""


_EMPTY = '<p class="empty">Nothing has been posted here yet.</p>'

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
<symbol id="open" viewBox="0 0 24 24"><path d="M5 9l7 7 7-7" fill="none" stroke="currentColor" \
stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"/></symbol>
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


def _welcome(title: str, intro: str) -> str:
    lead = f"<p>{text(intro)}</p>" if intro else ""
    return f'<header class="welcome">{icon("hash")}<h1 dir="auto">{text(title)}</h1>{lead}</header>'


def _channels(view: View, posts: Sequence[Shown]) -> str:
    return "\n".join(
        _channel(view, name, list(shown))
        for name, shown in groupby(posts, lambda post: post.channel)
    )


def _messages(view: View, posts: Sequence[Shown]) -> str:
    return "\n".join(_post(view, shown) for shown in posts)


def _channel(view: View, name: str, posts: list[Shown]) -> str:
    count = f"{len(posts)} posts" if len(posts) > 1 else "1 post"
    return (
        f'<section aria-label="Channel {text(name)}">'
        f'<header class="channel">{icon("hash")}<span class="name"><bdi>{text(name)}</bdi></span>'
        f'<span class="topic">{count}</span></header>\n'
        + "\n".join(_post(view, shown) for shown in posts)
        + "\n</section>"
    )


# ── a post ───────────────────────────────────────────────────────────────────────────────


def _post(view: View, shown: Shown) -> str:
    note = f'<p class="note" dir="auto">{text(shown.note)}</p>' if shown.note else ""
    label = text(_headline(shown.body)) or "Post"
    message = _message(view, shown.body) + _buttons(view, shown.body, shown.reply)
    private = " private-post" if shown.private else ""
    message += _only_you() if shown.private else ""
    message += page_layout.form(view, shown.form) if shown.form else ""
    return (
        f'<article class="post{private}" aria-label="{label}">{_asked(shown.asked)}'
        f"{_byline(view)}{message}{note}</article>"
    )


def _asked(asked: str) -> str:
    return f'<p class="to" dir="auto">{icon("spine")}{text(asked)}</p>' if asked else ""


def _only_you() -> str:
    return f'<p class="private">{icon("eye")} Only you can see this</p>'


def _headline(body: Body) -> str:
    titles = (plain(str(embed.get("title") or "")) for embed in body.get("embeds") or ())
    return next((title for title in titles if title), "").replace("\n", " ")


def _byline(view: View) -> str:
    posted = f' <span class="posted">{text(view.posted)}</span>' if view.posted else ""
    return (
        f'{icon("avatar")}<p class="byline"><span class="bot">{_BOT}</span> '
        f'<span class="app">APP</span>{posted}</p>'
    )


def _message(view: View, body: Body) -> str:
    content = body.get("content")
    said = f'<div class="content" dir="auto">{view.rich(content)}</div>' if content else ""
    if _is_layout(body):
        return f'{said}<div class="layout">{page_layout.components(view, body["components"])}</div>'
    return said + "".join(_embed(view, embed) for embed in body.get("embeds") or ())


def _is_layout(body: Body) -> bool:
    return bool(body.get("flags", 0) & IS_LAYOUT and body.get("components"))


def _embed(view: View, embed: dict[str, Any]) -> str:
    parts = (
        _image(view, embed, "thumbnail"),
        _author(view, embed.get("author") or {}),
        _title(view, embed),
        _part(view, "div", "description", embed.get("description")),
        _fields(view, embed.get("fields") or ()),
        _image(view, embed, "picture"),
        _footer(embed),
    )
    return f'<div class="embed {_colour_class(embed)}">{"".join(parts)}</div>'


def _part(view: View, element: str, name: str, source: object) -> str:
    drawn = view.rich(source) if source else ""
    return f'<{element} class="{name}" dir="auto">{drawn}</{element}>' if source else ""


def _author(view: View, author: dict[str, Any]) -> str:
    if not author.get("name"):
        return ""
    icon = view.picture(author.get("icon_url"))
    drawn = f'<img src="{text(icon)}" alt="" width="24" height="24">' if icon else ""
    return f'<p class="author">{drawn}<bdi>{text(author["name"])}</bdi></p>'


def _title(view: View, embed: dict[str, Any]) -> str:
    if not embed.get("title"):
        return ""
    address = http_url(embed.get("url"))
    inner = view.rich(embed["title"], links=address is None)
    linked = f"<a {anchor(address)}>{inner}</a>" if address else inner
    return f'<h2 class="title" dir="auto">{linked}</h2>'


def _fields(view: View, fields: Sequence[dict[str, Any]]) -> str:
    drawn = "".join(
        f'<div class="field{" inline" if field.get("inline") else ""}">'
        + _part(view, "h3", "name", field.get("name"))
        + _part(view, "div", "value", field.get("value"))
        + "</div>"
        for field in fields
    )
    return f'<div class="fields">{drawn}</div>' if drawn else ""


def _image(view: View, embed: dict[str, Any], name: str) -> str:
    """Draw the large picture below an embed's text, or the thumbnail beside it."""
    shown = embed.get("image" if name == "picture" else name) or {}
    address = view.picture(shown.get("url"))
    if address is None:
        return ""
    title = plain(str(embed.get("title") or "")).replace("\n", " ")
    alt = text(f"Picture: {title}" if title else "Picture")
    return f'<img class="{name}" src="{text(address)}" alt="{alt}">'


def _footer(embed: dict[str, Any]) -> str:
    moment = moment_of(embed)
    time = f'<time datetime="{moment.isoformat()}">{say(moment)}</time>' if moment else ""
    words = text((embed.get("footer") or {}).get("text"))
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


def _buttons(view: View, body: Body, reply: Body | None = None) -> str:
    """Draw the rows below a message, the button that opens the reply last of its row."""
    if _is_layout(body):
        return ""
    drawn = []
    for row in rows_of(body.get("components")):
        opener = _opener(row) if reply is not None else None
        if opener is None or reply is None:
            drawn.append(page_layout.components(view, [{"type": 1} | row]))
            continue
        others = "".join(button(one) for one in row["components"] if one is not opener)
        answer = f"<details>{summary(opener)}{_reply(view, body, reply)}</details>"
        drawn.append(f'<div class="buttons">{others}{answer}</div>')
    return "".join(drawn)


def _opener(row: dict[str, Any]) -> dict[str, Any] | None:
    """Find the button that opens a story's explainer, else the first that is answered by us."""
    ours: list[dict[str, Any]] = [
        one for one in row.get("components") or () if one.get("style") != LINK_BUTTON
    ]
    ours.sort(key=lambda one: not str(one.get("custom_id", "")).startswith(_OPENS))
    return ours[0] if ours else None


def _reply(view: View, body: Body, reply: Body) -> str:
    headline = text(_headline(body) or "the post")
    return (
        f'<div class="reply" role="group" aria-label="Answer to one person">'
        f'<p class="to" dir="auto">{icon("spine")}<b>{_BOT}</b> {headline}</p>'
        f"{_byline(view)}{_message(view, reply)}{_buttons(view, reply)}"
        f"{_only_you()}</div>"
    )


# ── text and style ───────────────────────────────────────────────────────────────────────


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
    colours += [(page_layout.bar(c), f"#{c:06x}") for c in _accents(bodies)]
    bars = "".join(f".{name}{{border-left-color:{colour}}}\n" for name, colour in colours)
    return _CSS.read_text("utf-8") + bars


def _accents(bodies: Sequence[Body]) -> list[int]:
    return sorted({c for body in bodies for c in page_layout.accents(body.get("components"))})

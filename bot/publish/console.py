"""Posts in the terminal: one panel each, and the publisher that prints them instead of sending."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.box import Box
from rich.console import Group
from rich.padding import Padding
from rich.panel import Panel
from rich.style import Style
from rich.text import Text

from bot.models import Post, Sent
from bot.publish.markdown import Mark, http_url, printable, runs, say
from bot.publish.nowhere import Nowhere
from bot.publish.page import colour_of, moment_of
from bot.publish.page_parts import LINK_BUTTON, buttons_of

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from bot.models import Body, Millis, Outcome

_BAR = Box("▌   \n▌   \n▌   \n▌   \n▌   \n▌   \n▌   \n▌   \n")
"""Discord's coloured bar on the left and nothing else, so that text is copied without a frame."""
_STYLES = {Mark.BOLD: "bold", Mark.ITALIC: "italic", Mark.UNDERLINE: "underline", Mark.CODE: "cyan"}


# ── the panel ────────────────────────────────────────────────────────────────────────────


def panel(body: Body, *, reply: Body | None = None) -> RenderableType:
    """Draw a post, and under it the ephemeral answer; nothing in it can steer the terminal."""
    parts: list[RenderableType] = []
    if body.get("content"):
        parts.append(_rich(body["content"]))
    parts += [_embed(embed) for embed in body.get("embeds") or ()]
    parts += [_button(button) for button in buttons_of(body)]
    if reply is not None:
        parts.append(Padding(_answer(reply), (1, 0, 0, 2)))
    return Group(*parts)


def _answer(reply: Body) -> RenderableType:
    return Group(panel(reply), Text("Only you can see this", style="dim italic"))


def _embed(embed: dict[str, Any]) -> Panel:
    groups = [
        [_plain((embed.get("author") or {}).get("name"), "dim"), _title(embed)],
        [_rich(embed.get("description"))],
        *([_rich(f.get("name"), "bold"), _rich(f.get("value"))] for f in embed.get("fields") or ()),
        [_address("Picture: ", (embed.get(p) or {}).get("url")) for p in ("image", "thumbnail")],
        [_footer(embed)],
    ]
    filled = [[line for line in group if line] for group in groups]
    inner = Text("\n\n").join(Text("\n").join(group) for group in filled if group)
    inner.overflow = "fold"
    return Panel(inner, box=_BAR, border_style=Style(color=colour_of(embed)), padding=(0, 1))


def _title(embed: dict[str, Any]) -> Text:
    """Link the title; where it leads is written out once, under the button."""
    return _rich(embed.get("title"), Style(bold=True, link=http_url(embed.get("url"))))


def _footer(embed: dict[str, Any]) -> Text:
    moment = moment_of(embed)
    words = _plain((embed.get("footer") or {}).get("text"), "dim")
    said = _plain(say(moment) if moment else "", "dim")
    return Text(" • ", style="dim").join(part for part in (words, said) if part)


def _address(label: str, value: object) -> Text:
    """Write an address out, for terminals that cannot click; empty where it is not http(s)."""
    address = http_url(value)
    return Text(f"{label}{address}", Style(dim=True, link=address)) if address else Text()


def _button(button: dict[str, Any]) -> Text:
    sign = (button.get("emoji") or {}).get("name")
    label = _plain(" ".join(filter(None, (sign, button.get("label")))), "bold")
    if button.get("style") != LINK_BUTTON:
        return Text.assemble("[ ", label, " ]", overflow="fold")
    address = http_url(button.get("url"))
    if address is None:
        return Text()
    linked = Text.assemble("[ ", label, " ↗ ]", style=Style(link=address), overflow="fold")
    return linked.append("\n").append_text(_address("", address))


def _plain(value: object, style: str) -> Text:
    return Text(printable(str(value or "")).replace("\n", " "), style)


def _rich(source: object, style: str | Style = "") -> Text:
    """Return markdown as styled text; rich's own [markup] is never read from it."""
    text = Text(style=style)
    for run in runs(str(source or "")):
        own = Style.parse(" ".join(_STYLES[mark] for mark in run.marks))
        text.append(run.text, own + Style(link=run.href))
    return text


# ── the publisher ────────────────────────────────────────────────────────────────────────


class ConsolePublisher(Nowhere):
    """Prints posts on a console where Discord would have them; remembers them while it lives."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._posts: list[tuple[int, Body]] = []
        self._sent: dict[str, Sent] = {}

    @property
    def posts(self) -> tuple[tuple[int, Body], ...]:
        """Every post so far with its channel, oldest first; message ids count from 1."""
        return tuple(self._posts)

    async def publish(self, channel_id: int, post: Post, nonce: str) -> Outcome:
        """Print a post; a nonce that was used before prints nothing and gives the same message."""
        if nonce not in self._sent:
            self._posts.append((channel_id, post.body))
            self._sent[nonce] = Sent(len(self._posts))
            self._console.print(panel(post.body), "")
        return self._sent[nonce]

    async def posted(self, channel_id: int, since: Millis) -> list[Body]:  # noqa: ARG002  # these posts are as young as the program
        """List the posts of a channel."""
        return [
            {**body, "id": str(message_id)}
            for message_id, (channel, body) in enumerate(self._posts, start=1)
            if channel == channel_id
        ]

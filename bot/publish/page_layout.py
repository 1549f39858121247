"""Layouts and forms on a page that looks like Discord: frames, sections, selects, fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.publish.page_parts import View, button, icon, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.models import Body

_NO_COLOUR = 0x4E5058
_ENTITIES = {5: "@", 6: "@", 7: "@", 8: "#"}
_CHOOSE = {
    3: "Select",
    5: "Select a person",
    6: "Select a role",
    7: "Select",
    8: "Select a channel",
}
_LONG_TEXT = 2


def components(view: View, parts: object) -> str:
    """Draw components one below the other; what is not known is left out."""
    shown = parts if isinstance(parts, list | tuple) else ()
    return "".join(_component(view, part) for part in shown)


def form(view: View, modal: Body) -> str:
    """Draw a form as it lies over the message that it was opened from."""
    fields = "".join(
        _field(view, part) if part.get("type") == 18 else _component(view, part)
        for part in modal.get("components") or ()
    )
    return (
        f'<div class="form" role="group" aria-label="Form"><p class="form-title" dir="auto">'
        f"{text(modal.get('title'))}</p>{fields}"
        '<div class="buttons"><button class="button" type="button" disabled>Cancel</button>'
        '<button class="button primary" type="button" disabled>Submit</button></div></div>'
    )


def accents(parts: object) -> Iterator[int]:
    """List the colours of frames."""
    for part in parts if isinstance(parts, list | tuple) else ():
        if part.get("type") == 17:
            yield _accent(part)


def bar(colour: int) -> str:
    """Name the class that gives a frame or an embed its coloured bar."""
    return f"bar-{colour:06x}"


def _accent(part: dict[str, Any]) -> int:
    colour = part.get("accent_color")
    return colour if isinstance(colour, int) and 0 <= colour <= 0xFFFFFF else _NO_COLOUR


def _component(view: View, part: dict[str, Any]) -> str:
    draw = _DRAWN.get(part.get("type", 0))
    return draw(view, part) if draw else ""


def _container(view: View, part: dict[str, Any]) -> str:
    inner = components(view, part.get("components"))
    return f'<div class="frame {bar(_accent(part))}">{inner}</div>'


def _section(view: View, part: dict[str, Any]) -> str:
    beside = part.get("accessory") or {}
    inner = components(view, part.get("components"))
    drawn = button(beside) if beside.get("type") == 2 else _component(view, beside)
    return f'<div class="beside"><div class="texts">{inner}</div>{drawn}</div>'


def _shown_text(view: View, part: dict[str, Any]) -> str:
    return f'<div class="said" dir="auto">{view.rich(part.get("content"))}</div>'


def _thumbnail(view: View, part: dict[str, Any]) -> str:
    return _image(view, part, "small-picture")


def _gallery(view: View, part: dict[str, Any]) -> str:
    return "".join(_image(view, item, "picture") for item in part.get("items") or ())


def _image(view: View, part: dict[str, Any], name: str) -> str:
    address = view.picture((part.get("media") or {}).get("url"))
    alt = text(part.get("description") or "Picture")
    return f'<img class="{name}" src="{text(address)}" alt="{alt}">' if address else ""


def _separator(_: View, part: dict[str, Any]) -> str:
    plain = "" if part.get("divider", True) else " plain"
    return f'<div class="rule{plain}"></div>'


def _row(view: View, part: dict[str, Any]) -> str:
    items = part.get("components") or ()
    drawn = "".join(
        button(item) if item.get("type", 2) == 2 else _select(view, item) for item in items
    )
    return f'<div class="buttons">{drawn}</div>' if drawn else ""


def _select(view: View, part: dict[str, Any]) -> str:
    chosen = _chosen(view, part)
    off = " off" if part.get("disabled") else ""
    placeholder = part.get("placeholder") or _CHOOSE.get(part["type"], "")
    hint = f'<span class="hint">{text(placeholder)}</span>'
    return f'<div class="select{off}"><span dir="auto">{chosen or hint}</span>{icon("open")}</div>'


def _chosen(view: View, part: dict[str, Any]) -> str:
    options = [text(o.get("label")) for o in part.get("options") or () if o.get("default")]
    sign = _ENTITIES.get(part["type"], "")
    ids = [str(one.get("id")) for one in part.get("default_values") or ()]
    options += [f"{sign}{text(view.names.get(one, 'unknown'))}" for one in ids]
    return ", ".join(f"<bdi>{option}</bdi>" for option in options)


def _field(view: View, part: dict[str, Any]) -> str:
    inner = part.get("component") or {}
    needed = '<b class="needed">*</b>' if inner.get("required", True) else ""
    about = part.get("description")
    said = f'<p class="about" dir="auto">{text(about)}</p>' if about else ""
    return (
        f'<div class="form-field"><p class="label" dir="auto">{text(part.get("label"))}{needed}</p>'
        f"{said}{_inner(view, inner)}</div>"
    )


def _inner(view: View, inner: dict[str, Any]) -> str:
    kind = inner.get("type", 0)
    if kind == 4:
        long = " long" if inner.get("style") == _LONG_TEXT else ""
        value = view.rich(inner.get("value")) if inner.get("value") else ""
        hint = f'<span class="hint">{text(inner.get("placeholder"))}</span>'
        return f'<div class="input{long}" dir="auto">{value or hint}</div>'
    if kind in {21, 22}:
        return "".join(map(_option, inner.get("options") or ()))
    return _select(view, inner) if kind in _CHOOSE else ""


def _option(option: dict[str, Any]) -> str:
    chosen = " chosen" if option.get("default") else ""
    about = option.get("description")
    said = f'<span class="about"> {text(about)}</span>' if about else ""
    return f'<p class="option{chosen}" dir="auto">{text(option.get("label"))}{said}</p>'


_DRAWN: dict[int, Callable[[View, dict[str, Any]], str]] = {
    1: _row,
    9: _section,
    10: _shown_text,
    11: _thumbnail,
    12: _gallery,
    14: _separator,
    17: _container,
}

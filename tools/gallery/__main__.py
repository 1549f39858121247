"""Makes docs/gallery: `python -m tools.gallery [scene …]`, all scenes if none is named.

It needs Chromium, and a font of emoji (Debian: fonts-noto-color-emoji).
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.publish.page import Theme, page
from tools.gallery.png import shrink
from tools.gallery.scenes import SCENES
from tools.gallery.session import pictures, session
from tools.gallery.shots import Camera, NoBrowserError

_FOLDER = Path(__file__).parents[2] / "docs" / "gallery"
_LANGUAGES = {"en": "en-US", "de": "de"}
_WIDTHS: dict[str, tuple[int, Theme]] = {"narrow": (360, "dark"), "wide": (720, "light")}
_MARGIN = 12
"""Pixels below the last message."""


async def _pages(locale: str, wanted: Collection[str]) -> dict[str, dict[str, str]]:
    """Play the scenes in a language; return each one's page, by theme."""
    shown = pictures()
    made: dict[str, dict[str, str]] = {}
    async with session(locale) as at:
        for scene in SCENES:
            posts = await scene.play(at)
            if not posts:
                raise LookupError(f"the scene {scene.name} shows nothing")
            if not wanted or scene.name in wanted:
                made[scene.name] = {
                    theme: page(
                        scene.title,
                        posts,
                        pictures=shown,
                        names=at.names,
                        theme=theme,
                        bare=True,
                    )
                    for _, theme in _WIDTHS.values()
                }
    return made


def _shoot(language: str, pages: dict[str, dict[str, str]], folder: Path) -> None:
    camera = Camera(folder)
    for width_name, (width, theme) in _WIDTHS.items():
        heights = camera.heights({name: themes[theme] for name, themes in pages.items()}, width)
        for name, themes in pages.items():
            file = _FOLDER / f"{name}.{language}.{width_name}.png"
            camera.take(themes[theme], file, (width, heights[name] + _MARGIN))
            shrink(file)
            print(file.name, file.stat().st_size)


def _index() -> str:
    """Write the page that shows the pictures, the narrow one and the wide one beside each other."""
    intro = (
        "Every kind of post and answer, as it was sent by the real program to a Discord on the "
        "loopback, drawn by the renderer of the preview. Every place, person and story is "
        "invented. Made by `python -m tools.gallery`."
    )
    parts = ["# Gallery", "", intro]
    for scene in SCENES:
        parts += ["", f"## {scene.title}", ""]
        for language in _LANGUAGES:
            files = [f"{scene.name}.{language}.{width}.png" for width in _WIDTHS]
            parts += [f'<img src="{file}" alt="{scene.title}">' for file in files]
    return "\n".join(parts) + "\n"


async def _main(wanted: Collection[str]) -> None:
    unknown = set(wanted) - {scene.name for scene in SCENES}
    if unknown:
        raise SystemExit(f"There is no scene {', '.join(sorted(unknown))}.")
    logging.disable(logging.WARNING)
    _FOLDER.mkdir(exist_ok=True)
    for language, locale in _LANGUAGES.items():
        pages = await _pages(locale, wanted)
        with TemporaryDirectory() as folder:
            await asyncio.to_thread(_shoot, language, pages, Path(folder))
    (_FOLDER / "README.md").write_text(_index(), encoding="utf-8")


if __name__ == "__main__":
    try:
        asyncio.run(_main(sys.argv[1:]))
    except NoBrowserError as error:
        raise SystemExit(str(error)) from error

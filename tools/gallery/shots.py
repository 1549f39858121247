"""Pictures of pages, taken by a headless Chromium that reaches nothing."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from html import escape, unescape
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_SECONDS = 120


class NoBrowserError(Exception):
    """No Chromium can be found or started; the text names the way out."""


class Camera:
    """Takes pictures of pages; its profile lies in a folder that the caller removes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._browser = next(filter(None, map(shutil.which, BROWSERS)), None)
        if self._browser is None:
            raise NoBrowserError(
                f"No browser here: install Chromium, so that one of {', '.join(BROWSERS)} is found."
            )

    def heights(self, pages: Mapping[str, str], width: int) -> dict[str, int]:
        """Measure how high pages are at a width, in pixels; all at once, in frames of one page."""
        frames = "".join(
            f'<iframe id="{escape(name)}" width="{width}" height="10" srcdoc="{escape(html)}">'
            "</iframe>"
            for name, html in pages.items()
        )
        measuring = self._folder / "measure.html"
        measuring.write_text(f"<!doctype html><body>{frames}{_MEASURE}</body>", encoding="utf-8")
        dumped = self._run(measuring, "--dump-dom", size=(width + 100, 2_000))
        found = re.search(r'data-heights="([^"]*)"', dumped)
        if found is None:
            raise NoBrowserError("The browser has measured nothing: is it a recent Chromium?")
        measured: dict[str, int] = json.loads(unescape(found[1]))
        return measured

    def take(self, html: str, file: Path, size: tuple[int, int]) -> None:
        """Take a picture of a page, of so many pixels, as a PNG file."""
        page = self._folder / "page.html"
        page.write_text(html, encoding="utf-8")
        self._run(page, f"--screenshot={file}", size=size)
        if not file.exists():
            raise NoBrowserError(f"The browser has taken no picture for {file}.")

    def _run(self, page: Path, what: str, size: tuple[int, int]) -> str:
        done = subprocess.run(  # noqa: S603  # our own arguments
            [
                str(self._browser),
                "--headless=new",
                "--no-sandbox",
                f"--user-data-dir={self._folder / 'profile'}",
                "--host-resolver-rules=MAP * ~NOTFOUND",
                "--hide-scrollbars",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                f"--window-size={size[0]},{size[1]}",
                what,
                page.as_uri(),
            ],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        return done.stdout


_MEASURE = """<script>
addEventListener("load", () => {
  const heights = {};
  for (const frame of document.querySelectorAll("iframe"))
    heights[frame.id] = frame.contentDocument.querySelector("main").scrollHeight;
  document.body.dataset.heights = JSON.stringify(heights);
});
</script>"""

"""Programs that poll feeds as well, to compare with: the library `reader`, and newsboat."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks.polling.talk import PATIENCE

_READER = """\
import json, sys, time
from reader import make_reader

spec = json.load(open(sys.argv[1]))
reader = make_reader(spec["database"])
for url in spec["urls"]:
    reader.add_feed(url)
print("{}", flush=True)
for line in sys.stdin:
    began, cpu, failed = time.perf_counter(), time.process_time(), []
    results = reader.update_feeds_iter(scheduled=False, workers=json.loads(line)["workers"])
    for result in results:
        if isinstance(result.value, Exception):
            failed.append(f"{result.url}: {result.value}")
    took = {"wall": time.perf_counter() - began, "cpu": time.process_time() - cpu}
    print(json.dumps({**took, "failed": failed}), flush=True)
"""


def reader_version() -> str | None:
    """Return the version of the library that is installed here, if it is."""
    return version("reader") if importlib.util.find_spec("reader") else None


def reader_script(folder: Path) -> Path:
    """Write a program that updates its feeds with `reader` as often as it is asked to."""
    path = folder / "with_reader.py"
    path.write_text(_READER, encoding="utf-8")
    return path


@dataclass(frozen=True, slots=True)
class Usage:
    """What a run took: seconds, seconds of the processors, and MiB at the most."""

    wall: float
    cpu: float
    memory: float


class Newsboat:
    """The terminal reader newsboat, as a timer would run it; it has ended after each round."""

    def __init__(self, folder: Path, urls: Sequence[str]) -> None:
        folder.mkdir()
        self._folder = folder
        (folder / "urls").write_text("".join(f"{url}\n" for url in urls), encoding="utf-8")

    @staticmethod
    def version() -> str | None:
        """Return the first words that it says of itself; None where it is not installed."""
        path = shutil.which("newsboat")
        if path is None:
            return None
        told = subprocess.run([path, "--version"], capture_output=True, text=True, check=True)  # noqa: S603  # found above
        return " ".join(told.stdout.split()[:2])

    async def round(self, threads: int) -> Usage:
        """Reload every feed, in so many threads."""
        config = self._folder / "config"
        config.write_text(f"reload-threads {threads}\nmax-items 0\n", encoding="utf-8")
        async with asyncio.timeout(PATIENCE):
            return await asyncio.to_thread(self._run)

    def _run(self) -> Usage:
        path = shutil.which("newsboat")
        assert path is not None
        files = [str(self._folder / name) for name in ("urls", "cache.db", "config")]
        arguments = ["-u", files[0], "-c", files[1], "-C", files[2], "-x", "reload"]
        began = time.perf_counter()
        running = subprocess.Popen(  # noqa: S603  # found above
            [path, *arguments],
            env={"HOME": str(self._folder), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
            stdout=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(running.pid, 0)
        wall = time.perf_counter() - began
        running.returncode = os.waitstatus_to_exitcode(status)
        assert running.returncode == 0, running.returncode
        return Usage(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)

    def read(self) -> int:
        """Count the feeds that it has entries of."""
        with closing(sqlite3.connect(self._folder / "cache.db")) as connection:
            row = connection.execute("SELECT count(DISTINCT feedurl) FROM rss_item").fetchone()
        return int(row[0])

"""Reading a feed from a file: whole, or told why not."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from bot.feeds.fetch import MAX_BYTES, read_file
from bot.models import Fetched
from tests.fetching import DOCUMENT, failure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


async def test_a_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "a feed.xml"
    path.write_bytes(DOCUMENT)
    assert await read_file(path) == Fetched(DOCUMENT, path.as_uri())


def _nothing(_: Path) -> None:
    pass


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_nothing, "no such file"),
        (lambda path: path.mkdir(), "a folder"),
        (lambda path: path.touch(), "empty"),
        (os.mkfifo, "not an ordinary file"),
        (lambda path: path.symlink_to(path), "cannot be read"),
    ],
)
async def test_what_cannot_be_read_as_a_file_is_told(
    tmp_path: Path, make: Callable[[Path], object], says: str
) -> None:
    path = tmp_path / "feed.xml"
    make(path)
    assert says in failure(await read_file(path))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
async def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(DOCUMENT)
    path.chmod(0)
    assert "may not be read" in failure(await read_file(path))


async def test_a_file_past_the_cap_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert "larger than 10 MB" in failure(await read_file(path))

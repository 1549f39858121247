"""What the tests share that kill the program."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.crash.lives import Zygote, zygote
from tests.crash.town import Town, town


@pytest.fixture(scope="session")
def nursery() -> Iterator[Zygote]:
    """The process that lives are forked from."""
    if sys.platform != "linux":
        pytest.skip("lives are forked as only Linux does it safely here")
    with zygote() as made:
        yield made


@pytest.fixture
async def place(tmp_path: Path, nursery: Zygote) -> AsyncIterator[Town]:
    """A town without channels."""
    async with town(tmp_path, nursery) as made:
        yield made

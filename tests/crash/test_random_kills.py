from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from tests.crash.lives import Zygote
from tests.crash.storm import Storm, rage
from tests.crash.town import town


async def test_nothing_is_lost_or_repeated_through_200_kills_and_a_discord_that_fails(
    tmp_path: Path, nursery: Zygote, request: pytest.FixtureRequest
) -> None:
    seed = request.config.getoption("--crash-seed") or secrets.randbits(32)
    print(f"to have this run again: pytest --crash-seed {seed}")  # shown if it fails
    async with town(tmp_path, nursery, checks_schema=False) as place:
        tally = await rage(place, Storm(seed))

    assert tally.kills >= 200
    assert tally.deliveries >= 2_000
    assert tally.found >= 20, "hardly any kill parted a message from its being settled"
    assert all(
        tally.troubles[one] for one in ("failing", "lost", "dropped_before", "dropped_after")
    )
    print(tally)

"""What members see of commands that fail, and what the log says of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.town import Town, open_town


class BrokenError(Exception):
    """Something of ours is broken."""


async def _breaks(*_: object, **__: object) -> None:
    raise BrokenError


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("command", ["subscribe", "unsubscribe", "subscriptions"])
async def test_a_thread_that_sleeps_or_keeps_me_out_is_named_with_the_way_out(
    town: Town, command: str, caplog: pytest.LogCaptureFixture
) -> None:
    options: dict[str, Any] = {} if command == "subscriptions" else {"topic": "town"}
    asleep = town.discord.add_thread(town.channel, "old", archived=True)
    private = town.discord.add_thread(town.channel, "private", private=True, joined=False)
    for thread in (asleep, private):
        reply = await town.discord.slash(town.ann, town.channel, command, channel=thread, **options)
        assert "If it is a thread, open it" in reply.body["content"]
        assert reply.ephemeral
    assert not [one for one in caplog.records if one.levelname == "ERROR"]


async def test_what_fails_is_told_to_who_asked_alone_though_the_answer_was_for_all(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(town.desk.newsroom, "latest", _breaks)
    reply = await town.discord.slash(town.ann, town.channel, "latest")
    assert reply.ephemeral
    assert "it is noted down as `" in reply.body["content"]
    assert town.discord.messages(town.channel) == []


async def test_an_autocomplete_that_fails_offers_nothing_and_names_no_member_in_the_log(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(town.desk.newsroom.accounts, "headlines", _breaks)
    with capture_logs() as logged:
        offered = await town.discord.autocomplete(
            town.ann, town.channel, "status", focused="story", value="a"
        )
    assert offered == []
    (entry,) = [one for one in logged if one["log_level"] == "error"]
    assert (entry["event"], entry["command"]) == ("choices failed", "status")
    assert entry["reference"]
    assert town.ann.id not in entry.values()

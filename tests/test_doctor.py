"""The doctor: everything at once against loopback servers, and as the process that people run."""

from __future__ import annotations

import asyncio
import io
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route
from rich.console import Console

from bot.cli.doctor import account, asking, show
from bot.cli.doctor.conduct import Checkup
from bot.client import Client, digest_of, note_of
from bot.models import PROVIDERS, Subscription
from bot.models.findings import Area, Finding, Grade
from bot.models.providers import Provider
from bot.store import Store, Tx
from tests.bot_process import TOKEN, environment
from tests.loopback.feeds import LoopbackFeeds, item, rss, status
from tests.loopback.model import LoopbackModel, fails, lists
from tests.loopback.server import LoopbackDiscord
from tests.loopback.state import Channel, Guild, Permission

_ROOT = Path(__file__).resolve().parents[1]
_KEY = "a-key-that-nobody-may-see"
_TEASER = "A teaser of more than forty characters, as it should be."


@dataclass
class House:
    """A host's settings, with all that they name."""

    discord: LoopbackDiscord
    guild: Guild
    folder: Path
    settings: dict[str, str]

    @property
    def database(self) -> Path:
        return self.folder / "bot.db"

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())

    async def subscribe(self, *channels: Channel, paused: Channel | None = None) -> None:
        async with Store.open(self.database) as store:
            for channel in channels:
                guild_id = channel.guild.id if channel.guild else 0
                one = Subscription(guild_id, channel.id, "town", created_at=1, created_by=7)
                await store.write(partial(_add, one))
            if paused is not None:
                reason = "It is being rebuilt."
                await store.write(lambda tx: tx.subscriptions.pause(paused.id, reason, 5, 0))

    async def register(self) -> None:
        """Have the commands registered, and noted, as a start of the bot would."""
        async with Client() as client:
            await client.login(TOKEN)
            payload = await account._payload(client)
            await client.tree.sync()
            note = note_of(client.application_id or 0)
        async with Store.open(self.database) as store:
            await store.write(lambda tx: tx.notes.put(note, digest_of(payload)))

    async def findings(self, **changed: str) -> list[Finding]:
        checkup = Checkup(self.settings | changed, self.folder / ".env")
        return show.hidden(await checkup.findings(), checkup.secrets)


async def _add(one: Subscription, tx: Tx) -> None:
    await tx.subscriptions.add(one)


@asynccontextmanager
async def open_house(folder: Path, *feeds: LoopbackFeeds) -> AsyncIterator[House]:
    topics = folder / "topics.toml"
    urls = ", ".join(f'"{one.url("/news.xml")}"' for one in feeds) or '"http://127.0.0.9:9/x"'
    topics.write_text(f'[town]\ntitle = "Town"\nfeeds = [{urls}]\n')
    async with LoopbackDiscord(token=TOKEN) as discord:
        guild = discord.add_guild("Town")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Route, "BASE", discord.api_url)
            patch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(discord.gateway_url))
            yield House(discord, guild, folder, environment(discord, folder, topics))
        assert not discord.violations


def _document() -> bytes:
    return rss("The Gazette", [item("A headline", "https://a.example/1", "1", _TEASER)])


def _of(findings: list[Finding], area: Area, what: str) -> list[Finding]:
    return [one for one in findings if (one.area, one.what) == (area, what)]


def _only(findings: list[Finding], area: Area, what: str) -> Finding:
    (found,) = _of(findings, area, what)
    return found


# ── all of it ────────────────────────────────────────────────────────────────────────────


async def test_where_all_is_well_every_area_says_so(tmp_path: Path) -> None:
    async with LoopbackFeeds() as feeds, open_house(tmp_path, feeds) as house:
        feeds.put("/news.xml", _document())
        await house.subscribe(house.discord.add_channel(house.guild, "news"))
        await house.register()
        findings = await house.findings()
        assert [one for one in findings if one.grade is not Grade.WELL] == []
        assert {one.area for one in findings} == set(Area)
        assert [request.path for request in feeds.requests] == ["/news.xml"], "asked politely"
        assert house.discord.identifies == 0, "no session of the gateway is used up"
        assert house.discord.command_puts == 1, "nothing is registered by looking"


async def test_the_permissions_really_there_are_told_of_each_subscribed_channel(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path) as house:
        discord, town = house.discord, house.guild
        left = discord.add_guild("Left")
        news, hidden, mute, old, quiet, outside, gone, forum = [
            discord.add_channel(left if name == "outside" else town, name)
            for name in "news hidden mute old quiet outside gone talks".split()
        ]
        discord.set_kind(forum, 15)
        thread = discord.add_thread(mute, "thread")
        discord.deny(hidden, Permission.VIEW_CHANNEL)
        discord.deny(mute, Permission.SEND_MESSAGES)
        discord.deny(old, Permission.READ_MESSAGE_HISTORY)
        discord.deny(forum, Permission.EMBED_LINKS)
        await house.subscribe(
            news, hidden, mute, old, quiet, outside, gone, forum, thread, paused=quiet
        )
        discord.remove_channel(gone)
        discord.remove_guild(left)
        findings = await house.findings()
    told = {one.about: one for one in findings if one.what == "channel"}
    grades = {
        channel.name: (told[str(channel.id)].grade, told[str(channel.id)].found)
        for channel in (news, hidden, mute, old, quiet, outside, gone, forum, thread)
    }
    trouble, warning = Grade.TROUBLE, Grade.WARNING
    assert grades["news"] == (Grade.WELL, "#news of Town (1 topic): all permissions are there")
    for name, grade, words in (
        ("hidden", trouble, "may not see it"),
        ("mute", trouble, "lacks Send Messages"),
        ("old", warning, "lacks Read Message History (posts go out all the same)"),
        ("quiet", warning, "#quiet of Town (1 topic): paused: It is being rebuilt"),
        ("outside", warning, "not in its server any more"),
        ("gone", warning, "it is gone"),
        ("talks", trouble, "lacks Embed Links"),
    ):
        assert grades[name][0] is grade
        assert words in grades[name][1]
    assert grades["thread"][0] is Grade.WELL, "it has a permission of its own to speak"
    assert "3 of 9 subscribed channels" in _only(findings, Area.CHANNELS, "channels").found


async def test_commands_that_are_missing_or_another_programs_are_told_apart(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path) as house:
        before = _only(await house.findings(), Area.DISCORD, "commands")
        assert before.grade is Grade.WARNING
        assert before.remedy == "start the bot: it registers them"
        await house.register()
        changed = house.discord.commands
        changed[0]["description"] = "Something else"
        changed.append(dict(changed[1], name="dance"))
        findings = await house.findings()
        after = _only(findings, Area.DISCORD, "commands")
        assert after.grade is Grade.TROUBLE
        assert f"/{changed[0]['name']}" in after.found
        assert "/dance" in _only(findings, Area.DISCORD, "foreign commands").found


async def test_it_can_be_asked_while_the_bot_runs_and_says_so(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        news = house.discord.add_channel(house.guild, "news")
        await house.subscribe(news)
        assert _only(await house.findings(), Area.DATABASE, "in use").found.startswith("no bot")
        async with Store.open(house.database) as store:
            findings = await house.findings()
            await store.write(lambda tx: tx.notes.put("still", "written"))
    assert _only(findings, Area.DATABASE, "in use").found == "a bot is running on it"
    assert _only(findings, Area.DATABASE, "integrity").grade is Grade.WELL
    assert _only(findings, Area.CHANNELS, "channel").grade is Grade.WELL


async def test_problems_of_the_settings_do_not_hide_what_else_is_wrong(tmp_path: Path) -> None:
    async with LoopbackFeeds() as feeds, open_house(tmp_path, feeds) as house:
        feeds.behave("/news.xml", status(503))
        (tmp_path / ".env").write_text("LOG_LEVL=info\nFEED_MIN_INTERVAL=soon\n'\n")
        (tmp_path / ".env").chmod(0o644)
        findings = await house.findings(FEED_MIN_INTERVAL="")
    told = " ".join(one.found for one in _of(findings, Area.SETTINGS, "setting"))
    assert "LOG_LEVL in .env is not a setting of this program: did you mean LOG_LEVEL?" in told
    assert "FEED_MIN_INTERVAL is 'soon'" in told
    assert ".env:3: this line can't be read" in told
    assert _only(findings, Area.SETTINGS, "permissions").remedy == "chmod 600 .env"
    assert _only(findings, Area.DISCORD, "token").grade is Grade.WELL, (
        "Discord is asked all the same"
    )
    (site,) = _of(findings, Area.SITES, "site")
    assert site.grade is Grade.WARNING
    assert "503" in site.found


async def test_what_depends_on_a_bad_setting_is_told_as_not_looked_at(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        findings = await house.findings(
            DISCORD_TOKEN="no token", DATABASE_URL="postgres://u:p@h/x", TOPICS_FILE="nowhere.toml",
            EXPLAINER_MODEL="magic:x", EXPLAINER_API_KEY=_KEY,
        )  # fmt: skip
    assert "not asked" in _only(findings, Area.DISCORD, "token").found
    assert "not looked at" in _only(findings, Area.DATABASE, "file").found
    assert "not looked at" in _only(findings, Area.SITES, "catalogue").found
    assert "not asked" in _only(findings, Area.MODEL, "endpoint").found
    assert "no token" not in show.as_json(findings)
    assert len(_of(findings, Area.SETTINGS, "setting")) == 4


async def test_without_a_token_the_rest_is_looked_at_and_the_demo_is_named(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        channel = house.discord.add_channel(house.guild, "news")
        await house.subscribe(channel, paused=channel)
        findings = await house.findings(DISCORD_TOKEN="")
    token = _only(findings, Area.DISCORD, "token")
    assert token.grade is Grade.WARNING
    assert "the demo runs" in token.found
    assert (
        "1 subscribed channel not looked at"
        in _only(findings, Area.CHANNELS, "not looked at").found
    )
    assert "paused: It is being rebuilt" in _only(findings, Area.CHANNELS, "channel").found
    assert _only(findings, Area.CLOCK, "time").grade is Grade.WELL, "the clock needs no token"


async def test_a_token_that_discord_refuses_is_trouble(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        findings = await house.findings(DISCORD_TOKEN="an.other.token")
    assert _only(findings, Area.DISCORD, "token").found == "Discord refuses DISCORD_TOKEN"


async def test_what_discord_does_not_answer_is_told_and_nothing_else_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "EACH", 0.5)
    async with open_house(tmp_path) as house:
        await house.register()
        with_hold = house.discord.hold("GET", r"/applications/\d+/commands")
        house.discord.gateway_down = True
        findings = await house.findings()
        with_hold.release()
    assert "no answer within" in _only(findings, Area.DISCORD, "commands").found
    assert _only(findings, Area.DISCORD, "gateway").grade is Grade.TROUBLE
    assert _only(findings, Area.DISCORD, "servers").found == "it is in 1 server"


# ── the model ────────────────────────────────────────────────────────────────────────────


async def test_the_model_is_looked_up_without_being_asked_to_write(tmp_path: Path) -> None:
    async with LoopbackModel() as model, open_house(tmp_path) as house:
        chosen = {
            "EXPLAINER_MODEL": "mine:stub-2", "EXPLAINER_BASE_URL": model.url,
            "EXPLAINER_API_KEY": _KEY,
        }  # fmt: skip
        model.answer(lists("stub-1", "stub-2"), lists("stub-1"), fails(401), fails(404))
        known, unknown, refused, listless = [
            _of(await house.findings(**chosen), Area.MODEL, what)
            for what in ("model", "model", "key", "endpoint")
        ]
        assert [one.path for one in model.requests] == ["/v1/models"] * 4
        assert model.requests[0].headers["authorization"] == f"Bearer {_KEY}"
    assert [one.grade for one in known] == [Grade.WELL]
    assert "such as stub-1" in unknown[0].remedy
    assert refused[0].grade is Grade.TROUBLE
    assert "lists no models" in listless[0].found


# ── as people run it ─────────────────────────────────────────────────────────────────────


async def _run(house: House, *arguments: str, **changed: str) -> tuple[int | None, str]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "doctor", *arguments,
        cwd=house.folder,
        env={**inherited, "PYTHONPATH": str(_ROOT), **house.settings, **changed},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    async with asyncio.timeout(60):
        out, _ = await process.communicate()
    return process.returncode, out.decode()


async def test_the_process_ends_with_a_code_by_the_worst_and_shows_no_secret(
    tmp_path: Path,
) -> None:
    async with (
        LoopbackFeeds() as feeds,
        LoopbackModel() as model,
        open_house(tmp_path, feeds) as house,
    ):
        feeds.put("/news.xml", _document())
        news = house.discord.add_channel(house.guild, "news")
        await house.subscribe(news)
        model.answer(lists("stub"))
        with_model = {
            "EXPLAINER_MODEL": "mine:stub", "EXPLAINER_BASE_URL": model.url,
            "EXPLAINER_API_KEY": _KEY,
        }  # fmt: skip
        before = house.files()
        warned, shown = await _run(house)
        assert house.files() == before, "nothing is made"
        strict, _ = await _run(house, "--strict")
        house.discord.deny(news, Permission.SEND_MESSAGES)
        ill, as_json = await _run(house, "--json", **with_model)
    assert (warned, strict, ill) == (0, 6, 6), shown
    assert "! 1 to look at: the bot works all the same." in shown, "its commands are not there"
    told = json.loads(as_json)
    assert told["worst"] == "trouble"
    assert {one["area"] for one in told["findings"]} == {area.value for area in Area}
    for secret in (TOKEN, _KEY):
        assert secret not in shown + as_json


async def test_what_is_not_discord_at_its_address_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with LoopbackFeeds() as feeds:
        feeds.put("/api/users/@me", b"<html>Welcome</html>", content_type="text/html")
        environ = {"DISCORD_TOKEN": TOKEN, "DISCORD_API_URL": feeds.url("/api")}
        checkup = Checkup(environ, tmp_path / ".env")
        monkeypatch.setattr(Route, "BASE", environ["DISCORD_API_URL"])
        found = await checkup._discord()
    (token,) = [one for one in found if one.area is Area.DISCORD]
    assert (token.grade, token.what) == (Grade.WARNING, "token")
    assert "it answered what is not understood" in token.found


async def test_a_key_goes_nowhere_while_the_address_that_it_is_for_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with LoopbackModel() as model:
        model.answer(lists("stub"))
        monkeypatch.setitem(PROVIDERS, "ours", Provider(model.url, keyless=True))
        environ = {
            "EXPLAINER_MODEL": "ours:stub",
            "EXPLAINER_BASE_URL": "elsewhere",
            "EXPLAINER_API_KEY": _KEY,
        }
        (found,) = await Checkup(environ, tmp_path / ".env")._model()
        assert not model.requests
    assert found.grade is Grade.WARNING
    assert "its settings can't be used" in found.found


@pytest.mark.skipif(os.name != "posix", reason="a terminal's Ctrl+C is a signal there")
async def test_ctrl_c_ends_it_while_somebody_keeps_it_waiting(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        hold = house.discord.hold("GET", "/users/@me")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "doctor",
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(_ROOT), **house.settings},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        async with asyncio.timeout(30):
            await hold.arrived.wait()
            process.send_signal(2)
            out, _ = await process.communicate()
        hold.release()
    assert process.returncode == 130
    assert out.decode() == "Stopped before everything was looked at.\n"


def test_it_is_read_without_colour_on_a_narrow_terminal() -> None:
    screen = io.StringIO()
    console = Console(file=screen, width=40, force_terminal=True, color_system=None)
    sites = [
        Finding(Area.SITES, "site", Grade.WARNING, f"h{n}.example: slow", about=f"h{n}")
        for n in range(14)
    ]
    trouble = Finding(
        Area.NETWORK, "names", Grade.TROUBLE, "the name can't be resolved " * 3, "wait"
    )
    show.show([trouble, *sites], console)
    lines = screen.getvalue().splitlines()
    assert max(map(len, lines)) <= 40
    assert lines[1].startswith("  ✗ The name can't be resolved")
    assert lines[2].startswith("    "), "a long text goes on under its beginning"
    assert "    → wait" in lines or "    → Wait" in lines
    assert "    … and 4 more like these (--json" in lines


def test_what_strangers_call_themselves_can_not_draw_on_the_terminal_or_hold_a_secret() -> None:
    hostile = Finding(
        Area.CHANNELS, "channel", Grade.WELL, f"#x\x1b[2J\nof {TOKEN}\u202e", about="1"
    )
    (clean,) = show.hidden([hostile], [TOKEN, ""])
    assert "\x1b" not in clean.found
    assert "\n" not in clean.found
    assert TOKEN not in clean.found

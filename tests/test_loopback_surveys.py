"""The routes that tell a bot about itself answer in the shapes that Discord has published."""

from __future__ import annotations

import json

import aiohttp
import pytest
from jsonschema import Draft202012Validator

from tests.loopback.server import LoopbackDiscord
from tests.shared import shared_files

_FILES = shared_files("discord-openapi", "openapi.json")


@pytest.mark.skipif(not _FILES, reason="Discord's description is not at hand")
async def test_servers_and_members_look_as_discord_says() -> None:
    spec = json.loads(_FILES[0].read_text(encoding="utf-8"))  # a test reads one file
    schemas = {"components": spec["components"]}
    async with LoopbackDiscord(token="a.b.c") as discord:
        guild = discord.add_guild("Town")
        bot = discord.bot_in(guild)
        answers = {
            "MyGuildResponse": ("/users/@me/guilds", 0),
            "GuildMemberResponse": (f"/guilds/{guild.id}/members/{bot.id}", None),
            "GatewayResponse": ("/gateway", None),
        }
        async with aiohttp.ClientSession(headers={"Authorization": "Bot a.b.c"}) as session:
            for name, (path, index) in answers.items():
                async with session.get(discord.api_url + path) as response:
                    body = await response.json()
                shown = body if index is None else body[index]
                schema = {"$ref": f"#/components/schemas/{name}", **schemas}
                wrong = [error.message for error in Draft202012Validator(schema).iter_errors(shown)]
                assert wrong == [], name
            async with session.get(f"{discord.api_url}/guilds/{guild.id}/members/5") as response:
                assert response.status == 404
        assert not discord.violations

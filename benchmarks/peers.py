"""What the program is compared with: the shortest scripts that do the same work at all."""

from __future__ import annotations

from pathlib import Path

_PREAMBLE = """\
import asyncio, os
import discord, yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

Route.BASE = os.environ["DISCORD_API_URL"]
DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY_URL"])
client = commands.AutoShardedBot("!", intents=discord.Intents(guilds=True))
"""

_LOOP = """\
import aiohttp, feedparser

async def watch():
    channel = await client.fetch_channel(int(os.environ["CHANNEL"]))
    seen = None
    async with aiohttp.ClientSession() as session:
        while True:
            async with session.get(os.environ["FEED"]) as response:
                found = feedparser.parse(await response.read())
            for entry in found.entries:
                if seen is not None and entry.id not in seen:
                    embed = discord.Embed(title=entry.title, url=entry.link)
                    await channel.send(embed=embed)
            seen = {entry.id for entry in found.entries}
            await asyncio.sleep(float(os.environ["INTERVAL"]))

@client.listen("on_ready")
async def begin():
    client.loop.create_task(watch())
"""

_FAN_OUT = """\
@client.listen("on_ready")
async def fan_out():
    for channel in client.get_all_channels():
        await channel.send(embed=discord.Embed(title="The bridge is open"))
"""

_RUN = """\
client.run(os.environ["DISCORD_TOKEN"], log_handler=None)
"""


def bare_bot(folder: Path) -> Path:
    """Write a bot that logs in and does nothing."""
    return _written(folder / "bare.py", _PREAMBLE + _RUN)


def naive_loop(folder: Path) -> Path:
    """Write a bot that fetches, parses and sends in one loop, and keeps nothing."""
    return _written(folder / "naive.py", _PREAMBLE + _LOOP + _RUN)


def plain_fan_out(folder: Path) -> Path:
    """Write a bot that sends one message to every channel that it sees, one after the other."""
    return _written(folder / "plain.py", _PREAMBLE + _FAN_OUT + _RUN)


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path

"""Starts a loopback Discord with one guild and one channel, for trying a bot by hand."""

from __future__ import annotations

import asyncio

from tests.loopback.server import LoopbackDiscord
from tests.loopback.state import Message


async def main() -> None:
    """Serve until interrupted; print each new message."""
    async with LoopbackDiscord() as discord:
        guild = discord.add_guild("Loopback")
        channel = discord.add_channel(guild, "news")
        print(f"DISCORD_API_URL={discord.api_url}")
        print(f"DISCORD_GATEWAY_URL={discord.gateway_url}")
        print(f"DISCORD_TOKEN={discord.token}")
        print(f"guild {guild.id}, channel {channel.id}", flush=True)
        for number in range(1, 1_000_000):
            _show(await discord.wait_for_message(channel, number, timeout=10_000_000))


def _show(message: Message) -> None:
    titles = [embed.get("title") for embed in message.embeds]
    print(f"#{message.channel.name}: {message.content} {titles}", flush=True)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        print("closed")

"""/help: what there is, read from the commands themselves."""

from __future__ import annotations

from pathlib import Path

from bot.publish.help import Command, overview
from tests.town import open_town


async def test_help_names_every_command_that_there_is_so_that_it_can_be_clicked(
    tmp_path: Path,
) -> None:
    async with open_town(tmp_path) as town:
        reply = await town.discord.slash(town.ann, town.channel, "help")
        assert reply.ephemeral
        said = reply.body["embeds"][0]["description"]
        for command in town.discord.commands:
            if command["type"] == 3:
                assert f"**{command['name']}**" in said
                continue
            leaves = [o["name"] for o in command.get("options") or [] if o["type"] == 1]
            for path in [f"{command['name']} {leaf}" for leaf in leaves] or [command["name"]]:
                assert f"</{path}:{command['id']}>" in said
        assert said.index("To begin with") < said.index("What channels get")
        assert len(said) < 2_000, "one screen"
        in_private = await town.discord.slash(town.ann, None, "help")
        assert in_private.body["embeds"][0]["description"] == said
        # After a restart nothing is registered, and the ids are known all the same.
        known = dict(town.client.command_ids)
        town.client.command_ids.clear()
        newsroom = town.desk.newsroom
        assert not await town.client.register(newsroom.note, newsroom.keep_note)
        assert town.client.command_ids == known


def test_a_command_that_is_not_there_is_not_named_and_an_unknown_one_is() -> None:
    commands = [Command("latest"), Command("dance"), Command("feed", ("add", "remove"))]
    said = overview(commands, {})["embeds"][0]["description"]
    assert "2. `/latest` shows" in said
    assert "**More**: `/dance`" in said
    assert "`/feed add` · `/feed remove`" in said
    assert "subscribe" not in said

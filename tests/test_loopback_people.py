"""Holds the loopback Discord to what its apps let people choose and fill in, and what they send."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
import pytest

from bot.publish import layout
from cogs.components import Form, Shown
from tests.loopback import NotOfferedError, Reply
from tests.loopback.sample import Client, World, call, place

Json = dict[str, Any]

PANEL = layout.layout(
    layout.section("Quiet hours", layout.button("Change", "change")),
    layout.row(
        layout.select("pace", [layout.option("Live", "live"), layout.option("Daily", "daily")])
    ),
    layout.row(layout.channel_select("channel", [0])),
    layout.row(layout.role_select("role")),
    layout.row({"type": 5, "custom_id": "people", "max_values": 2}),
    layout.row(layout.button("Undo", "undo", disabled=True)),
    colour=0x3366FF,
)

FORM = layout.form(
    "Quiet hours",
    "quiet",
    layout.field("From", layout.text_input("from", value="22:00", most=5)),
    layout.field("Why", layout.text_input("why", needed=False, long=True)),
    layout.field(
        "Days",
        layout.select(
            "days",
            [layout.option("All", "all", chosen=True), layout.option("Weekend", "weekend")],
        ),
    ),
    layout.field(
        "Where",
        {
            "type": 21,
            "custom_id": "where",
            "required": False,
            "options": [layout.option("Here", "here"), layout.option("Everywhere", "all")],
        },
    ),
)


class Answers:
    """Answers whatever is pressed, and keeps what came."""

    def __init__(self, client: Client) -> None:
        self.came: list[discord.Interaction[Any]] = []
        self.opens = False
        client.add_listener(self.on_interaction)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        self.came.append(interaction)
        if self.opens and interaction.type is discord.InteractionType.component:
            await interaction.response.send_modal(Form(FORM))
        elif interaction.type is discord.InteractionType.modal_submit and interaction.message:
            await interaction.response.edit_message(view=Shown(layout.layout(layout.text("done"))))
        else:
            await interaction.response.send_message("ok", ephemeral=True)

    @property
    def data(self) -> Json:
        """What came last."""
        return dict(self.came[-1].data or {})


@pytest.fixture
async def answers(world: World, client: Client) -> Answers:
    """The panel in the channel, and somebody who answers."""
    await place(client, world.news).send(view=Shown(PANEL))
    return Answers(client)


async def press(world: World, custom_id: str, *values: Any) -> Reply:
    panel = world.server.messages(world.news)[0]
    return await world.server.press(world.ann, world.news, panel, custom_id, values=values)


async def test_what_stands_in_a_layout_is_pressed_and_chosen(
    world: World, answers: Answers
) -> None:
    await press(world, "change")
    assert answers.data["component_type"] == 2
    await press(world, "pace", "daily")
    assert answers.data["values"] == ["daily"]
    assert not world.server.violations


async def test_channels_roles_and_people_are_chosen_as_such(world: World, answers: Answers) -> None:
    role = world.server.add_role(world.guild, "Readers")
    bob = world.server.add_member(world.guild, "bob")
    await press(world, "channel", world.news)
    assert answers.data["values"] == [str(world.news.id)]
    assert answers.data["resolved"]["channels"][str(world.news.id)]["name"] == "news"
    await press(world, "role", role)
    assert answers.data["resolved"]["roles"][str(role.id)]["name"] == "Readers"
    await press(world, "role")
    assert answers.data["values"] == []
    await press(world, "people", world.ann, bob)
    assert set(answers.data["resolved"]["users"]) == {str(world.ann.id), str(bob.id)}
    assert not world.server.violations


async def test_an_app_does_not_send_what_is_not_offered(world: World, answers: Answers) -> None:
    elsewhere = world.server.add_channel(world.server.add_guild("Other"), "news")
    forum = world.server.add_forum(world.guild, "forum")
    for custom_id, values in (
        ("undo", ()),
        ("change", ("x",)),
        ("pace", ()),
        ("pace", ("weekly",)),
        ("pace", ("live", "daily")),
        ("channel", (str(world.news.id),)),
        ("channel", (forum,)),
        ("channel", (elsewhere,)),
        ("people", (world.ann, world.ann)),
    ):
        with pytest.raises(NotOfferedError):
            await press(world, custom_id, *values)
    assert answers.came == []


async def test_a_form_is_sent_as_discord_sends_it_and_may_change_its_message(
    world: World, answers: Answers
) -> None:
    answers.opens = True
    opened = await press(world, "change")
    assert opened.modal
    sent = await world.server.submit(
        world.ann, world.news, opened, {"from": "23:00", "why": "we\nsleep", "where": "here"}
    )
    fields = [label["component"] for label in answers.data["components"]]
    assert [one.get("value", one.get("values")) for one in fields] == [
        "23:00",
        "we\nsleep",
        ["all"],
        "here",
    ]
    assert {label["type"] for label in answers.data["components"]} == {18}
    assert sent.updated
    panel = world.server.messages(world.news)[0]
    assert panel.components == [{"type": 10, "content": "done"}]
    assert panel.flags & layout.IS_LAYOUT
    assert not world.server.violations


async def test_a_form_keeps_what_it_came_with_and_refuses_what_its_fields_do(
    world: World, answers: Answers
) -> None:
    answers.opens = True
    opened = await press(world, "change")
    for filled in (
        {"from": ""},
        {"from": "22:00:00"},
        {"from": "2\n2"},
        {"days": "never"},
        {"days": ()},
        {"nothing": "x"},
    ):
        with pytest.raises(NotOfferedError):
            await world.server.submit(world.ann, world.news, opened, filled)
    bob = world.server.add_member(world.guild, "bob")
    with pytest.raises(NotOfferedError, match="ann"):
        await world.server.submit(bob, world.news, opened, {})
    await world.server.submit(world.ann, world.news, opened, {})
    fields = [label["component"] for label in answers.data["components"]]
    assert [one.get("value", one.get("values")) for one in fields] == ["22:00", "", ["all"], None]
    world.server.advance(15 * 60 + 1)
    with pytest.raises(LookupError, match="over"):
        await world.server.submit(world.ann, world.news, opened, {})


async def test_a_form_that_is_malformed_is_refused(world: World, client: Client) -> None:
    async def open_badly(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_modal(Form(FORM | {"title": "x" * 46}))

    client.tree.command(name="bad", description="Open a bad form")(open_badly)
    await client.tree.sync()
    with pytest.raises(TimeoutError):
        await world.server.slash(world.ann, world.news, "bad", timeout=0.2)
    assert len(world.server.violations) == 1


async def test_an_interaction_tells_the_languages_of_the_member_and_of_the_server(
    world: World, client: Client, answers: Answers
) -> None:
    told = asyncio.Event()

    async def on_guild_update(_: discord.Guild, __: discord.Guild) -> None:
        told.set()

    client.add_listener(on_guild_update)
    world.server.set_locale(world.guild, "pt-BR")
    await asyncio.wait_for(told.wait(), 5)
    assert client.guilds[0].preferred_locale is discord.Locale.brazil_portuguese
    assert client.guilds[0].get_channel(world.news.id) is not None
    world.ann.locale = "ja"
    await press(world, "change")
    assert answers.came[-1].locale is discord.Locale.japanese
    assert answers.came[-1].guild_locale is discord.Locale.brazil_portuguese


async def test_a_button_is_pressed_in_direct_messages(
    world: World, client: Client, answers: Answers
) -> None:
    person = await client.fetch_channel(world.server.dm(world.ann).id)
    assert isinstance(person, discord.DMChannel)
    opened = await call(world.server, "POST", "/users/@me/channels", {"recipient_id": world.ann.id})
    assert opened.payload["id"] == str(person.id)
    body = PANEL | {"nonce": "one", "enforce_nonce": True}
    first = await call(world.server, "POST", f"/channels/{person.id}/messages", body)
    again = await call(world.server, "POST", f"/channels/{person.id}/messages", body)
    assert first.payload["id"] == again.payload["id"]
    posted = world.server.messages(world.server.dm(world.ann))[0]
    reply = await world.server.press(world.ann, None, posted, "change")
    assert (reply.body["content"], reply.ephemeral) == ("ok", True)
    assert answers.came[-1].guild_id is None
    world.ann.closed = True
    refused = await call(world.server, "POST", f"/channels/{person.id}/messages", body)
    assert (refused.status, refused.payload["code"]) == (403, 50007)

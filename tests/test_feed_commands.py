"""/feed and what is pressed below it, with the real client, by those who manage a server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.models import DAY, HOUR, Fetched, FetchFailed, OwnFeed
from tests.loopback.feeds import rss
from tests.loopback.interactions import Reply
from tests.loopback.resolving import NotOfferedError
from tests.loopback.state import Permission
from tests.newsdesk import FEED, OTHER, story
from tests.town import Town, open_town, text_of

CHESS = "https://chess.example/feed.xml"
KEYED = "https://paid.example/feed?key=s3cret"
PAGE = "https://club.example/"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as opened:
        now = opened.desk.now[0]
        web = opened.desk.web
        for url in (FEED, OTHER):
            web.tells(url)
        items = [story(f"Move {n}", now - n * HOUR * 6) for n in range(1, 9)]
        web.answers[CHESS] = Fetched(rss("Chess Weekly", items), CHESS, "application/rss+xml")
        web.answers[KEYED] = Fetched(rss("Paid", items[:1]), KEYED, "application/rss+xml")
        yield opened


async def uses(town: Town, command: str, **options: Any) -> Reply:
    reply = await town.discord.slash(town.mia, town.channel, f"feed {command}", **options)
    assert reply.ephemeral
    assert reply.acknowledged_after < 3
    return reply


async def press(town: Town, reply: Reply, label: str, **more: Any) -> Reply:
    return await town.discord.press(town.mia, town.channel, reply, named(reply, label), **more)


def named(reply: Reply, label: str) -> str:
    """Return the id of the button or select with this label or placeholder."""
    parts = [part for row in reply.body["components"] for part in row["components"]]
    for part in parts:
        if label in (part.get("label", ""), part.get("placeholder", "")):
            return str(part["custom_id"])
    raise LookupError(f"{label!r} is not among {parts}")


async def made(town: Town, url: str = CHESS, title: str = "Chess", emoji: str = "♟️") -> Reply:
    """Add a feed in a topic of its own."""
    found = await uses(town, "add", url=url)
    form = await press(town, found, "A new topic…")
    assert form.modal
    return await town.discord.submit(town.mia, town.channel, form, {"title": title, "emoji": emoji})


# ── adding ───────────────────────────────────────────────────────────────────────────────


async def test_a_feed_is_shown_with_its_newest_post_before_it_is_added(town: Town) -> None:
    reply = await uses(town, "add", url=CHESS)
    card, post = reply.body["embeds"]
    assert "**Chess Weekly**" in card["description"]
    assert "8 posts in it · about 4 posts a day; the newest <t:" in card["description"]
    assert "No pictures in it" in card["description"]
    assert post["title"] == "Move 1"
    form = await press(town, reply, "A new topic…")
    assert [f["component"]["custom_id"] for f in form.body["components"]] == ["title", "emoji"]
    assert form.body["components"][0]["component"]["value"] == "Chess Weekly"


async def test_a_topic_of_its_own_is_made_and_can_be_subscribed_by_its_title(town: Town) -> None:
    reply = await made(town)
    said = reply.body["content"]
    assert "✅ **Chess Weekly** is in **♟️ Chess** now." in said
    assert "`/subscribe topic:chess`" in said
    brought = await press(town, reply, "Bring it to this channel")
    assert "🔭 **♟️ Chess** in" in brought.body["content"]
    assert "**♟️ Chess** · `chess`" in await town.says("topics")
    assert "gets **♟️ Chess** from now on" in await town.says("subscribe", topic="chess")
    await town.desk.newsroom.deliver_due()
    assert town.desk.channels.titles == ["Move 1"]
    assert str(town.ann.guild.id) not in said + await town.says("topics")


async def test_a_feed_goes_in_a_topic_that_is_there(town: Town) -> None:
    await made(town)
    reply = await uses(town, "add", url=KEYED, topic="♟️ Chess")
    assert named(reply, "Add to ♟️ Chess") == named(reply, "Choose one of your topics") + ":chess"
    done = await press(town, reply, "Choose one of your topics", values=["chess"])
    assert "**Paid** is in **♟️ Chess** now" in done.body["content"]
    assert "s3cret" not in text_of(await uses(town, "list")) + str(reply.body)


async def test_the_same_feed_is_not_put_in_a_topic_twice(town: Town) -> None:
    await made(town)
    first, second = [await uses(town, "add", url=KEYED, topic="chess") for _ in range(2)]
    assert "✅" in (await press(town, first, "Add to ♟️ Chess")).body["content"]
    assert "has this feed already" in (await press(town, second, "Add to ♟️ Chess")).body["content"]
    third = await uses(town, "add", url=KEYED, topic="chess")
    assert "**♟️ Chess** has it already." in text_of(third)
    with pytest.raises(LookupError):
        named(third, "Add to ♟️ Chess")


async def test_of_several_feeds_of_a_page_one_is_chosen(town: Town) -> None:
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" title="{name}" href="{url}">'
        for name, url in (("Moves", CHESS), ("Paid", KEYED))
    )
    page = f"<!doctype html><html><head>{links}</head><body>A club</body></html>"
    town.desk.web.answers[PAGE] = Fetched(page.encode(), PAGE, "text/html")
    reply = await uses(town, "add", url=PAGE)
    assert "It has 2 feeds. Which one?" in text_of(reply)
    options = reply.body["components"][0]["components"][0]["options"]
    assert [option["label"] for option in options] == ["Chess Weekly", "Paid"]
    assert options[1]["description"] == "1 post · paid.example/feed?…"
    shown = await press(town, reply, "Choose a feed", values=["1"])
    assert shown.updated
    assert "**Paid**" in text_of(Reply(body=shown.body | {"embeds": shown.body["embeds"][:1]}))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (FetchFailed("The site answers 503: it is down."), "The site answers 503: it is down."),
        (Fetched(b"[1]", PAGE, "application/json"), "That is not a feed, but some other JSON"),
        (Fetched(b"<html><p>Hello", PAGE, "text/html"), "That is a web page, not a feed"),
    ],
)
async def test_what_is_wrong_with_a_feed_is_said_in_plain_words(
    town: Town, answer: FetchFailed | Fetched, said: str
) -> None:
    town.desk.web.answers[PAGE] = answer
    for command in ("add", "preview"):
        assert said in text_of(await uses(town, command, url=PAGE))


async def test_a_title_that_is_none_or_taken_leaves_the_form_for_another_try(town: Town) -> None:
    found = await uses(town, "add", url=CHESS)

    async def tries(title: str, emoji: str = "") -> str:
        form = await press(town, found, "A new topic…")
        filled = {"title": title, "emoji": emoji}
        return text_of(await town.discord.submit(town.mia, town.channel, form, filled))

    assert "can't be a title" in await tries("!!! @")
    assert "There is a topic “town” already" in await tries("town")
    assert "is no emoji" in await tries("Chess", "chess")
    said = await tries("**Chess** [x](https://evil.example) @everyone", "♟️")
    assert "is in **♟️ Chess x(https:/evil.example) everyone** now" in said


async def test_who_looks_at_many_addresses_waits_a_minute(town: Town) -> None:
    for _ in range(5):
        await uses(town, "preview", url=CHESS)
    assert "It goes on <t:" in text_of(await uses(town, "preview", url=CHESS))
    town.desk.wait(60_000)
    assert (
        "8 posts in it" in (await uses(town, "preview", url=CHESS)).body["embeds"][0]["description"]
    )


async def test_a_preview_shows_three_posts_and_stores_nothing(town: Town) -> None:
    reply = await uses(town, "preview", url=CHESS)
    assert [e["title"] for e in reply.body["embeds"]] == [
        "How its posts would look", "Move 1", "Move 2", "Move 3",
    ]  # fmt: skip
    assert await town.desk.store.read(lambda tx: tx.feeds.at(CHESS)) is None


# ── removing ─────────────────────────────────────────────────────────────────────────────


async def test_a_topic_goes_with_its_last_feed_only_when_that_is_confirmed(town: Town) -> None:
    await made(town)
    await town.says("subscribe", topic="chess")
    (choice,) = await town.discord.autocomplete(
        town.mia, town.channel, "feed remove", focused="feed", value="ches wekly"
    )
    assert choice["name"] == "Chess Weekly · Chess"
    reply = await uses(town, "remove", feed=choice["value"])
    assert f"This channel gets it no more: <#{town.channel.id}>." in reply.body["content"]
    kept = await press(town, reply, "Keep them")
    assert "All stays as it was" in kept.body["content"]
    reply = await uses(town, "remove", feed="chess weekly")
    gone = await press(town, reply, "Remove both")
    assert "🗑️ **Chess Weekly** is gone, and **♟️ Chess** with it." in gone.body["content"]
    assert "Chess" not in await town.says("topics") + await town.says("subscriptions")
    back = await press(town, gone, "Undo")
    assert "**♟️ Chess** has **Chess Weekly** again" in back.body["content"]
    assert f"<#{town.channel.id}>\n- ♟️ Chess" in await town.says("subscriptions")
    assert "That is done" in (await press_again(town, "undo", 99)).body["content"]


async def press_again(town: Town, what: str, number: int) -> Reply:
    """Press a button of ours with another number in it, as a changed client may."""
    button: dict[str, Any] = {
        "type": 2,
        "style": 2,
        "label": "x",
        "custom_id": f"feed:{what}:{number}",
    }
    body = {"content": "x", "components": [{"type": 1, "components": [button]}]}
    post = town.discord.world.store(town.channel, town.discord.world.bot_id, body)
    return await town.discord.press(town.mia, town.channel, post, button["custom_id"])


async def test_one_of_several_feeds_is_removed_at_once_and_can_be_brought_back(town: Town) -> None:
    await made(town)
    await press(town, await uses(town, "add", url=KEYED, topic="chess"), "Add to ♟️ Chess")
    missed = await uses(town, "remove", feed="harbour")
    assert "This server has no feed “harbour” of its own" in missed.body["content"]
    gone = await uses(town, "remove", feed=KEYED)
    assert "🗑️ **♟️ Chess** has **Paid** no more." in gone.body["content"]
    assert "1 of 25 topics, 1 of 50 feeds" in text_of(await uses(town, "list"))
    await press(town, gone, "Undo")
    assert "1 of 25 topics, 2 of 50 feeds" in text_of(await uses(town, "list"))


# ── lists ────────────────────────────────────────────────────────────────────────────────


async def test_the_list_and_the_health_of_many_feeds_have_pages(town: Town) -> None:
    assert "No feeds of your own yet" in text_of(await uses(town, "list"))
    await made(town)
    name = f"{town.ann.guild.id}/chess"
    for n in range(9):
        feed = OwnFeed(name, f"https://chess.example/{n}?key=s3cret", town.desk.now[0], 1)
        await town.desk.store.write(lambda tx, feed=feed: tx.own.add_feed(feed, 1))  # type: ignore[misc]  # mypy can't infer it
    await town.desk.newsroom.own.changed(town.ann.guild.id)
    for command in ("list", "health"):
        reply = await uses(town, command, **({"topic": "chess"} if command == "health" else {}))
        page = await press(town, reply, "More (1 of 2)")
        assert page.updated
        assert text_of(page).count("not read yet") == 2
        assert "s3cret" not in str(reply.body) + str(page.body)
        assert text_of(await press(town, page, "Back")).count("not read yet") == 8


async def test_what_fails_comes_first_with_since_when_and_when_it_is_tried_again(
    town: Town,
) -> None:
    await town.says("subscribe", topic="region")
    await made(town)
    await town.says("subscribe", topic="chess")
    town.desk.web.answers[CHESS] = FetchFailed("The site answers 503: it is down.")
    town.desk.wait(DAY)
    await town.desk.newsroom.poll_due()
    said = text_of(await uses(town, "health"))
    assert "1 of 3 feeds fails." in said
    first = said.split("- ")[1]
    assert "⚠️ Failing since <t:" in first
    assert "The site answers 503: it is down." in first
    assert "I ask again <t:" in first
    assert "There is no topic “bridge”" in text_of(await uses(town, "health", topic="bridge"))


# ── who may ──────────────────────────────────────────────────────────────────────────────


async def test_only_those_who_manage_the_server_use_it_also_where_it_is_shown_to_all(
    town: Town,
) -> None:
    found = await uses(town, "add", url=CHESS)
    listed = await uses(town, "list")
    with pytest.raises(NotOfferedError, match="hidden"):
        await town.says("feed list")
    (command,) = [c for c in town.discord.commands if c["name"] == "feed"]
    command["default_member_permissions"] = None  # a server's own word on who sees it
    commands: list[tuple[str, dict[str, Any]]] = [
        ("add", {"url": CHESS}),
        ("remove", {"feed": "x"}),
        ("list", {}),
        ("health", {}),
        ("preview", {"url": CHESS}),
    ]
    for words, options in commands:
        assert "**Manage Server**" in await town.says(f"feed {words}", **options)
    pressed = await town.discord.press(town.ann, town.channel, found, named(found, "A new topic…"))
    assert "**Manage Server**" in pressed.body["content"]
    assert listed.body["embeds"]
    kim = town.discord.add_member(town.ann.guild, "Kim", Permission.MANAGE_GUILD)
    pressed = await town.discord.press(kim, town.channel, found, named(found, "A new topic…"))
    assert "That is done, or too long ago" in pressed.body["content"], "it is not Kim's"


async def test_another_server_sees_nothing_of_it(town: Town) -> None:
    await made(town)
    other = town.discord.add_guild("Elsewhere")
    channel = town.discord.add_channel(other, "news")
    bob = town.discord.add_member(other, "Bob", Permission.MANAGE_GUILD)
    commands: list[tuple[str, dict[str, Any]]] = [
        ("topics", {}),
        ("subscribe", {"topic": "Chess"}),
        ("subscribe", {"topic": f"{town.ann.guild.id}/chess"}),
        ("latest", {"topic": "chess"}),
        ("feed list", {}),
        ("feed health", {"topic": "chess"}),
    ]
    for command, options in commands:
        reply = await town.discord.slash(bob, channel, command, **options)
        assert "Chess Weekly" not in text_of(reply)
        assert "♟️" not in text_of(reply)
    for command, option in (("subscribe", "topic"), ("latest", "topic"), ("feed health", "topic")):
        choices = await town.discord.autocomplete(
            bob, channel, command, focused=option, value="chess"
        )
        assert choices == []
    choices = await town.discord.autocomplete(
        town.ann, town.channel, "subscribe", focused="topic", value="chess"
    )
    assert choices == [{"name": "♟️ Chess", "value": "chess"}]

"""What members read when they ask: it fits, it names what to do next, and foreign text is inert."""

from __future__ import annotations

from typing import Any

import pytest

from bot.models import Body, Feed, Flow, Health, HealthKind, Subscription, Topic
from bot.publish import answers, topics
from tests.loopback.limits import message_complaints
from tests.test_escape import live

TOPIC = Topic("world", "World", "🌍", "All of it", ())
BAD = "*x* <@1> [y](https://z.example)\n# @everyone"


def longest(n: int) -> Topic:
    return Topic(f"{'n' * 28}-{n:03}", "T" * 60, "E" * 8, "d" * 200, ())


def subscription(channel_id: int, paused: str | None = None) -> Subscription:
    return Subscription(1, channel_id, "world", 0, 5, paused)


def text(body: Body) -> str:
    assert message_complaints(body) == []
    assert body["allowed_mentions"] == {"parse": []}
    (embed,) = body["embeds"]
    return str(embed["description"])


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        (
            answers.subscribed(TOPIC, 7, Flow(), resumed=False),
            ["<#7>", "**🌍 World**", "from now on"],
        ),
        (answers.subscribed(TOPIC, 7, Flow(), resumed=True), ["<#7>", "**🌍 World**", "again"]),
        (answers.no_first_story(), ["next story will be the first"]),
        (answers.too_many(25, in_channel=True), ["A channel", "25", "/unsubscribe"]),
        (answers.too_many(100, in_channel=False), ["A server", "100", "/unsubscribe"]),
        (answers.wrong_channel(), ["`channel`"]),
        (answers.member_may_not(7), ["<#7>", "moderator"]),
        (answers.bot_may_not(7, ["A", "B"]), ["<#7>", "**A** and **B**", "try again"]),
        (answers.story_gone(), ["/latest"]),
        (answers.failed("ab12"), ["`ab12`", "Try again"]),
    ],
)
def test_an_answer_says_what_is_so_and_what_to_do_next(said: str, parts: list[str]) -> None:
    assert all(part in said for part in parts)
    assert len(said) <= 2_000


@pytest.mark.parametrize("name", [BAD, "@here" * 900, "\\" * 4_000, ""])
def test_what_a_member_types_does_not_act_in_the_answer(name: str) -> None:
    for said in (topics.unknown(name, []), topics.not_subscribed(name, 7, [])):
        foreign = said[said.index("“") : said.index("”")]
        assert live(foreign) == []
        assert len(said) <= 2_000


def test_a_server_without_subscriptions_is_told_how_to_begin() -> None:
    assert "`/subscribe`" in text(answers.subscriptions([]))


def health(kind: HealthKind, words: str = "", *, title: str = "") -> Health:
    return Health(Feed(1, "https://a.example/x?key=1", title), kind, words)


WELL = health(HealthKind.WELL, "usually about 8 a day")
FAILING = health(HealthKind.FAILING, "failing for 3 days: The site is gone", title="The Gazette")
QUIET = health(HealthKind.QUIET, "quiet for 36 h, usually about 8 a day", title="The Courier")


def test_subscriptions_are_listed_below_their_channels_with_their_health() -> None:
    listed = [
        (subscription(7), TOPIC, [WELL]),
        (subscription(7), longest(1), [WELL, FAILING]),
        (subscription(8, "I may not post here."), TOPIC, []),
    ]
    assert text(answers.subscriptions(listed)).split("\n") == [
        "<#7>",
        "- 🌍 World · as it happens · 1 feed",
        f"- {longest(1).label} · as it happens · 2 feeds, 1 of them failing ⚠️",
        "  ⚠️ The Gazette: failing for 3 days: The site is gone",
        "<#8>",
        "- 🌍 World · as it happens · this topic is not there any more ⚠️ `/unsubscribe` ends it",
        "  ⏸️ Paused. I may not post here. It goes on by itself as soon as I may post there again.",
    ]


def test_a_feed_that_went_quiet_without_an_error_is_told_of_too() -> None:
    shown = text(answers.subscriptions([(subscription(7), TOPIC, [QUIET, WELL])]))
    assert shown.split("\n")[1:] == [
        "- 🌍 World · as it happens · 2 feeds, 1 of them unusually quiet",
        "  💤 The Courier: quiet for 36 h, usually about 8 a day",
    ]


def test_what_fails_is_told_before_what_is_quiet_and_three_at_most() -> None:
    shown = text(answers.subscriptions([(subscription(7), TOPIC, [*[QUIET] * 4, FAILING])]))
    count, *told = shown.split("\n")[1:]
    assert count.endswith("5 feeds, 1 of them failing ⚠️, 4 unusually quiet")
    assert [line[2] for line in told] == ["⚠", "💤", "💤"]


def test_a_long_list_names_all_subscriptions_before_it_tells_of_single_feeds() -> None:
    loud = health(HealthKind.FAILING, "w" * 300, title="t" * 300)
    many = [(subscription(n), TOPIC, [loud] * 3) for n in range(40)]
    shown = text(answers.subscriptions(many))
    assert shown.count("3 of them failing ⚠️") == 40
    assert "www" not in shown


def test_a_feeds_title_and_its_reason_do_not_act_in_the_list() -> None:
    bad = health(HealthKind.FAILING, BAD, title=BAD)
    shown = text(answers.subscriptions([(subscription(7), TOPIC, [bad])]))
    assert live(shown.partition("  ⚠️ ")[2]) == []
    unnamed = health(HealthKind.GONE, "gone")
    shown = text(answers.subscriptions([(subscription(7), TOPIC, [unnamed])]))
    assert "  ⚠️ a.example: gone" in shown, "an address may hold a key"


def test_a_reason_to_pause_does_not_act() -> None:
    shown = text(answers.subscriptions([(subscription(7, BAD), TOPIC, [])]))
    assert live(shown.partition("Paused. ")[2].partition(" It goes on")[0]) == []


def test_as_many_subscriptions_as_there_may_be_still_fit_and_the_rest_is_counted() -> None:
    many: list[tuple[Subscription, Topic, list[Health]]] = [
        (subscription(10**18 + n, "r" * 500), longest(n), []) for n in range(100)
    ]
    shown = text(answers.subscriptions(many))
    *kept, last = shown.split("\n")
    assert last == f"… and {300 - len(kept)} more"
    assert all(len(line) == 22 for line in kept if line.startswith("<#"))


def test_topics_are_listed_with_their_names_and_what_to_do() -> None:
    shown = text(answers.topics([TOPIC, Topic("ai", "AI", "", "", ())]))
    assert "**🌍 World** · All of it · `world`" in shown
    assert "**AI** · `ai`" in shown
    assert "`/subscribe`" in shown


def test_a_catalogue_of_a_hundred_topics_still_fits() -> None:
    shown = text(answers.topics([longest(n) for n in range(100)]))
    assert "… and " in shown
    assert shown.endswith("`/subscribe` brings one to a channel.")


@pytest.mark.parametrize("count", [1, 2, 10, 11, 100])
@pytest.mark.parametrize("failing", [False, True])
def test_that_there_is_no_story_fits_however_many_topics_were_asked(
    count: int, *, failing: bool
) -> None:
    feeds: list[Any] = [
        health(HealthKind.FAILING if failing else HealthKind.NEW, BAD * 30, title="*" * 500)
        for _ in range(40)
    ]
    shown = text(answers.no_story([longest(n) for n in range(count)], feeds))
    assert shown.count("**") == 2 * min(count, 10)
    assert ("90 more" in shown) == (count == 100)


def test_a_feed_that_fails_is_named_with_its_reason() -> None:
    shown = text(answers.no_story([TOPIC], [WELL, FAILING]))
    assert "The Gazette\n  failing for 3 days: The site is gone" in shown
    assert "a.example" not in shown

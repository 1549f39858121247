"""What became of a story in a channel, in words: every way that it can go, and every "why not"."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.told import Voice, account, address, fate
from bot.models import (
    DAY,
    HOUR,
    Account,
    Article,
    Became,
    Brought,
    Delivery,
    DeliveryState,
    Millis,
    Story,
    Subscription,
)

NOW: Millis = 1_760_000_000_000
VOICE = Voice(when=lambda at: f"at {(at - NOW) // HOUR:+}h", text=str, link=str)
DELIVERY = Delivery(1, 7, 20, "town", "n", guild_id=10, due_at=NOW)
SUBSCRIPTION = Subscription(10, 20, "town", NOW - 9 * DAY, 1)
PAUSED = replace(SUBSCRIPTION, paused_reason="I may not post here.")
STORY = Story(7, Article("Bridge", None, "", "", 0))
BROUGHT = Brought("The Gazette", NOW - HOUR, NOW - 2 * HOUR, 1, NOW - 9 * DAY, {"town": 0})
S = DeliveryState


def said(
    state: DeliveryState,
    *subscriptions: Subscription,
    digest: Delivery | None = None,
    **more: object,
) -> str:
    delivery = replace(DELIVERY, state=state, **more)  # type: ignore[arg-type]  # fields by name
    became = Became(delivery, STORY, digest)
    return fate(became, subscriptions or (SUBSCRIPTION,), NOW, VOICE)


LINK = "https://discord.com/channels/10/20/99"


def test_what_was_posted_says_when_and_where() -> None:
    assert said(S.SENT, message_id=99, settled_at=NOW - HOUR) == f"Posted at -1h: {LINK}"
    assert said(S.SENT, message_id=99, guild_id=0) == "Posted."
    assert said(S.SENT, settled_at=NOW) == "It was posted at +0h, and has been deleted since."


def test_what_went_out_in_a_digest_says_so() -> None:
    digest = replace(DELIVERY, id=2, story_id=None, state=S.SENT)
    told = said(S.SENT, digest=digest, digest_id=2, message_id=99, settled_at=NOW)
    assert told == f"It went out in a digest at +0h: {LINK}"
    became = Became(replace(digest, message_id=99, settled_at=NOW), None, stories=3)
    assert fate(became, [], NOW, VOICE) == f"A digest of 3 stories, posted at +0h: {LINK}"


def test_what_waits_says_why_and_until_when() -> None:
    assert said(S.PENDING) == "It is due now."
    assert said(S.PENDING, due_at=NOW + HOUR, reason="held up") == "It waits until at +1h. Held up"
    tried = said(S.PENDING, due_at=NOW + HOUR, reason="Patience.", attempts=2)
    assert tried == "It waits until at +1h. It was tried 2 times: Patience."
    assert said(S.HELD, due_at=NOW + HOUR, reason="Held for the digest of 09:00 (daily).") == (
        "Held for the digest of 09:00 (daily). It comes at +1h."
    )
    assert said(S.HELD) == "Held for a digest. It comes any moment."
    assert "digest of the channel's" in said(S.HELD, digest=DELIVERY, digest_id=2)
    assert "being sent" in said(S.SENDING)


def test_a_paused_channel_is_named_as_what_holds_a_story_up() -> None:
    why = "It waits: the channel is paused. I may not post here."
    assert [said(state, PAUSED) for state in (S.PENDING, S.HELD, S.PARKED)] == [why] * 3
    other = replace(PAUSED, topic="region")
    assert said(S.PARKED, SUBSCRIPTION, other, reason="I may not post here.") == (
        "It waits, as the channel was paused. I may not post here."
    )


def test_what_nobody_subscribes_to_any_more_is_not_sent() -> None:
    other = replace(SUBSCRIPTION, topic="region")
    assert said(S.PENDING, other) == "It is not sent: the channel does not get “town” any more."


def test_filters_and_refusals_are_told_with_their_reasons() -> None:
    filtered = said(S.FILTERED, reason="Filtered: it has the word “lottery”.")
    assert filtered == "Filtered: it has the word “lottery”."
    assert said(S.REJECTED, reason="AutoMod has blocked it.") == (
        "Not posted: AutoMod has blocked it."
    )


def why_not(*subscriptions: Subscription, **more: object) -> str:
    brought = replace(BROUGHT, **more)  # type: ignore[arg-type]  # fields by name
    told = Account(20, STORY, None, [brought], subscriptions)
    return "\n".join(account(told, NOW, VOICE))


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"topics": {"chess": 0}}, "It belongs to “chess”, and the channel gets “town” only."),
        ({"topics": {}}, "Its feeds are in no topic any more"),
        ({"at": NOW - 10 * DAY, "dated": 0}, "before the channel got “town”, which was at -216h"),
        ({"topics": {"town": NOW}}, "before it joined “town”, which was at +0h."),
        (
            {"dated": NOW - 20 * DAY},
            "It is dated before the channel got “town”, which was at -216h",
        ),
        ({"dated": NOW - 5 * DAY}, "older than three days when The Gazette first listed it"),
        ({"seeded_at": NOW - HOUR}, "in the first document of The Gazette that was read, at -1h"),
        ({"at_once": 40}, "The Gazette listed 40 new articles at once, at -1h"),
        ({}, "Why is not kept"),
    ],
)
def test_what_was_never_planned_says_why_as_far_as_the_database_tells(
    more: dict[str, object], reason: str
) -> None:
    told = why_not(SUBSCRIPTION, **more)
    assert told.startswith("It was never planned for this channel.\n")
    assert reason in told
    assert "The Gazette brought it" in told.splitlines()[-1]


def test_a_channel_without_topics_is_told_the_way_out() -> None:
    assert "/subscribe" in why_not()


def test_a_message_without_a_server_has_no_address() -> None:
    assert address(replace(DELIVERY, message_id=99)) == LINK
    assert address(replace(DELIVERY, message_id=99, guild_id=0)) is None
    assert address(DELIVERY) is None


@given(
    st.builds(
        Delivery,
        id=st.just(1),
        story_id=st.none() | st.just(7),
        channel_id=st.just(20),
        topic=st.sampled_from(["town", "region", ""]),
        nonce=st.just("n"),
        state=st.sampled_from(DeliveryState),
        attempts=st.integers(0, 9),
        message_id=st.none() | st.integers(0, 2**62),
        reason=st.none() | st.text(max_size=30),
        due_at=st.sampled_from([NOW - DAY, NOW, NOW + DAY]),
        settled_at=st.none() | st.just(NOW),
    ),
    st.sampled_from([(), (SUBSCRIPTION,), (PAUSED,)]),
)
def test_every_delivery_has_its_words(
    delivery: Delivery, subscriptions: tuple[Subscription, ...]
) -> None:
    assert fate(Became(delivery, None), subscriptions, NOW, VOICE).strip()

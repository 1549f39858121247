"""The order in which due deliveries are taken."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.queue import Queue
from bot.models import Due


def due(number: int, *, channel: int, guild: int, story: int | None, at: int = 0) -> Due:
    return Due(number, channel, guild, story, "town", at)


def queue(*rows: Due) -> Queue:
    made = Queue()
    made.replace(rows)
    return made


def test_a_story_for_many_servers_does_not_hold_up_the_first_post_of_another() -> None:
    many = [due(n, channel=n, guild=n, story=1) for n in range(5_000)]
    late = due(9_000, channel=9_000, guild=9_000, story=2, at=50)
    waiting = queue(*many, late)
    assert late in waiting.take(2)


def test_a_server_with_many_channels_takes_turns_with_the_others() -> None:
    crowd = [due(n, channel=n, guild=1, story=1) for n in range(100)]
    others = [due(100 + n, channel=100 + n, guild=2 + n, story=1) for n in range(9)]
    first = queue(*crowd, *others).take(10)
    assert Counter(d.guild_id == 1 for d in first) == {True: 1, False: 9}


def test_a_new_story_passes_one_that_has_gone_out_to_many_already() -> None:
    many = [due(n, channel=n, guild=n, story=1) for n in range(100)]
    waiting = queue(*many)
    taken = waiting.take(50)
    rows = [d for d in many if d not in taken]
    late = due(900, channel=900, guild=900, story=2, at=99)
    waiting.replace([*rows, late])
    assert waiting.take(1) == [late]


def test_a_channel_gets_one_at_a_time_in_the_order_planned() -> None:
    rows = [due(n, channel=1, guild=1, story=n, at=10 - n) for n in range(3)]
    waiting = queue(*rows)
    assert [d.id for d in waiting.take(5)] == [0]
    assert waiting.take(5) == []
    assert not waiting
    waiting.free(1)
    assert [d.id for d in waiting.take(5)] == [1]


def test_a_channel_stays_busy_when_the_queue_is_read_anew() -> None:
    rows = [due(n, channel=1, guild=1, story=n) for n in range(2)]
    waiting = queue(*rows)
    waiting.take(1)
    waiting.replace(rows[1:])
    assert waiting.take(1) == []
    waiting.free(1)
    assert waiting.take(1) == rows[1:]


def test_a_story_that_is_held_lets_others_pass_and_comes_when_it_is_let_go() -> None:
    rows = [due(n, channel=n, guild=n, story=1 + n // 3) for n in range(6)]
    waiting = queue(*rows)
    (first,) = waiting.take(1)
    waiting.put_back(first)
    waiting.hold(1)
    assert [d.id for d in waiting.take(9)] == [3, 4, 5]
    assert not waiting
    assert not waiting.is_empty
    waiting.let_go(1)
    assert sorted(d.id for d in waiting.take(9)) == [0, 1, 2]


def test_what_is_put_back_costs_its_server_no_turn() -> None:
    rows = [due(1, channel=1, guild=1, story=1), due(2, channel=2, guild=2, story=2, at=5)]
    waiting = queue(*rows)
    (first,) = waiting.take(1)
    waiting.put_back(first)
    assert waiting.take(2) == rows


ROWS = st.lists(
    st.tuples(
        st.integers(1, 6), st.integers(1, 3), st.none() | st.integers(1, 4), st.integers(0, 9)
    ),
    max_size=40,
)


@given(ROWS, st.lists(st.integers(1, 7), max_size=30))
def test_every_delivery_is_taken_once_and_never_two_of_a_channel_at_once(
    drawn: list[tuple[int, int, int | None, int]], sizes: list[int]
) -> None:
    # A channel belongs to one server.
    rows = [
        due(n, channel=10 * guild + channel, guild=guild, story=story, at=at)
        for n, (channel, guild, story, at) in enumerate(drawn)
    ]
    waiting = queue(*rows)
    out: list[Due] = []
    seen: list[Due] = []
    for size in [*sizes, *([50] * len(rows))]:
        waiting.hold(size)
        if size % 3 == 0:
            for back in waiting.take(2):
                waiting.put_back(back)
        waiting.let_go(size)
        taken = waiting.take(size)
        assert len({d.channel_id for d in out + taken}) == len(out + taken)
        out += taken
        seen += taken
        if size % 2 == 0:
            while out:
                waiting.free(out.pop().channel_id)
    assert sorted(d.id for d in seen) == [d.id for d in rows]
    assert waiting.is_empty
    for channel in {d.channel_id for d in rows}:
        ages = [d.id for d in seen if d.channel_id == channel]
        assert ages == sorted(ages)


def test_each_members_direct_messages_have_a_turn_of_their_own() -> None:
    busy = [due(n, channel=100 + n, guild=0, story=n) for n in range(1, 4)]
    server = [due(n, channel=n, guild=10, story=n) for n in range(10, 30)]
    first = queue(*server, *busy).take(4)
    assert {d.whose for d in first} == {10, 101, 102, 103}

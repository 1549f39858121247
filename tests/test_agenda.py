"""Which feed is asked next: due times in order, and no host hurried."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from bot.feeds.agenda import PAUSE, USUAL_INTERVAL, Agenda, Due
from bot.models import MINUTE, SECOND, Millis

NOW: Millis = 1_760_000_000_000
MANY = 10_000
NUMBERS = st.integers(0, 11)
TIMES = st.integers(-5_000, 20_000)


def due(number: int, at: Millis = NOW, host: str | None = None) -> Due:
    return Due(number, host or f"{number}.example", at)


def _host(number: int) -> str:
    return f"{number % 4}.example"


def agenda(*dues: Due, shortest: Millis = USUAL_INTERVAL) -> Agenda:
    made = Agenda(shortest)
    made.replace(dues)
    return made


def test_what_is_due_is_taken_longest_overdue_first_and_once() -> None:
    plan = agenda(due(1, NOW - 1), due(2, NOW - 3), due(3, NOW - 2), due(4, NOW + 1))
    assert [taken.feed_id for taken in plan.take(NOW, 2)] == [2, 3]
    assert [taken.feed_id for taken in plan.take(NOW, 9)] == [1]
    assert plan.take(NOW, 9) == []
    assert plan.next_at() == NOW + 1
    assert plan.take(NOW + 1, 9) == [due(4, NOW + 1)]
    assert plan.next_at() is None


def test_a_host_is_asked_one_request_at_a_time_with_a_pause_between() -> None:
    plan = agenda(due(1, NOW - 2, "a"), due(2, NOW - 1, "a"), due(3, NOW, "b"))
    assert [taken.feed_id for taken in plan.take(NOW, 9)] == [1, 3]
    assert plan.take(NOW + MINUTE, 9) == [], "the first request is still under way"
    plan.done("a", NOW + MINUTE)
    assert plan.take(NOW + MINUTE + PAUSE - 1, 9) == []
    assert plan.next_at() == NOW + MINUTE + PAUSE
    assert [taken.feed_id for taken in plan.take(NOW + MINUTE + PAUSE, 9)] == [2]


def test_reddit_is_asked_once_a_minute() -> None:
    plan = agenda(due(1, NOW - 1, "reddit.com"), due(2, NOW, "reddit.com"))
    assert len(plan.take(NOW, 9)) == 1
    plan.done("reddit.com", NOW)
    assert plan.take(NOW + MINUTE - 1, 9) == []
    assert len(plan.take(NOW + MINUTE, 9)) == 1


def test_pauses_shrink_with_the_shortest_interval() -> None:
    plan = agenda(due(1, NOW, "a"), due(2, NOW, "a"), shortest=SECOND)
    plan.take(NOW, 9)
    plan.done("a", NOW)
    assert [taken.feed_id for taken in plan.take(NOW + 2, 9)] == [2]


def test_a_host_at_rest_is_left_alone_and_nobody_else_is() -> None:
    plan = agenda(due(1, NOW, "a"), due(2, NOW, "b"))
    plan.rest("a", NOW + MINUTE)
    plan.rest("a", NOW + SECOND)
    assert [taken.feed_id for taken in plan.take(NOW, 9)] == [2]
    assert plan.take(NOW + MINUTE - 1, 9) == []
    assert plan.next_at() == NOW + MINUTE
    assert [taken.feed_id for taken in plan.take(NOW + MINUTE, 9)] == [1]


def test_a_rest_that_begins_while_feeds_wait_holds() -> None:
    plan = agenda(due(1, NOW, "a"), due(2, NOW, "a"))
    plan.take(NOW, 9)
    plan.done("a", NOW)
    plan.rest("a", NOW + MINUTE)
    assert plan.take(NOW + MINUTE - 1, 9) == []
    assert len(plan.take(NOW + MINUTE, 9)) == 1


def test_a_feed_that_is_put_again_is_due_at_its_new_time_only() -> None:
    plan = agenda(due(1, NOW), due(2, NOW + 5))
    plan.put(due(1, NOW + 9))
    plan.put(due(2, NOW + 3))
    assert plan.take(NOW + 2, 9) == []
    assert plan.take(NOW + 3, 9) == [due(2, NOW + 3)]
    assert plan.take(NOW + 8, 9) == []
    assert plan.take(NOW + 9, 9) == [due(1, NOW + 9)]


def test_a_feed_that_waits_behind_its_host_can_still_be_put_off_or_forgotten() -> None:
    plan = agenda(due(1, NOW - 1, "a"), due(2, NOW, "a"), due(3, NOW, "a"))
    plan.take(NOW, 9)
    plan.replace([due(2, NOW + MINUTE, "a")])
    plan.done("a", NOW)
    assert plan.take(NOW + MINUTE - 1, 9) == []
    assert [taken.feed_id for taken in plan.take(NOW + MINUTE, 9)] == [2]
    assert plan.take(NOW + 9 * MINUTE, 9) == []


def test_what_somebody_waits_for_comes_before_any_backlog() -> None:
    plan = agenda(*[due(number, NOW - MINUTE) for number in range(MANY)])
    plan.put_first(77, "77.example")
    assert plan.take(NOW, 1)[0].feed_id == 77


def test_ten_thousand_feeds_that_fall_due_at_once_are_all_asked_once_host_by_host() -> None:
    plan = agenda(*[due(number, NOW, f"{number % 500}.example") for number in range(MANY)])
    now, asked = NOW, set[int]()
    while len(asked) < MANY:
        taken = plan.take(now, 600)
        assert len({one.host for one in taken}) == len(taken)
        assert not asked & {one.feed_id for one in taken}
        asked |= {one.feed_id for one in taken}
        for one in taken:
            plan.done(one.host, now)
        following = plan.next_at()
        assert following is None or following > now or taken
        now += PAUSE
    assert now - NOW == PAUSE * MANY / 500
    assert plan.take(now + MINUTE, 9) == []


class AnyUse(RuleBasedStateMachine):
    """However it is used, nothing is asked early, twice, or beside another of its host."""

    def __init__(self) -> None:
        super().__init__()
        self.plan, self.now = Agenda(), NOW
        self.dues: dict[int, Due] = {}
        self.busy: set[str] = set()
        self.free_from: defaultdict[str, Millis] = defaultdict(int)

    @rule(number=NUMBERS, time=TIMES)
    def put(self, number: int, time: Millis) -> None:
        self.dues[number] = Due(number, _host(number), self.now + time)
        self.plan.put(self.dues[number])

    @rule(number=NUMBERS)
    def put_first(self, number: int) -> None:
        self.dues[number] = Due(number, _host(number), 0)
        self.plan.put_first(number, _host(number))

    @rule(step=st.integers(2, 4))
    def replace(self, step: int) -> None:
        self.dues = {number: one for number, one in self.dues.items() if number % step}
        self.plan.replace(self.dues.values())

    @rule(number=NUMBERS, time=TIMES)
    def rest(self, number: int, time: Millis) -> None:
        host = _host(number)
        self.free_from[host] = max(self.free_from[host], self.now + time)
        self.plan.rest(host, self.now + time)

    @rule(time=TIMES)
    def wait(self, time: Millis) -> None:
        self.now += abs(time)

    @rule(most=st.integers(0, 4))
    def take(self, most: int) -> None:
        taken = self.plan.take(self.now, most)
        assert len(taken) <= most
        for one in taken:
            assert self.dues.pop(one.feed_id) == one
            assert one.at <= self.now
            assert one.host not in self.busy
            assert self.free_from[one.host] <= self.now
            self.busy.add(one.host)

    @rule()
    def done(self) -> None:
        for host in sorted(self.busy)[:1]:
            self.busy.discard(host)
            self.plan.done(host, self.now)
            self.free_from[host] = max(self.free_from[host], self.now + PAUSE)

    def teardown(self) -> None:
        """In the end all that is known is asked, at the times that are told and no later."""
        while self.busy:
            self.done()
        for _ in range(200):
            self.take(99)
            while self.busy:
                self.done()
            self.now = max(self.now, self.plan.next_at() or self.now)
        assert self.dues == {}
        assert self.plan.next_at() is None


TestAnyUse = AnyUse.TestCase

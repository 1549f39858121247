"""Nothing is lost and nothing floods, whatever happens in between."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from bot.delivery.plan import BURST, BURST_WINDOW, Arrival
from bot.models import (
    DAY,
    HOUR,
    MINUTE,
    NEWS_AGE,
    Article,
    Feed,
    Filters,
    Flow,
    Millis,
    Pace,
    QuietHours,
    Subscription,
)
from bot.newsroom.planning import go_on, plan_stories, relieve
from tests.planner import FEED_TOPICS, START, Desk

TOPICS = ("town", "world")
CHANNELS = (70, 71, 72)
ZONES = ("UTC", "Asia/Kathmandu", "America/Phoenix", "Mars/Olympus")  # where clocks never jump
QUIET = st.builds(QuietHours, st.integers(0, 23).map((60).__mul__), st.integers(0, 1439))
FLOWS = st.builds(
    Flow,
    pace=st.sampled_from([Pace.AS_IT_HAPPENS, Pace.AS_IT_HAPPENS, *Pace]),
    budget=st.none() | st.integers(1, 6),
    quiet=st.none() | QUIET,
    zone=st.sampled_from(ZONES),
    digest_at=st.integers(0, 1439),
    filters=st.sampled_from([Filters(), Filters(), Filters(not_words=("football",))]),
)
_SEEN = "state IN ('pending', 'sending', 'sent') AND digest_id IS NULL AND story_id IS NOT NULL"


class AnyDays(RuleBasedStateMachine):
    """Channels subscribe, feeds tell, time goes by and back, Discord and the bot fail."""

    @initialize()
    def open(self) -> None:
        self.desk = Desk()
        self.now = START
        self.offline = False
        self.wanted: dict[tuple[int, int], Millis] = {}
        self.stories: list[tuple[int, str]] = []
        self.subscriptions: dict[tuple[int, str], Subscription] = {}
        self.before: dict[int, tuple[Any, ...]] = {}
        for channel, topic, flow in (
            (70, "town", Flow()),
            (70, "world", Flow()),
            (71, "town", Flow(budget=4)),
            (72, "world", Flow(quiet=QuietHours(22 * 60, 7 * 60), zone="Asia/Kathmandu")),
        ):
            self.subscribe_or_change(channel, topic, flow)

    def teardown(self) -> None:
        if hasattr(self, "desk"):
            self.desk.close()

    @rule(channel=st.sampled_from(CHANNELS[1:]), topic=st.sampled_from(TOPICS), flow=FLOWS)
    def subscribe_or_change(self, channel: int, topic: str, flow: Flow) -> None:
        old = self.subscriptions.get((channel, topic))
        if old is None:
            paused = next((s.paused_reason for s in self._of(channel)), None)
            made = Subscription(1, channel, topic, self.now, 5, paused, flow)
            self.subscriptions[channel, topic] = made
            self.desk.run(lambda tx: tx.subscriptions.add(made))
            if paused is not None:
                self.desk.run(lambda tx: tx.subscriptions.pause(channel, paused, self.now, 0))
        else:
            self.subscriptions[channel, topic] = replace(old, flow=flow)
            self.desk.run(lambda tx: tx.subscriptions.set_flow(channel, topic, flow))

    def _of(self, channel: int) -> list[Subscription]:
        return [s for s in self.subscriptions.values() if s.channel_id == channel]

    @rule(
        feed=st.sampled_from(sorted(FEED_TOPICS)),
        titles=st.lists(st.sampled_from(["A walk", "A football"]), min_size=1, max_size=4),
        old=st.lists(st.integers(0, 30), max_size=3),
    )
    @precondition(lambda self: not self.offline)
    def poll(self, feed: int, titles: list[str], old: list[int]) -> None:
        joined = {self.stories[-1 - n] for n in old if n < len(self.stories)}
        arrivals = [self._store(feed, None, title) for title in titles]
        arrivals += [self._store(feed, story_id, title) for story_id, title in sorted(joined)]
        for arrival in arrivals:
            for channel, topic in self.subscriptions:
                if topic in FEED_TOPICS[feed]:
                    self.wanted.setdefault((arrival.story_id, channel), self.now)
        self.desk.run(
            lambda tx: plan_stories(
                tx,
                arrivals,
                # Its last answer is as late as can be: no document is a baseline.
                Feed(feed, "https://feed.example/", succeeded_at=2**60),
                FEED_TOPICS[feed],
                joined={story_id for story_id, _ in joined},
                now=self.now,
            )
        )
        self._check_planned()

    def _store(self, feed: int, story_id: int | None, title: str) -> Arrival:
        if story_id is None:
            story_id = self.desk.run(lambda tx: tx.stories.add_story(self.now))
            self.stories.append((story_id, title))
        made = Article(title, None, "", f"Publisher {feed}", self.now)
        self.desk.run(
            lambda tx: tx.stories.add_article(
                made, feed_id=feed, story_id=story_id, event_key=None, now=self.now
            )
        )
        return Arrival(story_id, self.now, dict.fromkeys(FEED_TOPICS[feed], 0), (made,))

    @rule(minutes=st.sampled_from([0, 1, 4, 5, 9, 14, 60, 7 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.now += minutes * MINUTE
        if not self.offline:
            self._conduct()

    @rule(back=st.sampled_from([MINUTE, 10 * MINUTE, HOUR, DAY]))
    def the_clock_is_set_back(self, back: Millis) -> None:
        self.now -= back

    def _conduct(self) -> None:
        """Send what is due, as the conductor does: posts, and a digest of what is held."""
        paused = {s.channel_id for s in self.subscriptions.values() if s.paused_reason}
        for channel in set(CHANNELS) - paused:
            self.desk.rows(
                "UPDATE delivery SET state = 'sent' WHERE state = 'pending' AND due_at <= :now"
                " AND channel_id = :channel",
                now=self.now,
                channel=channel,
            )
            self.desk.rows(
                "UPDATE delivery SET state = 'sent', digest_id = 1 WHERE state = 'held'"
                " AND due_at <= :now AND channel_id = :channel",
                now=self.now,
                channel=channel,
            )

    @rule(channel=st.sampled_from(CHANNELS))
    def a_channel_is_paused(self, channel: int) -> None:
        self._pause(channel, "I may not post here.")

    @rule(channel=st.sampled_from(CHANNELS))
    def a_channel_resumes(self, channel: int) -> None:
        self._pause(channel, None)
        self.desk.run(lambda tx: go_on(tx, channel, self.now))
        self._check_planned()

    def _pause(self, channel: int, reason: str | None) -> None:
        if reason is None:
            self.desk.run(lambda tx: tx.subscriptions.resume(channel))
        else:
            self.desk.run(lambda tx: tx.subscriptions.pause(channel, reason, self.now, 0))
        for s in self._of(channel):
            self.subscriptions[channel, s.topic] = replace(s, paused_reason=reason)

    @rule(hours=st.integers(0, 80))
    def the_bot_is_off(self, hours: int) -> None:
        self.now += hours * HOUR
        self.desk.run(lambda tx: relieve(tx, self.now))
        self._check_planned()

    # ── what always holds ────────────────────────────────────────────────────────────────

    def _check_planned(self) -> None:
        """Check what was decided just now: no post or digest in quiet hours, no budget passed."""
        spending = set()
        for row in self.desk.rows("SELECT * FROM delivery"):
            told = (row["state"], row["due_at"], row["planned_at"])
            if self.before.get(row["id"]) == told:
                continue
            self.before[row["id"]] = told
            subscription = self.subscriptions[row["channel_id"], row["topic"]]
            if row["state"] in {"pending", "held"}:
                assert row["due_at"] >= self.now
                assert not _is_quiet(subscription.flow, row["due_at"])
            if row["state"] == "pending":
                assert row["reason"] is None
                spending.add(subscription)
            else:
                assert row["reason"] or row["state"] == "sent"
            if row["state"] == "rejected":
                assert row["due_at"] < self.now - NEWS_AGE
        for subscription in spending:
            if (budget := subscription.flow.budget) is not None:
                assert self._posts_today(subscription) <= budget

    def _posts_today(self, subscription: Subscription) -> int:
        today = _local(subscription.flow, self.now).date()
        rows = self.desk.rows(
            f"SELECT planned_at FROM delivery WHERE channel_id = :c AND topic = :t AND {_SEEN}",  # noqa: S608  # no value in it
            c=subscription.channel_id,
            t=subscription.topic,
        )
        return sum(_local(subscription.flow, r["planned_at"]).date() == today for r in rows)

    @invariant()
    def every_wanted_story_is_somewhere_once(self) -> None:
        if not hasattr(self, "desk"):
            return
        rows = self.desk.rows("SELECT * FROM delivery")
        there = {(row["story_id"], row["channel_id"]): row for row in rows}
        assert len(there) == len(rows)
        assert there.keys() == self.wanted.keys()

    @invariant()
    def no_quarter_of_an_hour_has_more_than_five_posts(self) -> None:
        if not hasattr(self, "desk"):
            return
        by_channel: dict[int, list[Millis]] = defaultdict(list)
        for row in self.desk.rows(
            f"SELECT * FROM delivery WHERE {_SEEN} ORDER BY planned_at"  # noqa: S608  # no value in it
        ):
            by_channel[row["channel_id"]].append(row["planned_at"])
        for times in by_channel.values():
            for first, sixth in zip(times, times[BURST:], strict=False):
                assert sixth - first >= BURST_WINDOW


def _local(flow: Flow, at_: Millis) -> datetime:
    zone = "UTC" if flow.zone == "Mars/Olympus" else flow.zone
    return datetime.fromtimestamp(at_ / 1000, ZoneInfo(zone))


def _is_quiet(flow: Flow, at_: Millis) -> bool:
    if flow.quiet is None:
        return False
    begin, end = flow.quiet.begin, flow.quiet.end
    shown = _local(flow, at_)
    minute = shown.hour * 60 + shown.minute
    if begin <= end:
        return begin <= minute < end
    return minute >= begin or minute < end


AnyDays.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestAnyDays = AnyDays.TestCase

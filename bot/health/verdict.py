"""Whether the program works: the rules, with what to do where it does not."""

from __future__ import annotations

from bot.models import MINUTE, SECOND, Millis
from bot.models.space import Space
from bot.models.vitals import Complaint, Ill, Shard, Vitals

STARTUP: Millis = 2 * MINUTE
"""How long it may take to be in touch with Discord: with thousands of servers it takes a minute.
Until then it is not well, and says that it starts: whoever waits for it waits for the right thing,
and a container's health check has a start period for this."""
DOWN: Millis = 2 * MINUTE
"""How long a connection with the gateway may be gone. A session is taken up again in seconds, and
six tries that fail, which the library makes with longer and longer waits, take about a minute."""
SILENCE: Millis = 5 * MINUTE
"""How long a loop may say nothing. Each turns once a minute, and says so again before each thing
that it waits for: a call to Discord ends after a minute, a few of them belong to one message, and a
transaction that waits for its turn takes seconds."""
LATE: Millis = 10 * MINUTE
"""How long something may be due and not sent. The largest outbox that is held in memory, 20,000
posts, goes out in seven minutes at Discord's 50 a second; where a model is slow, 80 stories of a
burst are explained in ten."""
OWING: Millis = 30 * SECOND
"""How long the database may owe an answer to a few counts. It gives up on another program's lock
after ten seconds, and says so."""


def judge(vitals: Vitals, now: Millis) -> tuple[Complaint, ...]:
    """Say what is the matter; nothing: all is well. `now` is on the steady clock."""
    complaints = [
        *_gateway(vitals, now),
        *_loops(vitals, now),
        *_database(vitals, now),
        _room(vitals),
        _late(vitals),
    ]
    return tuple(complaint for complaint in complaints if complaint is not None)


def _gateway(vitals: Vitals, now: Millis) -> list[Complaint]:
    down = [shard for shard in vitals.shards if not shard.ready]
    if vitals.shards and not down:
        return []
    first = not any(shard.ready or shard.losses for shard in vitals.shards)
    if first and now - vitals.started_at < STARTUP:
        return [Complaint(Ill.STARTING, "It is starting: it is not in touch with Discord yet.")]
    if first:
        return [
            Complaint(
                Ill.GATEWAY,
                "It has not been in touch with Discord since it started, "
                f"{lasting(now - vitals.started_at)} ago: no command is answered. Look at this "
                "machine's network and for “Discord can't be reached” in the log; "
                "https://discordstatus.com tells of outages.",
            )
        ]
    return [_down(shard, len(vitals.shards), now) for shard in down if now - shard.since >= DOWN]


def _down(shard: Shard, shards: int, now: Millis) -> Complaint:
    which = f" ({shard.id + 1} of {shards})" if shards > 1 else ""
    return Complaint(
        Ill.GATEWAY,
        f"The connection with Discord{which} has been down for {lasting(now - shard.since)}: "
        "commands there are not answered. Look at this machine's network, and at "
        "https://discordstatus.com. It is tried again by itself, after waits that grow to 4 "
        "minutes: once both are well, a restart is sooner there.",
    )


def _loops(vitals: Vitals, now: Millis) -> list[Complaint]:
    return [
        Complaint(
            Ill.LOOP,
            f"The loop {name!r} has not been heard of for {lasting(now - heard)}, and should be "
            "each minute: it hangs. Restart the program, and report this with its log.",
        )
        for name, heard in sorted(vitals.loops.items())
        if now - heard >= SILENCE
    ]


def _database(vitals: Vitals, now: Millis) -> list[Complaint]:
    if vitals.refused is not None:
        return [Complaint(Ill.DATABASE, f"The database can't be read. {vitals.refused}")]
    if vitals.asking_since is None or now - vitals.asking_since < OWING:
        return []
    return [
        Complaint(
            Ill.DATABASE,
            f"The database has not answered for {lasting(now - vitals.asking_since)}: look whether "
            "its disk works and has room, and restart the program.",
        )
    ]


def _room(vitals: Vitals) -> Complaint | None:
    match vitals.space:
        case Space.ENOUGH:
            return None
        case Space.NO_NEWS:
            stopped = "almost full: no new stories are taken in"
        case Space.NOTHING:
            stopped = "full: no stories are taken in and nothing is posted"
    return Complaint(
        Ill.ROOM,
        f"The database's disk is {stopped}. Make room, and it goes on by itself; nothing is lost.",
    )


def _late(vitals: Vitals) -> Complaint | None:
    waited = vitals.waited
    if waited is None or waited < LATE or vitals.resting is not None:
        return None
    return Complaint(
        Ill.OUTBOX,
        f"Posts are late: the oldest has been due for {lasting(waited)}. Look for “nothing can be "
        "sent”, “can't be explained” and refusals of Discord's in the log; if there is nothing, "
        "restart the program: no post is lost by it.",
    )


def lasting(span: Millis) -> str:
    """Say how long something has lasted, in one unit."""
    for size, name in ((60 * MINUTE, "hour"), (MINUTE, "minute"), (SECOND, "second")):
        if span >= 2 * size or name == "second":
            break
    count = max(span, 0) // size
    return f"{count} {name}{'' if count == 1 else 's'}"

"""`python -m bot why`: what became of stories in a channel, read from the database alone."""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.cli import tools
from bot.config import Settings
from bot.delivery import told
from bot.models import Account, Became, Millis, Subscription
from bot.newsroom.accounts import find
from bot.publish.escape import clip
from bot.publish.markdown import printable
from bot.publish.status import words_of
from bot.store import Tx, look

NEWEST = 20
"""How many of a channel's deliveries are told of."""
USAGE = 2
_CHANNEL = re.compile(r"(?:<#)?([0-9]{1,19})>?", re.ASCII)
_LARGEST = 2**63 - 1
_HEADLINE = 100
_OTHERS = 5


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to say: of a channel's newest deliveries, or of one story."""

    newest: Sequence[Became]
    accounts: Sequence[Account]
    subscriptions: Sequence[Subscription]


def _when(at: Millis) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M} UTC"


def _line(text: str) -> str:
    return printable(" ".join(text.split()))


VOICE = told.Voice(when=_when, text=_line, link=str)


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command; what it parses has `call`, which takes it and the settings."""
    why = commands.add_parser(
        "why",
        help="tell why a story was posted in a channel, or was not",
        description="Tells what became of a channel's newest deliveries, or all that is known of "
        "one story there: posted, waiting, held, filtered, refused, or never planned, and why. "
        "Only reads the database (DATABASE_URL), also while the bot runs.",
        epilog="Exit codes: 0 told, 2 there is no such channel or story, 5 the database can't be "
        "read.",
    )
    why.add_argument("channel", type=_channel, metavar="CHANNEL", help="its id, or <#id>")
    why.add_argument(
        "story",
        nargs="*",
        metavar="STORY",
        help="its number, its link, or words of its headline; the newest deliveries if left out",
    )
    why.add_argument("--json", action="store_true", help="print it as JSON")
    why.set_defaults(call=call, needs=("database",))


def call(options: argparse.Namespace, settings: Settings) -> int:
    """Tell; return the exit code. Raises StoreError where the database can't be read."""
    named = " ".join(options.story)
    found = asyncio.run(ask(settings, options.channel, named))
    if named and not found.accounts:
        return _fail(
            f"No story that is kept is called {named!r}: give its number, its link, or words of "
            "its headline."
        )
    if not named and not found.newest and not found.subscriptions:
        return _fail(
            f"Nothing is known of the channel {options.channel}: it gets no topic, and nothing was "
            "ever due there. In Discord, Copy Channel ID (in developer mode) gives a channel's id."
        )
    now = tools.clock()
    if options.json:
        told_as = as_json(found, now)
        sys.stdout.write(json.dumps(told_as, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(as_text(found, now)) + "\n")
    return 0


async def ask(settings: Settings, channel_id: int, named: str) -> Found:
    """Read what there is to say of a channel, and of a story where one is named."""

    async def read(tx: Tx) -> Found:
        subscriptions = await tx.subscriptions.in_channel(channel_id)
        if named:
            return Found((), await find(tx, channel_id, named), subscriptions)
        return Found(await tx.accounts.recent(channel_id, NEWEST), (), subscriptions)

    async with look(settings.database) as database:
        return await database.read(read)


def as_text(found: Found, now: Millis) -> list[str]:
    """Write it for a person."""
    if found.accounts:
        account, *others = found.accounts
        lines = [_name(account), *(f"  {line}" for line in told.account(account, now, VOICE))]
        if others:
            lines.append("Others that it may mean:")
            lines += [f"  {_name(other)}" for other in others[:_OTHERS]]
        return lines
    if not found.newest:
        return ["Nothing was ever due in this channel yet."]
    lines = []
    for became in found.newest:
        lines.append(_title(became))
        lines.append(f"  {told.fate(became, found.subscriptions, now, VOICE)}")
    return lines


def as_json(found: Found, now: Millis) -> dict[str, Any]:
    """Write it for a script."""
    if found.accounts:
        account = found.accounts[0]
        became = account.became
        return {
            "story": account.story.id,
            "headline": words_of(account.story),
            "link": account.story.article.link,
            "told": told.account(account, now, VOICE),
            "delivery": None if became is None else _delivery(became, account.subscriptions, now),
            "others": [other.story.id for other in found.accounts[1:]],
        }
    return {"deliveries": [_delivery(b, found.subscriptions, now) for b in found.newest]}


def _delivery(became: Became, subscriptions: Sequence[Subscription], now: Millis) -> dict[str, Any]:
    delivery, story = became.delivery, became.story
    return {
        "story": delivery.story_id,
        "headline": None if story is None else words_of(story),
        "link": None if story is None else story.article.link,
        "topic": delivery.topic or None,
        "state": delivery.state.value,
        "planned_at": delivery.planned_at,
        "due_at": delivery.due_at,
        "settled_at": delivery.settled_at,
        "attempts": delivery.attempts,
        "reason": delivery.reason,
        "message": told.address(delivery),
        "told": told.fate(became, subscriptions, now, VOICE),
    }


def _title(became: Became) -> str:
    if became.story is not None:
        return f"{_clipped(words_of(became.story))} ({became.story.id})"
    if became.delivery.is_digest:
        return "A digest"
    return f"A story that is not kept any more ({became.delivery.story_id})"


def _name(account: Account) -> str:
    return f"{_clipped(words_of(account.story))} ({account.story.id})"


def _clipped(text: str) -> str:
    return printable(clip(text, _HEADLINE))


def _channel(text: str) -> int:
    found = _CHANNEL.fullmatch(text.strip())
    if found is None or int(found[1]) > _LARGEST:
        raise argparse.ArgumentTypeError(f"{text!r} is no id of a channel, nor <#id>")
    return int(found[1])


def _fail(message: str) -> int:
    sys.stderr.write(f"{printable(message)}\n")
    return USAGE

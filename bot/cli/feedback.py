"""`python -m bot feedback`: what members think of explainers, read from the database alone."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bot.cli import tools
from bot.config import Settings
from bot.models import DAY, Feedback, Judged, Millis, Objection
from bot.publish.escape import clip
from bot.publish.markdown import printable
from bot.publish.status import words_of
from bot.store import look

_HEADLINE = 100
_REASONS = {
    Objection.WRONG: "says something wrong",
    Objection.MISSING: "leaves out what matters",
    Objection.OLD: "is out of date",
    Objection.ELSEWHERE: "is not about this story",
    Objection.OTHER: "something else",
}


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command; what it parses has `call`, which takes it and the settings."""
    feedback = commands.add_parser(
        "feedback",
        help="list what members think of explainers",
        description="Lists what members think of explainers, by story: how many found it helpful, "
        "how many did not, why, and in which words. Who said it is not told. Only reads the "
        "database (DATABASE_URL), also while the bot runs.",
        epilog="Exit codes: 0 listed, 5 the database can't be read.",
    )
    feedback.add_argument("--json", action="store_true", help="print it as JSON")
    feedback.add_argument(
        "--since", type=_days, metavar="DAYS", help="only what was said in the last so many days"
    )
    feedback.set_defaults(call=call, needs=("database",))


def call(options: argparse.Namespace, settings: Settings) -> int:
    """List it; return the exit code. Raises StoreError where the database can't be read."""
    since = 0 if options.since is None else tools.clock() - options.since * DAY
    judged = asyncio.run(ask(settings, since))
    if options.json:
        told = [as_json(one) for one in judged]
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(as_text(judged)) + "\n")
    return 0


async def ask(settings: Settings, since: Millis) -> list[Judged]:
    """Read what was said since then."""
    async with look(settings.database) as database:
        return await database.read(lambda tx: tx.feedback.since(since))


def as_text(judged: Sequence[Judged]) -> list[str]:
    """Write it for a person; foreign text steers no terminal, and takes no second line."""
    if not judged:
        return ["Nobody has said what they think of an explainer yet."]
    lines = []
    for one in judged:
        up = sum(said.helpful for said in one.said)
        lines.append(f"{_headline(one)} ({one.story_id})")
        lines.append(f"  👍 {up}  👎 {len(one.said) - up}  {_origin(one)}")
        lines += [f"  {_objection(said)}" for said in one.said if not said.helpful]
    return lines


def as_json(judged: Judged) -> dict[str, Any]:
    """Write one story for a script."""
    up = sum(said.helpful for said in judged.said)
    return {
        "story": judged.story_id,
        "headline": words_of(judged.story) if judged.story else None,
        "link": judged.story.article.link if judged.story else None,
        "origin": judged.origin.value if judged.origin else None,
        "helpful": up,
        "not_helpful": len(judged.said) - up,
        "objections": [
            {"reason": said.reason, "comment": said.comment, "at": said.at}
            for said in judged.said
            if not said.helpful
        ],
    }


def _headline(judged: Judged) -> str:
    if judged.story is None:
        return "A story whose articles are not kept any more"
    return printable(clip(words_of(judged.story), _HEADLINE))


def _origin(judged: Judged) -> str:
    return f"written by: {judged.origin.value}" if judged.origin else "no explainer is kept"


def _objection(said: Feedback) -> str:
    reason = _REASONS.get(Objection(said.reason)) if said.reason in set(Objection) else said.reason
    when = f"{datetime.fromtimestamp(said.at / 1000, UTC):%Y-%m-%d}"
    comment = " ".join(said.comment.split())
    return printable(f"{when} {reason}" + (f": “{comment}”" if comment else ""))


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days from 1 on")
    return int(text)

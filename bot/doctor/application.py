"""Pure: judges what Discord says of the bot's application and of the channels that it posts to."""

from __future__ import annotations

from collections.abc import Sequence

from bot.models.findings import Area, Finding, Grade
from bot.models.measured import Application, Channel, ChannelState, Commands, Sessions
from bot.models.times import MINUTE, Millis

PORTAL = "https://discord.com/developers/applications"
FEW_SESSIONS = 100
"""New sessions left of a day's 1,000, below which something starts the bot again and again."""
_NAMED = 5
_ANOTHERS = (
    "let nothing else use this token (Bot → Reset Token), and start the bot again: it registers "
    "what is missing, and takes away what is not its own"
)


def not_set() -> Finding:
    """Say that there is no token, which is no mistake by itself."""
    said = "DISCORD_TOKEN is not set: the demo runs, and no bot"
    remedy = f"make an application at {PORTAL}, and copy its token (Bot → Reset Token) into .env"
    return Finding(Area.DISCORD, "token", Grade.WARNING, said, remedy)


def not_asked(why: str) -> Finding:
    """Say that Discord was not asked, for a reason that is told elsewhere."""
    said = f"not asked: {why}"
    return Finding(Area.DISCORD, "token", Grade.WARNING, said, "mend that first")


def refused() -> Finding:
    """Say that Discord refuses the token."""
    remedy = f"copy the token again from Bot → Reset Token at {PORTAL}"
    said = "Discord refuses DISCORD_TOKEN"
    return Finding(Area.DISCORD, "token", Grade.TROUBLE, said, remedy)


def unasked(what: str, why: str) -> Finding:
    """Say that one thing could not be had of Discord."""
    said = f"Discord could not be asked for its {what}: {why}"
    return Finding(Area.DISCORD, what, Grade.WARNING, said, "ask again in a minute")


def application(facts: Application) -> list[Finding]:
    """Judge the application."""
    public = "anybody may add it to a server" if facts.is_public else "only its owner may add it"
    said = f"Discord takes the token: {facts.name} ({facts.id}), {public}"
    found = [Finding(Area.DISCORD, "token", Grade.WELL, said), _intents(facts.privileged)]
    if facts.interactions_url:
        said = "an Interactions Endpoint URL is set: commands and buttons go there, not to the bot"
        remedy = f"empty it under General Information at {PORTAL}"
        found.append(Finding(Area.DISCORD, "interactions", Grade.TROUBLE, said, remedy))
    if facts.code_grant:
        said = "it requires an OAuth2 code grant: the invitation link leads nowhere"
        remedy = f"switch that off under Bot at {PORTAL}"
        found.append(Finding(Area.DISCORD, "code grant", Grade.TROUBLE, said, remedy))
    return found


def _intents(privileged: Sequence[str]) -> Finding:
    if not privileged:
        said = "it has no privileged intent, and needs none"
        return Finding(Area.DISCORD, "intents", Grade.WELL, said)
    said = f"it is granted more than it uses: {', '.join(privileged)}"
    remedy = f"switch that off under Bot → Privileged Gateway Intents at {PORTAL}"
    return Finding(Area.DISCORD, "intents", Grade.WARNING, said, remedy)


def servers(count: int, most: int) -> Finding:
    """Say how many servers it is in; no more than `most` are counted."""
    if count == 0:
        said = "it is in no server"
        remedy = "python -m bot invite prints the link that adds it to one"
        return Finding(Area.DISCORD, "servers", Grade.WARNING, said, remedy)
    at_least = "at least " if count >= most else ""
    said = f"it is in {at_least}{_many(count, 'server')}"
    return Finding(Area.DISCORD, "servers", Grade.WELL, said)


def gateway(url: str, trouble: str | None) -> Finding:
    """Judge whether the gateway can be reached, which says hello before anybody logs in."""
    if trouble is None:
        return Finding(Area.DISCORD, "gateway", Grade.WELL, f"its gateway answers ({url})")
    said = f"its gateway does not answer ({url}): {trouble}"
    remedy = "let this machine open websockets there; a proxy may be in the way"
    return Finding(Area.DISCORD, "gateway", Grade.TROUBLE, said, remedy)


def sessions(facts: Sessions) -> Finding:
    """Judge how many new sessions are left for today."""
    shards = f"; it runs in {facts.shards} shards" if facts.shards > 1 else ""
    said = f"{facts.remaining} of {facts.total} new sessions are left for today{shards}"
    if facts.remaining > FEW_SESSIONS:
        return Finding(Area.DISCORD, "sessions", Grade.WELL, said)
    remedy = (
        f"something starts the bot again and again: look into its log; in "
        f"{_lasting(facts.reset_after)} they are all there again"
    )
    grade = Grade.WARNING if facts.remaining else Grade.TROUBLE
    return Finding(Area.DISCORD, "sessions", grade, f"only {said}", remedy)


def commands(facts: Commands) -> list[Finding]:
    """Judge the commands that are registered."""
    found = []
    off = [*facts.missing, *facts.differing]
    if not off:
        said = f"all {facts.wanted} commands are registered as this version has them"
        found.append(Finding(Area.DISCORD, "commands", Grade.WELL, said))
    elif facts.believed:
        said = f"another program has changed the commands: {_named(off)} of {facts.wanted} are off"
        found.append(Finding(Area.DISCORD, "commands", Grade.TROUBLE, said, _ANOTHERS))
    else:
        remedy = "start the bot: it registers them"
        said = (
            f"none of its {facts.wanted} commands is registered"
            if len(facts.missing) == facts.wanted
            else f"of its {facts.wanted} commands, not as this version has them: {_named(off)}"
        )
        found.append(Finding(Area.DISCORD, "commands", Grade.WARNING, said, remedy))
    if facts.foreign:
        said = f"commands are registered that this version has not: {_named(facts.foreign)}"
        remedy = _ANOTHERS if facts.believed else "start the bot: it takes them away"
        found.append(Finding(Area.DISCORD, "foreign commands", Grade.WARNING, said, remedy))
    return found


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(f"/{name}" for name in names[:_NAMED])
    more = len(names) - _NAMED
    return f"{shown} and {more} more" if more > 0 else shown


def _lasting(time: Millis) -> str:
    minutes = max(round(time / MINUTE), 1)
    return f"{minutes} minutes" if minutes < 120 else f"{round(minutes / 60)} hours"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


# ── channels ─────────────────────────────────────────────────────────────────────────────


def channels(facts: Sequence[Channel], asked: bool) -> list[Finding]:  # noqa: FBT001  # says whether Discord was
    """Judge the subscribed channels: one finding for all, and one for each of them."""
    if not facts:
        said = "no channel of a server gets a topic yet"
        return [Finding(Area.CHANNELS, "channels", Grade.WELL, said, "use /subscribe in Discord")]
    each = [_channel(one) for one in facts]
    well = sum(1 for one, told in zip(facts, each, strict=True) if _is_well(one, told))
    unknown = [one for one in facts if one.state is ChannelState.UNKNOWN]
    looked_at = len(facts) - len(unknown)
    said = f"{well} of {_many(looked_at, 'subscribed channel')} can be posted to"
    grade = Grade.WELL if well == looked_at else Grade.WARNING
    found = [Finding(Area.CHANNELS, "channels", grade, said)] if looked_at else []
    if unknown:
        said = f"{_many(len(unknown), 'subscribed channel')} not looked at"
        remedy = "ask again in a minute" if asked else "mend what is wrong with Discord first"
        found.append(Finding(Area.CHANNELS, "not looked at", Grade.WARNING, said, remedy))
    return [*found, *(told for told in each if told is not None)]


def _is_well(one: Channel, told: Finding | None) -> bool:
    is_there = one.state is ChannelState.THERE and one.paused is None
    return told is not None and is_there and told.grade is not Grade.TROUBLE


def _channel(one: Channel) -> Finding | None:
    place = _place(one)
    grade, said, remedy = _state(one)
    if one.paused is not None:
        paused = f"paused: {one.paused.rstrip('.')}"
        said = f"{said}; {paused}" if said and grade is not Grade.WELL else paused
        grade = max(grade, Grade.WARNING, key=list(Grade).index)
        remedy = remedy or "it goes on by itself once that is mended; /subscribe again is faster"
    elif one.state is ChannelState.UNKNOWN:
        return None
    return Finding(Area.CHANNELS, "channel", grade, f"{place}: {said}", remedy, about=str(one.id))


def _place(one: Channel) -> str:
    name = f"#{one.name}" if one.name else f"channel {one.id}"
    return f"{name} of {one.server or f'server {one.guild_id}'} ({_many(one.topics, 'topic')})"


def _state(one: Channel) -> tuple[Grade, str, str]:
    match one.state:
        case ChannelState.GONE:
            return Grade.WARNING, "it is gone", "nothing: the bot forgets it when it runs"
        case ChannelState.OUTSIDE:
            remedy = "invite the bot again (python -m bot invite), or let it forget the server"
            return Grade.WARNING, "the bot is not in its server any more", remedy
        case ChannelState.HIDDEN:
            remedy = "ask who manages that server: Edit Channel → Permissions → View Channel"
            return Grade.TROUBLE, "the bot may not see it", remedy
    if not one.lacking:
        return Grade.WELL, "all permissions are there", ""
    lacking = f"the bot lacks {', '.join(one.lacking)}"
    remedy = "ask who manages that server: Edit Channel → Permissions"
    if one.refused:
        return Grade.TROUBLE, lacking, remedy
    return Grade.WARNING, f"{lacking} (posts go out all the same)", remedy

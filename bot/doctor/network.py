"""Pure: judges the network, the sites of the catalogue, and the model's endpoint."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from bot.models import SECOND, Millis
from bot.models.findings import Area, Finding, Grade
from bot.models.measured import ModelEndpoint, Reached, Site

SLOW: Millis = 5 * SECOND
"""What takes longer is worth knowing of."""
_COINCIDENCE = 2
"""How many sites may be down at once without its being our own network."""
_REFUSED = {401, 403}
_NO_LIST = {404, 405, 501}
_NEAR = 3


def network(names: Reached, discord: Reached) -> list[Finding]:
    """Judge whether names are resolved, and whether Discord answers over HTTPS."""
    if names.trouble is not None:
        said = f"the name {names.host} can't be resolved: {names.trouble}"
        remedy = "look at this machine's DNS (on Linux: /etc/resolv.conf) and its network"
        return [Finding(Area.NETWORK, "names", Grade.TROUBLE, said, remedy)]
    said = f"names are resolved ({names.host})"
    found = [Finding(Area.NETWORK, "names", Grade.WELL, said)]
    if discord.trouble is not None:
        said = f"{discord.host} does not answer: {discord.trouble}"
        remedy = "let this machine reach it on its port; look at https://discordstatus.com, too"
        return [*found, Finding(Area.NETWORK, "discord", Grade.TROUBLE, said, remedy)]
    return [*found, _answers(discord)]


def _answers(discord: Reached) -> Finding:
    said = f"{discord.host} answers in {_seconds(discord.took)}"
    if discord.took <= SLOW:
        return Finding(Area.NETWORK, "discord", Grade.WELL, said)
    remedy = "look at this machine's network: commands must be answered within 3 seconds"
    return Finding(Area.NETWORK, "discord", Grade.WARNING, said, remedy)


def _seconds(time: Millis) -> str:
    return f"{time} ms" if time < SECOND else f"{time / SECOND:.1f} seconds"


# ── the sites of the catalogue ───────────────────────────────────────────────────────────


def catalogue(problems: Sequence[str], topics: int, feeds: int) -> list[Finding]:
    """Judge the catalogue's file; each complaint has its way out in its words."""
    if not problems:
        said = f"the catalogue has {_many(topics, 'topic')} with {_many(feeds, 'feed')}"
        return [Finding(Area.SITES, "catalogue", Grade.WELL, said)]
    return [Finding(Area.SITES, "catalogue", Grade.TROUBLE, problem) for problem in problems]


def sites(facts: Sequence[Site]) -> list[Finding]:
    """Judge the hosts of the catalogue: one finding for all, and one for each of them.

    Where not one answers, it is our own network, and there is nothing to say of each.
    """
    if not facts:
        return []
    well = sum(1 for site in facts if site.trouble is None and site.took is not None)
    said = f"{well} of {_many(len(facts), 'site')} of the catalogue answer"
    if not well and len(facts) > _COINCIDENCE:
        remedy = "look at this machine's network first"
        return [Finding(Area.SITES, "sites", Grade.TROUBLE, said, remedy)]
    if well == len(facts):
        summary = Finding(Area.SITES, "sites", Grade.WELL, said)
    else:
        remedy = "the bot asks them again by itself; python -m bot feeds check says more"
        summary = Finding(Area.SITES, "sites", Grade.WARNING, said, remedy)
    return [summary, *(_site(site) for site in facts)]


def _site(site: Site) -> Finding:
    hang = _many(site.feeds, "feed")
    if site.trouble is not None:
        said = f"{site.host} ({hang}): {site.trouble}"
        return Finding(Area.SITES, "site", Grade.WARNING, said, about=site.host)
    if site.took is None:
        said = f"{site.host} ({hang}): not known, it does not answer within the time there is"
        return Finding(Area.SITES, "site", Grade.WARNING, said, about=site.host)
    grade = Grade.WARNING if site.took > SLOW else Grade.WELL
    slow = "slow, it " if site.took > SLOW else ""
    said = f"{site.host} ({hang}): {slow}answers in {_seconds(site.took)}"
    return Finding(Area.SITES, "site", grade, said, about=site.host)


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


# ── the model ────────────────────────────────────────────────────────────────────────────


def model(facts: ModelEndpoint) -> Finding:
    """Judge the endpoint that writes explainers; until it is well, they are extracts."""
    if not facts.asked:
        said = f"{facts.spec} is set; it was not asked, as its list of models is kept elsewhere"
        remedy = "python -m bot explain URL tries it on an article"
        return Finding(Area.MODEL, "endpoint", Grade.WELL, said, remedy)
    if facts.trouble is not None:
        said = f"{facts.host} can't be asked: {facts.trouble}"
        remedy = "start what serves the model, or correct EXPLAINER_BASE_URL"
        return Finding(Area.MODEL, "endpoint", Grade.TROUBLE, said, remedy)
    if facts.models is not None:
        return _known(facts, facts.models)
    return _without_list(facts)


def _without_list(facts: ModelEndpoint) -> Finding:
    status = facts.status or 0
    if status in _REFUSED:
        said = f"{facts.host} refuses EXPLAINER_API_KEY (HTTP {status})"
        remedy = "copy the key again, or make a new one where the models are paid for"
        return Finding(Area.MODEL, "key", Grade.TROUBLE, said, remedy)
    if status in _NO_LIST or status == 200:
        said = f"{facts.host} answers, but lists no models (HTTP {status}): was not tried further"
        remedy = "python -m bot explain URL tries it on an article"
        return Finding(Area.MODEL, "endpoint", Grade.WARNING, said, remedy)
    said = f"{facts.host} fails on its side (HTTP {status})"
    remedy = "wait and ask again; until then, explainers are extracts"
    return Finding(Area.MODEL, "endpoint", Grade.WARNING, said, remedy)


def _known(facts: ModelEndpoint, models: Sequence[str]) -> Finding:
    name = facts.spec.partition(":")[2]
    # Ollama names a model with a tag, and means `latest` where none is given; others have folders.
    if {name, f"{name}:latest", f"models/{name}"} & set(models):
        said = f"{facts.host} answers and knows {name}"
        return Finding(Area.MODEL, "model", Grade.WELL, said)
    said = f"{facts.host} answers, but {name} is not among its {_many(len(models), 'model')}"
    near = difflib.get_close_matches(name, models, n=_NEAR, cutoff=0.4)
    instead = f"such as {', '.join(near)}" if near else "that it has"
    remedy = f"set EXPLAINER_MODEL to a model {instead}"
    # Some take more names than they list.
    return Finding(Area.MODEL, "model", Grade.WARNING, said, remedy)

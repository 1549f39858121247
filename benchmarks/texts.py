"""News that reads like news, written by chance: always the same for the same number."""

from __future__ import annotations

from functools import cache
from random import Random

_WHO = (
    "the city council", "the ministry", "the railway", "the harbour company", "the university",
    "the energy regulator", "the farmers' union", "the national bank", "the space agency",
)  # fmt: skip
_WHAT = (
    "bridge", "night train", "wind park", "data centre", "hospital", "ferry line", "school law",
    "water tariff", "rice harvest", "chip plant", "reservoir", "fishing quota",
)  # fmt: skip
_WHERE = ("Arden", "Bexley", "Corvale", "Dunmore", "Eastfen", "Farrow", "Glenholm", "Harwick")
_SENTENCES = (
    "On Tuesday {who} approved the {what} in {where}, after a debate that lasted until midnight.",
    "The {what} will cost {n} million euros, which is twice what was planned in {year}.",
    "Because the {what} serves {n},000 people a day, its delay affects most of {where}.",
    "Since {year}, {who} has tried three times to replace the {what}, and has failed each time.",
    "Work on the {what} is expected to begin next spring, once {who} has signed the contract.",
    "Critics in {where} say that the money would be better spent on the {other}.",
    "“We have waited long enough,” said the mayor of {where}, whose party is divided.",
    "The vote is part of a wider shift: {n} towns have dropped a {what} of their own since {year}.",
    "For families in {where}, it means that the {other} stays open for at least {n} months.",
    "A court stopped the first plan for the {what} in {year}, as it had not heard the neighbours.",
    "According to a report of {who}, {n} percent of the residents use the {what} at least weekly.",
    "Experts warn that without the {other}, the {what} could become a burden by {year}.",
    "The decision was delayed twice, and {who} would not say what had changed in the meantime.",
    "Later this year the parliament is due to decide whether {where} gets a second {what}.",
)  # fmt: skip


def headline(number: int) -> str:
    """Write a headline; no two numbers share one."""
    chance = Random(number)
    what, where = chance.choice(_WHAT), chance.choice(_WHERE)
    return f"The {what} of {where} gets its vote after a long night, part {number}"


def paragraphs(number: int, *, words: int = 320) -> tuple[str, ...]:
    """Write an article of at least so many words (320 words are about 2 kB)."""
    chance = Random(number)
    chosen: list[str] = []
    while sum(len(text.split()) for text in chosen) < words:
        chosen.append(_paragraph(chance.randrange(300)))
    return tuple(chosen)


def as_html(texts: tuple[str, ...]) -> str:
    """Write paragraphs as a feed carries them."""
    return "".join(f"<p>{text}</p>" for text in texts)


@cache
def _paragraph(number: int) -> str:
    chance = Random(number)
    written = (
        pattern.format(
            who=chance.choice(_WHO),
            what=chance.choice(_WHAT),
            other=chance.choice(_WHAT),
            where=chance.choice(_WHERE),
            n=chance.randrange(3, 90),
            year=chance.randrange(1990, 2026),
        )
        for pattern in chance.sample(_SENTENCES, 5)
    )
    return " ".join(text[0].upper() + text[1:] for text in written)

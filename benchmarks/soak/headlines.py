"""Headlines and articles of made-up affairs, each with names of its own, by their number."""

from __future__ import annotations

from random import Random

from benchmarks import texts

KEYWORD = "cricket"
"""What some channels' filters ask for, and others keep out; one headline of five has it."""
_SHARE = 5
_BEGIN = "Bar Cal Dor Ebb Fen Gar Hol Ist Jor Kel Lun Mar Nor Oss Pel Quar Ros Sel Tor Ulm".split()
_MIDDLE = "a e i o an en il or ur ay".split()
_END = "ford wick ton by ham mere stead thorpe lin gate".split()
_THING = (
    "reservoir", "tram line", "archive", "lighthouse", "orchard", "quarry", "ferry", "theatre",
    "observatory", "market hall", "seed bank", "railway bridge",
)  # fmt: skip
_DONE = ("reopens", "is sold", "floods", "wins a prize", "is put off", "burns", "gets a roof")
HOSTILE = (
    "<script>alert(1)</script> @everyone {said}",
    "**{said}** [click](javascript:alert(1)) <@&1> <#2>",
    "\u202e{said}\u202c \u200b\u200d`code`",
    "{said} &amp;lt;b&amp;gt; &#0; \u0001 ||spoiler||",
    "{said} " + "very " * 120 + "long",
    "discord.gg/free {said} @here https://evil.example/?a=1&b=2",
)


def headline(number: int) -> str:
    """Write the headline of an item; no two share their names but by chance."""
    chance = Random(number)
    sport = f" after {KEYWORD} final" if number % _SHARE == 0 else ""
    what = f"{_name(chance)} {chance.choice(_THING)} {chance.choice(_DONE)}"
    return f"{what}{sport}, says {_name(chance)} {_name(chance)}"


def sequel(number: int, of: int) -> str:
    """Write the headline of an item that carries another on: it has its names."""
    before, chance = Random(of), Random(number)
    first = f"{_name(before)} {before.choice(_THING)}"
    before.choice(_DONE)
    who = f"{_name(before)} {_name(before)}"
    sport = f" at the {KEYWORD} ground" if number % _SHARE == 0 else ""
    return f"{who} answers for the {first} as {_name(chance)} objects{sport}"


def told(number: int) -> str:
    """Write an item's text, as HTML; about a kilobyte."""
    return texts.as_html(texts.paragraphs(number, words=150))


def _name(chance: Random) -> str:
    return chance.choice(_BEGIN) + chance.choice(_MIDDLE) + chance.choice(_END)

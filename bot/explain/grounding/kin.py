"""Which names are kin: a country and its people, a name and its short form; never neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

_ALIASES = [
    frozenset(group.split())
    for group in (
        "us usa america american americans u.s|uk britain british briton britons|eu europe european"
        " europeans|un|uae emirati emiratis|france french|germany german germans|spain spanish"
        " spaniard spaniards|netherlands dutch|poland polish poles|turkey turkish turks türkiye"
        "|sweden swedish swedes|denmark danish danes|finland finnish finns|norway norwegian"
        "|switzerland swiss|greece greek greeks|ireland irish|scotland scottish scots|wales welsh"
        "|england english|belgium belgian|portugal portuguese|china chinese|thailand thai thais"
        "|czechia czech czechs|slovakia slovak slovaks|croatia croat croats croatian"
        "|serbia serb serbs serbian|hungary hungarian|iceland icelandic|kyiv kiev"
        "|philippines philippine filipino filipinos|iraq iraqi|afghanistan afghan afghans"
        "|pakistan pakistani|kazakhstan kazakh|uzbekistan uzbek|congo congolese|peru peruvian"
        "|lebanon lebanese|malta maltese|cyprus cypriot cypriots|new-zealand kiwi"
        "|argentina argentine argentinian argentines|brazil brazilian|canada canadian canadians"
        "|niger|nigeria nigerian nigerians|mali malian|malawi malawian"
    ).split("|")
]
PEOPLES = {word: group for group in _ALIASES for word in group}
WHOLE = {
    "united states": "us", "united kingdom": "uk", "european union": "eu",
    "united nations": "un", "great britain": "uk", "new zealand": "new-zealand",
    "united arab emirates": "uae",
}  # fmt: skip
_DEMONYM = frozenset("n an ian ean i s es ese ish er ers ans ians ns is ic ist ists".split())
# Names that differ by such an ending alone.
_APART = frozenset(
    frozenset(pair.split())
    for pair in ("niger nigerian|niger nigerians|austria australian|guinea guinean"
                 "|georgia georgian|mark marks|peter peters|john johns|jack jackson").split("|")
)  # fmt: skip


def has(word: str, support: frozenset[str]) -> bool:
    """Tell whether words have a name or its kin, all in small letters."""
    if word in support:
        return True
    if group := PEOPLES.get(word):
        return not group.isdisjoint(support)
    return any(_is_kin(word, other) for other in _near(word, support))


def _near(word: str, support: frozenset[str]) -> Iterator[str]:
    """Return the words that a name could come from, without looking at all of them."""
    tails = ("", *_DEMONYM, "a", "o", "e", "y", "ia")
    for cut, tail in product(range(min(4, len(word) - 2)), tails):
        if (other := word[: len(word) - cut] + tail) in support:
            yield other


def _is_kin(word: str, other: str) -> bool:
    """Tell whether one is the other's plural or people: "Iran" and "Iranians", never "Iraq"."""
    if frozenset((word, other)) in _APART or min(len(word), len(other)) < 4:
        return False
    short, long = sorted((word, other), key=len)
    for base in (short, short.rstrip("aeoy")):
        if len(base) >= 4 and long.startswith(base) and long[len(base) :] in _DEMONYM:
            return True
    return False

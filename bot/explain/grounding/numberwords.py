"""The words that are numbers, and those that numbers are counted in."""

from __future__ import annotations

ONES = {
    word: float(n)
    for n, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen".split()
    )
}
TENS = {
    word: float(n * 10)
    for n, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
SMALL = ONES | TENS
SCALES = {
    "hundred": 1e2, "thousand": 1e3, "k": 1e3, "lakh": 1e5, "million": 1e6, "m": 1e6, "mn": 1e6,
    "mln": 1e6, "crore": 1e7, "billion": 1e9, "bn": 1e9, "b": 1e9, "trillion": 1e12, "tn": 1e12,
    "dozen": 12.0,
}  # fmt: skip
WORDED_SCALES = {s: n for s, n in SCALES.items() if len(s) > 3 and s != "lakh"}
ORDINALS = {
    word: float(n)
    for n, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
        " thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
        " twentieth".split(),
        start=1,
    )
}
FRACTIONS = {
    "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5,
    "fifths": 5, "tenth": 10, "tenths": 10,
}  # fmt: skip
MULTIPLES: dict[str, float] = {
    "twice": 2, "double": 2, "doubled": 2, "doubles": 2, "doubling": 2, "twofold": 2, "triple": 3,
    "tripled": 3, "triples": 3, "tripling": 3, "threefold": 3, "quadrupled": 4, "fourfold": 4,
    "tenfold": 10,
}  # fmt: skip
HALVES = frozenset("half halves halve halved".split())
VAGUE = frozenset("dozens hundreds thousands millions billions trillions".split())
DECADES = {
    f"{tens[:-1]}ies": n * 10
    for n, tens in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
UNITS = {
    word: unit
    for unit, words in {
        "%": "% percent pct percentage pc",
        "$": "$ dollar dollars usd",
        "£": "£ pound pounds gbp sterling",
        "€": "€ euro euros eur",
        "¥": "¥ yen yuan renminbi",
        "₹": "₹ rupee rupees rs",
        "second": "seconds",
        "minute": "minute minutes min mins",
        "hour": "hour hours hr hrs",
        "day": "day days",
        "week": "week weeks",
        "month": "month months",
        "year": "year years yr yrs",
        "decade": "decade decades",
        "century": "century centuries",
        "km": "km kilometer kilometers kilometre kilometres",
        "mile": "mile miles",
        "meter": "meter meters metre metres",
        "foot": "foot feet ft",
        "kg": "kg kilo kilos kilogram kilograms",
        "ton": "ton tons tonne tonnes",
    }.items()
    for word in words.split()
}
LENGTHS = {
    "hour": ("hour", 1), "day": ("hour", 24), "week": ("hour", 168),
    "month": ("month", 1), "year": ("month", 12), "decade": ("month", 120),
    "century": ("month", 1_200),
}  # fmt: skip
HARD = frozenset("% $ £ € ¥ ₹".split())
"""Units that a number does not have by accident."""

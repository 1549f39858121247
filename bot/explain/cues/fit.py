"""Decides which section a sentence fits best, by its wording, its dates and its figures."""

from __future__ import annotations

import re
from datetime import date

from bot.explain.cues.ahead import AHEAD
from bot.explain.cues.before import BEFORE
from bot.explain.cues.quoted import without_quotations
from bot.explain.cues.table import Table
from bot.explain.cues.why import WHY
from bot.explain.cues.wider import WIDER
from bot.models import SectionName

_TABLE = Table({
    SectionName.NEXT: AHEAD,
    SectionName.BACKGROUND: BEFORE,
    SectionName.BIGGER: WIDER,
    SectionName.WHY: WHY,
})  # fmt: skip
_LEAST = {
    SectionName.NEXT: 1.9,
    SectionName.BACKGROUND: 2.0,
    SectionName.BIGGER: 1.9,
    SectionName.WHY: 1.7,
}
_NEGATED = re.compile(
    r"(?:\b(?:no|not|never|without|den(?:y|ies|ied)|declin\w+|refus\w+|abandon\w*|cancel\w*"
    r"|scrap\w*)|n't)\b"
    r"(?:\W+\w+){0,4}\W+(?:plan\w*|intend\w*|expect\w*|set|due|scheduled|likely|aim\w*|hop\w+)\b"
)
_METHOD = re.compile(
    r"\b(?:survey(?:s|ed)?|respondents?|participants?|sampled?|the study|the researchers|the poll"
    r"|polls?|polled|data (?:from|shows?)|methodology|trial|experiment|analysis of|questionnaire"
    r"|analy[sz]ed|interviewed|according to (?:a|the) (?:study|report|survey|poll|data))\b"
)
_NUMBER = re.compile(r"\d[\d,.]*")
_FIGURE = re.compile(r"\d ?(?:%|per ?cent\b|percentage)|[$£€]\d|\b\d+[-–]\d+\b")
_YEAR = re.compile(r"\b(19[3-9]\d|20\d\d)\b")
# A year that dates something, not one that is part of a name ("the 2025 Report").
_DATED = re.compile(
    r"\b(?:in|since|from|until|by|before|after|through|during|between|of|late|early|mid|an?"
    r"|(?:jan(?:uary)?|feb(?:ruary)?|march|april|may|june|july|aug(?:ust)?|sept(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?(?: \d+,)?)[ -](19[3-9]\d|20\d\d)\b"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_IN_MONTH = re.compile(
    r"\b(?:in|since|from|by|on|early|late|mid) (?:early |late |mid-)?"
    r"(jan|feb|mar(?=ch\b)|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*\b\.?"
    r"(?: \d{1,2}\b(?:st|nd|rd|th)?)?(?:,? ((?:19|20)\d\d)\b)?(?! \d|'s)"
)
# How something always goes, what a thing is made for, what is hoped, what would be if: no event.
_NO_EVENT = re.compile(
    r"\b(?:each|every|always|whenever|typically|usually|generally|hopes?|hoped|hoping)\b"
    r"|^(?:if|whether)\b|\b(?:is|remains|was) (?:still )?(?:unclear|unknown|to be seen)\b"
    r"|\b(?:law|bill|tool|system|app|program|feature|update|project|research|study) (?:that )?"
    r"(?:aims?|is designed|is meant|is intended)\b"
)
# "216 million users", "up 1 percent", "rose 50%": figures, and no history.
_AMOUNT = re.compile(r"\d ?(?:%|per ?cent\b|percentage)|\d (?:million|billion|thousand)|\d,\d{3}\b")
_IS_KNOWN_AS = re.compile(
    r"^(?:During|Before|Back in|When|In the)\b"
    r"|\b(?:best|better|widely|perhaps|also) known (?:as|for)\b"
    r"|\b(?:co-?founder|founder|founding partner|chief executive|chairman|professor|director"
    r"|spokes\w+|analyst)\b.{0,60},"
)
# Who gained how much on a day is the event itself.
_PRICES = re.compile(
    r"\b(?:shares?|stocks?|index|dow|nasdaq|ftse)\b.*\b(?:rose|fell|gained|lost|up|down|highest"
    r"|lowest|peak|touched|surged|dropped)\b"
)
_DIGIT = re.compile(r"\d")
_TOLD = (SectionName.WHY, SectionName.BACKGROUND, SectionName.BIGGER)
_MAX_NUMBERS = 2
_DATE_BONUS = 2.0
_DATE_AGAIN = 0.6
_MONTH_BONUS = 0.8
_DATED_WHY = 1.2
_LEAST_BACK = -1.3


def fits(sentence: str, published: date) -> dict[SectionName, float]:
    """Return by how much a sentence exceeds what each section asks for; below 0 it does not fit.

    What somebody is quoted with counts for nothing.
    """
    text = without_quotations(sentence).replace("’", "'").casefold()
    scores = _TABLE.scores(text)
    is_counted = _DIGIT.search(text) is not None
    if not is_counted and max(scores.values()) <= 0:
        return {}
    if is_counted and len(_NUMBER.findall(_YEAR.sub("", text))) > _MAX_NUMBERS:
        return {}  # statistics: every number looks as if it mattered
    if is_counted or scores[SectionName.BACKGROUND] > 0:
        _date(scores, text, published)
    _doubt(scores, text)
    return {name: score - _LEAST[name] for name, score in scores.items()}


def looks_back(sentence: str, published: date) -> bool:
    """Tell whether a sentence has wording or dates of what was before, or says who somebody is."""
    if _IS_KNOWN_AS.search(sentence):
        return True
    return fits(sentence, published).get(SectionName.BACKGROUND, -9.0) > _LEAST_BACK


def best_section(sentence: str, published: date) -> tuple[SectionName, float] | None:
    """Return the section that a sentence fits best and how well, or None if it fits none."""
    margins = fits(sentence, published)
    name = max(margins, key=lambda n: margins[n], default=None)
    if name is None or margins[name] < 0:
        return None
    return name, margins[name] + _LEAST[name]


def _date(scores: dict[SectionName, float], text: str, published: date) -> None:
    """Tell by the dates that a sentence names whether it looks back or ahead."""
    years = [int(y) for y in _DATED.findall(text)]
    months = [
        (int(year) if year else None, _MONTHS.index(month[:3]) + 1)
        for month, year in _IN_MONTH.findall(text)
    ]
    this = (published.year, published.month)
    if any(y > published.year for y in years) or any(y and (y, m) > this for y, m in months):
        # A year ahead of a text that is dated wrongly is in the past tense.
        scores[SectionName.NEXT] += _DATE_BONUS if scores[SectionName.NEXT] > 0 else 0.0
    elif any(y < published.year for y in years) or any(y and (y, m) < this for y, m in months):
        told = scores[SectionName.BACKGROUND] >= _DATE_BONUS  # "since 2018" says it twice
        scores[SectionName.BACKGROUND] += _DATE_AGAIN if told else _DATE_BONUS
        scores[SectionName.NEXT] = -1.0
    elif scores[SectionName.NEXT] < 1 and any(m != published.month for _, m in months):
        scores[SectionName.BACKGROUND] += _MONTH_BONUS


def _doubt(scores: dict[SectionName, float], text: str) -> None:
    """Take from what only looks like a reason, a plan or history what its wording takes back."""
    for pattern, section, penalty in _DOUBTS:
        if scores[section] > 0 and pattern.search(text):
            scores[section] -= penalty
    # What is dated is history; that it raised concerns is part of it.
    if scores[SectionName.BACKGROUND] >= _DATED_WHY:
        scores[SectionName.WHY] = -1.0


_OUT = 99.0
_DOUBTS: tuple[tuple[re.Pattern[str], SectionName, float], ...] = (
    (_NEGATED, SectionName.NEXT, _OUT),
    (_NO_EVENT, SectionName.NEXT, _OUT),
    (_AMOUNT, SectionName.BACKGROUND, 1.6),
    (_PRICES, SectionName.BACKGROUND, _OUT),
    (_PRICES, SectionName.WHY, _OUT),
    (_IN_MONTH, SectionName.WHY, _OUT),
    (_FIGURE, SectionName.WHY, 0.8),
    (_FIGURE, SectionName.BIGGER, 0.8),
    *((_METHOD, section, 3.0) for section in _TOLD),
)

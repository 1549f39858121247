"""Tells news from its author's view or advice, and from lists of results: none explains."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.explain.cues.quoted import without_quotations

_PERSONAL_TITLE = re.compile(
    r"^(?:column|analysis|perspective|essay|letters?|explainer|opinion|review|podcast|deals?)\b"
    r"|^(?:the )?\d+ (?:\w+ )?(?:things|ways|reasons|tips|best|key|questions)\b"
    r"|\b(?:opinion(?! polls?\b)|op-ed|editorial|commentary|reviewed|reviews|best .{1,40}(?:gifts?"
    r"|buys?|deals|for you)|how to|recipe|quiz|horoscope|crossword|coupon|% off|black friday"
    r"|cyber monday|gift guide|letters? to the editor|things to (?:know|do|see)"
    r"|(?<!go )(?<!goes )(?<!went )on sale|(?:daily|top|early|today['’]s|weekend|amazon|tech) deals"
    r"|deals (?:on|under|of the))\b"
    r"|\b(?:(?<!under )review|podcast)\s*(?:[:|–—-]|$)|\bdeals?\s*[:|]",
    re.IGNORECASE,
)
# Features, interviews, lists and letters: much in them is scene, voice or aside.
_FEATURE_TITLE = re.compile(
    r"^(?:how|why|what|inside|meet|is|are|can|could|should|will|who|when|where|the (?:man|woman"
    r"|people|robot|secret|inside|untold|rise|fall)|a (?:look|guide)"
    r"|(?:the )?(?:two|three|four|five|six|seven|eight|nine|ten|\d{1,2})(?= [a-z]))\b"
    r"|\b(?:co-?founder|ceo|founder|director|author|actor|actress|editor|star|expert) "
    r"(?:[A-Z][\w.’'-]+ ){1,3}on\b|\b(?:interview|q ?& ?a|best inventions|hall of fame|best of"
    r"|top \d+|dinner|panel|transcript|obituary|timeline|in pictures|photos|week in review"
    r"|newsletter|live updates?|live blog)\b|\?$",
    re.IGNORECASE,
)
_LETTER = re.compile(
    r"\b(?:welcome back to|newsletter|subscribe|sign up|this edition|in this issue)\b",
    re.IGNORECASE,
)
_FEATURE_WORDS = 700
"""Words from which on a text with such a headline is no news report."""
_LONGEST_REPORT = 1_500
"""Words of a news report; what is longer is a feature, whatever its headline."""
_PERSONAL_PATH = re.compile(
    r"/(?:opinions?|op-ed|editorials?|commentisfree|commentary|reviews?|deals?|coupons?|shopping"
    r"|recipes?|columns?|columnists?|blogs?|how-to|horoscopes?|podcasts?|quiz(?:zes)?)(?:/|$)",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(
    r"\b(?:You|Your|We|Our|My|I|I['’](?:m|ve|d|ll)|my|me|you|your|you['’](?:re|ll|ve))\b"
)
_ADDRESSED = frozenset("you your we our my i me".split())
_MAX_PERSONAL = 0.012
"""Share of the words outside quotations; news has next to none."""
_SCORE = re.compile(r"\d[-–]\d{1,3}\b(?![-–])")
_FIGURE = re.compile(r"\d[\d,.]*")
_MAX_SCORES = 4
_MAX_FIGURES = 0.08
"""Share of the words; tables and results have more."""


def is_personal(title: str, link: str, body: str) -> bool:
    """Tell whether a text is its author's view or advice: opinion, review, deals, instructions."""
    if _PERSONAL_TITLE.search(title) or _PERSONAL_PATH.search(link):
        return True
    told = without_quotations(body)
    return len(_FIRST_PERSON.findall(told)) > len(told.split()) * _MAX_PERSONAL


def is_feature(title: str, teaser: str, words: int) -> bool:
    """Tell features, interviews, lists and newsletters from reports, by what is shown and length.

    `words` is how many the text has.
    """
    if words > _LONGEST_REPORT or _LETTER.search(teaser):
        return True
    return words > _FEATURE_WORDS and _FEATURE_TITLE.search(title.strip()) is not None


def may_be_personal(title: str, link: str, words: Sequence[str]) -> bool:
    """Tell, for a tenth of the time, whether `is_personal` could find a text so.

    `words` are those of the text in lower case.
    """
    if _PERSONAL_TITLE.search(title) or _PERSONAL_PATH.search(link):
        return True
    # Quotations are among these words: half of a text at most, or it is no article of anybody's.
    return sum(map(_ADDRESSED.__contains__, words)) * 2 > len(words) * _MAX_PERSONAL


def is_recital(title: str, body: str) -> bool:
    """Tell whether a text recites scores or statistics, of which every one looks important."""
    if _SCORE.search(title) or len(_SCORE.findall(body)) > _MAX_SCORES:
        return True
    return len(_FIGURE.findall(body)) > len(body.split()) * _MAX_FIGURES

"""Tells whether a model's claim has the form that its section asks for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from bot.explain.alike import alike, stems
from bot.explain.sentences import split
from bot.models import Claim, Millis, SectionName, Source, SourceKind

MAX_CLAIM = 320
"""Characters of one claim."""
MAX_CLAIMS = 4
"""In one section."""
MAX_SECTION = 1_024
"""Characters of one section, as a field of a Discord embed holds."""
MAX_CITED = 3
_MAX_LIKE_SHOWN = 0.6
"""How much a claim may be like the headline or the teaser: the extract's own measure."""
_MAX_LIKE_ANOTHER = 0.45
"""How much it may be like a claim of another section: as above."""

_MONTHS = "January February March April May June July August September October November December"
_NUMBER_OF = {name[:3].casefold(): n for n, name in enumerate(_MONTHS.split(), start=1)}
_MONTH = rf"(?P<{{}}>{'|'.join(f'{m[:3]}(?:{m[3:]})?' for m in _MONTHS.split())}|Sept)\.?"
_DATE = re.compile(
    rf"\b(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)? )?{_MONTH.format('m1')}"
    rf"(?: (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?)?(?:,? (?P<y1>(?:19|20)\d\d))?\b"
    rf"|\b(?P<y2>(?:1[5-9]|20)\d\d)(?:-(?P<m3>\d\d)(?:-(?P<d3>\d\d))?)?\b"
)
_AHEAD = re.compile(
    r"\b(?:will|won['’]t|shall|would|could|may|might|should)\b|['’]ll\b"
    r"|\b(?:plan(?:s|ned|ning)?|intend(?:s|ed)?|aim(?:s|ed)?|expect(?:s|ed)?|hope[sd]?|wants?"
    r"|vow(?:s|ed)?|pledge[sd]?|promise[sd]?|propose[sd]?|agree[sd]?|prepar(?:es?|ed|ing)"
    r"|(?:is|are) due|set|scheduled|slated|poised|likely|going|about|ready|ordered|required"
    r"|has|have|remains?|is|are) to\b"
    r"|\b(?:scheduled|slated|due|planned|set|expected|forecast) (?:for|in|on|by|at)\b"
    r"|\b(?:upcoming|coming|forthcoming|next|deadline|soon|pending|awaits?|by the end of)\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"\b(?:since|previous(?:ly)?|formerly|former|earlier|before|prior|past|ago|originally"
    r"|initially|historically|had|decades?|centur(?:y|ies)|founded|established|began|begun"
    r"|used to)\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"https?:|\bwww\.|\bdiscord(?:app)?\.(?:gg|com)|\b[\w-]+\.[a-z]{2,12}/\S"
    r"|[\w.+-]+@[\w-]+\.\w|(?<!\w)@\w|<[@#:/!?a-z]|\]\s*\(|\[\[?\d"
    r"|\*\*|__|~~|\|\||`|^\s*(?:#{1,6} |> |[-*•] |\d+[.)] )",
    re.IGNORECASE,
)


def shape_faults(
    section: SectionName,
    claim: Claim,
    *,
    cited: Sequence[Source | None],
    shown: Iterable[str],
    others: Iterable[Claim],
    published: Millis,
) -> Iterator[str]:
    """Say in words what is wrong with the form of a claim, or nothing if it is as asked for.

    `cited` has None for an id that does not exist; `shown` are the headline and the teaser's
    sentences; `others` the claims of the other sections. Pure. The measures are those of the
    checklist for explainers in the design's notes; where a rule looks for wording, that is
    English, so that texts in other languages keep to it by dates alone.
    """
    yield from _form_faults(claim.text)
    yield from _id_faults(claim, cited)
    mine = stems(claim.text)
    if any(alike(mine, stems(text)) >= _MAX_LIKE_SHOWN for text in shown):
        yield "it repeats the headline or the teaser"
    if any(alike(mine, stems(other.text)) >= _MAX_LIKE_ANOTHER for other in others):
        yield "it repeats a claim of another section"
    if section is not SectionName.BACKGROUND and _is_of_earlier(cited):
        yield "it rests on earlier stories alone, which are background"
    if section is SectionName.NEXT and not looks_ahead(claim.text, published):
        yield "it does not say that it is still to come, and names no later date"
    if section is SectionName.BACKGROUND and not _is_background(claim.text, cited, published):
        yield "it names no time before the event"


def _form_faults(text: str) -> Iterator[str]:
    if not text:
        yield "it is empty"
        return
    if len(text) > MAX_CLAIM:
        yield f"it is longer than {MAX_CLAIM} characters"
    elif len(split(text)) > 1:
        yield "it is more than one sentence"
    if _MARKUP.search(text):
        yield "it holds a link, a mention or markdown: write plain text"
    if not text.isprintable() or any(unicodedata.category(c) in {"Cf", "Co"} for c in text):
        yield "it holds characters that nobody can see"


def _id_faults(claim: Claim, cited: Sequence[Source | None]) -> Iterator[str]:
    if not claim.sources:
        yield "it cites nothing"
    elif len(claim.sources) > MAX_CITED:
        yield f"it cites more than {MAX_CITED} sentences"
    unknown = [name for name, source in zip(claim.sources, cited, strict=True) if source is None]
    if unknown:
        yield "there is no sentence with the id it cites"


def looks_ahead(text: str, published: Millis) -> bool:
    """Tell whether a claim says that it is to come, or names a date after publication."""
    day = _day_of(published)
    return bool(_AHEAD.search(text)) or any(last > day for _, last in _days(text, day[0]))


def _is_of_earlier(cited: Sequence[Source | None]) -> bool:
    known = [source for source in cited if source]
    return bool(known) and all(source.kind is SourceKind.EARLIER for source in known)


def _is_background(text: str, cited: Sequence[Source | None], published: Millis) -> bool:
    if any(source and source.kind is SourceKind.EARLIER for source in cited):
        return True
    day = _day_of(published)
    return bool(_BEFORE.search(text)) or any(first < day for first, _ in _days(text, day[0]))


_Day = tuple[int, int, int]


def _day_of(moment: Millis) -> _Day:
    at = datetime.fromtimestamp(moment / 1_000, UTC)
    return (at.year, at.month, at.day)


def _days(text: str, year: int) -> Iterator[tuple[_Day, _Day]]:
    """Yield the first and the last day of each date in a text; without a year, in that `year`."""
    for found in _DATE.finditer(text):
        if found["m1"]:
            month = _NUMBER_OF[found["m1"][:3].casefold()]
            day = int(found["d1"] or found["d2"] or 0)
            in_year = int(found["y1"] or year)
        else:
            in_year = int(found["y2"])
            month, day = int(found["m3"] or 0), int(found["d3"] or 0)
        yield (in_year, month or 1, day or 1), (in_year, month or 12, day or 31)

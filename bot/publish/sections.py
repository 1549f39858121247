"""Pure: an explainer's sections as fields of an embed, with the sources that they rest on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.models import Claim, Explainer, Origin, Section, SectionName, Source, SourceKind
from bot.publish.escape import escape, fit
from bot.publish.markdown import http_url
from bot.words import tr

FIELD = 1024
_ALL_FIELDS = 3_600
"""Characters of all sections: with these the longest embed stays under Discord's 6,000."""
_IN_A_POST = 2
"""Sentences of Why This Matters that a post shows; the rest is behind its button."""
_MOST_SOURCES = 6
_LINK = 300
"""Characters of an address in a text; a longer one would take the text's place."""
_NAME = 60
_MARK = len(r" \[9\]")
_MARKS = _MARK * _MOST_SOURCES


def in_post(explainer: Explainer) -> list[dict[str, Any]]:
    """Show why the story matters, or else its key points, in two sentences at the most."""
    for name in (SectionName.WHY, SectionName.KEY_POINTS):
        section = explainer.sections.get(name)
        if section is None:
            continue
        between = _between(section)
        told = _whole([escape(c.text) for c in _sized(section.claims, FIELD)], FIELD, between)
        if told:
            return [_field(name, between.join(told[:_IN_A_POST]))]
    return []


def in_full(explainer: Explainer) -> list[dict[str, Any]]:
    """Show every section, and the numbered sources as links; nothing is cut inside a sentence."""
    if not explainer.sections:
        return []
    places = _Places(explainer)
    room = min(FIELD, _ALL_FIELDS // len(explainer.sections))
    fields = []
    for name in SectionName:
        section = explainer.sections.get(name)
        if section and (text := _section(section, places, room)):
            fields.append(_field(name, text))
    if sources := places.lines():
        fields.append({"name": tr("Sources"), "value": sources, "inline": False})
    return fields


def heading(name: SectionName) -> str:
    """Return a section's heading in the reader's language."""
    match name:
        case SectionName.WHY:
            return tr("Why This Matters")
        case SectionName.KEY_POINTS:
            return tr("Key Points")
        case SectionName.BACKGROUND:
            return tr("Background Context")
        case SectionName.NEXT:
            return tr("What Happens Next")
        case SectionName.BIGGER:
            return tr("Bigger Picture")


def origins(explainer: Explainer, publisher: str, names: Iterable[SectionName]) -> str:
    """Say who wrote these sections, for a footer; `publisher` is the story's."""
    shown = [section.origin for n in names if (section := explainer.sections.get(n))]
    words = [_origin(origin, explainer, publisher) for origin in dict.fromkeys(shown)]
    if words and explainer.limited:
        words.append(tr("the model's calls for today are used up"))
    return "; ".join(words)


def _origin(origin: Origin, explainer: Explainer, publisher: str) -> str:
    match origin:
        case Origin.PUBLISHER if explainer.credit != publisher:
            return tr("explained by {publisher}", publisher=explainer.credit)
        case Origin.PUBLISHER:
            return tr("by the publisher")
        case Origin.MODEL:
            return tr("written by {model}, checked against its sources", model=explainer.model)
        case Origin.EXTRACT:
            return tr("in the story's own words")
        case Origin.NONE:
            return ""


class _Places:
    """The pages that cited sentences stand on, numbered in the order in which they are cited.

    As many as there is room for: what rests on others alone is not shown.
    """

    def __init__(self, explainer: Explainer) -> None:
        self._by_id = {source.id: source for source in explainer.sources}
        self._numbers: dict[_Place, int] = {}
        self._lines: list[str] = []
        self._used: set[int] = set()
        for name in SectionName:
            for claim in explainer.sections[name].claims if name in explainer.sections else ():
                if not self.earlier(claim):
                    self._list(claim)

    def _list(self, claim: Claim) -> None:
        for place, source in self._cited(claim).items():
            number = len(self._numbers) + 1
            if place in self._numbers or number > _MOST_SOURCES:
                continue
            for url in (source.url, None):
                line = rf"\[{number}\] {linked(_name(source), url)}{_day(source)}"
                if len("\n".join([*self._lines, line])) <= FIELD:
                    self._numbers[place] = number
                    self._lines.append(line)
                    break

    def _cited(self, claim: Claim) -> dict[_Place, Source]:
        found = (self._by_id[name] for name in claim.sources)
        return {(source.publisher, source.url): source for source in found}

    def numbers(self, claim: Claim) -> tuple[int, ...]:
        """Return the numbers of what a claim rests on; none where there was no room for it."""
        return tuple(sorted(n for p in self._cited(claim) if (n := self._numbers.get(p))))

    def marks(self, claim: Claim) -> str:
        """Write a claim's numbers; what they stand for is listed."""
        numbers = self.numbers(claim)
        self._used.update(numbers)
        return "".join(rf"\[{number}\]" for number in numbers)

    def earlier(self, claim: Claim) -> Source | None:
        """Return the earlier story that a claim is the headline of, if it is one."""
        source = self._by_id[claim.sources[0]]
        is_one = source.kind is SourceKind.EARLIER and claim == Claim(source.text, (source.id,))
        return source if is_one else None

    def lines(self) -> str:
        """List the places that were marked, each on a line of its own."""
        return "\n".join(line for n, line in enumerate(self._lines, start=1) if n in self._used)


_Place = tuple[str, str | None]


def _section(section: Section, places: _Places, room: int) -> str:
    """Write whole sentences while they fit, and below them the earlier stories that are named."""
    named = [source for claim in section.claims if (source := places.earlier(claim))]
    said = [c for c in section.claims if not places.earlier(c) and places.numbers(c)]
    claims = _sized(said, room - _MARKS)
    between = _between(section)
    # As if each sentence had its own numbers, though they often share them.
    sizes = [escape(c.text) + "x" * _MARK * min(len(c.sources), _MOST_SOURCES) for c in claims]
    claims = claims[: len(_whole(sizes, room, between))]
    told = between.join(_with_marks(claims, places))
    return "\n".join(_whole([*filter(None, [told]), *map(_headline, named)], room, "\n"))


def _sized(claims: Iterable[Claim], room: int) -> list[Claim]:
    """Leave out claims that are too long by themselves: no sentence is ever cut."""
    return [claim for claim in claims if len(escape(claim.text)) <= room]


def _with_marks(claims: Sequence[Claim], places: _Places) -> Iterator[str]:
    """Put numbers behind each sentence, or once behind all where these rest on the same."""
    shared = len({places.numbers(claim) for claim in claims}) == 1
    for claim in claims:
        text = escape(claim.text)
        is_marked = not shared or claim is claims[-1]
        yield _marked(text, places.marks(claim)) if is_marked else text


def _headline(source: Source) -> str:
    headline = fit(" ".join(source.text.split()), FIELD // 3)
    return f"• {linked(headline, source.url)} ({_name(source)}{_day(source)})"


def _whole(texts: Sequence[str], limit: int, between: str) -> list[str]:
    """Take whole texts while they fit; none is ever cut."""
    kept: list[str] = []
    for text in texts:
        if len(between.join([*kept, text])) > limit:
            break
        kept.append(text)
    return kept


def _between(section: Section) -> str:
    """Return what parts claims: chosen sentences stand apart, as none goes on from another."""
    return "\n" if section.origin is Origin.EXTRACT else " "


def _name(source: Source) -> str:
    return fit(source.publisher or tr("Unknown publisher"), _NAME)


def _day(source: Source) -> str:
    return f", <t:{source.published // 1000}:D>" if source.published else ""


# A line of nothing but "#", "-" or "1." is a heading or a list as soon as a blank follows.
_ALMOST_ACTS = re.compile(r"^\s*(?:#{1,3}|-|\d+[.)])\Z", re.MULTILINE)


def _marked(text: str, marks: str) -> str:
    return text + (marks if not marks or _ALMOST_ACTS.search(text) else f" {marks}")


def linked(text: str, url: str | None, longest: int = _LINK) -> str:
    """Make a text that is safe already a link, where the address is sound and not longer."""
    address = http_url(url)
    if address is None or len(address) > longest or "\n" in text:
        return text
    # Discord ends a link at the first closing bracket; quotes and blanks begin a title.
    safe = re.sub(r"[()<>\"'\\\[\]|`]", lambda mark: f"%{ord(mark[0]):02X}", address)
    return f"[{text}]({safe})"


def _field(name: SectionName, value: str) -> dict[str, Any]:
    return {"name": heading(name), "value": value, "inline": False}

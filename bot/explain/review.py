"""Holds a model's answers against what it was shown, and keeps the best of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.explain.brief import Brief
from bot.explain.sentences import split
from bot.explain.shape import MAX_CLAIM, MAX_CLAIMS, MAX_SECTION, shape_faults
from bot.models import THE_FOUR, Claim, SectionName, Usage

Check = Callable[[str, Sequence[str], str, Collection[str]], Sequence[str]]
"""Tells in words what a claim says that the sentences it cites, and the headline, do not; the last
are all sentences that were shown."""
Answer = Mapping[SectionName, Sequence[Claim]]

MOST_TOKENS = 20_000
"""Of one story, read and written, after which the model is not asked again: three answers to a
long brief in English; in the costliest script, one or two."""
_MOST_READ = 2 * MAX_CLAIMS
"""Claims of a section that are looked at; the rest of a flood is dropped unread."""
_MOST_CHARACTERS = 4 * MAX_CLAIM
"""Of a claim that are looked at: more is too long anyway."""
_MOST_COMPLAINTS = 12
_QUOTED = 100
"""Characters by which a complaint reminds of its claim."""
_MOST_WORDS = 300
"""Characters of what is wrong with one claim."""

_CITED_INSIDE = re.compile(
    r"\s*[\[(][soept]\d+(?:\.\d+)?(?:[,;] ?[soept]\d+(?:\.\d+)?)*[\])]", re.IGNORECASE
)
_BETWEEN_IDS = re.compile(r"[\s,;\[\]()]+")


def claim_of(text: str, cites: Sequence[str]) -> Claim:
    """Return a claim as a model wrote it, its blanks and ids tidied; nothing is added to it."""
    ids = (name for cited in cites for name in _BETWEEN_IDS.split(cited.casefold()) if name)
    plain = _CITED_INSIDE.sub("", unicodedata.normalize("NFC", text[:_MOST_CHARACTERS]))
    return Claim(" ".join(plain.split()), tuple(dict.fromkeys(ids)))


@dataclass(slots=True)
class Run:
    """What one story's asking has come to so far: the best answer, and what it has cost."""

    brief: Brief
    check: Check
    most_calls: int
    best: dict[SectionName, tuple[Claim, ...]] = field(default_factory=dict)
    """The good claims of the answer that has most of them; of equals the last."""
    answers: int = 0
    """Those that could be read as claims."""
    offered: int = 0
    """Claims in all of them."""
    calls: int = 0
    """HTTP requests that were sent."""
    tokens: int = 0
    pending: int = 0
    """Tokens of the request that is under way, by the size of what was sent and received."""
    plain: bool = False
    """The endpoint has taken a plain request, after it had refused another."""

    @property
    def is_spent(self) -> bool:
        """Nothing more may be sent: so many requests were allowed, or so many tokens are enough."""
        return self.calls >= self.most_calls or self.tokens >= MOST_TOKENS

    @property
    def usage(self) -> Usage:
        """What it has cost; a request that nothing came of may have been paid for as well."""
        return Usage(self.calls, self.tokens + self.pending)

    def read(self, answer: Answer) -> str:
        """Take an answer; return what is wrong with it, to ask again with, "" if nothing is."""
        kept: dict[SectionName, list[Claim]] = {}
        complaints: list[str] = []
        for section in THE_FOUR:
            for claim in answer.get(section, ())[:_MOST_READ]:
                self.offered += 1
                faults = list(self._faults(section, claim, kept))
                if faults:
                    complaints.append(_complaint(section, claim, faults))
                else:
                    kept.setdefault(section, []).append(claim)
        self.answers += 1
        if _count(kept) >= _count(self.best):
            self.best = {section: tuple(claims) for section, claims in kept.items()}
        return _again(complaints)

    def _faults(
        self, section: SectionName, claim: Claim, kept: Mapping[SectionName, Sequence[Claim]]
    ) -> Iterator[str]:
        brief = self.brief
        cited = [brief.shown.get(name) for name in claim.sources]
        yield from _room_faults(claim, kept.get(section, ()))
        yield from shape_faults(
            section,
            claim,
            cited=cited,
            shown=(brief.title, *split(brief.teaser)),
            others=[c for name, claims in kept.items() if name is not section for c in claims],
            published=brief.published,
        )
        known = [source.text for source in cited if source]
        if known and len(known) == len(cited):
            shown = tuple(source.text for source in brief.shown.values())
            yield from self.check(claim.text, known, brief.title, shown)


def _room_faults(claim: Claim, before: Sequence[Claim]) -> Iterator[str]:
    if any(claim.text == other.text for other in before):
        yield "it is there twice"
    if len(before) >= MAX_CLAIMS:
        yield f"a section has at most {MAX_CLAIMS} claims"
    if sum(len(c.text) + 1 for c in before) + len(claim.text) > MAX_SECTION:
        yield f"a section has at most {MAX_SECTION} characters"


def _count(answer: Answer) -> int:
    return sum(map(len, answer.values()))


def _complaint(section: SectionName, claim: Claim, faults: Sequence[str]) -> str:
    words = "; ".join(dict.fromkeys(faults))[:_MOST_WORDS]
    return f'- {section}, "{claim.text[:_QUOTED]}": {words}'


def _again(complaints: Sequence[str]) -> str:
    if not complaints:
        return ""
    shown = "\n".join(complaints[:_MOST_COMPLAINTS])
    return (
        "Write the whole explainer again. Keep the claims that are not named here; correct or "
        f"leave out these:\n{shown}"
    )

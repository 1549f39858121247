"""What is wrong with a claim, and how to say so to who wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """The rule that a claim breaks."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    ROLE = "role"
    """Who did it and to whom it was done are exchanged."""
    QUOTE = "quote"
    NEGATION = "negation"
    MODALITY = "modality"
    ATTRIBUTION = "attribution"
    COMPARISON = "comparison"
    CAUSE = "cause"
    RELATIVE_DATE = "relative date"
    FILLER = "filler"
    UNSUPPORTED = "unsupported"
    FORM = "form"


_WORDING = {
    FaultKind.NUMBER: "“{}” is in none of the cited sentences, or counts something else there",
    FaultKind.DATE: "the date “{}” is in none of the cited sentences",
    FaultKind.NAME: "“{}” is in none of the cited sentences, or in another place there",
    FaultKind.ROLE: "“{}” exchanges who did it and to whom it was done",
    FaultKind.QUOTE: "“{}” is not quoted like this, or from somebody else, in the cited sentences",
    FaultKind.NEGATION: "“{}” says the opposite of the cited sentences: keep their “not” or “no”",
    FaultKind.MODALITY: "“{}” is more certain than in the cited sentences: keep their “may”,"
    " “plans to” or “alleged”",
    FaultKind.ATTRIBUTION: "say who says “{}”, as the cited sentences do, and nobody else",
    FaultKind.COMPARISON: "“{}” turns the comparison of the cited sentences round",
    FaultKind.CAUSE: "“{}” states a cause that the cited sentences do not",
    FaultKind.RELATIVE_DATE: "“{}” goes stale: write the date, or none",
    FaultKind.FILLER: "“{}” is the writer's opinion: leave it out",
    FaultKind.UNSUPPORTED: "“{}” is hardly in the cited sentences: keep to what they say",
    FaultKind.FORM: "the form is wrong: {}",
}
_MAX_WORDS = 80


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing in a claim that the cited sentences do not support."""

    kind: FaultKind
    what: str
    """The words of the claim that are at fault, as they stand there, at most 80 characters; for
    the form, what is wrong with it."""

    @property
    def told(self) -> str:
        """Say what is wrong, so that a model can mend it."""
        return _WORDING[self.kind].format(self.what)


def fault(kind: FaultKind, what: str) -> Fault:
    """Make a fault whose words are clipped to 80 characters."""
    words = " ".join(what.split())
    return Fault(kind, words if len(words) <= _MAX_WORDS else words[: _MAX_WORDS - 1] + "…")

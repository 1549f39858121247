"""Holds who says it in a claim against who says it in the cited sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.explain.grounding.fault import Fault, FaultKind, fault
from bot.explain.grounding.names import Names
from bot.explain.grounding.tokens import PRONOUNS, Sentence, stem

_VERBS = frozenset(
    stem(w)
    for w in "said says say told tells argued argues claimed claims alleged alleges accused accuses"
    " warned warns insisted insists believes believed testified wrote tweeted estimated estimates"
    " predicted predicts suggested suggests noted added acknowledged asserted contended maintained"
    " stated reckons reckoned complained cautioned stressed explained admitted denied denies"
    " described".split()
)
_WEAK = frozenset(stem(w) for w in "found showed shows reported reports concluded".split())
"""These attribute with "that" behind them only."""
_REPORT = stem("reported")
_NOUNS = frozenset(
    stem(w)
    for w in "statement claim claims allegation allegations accusation accusations according"
    " testimony estimate estimates report reports study research researchers scientists survey poll"
    " analysis data reportedly allegedly alleged spokesman spokeswoman spokesperson prosecutors"
    " view opinion warning forecast prediction lawsuit complaint indictment quoted cited citing"
    " words called calls criticised criticized blamed blames sees considers thinks hopes fears"
    " announced confirmed declared accuse replied reply recalled praised defended rejected"
    " investigation investigators probe inquiry audit test tests judge"
    " court ruled ruling found shows showed show reveals revealed urged urges vows promised insists"
    " insist tells learned concluded heard hears describes expect expects expected"
    " threatened threatens pledged refuses refused proposes offered"
    " pointed".split()
)
_ADVERBS = frozenset("reportedly allegedly".split())
_ARTICLES = frozenset("a an the his her its their our my no any in of this that".split())
_ASIDE = frozenset("who which whose a an the his her its their".split())
_NEVER = frozenset("was were been be being is are".split())
_GENERIC = frozenset(
    "experts expert critics critic analysts analyst observers insiders commentators economists"
    " supporters opponents campaigners activists historians".split()
)
_SHARE = 0.6
_LONG = 6
_REACH = 10


@dataclass(frozen=True, slots=True)
class Saying:
    """A verb of saying, whom it can be said by, and from where to where what is said reaches."""

    at: int
    speakers: frozenset[str]
    """Names near it that can be the subject."""
    nearest: frozenset[str]
    """The name that stands right beside it."""
    is_pronoun: bool
    subject: frozenset[str]
    """The stems of whom it is said by, name or not."""
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Sayings:
    """What one sentence says in others' names."""

    sentence: Sentence
    found: tuple[Saying, ...]
    words: tuple[tuple[int, str], ...]
    """The words that show that somebody else says it: where each stands, and its stem."""
    support: frozenset[str]
    """Every word, and the initials and short names that it has besides."""


def find(names: Names) -> Sayings:
    """Return the verbs of saying of a sentence and what they govern."""
    sentence = names.sentence
    found = tuple(_saying(names, at) for at in range(len(sentence.tokens)) if _says(sentence, at))
    verbs = {s.at: sentence.low(s.at) for s in found}
    nouns = {at: stem for at, stem in enumerate(sentence.stems) if stem in _NOUNS}
    words = tuple(sorted((nouns | verbs).items()))
    return Sayings(sentence, found, words, names.support)


def _says(sentence: Sentence, at: int) -> bool:
    low, after = sentence.low(at), sentence.low(at + 1)
    if low == "according":
        return after == "to"
    if low in _ADVERBS:
        return True
    verb = stem(low) if low in ("said", "says", "say") else sentence.stems[at]
    if verb in _WEAK:
        return after == "that" or _reports(sentence, at)
    is_verb = verb in _VERBS and (not low.endswith("ing") or low == "saying")
    return is_verb and not _is_noun(sentence, at)


def _reports(sentence: Sentence, at: int) -> bool:
    """Tell whether a newspaper reports: "reported on Sunday that", ", Reuters reported."."""
    if sentence.stems[at] != _REPORT:
        return False
    behind = [sentence.low(i) for i in range(at + 1, at + 5)]
    if "that" in behind and not {",", "."} & set(behind[: behind.index("that")]):
        return True
    closes = behind[0] in (".", "")
    return closes and any(sentence.low(i) == "," for i in range(max(0, at - 4), at))


def _is_noun(sentence: Sentence, at: int) -> bool:
    """Tell whether a word is no verb of saying after all: "a claim", "to say", "is said to"."""
    low, before, after = sentence.low(at), sentence.low(at - 1), sentence.low(at + 1)
    if before in _ARTICLES or (before == "to" and low not in ("said", "told")):
        return True
    return before in _NEVER and after not in ("to", "of")


def _saying(names: Names, at: int) -> Saying:
    sentence = names.sentence
    if sentence.low(at) == "according":
        speakers = _names_in(names, at, at + _REACH)
        subject = _stems(sentence, at + 1, at + _LONG)
        beside = _beside(names, at + 1)
        around = _around(sentence, at)
        return Saying(at, speakers, beside, _pronoun(sentence, at + 2), subject, *around)
    follows = _follows(sentence, at)
    nearest = _touching(names, at - 1) or (_beside(names, at) if follows else frozenset())
    speakers = nearest | _names_in(names, _clause_start(sentence, at), at)
    if follows:
        speakers |= _names_in(names, at + 1, at + 4)
    # In "said his client" it is not he who says it.
    is_pronoun = _pronoun(sentence, at - 1) or (follows and _pronoun(sentence, at + 1))
    subject = _stems(sentence, _subject_start(sentence, at), at)
    if follows and not subject:
        subject = _stems(sentence, at + 1, at + _LONG)
    return Saying(at, speakers, nearest, is_pronoun, subject, *_around(sentence, at))


def _stems(sentence: Sentence, first: int, last: int) -> frozenset[str]:
    return frozenset(s for s in sentence.stems[first:last] if s)


def _subject_start(sentence: Sentence, at: int) -> int:
    """Return where the clause begins in which somebody says something."""
    stops = ('"', ";", ":", ",") if _follows(sentence, at) else ('"', ";", ":")
    for place in range(at - 1, max(-1, at - _REACH), -1):
        if sentence.low(place) in stops:
            return place + 1
    return max(0, at - _REACH)


def _clause_start(sentence: Sentence, at: int) -> int:
    for place in range(at - 1, max(0, at - 2 * _REACH), -1):
        if sentence.low(place) in ('"', ";"):
            return place
    return max(0, at - 2 * _REACH)


def _follows(sentence: Sentence, at: int) -> bool:
    """Tell whether what is said stands before the verb (", said Smith", ", Smith said.")."""
    if at < _LONG:
        return False
    for place in range(at - 1, max(0, at - _REACH), -1):
        low = sentence.low(place)
        if low == '"':
            return True
        if low == ",":
            behind = sentence.low(at + 1)
            if place == at - 1 and _closes_aside(sentence, place, behind):
                return False
            return (
                behind in (".", ",", "", '"', "in", "on", "at", "during", "after")
                or place == at - 1
                or (sentence.tokens[at + 1].is_capital and at + 1 < len(sentence.tokens))
            )
    return sentence.low(at + 1) in (".", "")


def _closes_aside(sentence: Sentence, comma: int, behind: str) -> bool:
    """Tell whether a comma ends what tells who somebody is: "Brandt, who leads it, said"."""
    if behind in (".", ",", "", '"') or sentence.tokens[comma + 2].is_capital:
        return False
    for place in range(comma - 1, max(0, comma - _REACH), -1):
        if sentence.low(place) == ",":
            return sentence.low(place + 1) in _ASIDE
    return False


def _around(sentence: Sentence, at: int) -> tuple[int, int]:
    """Return the first token and the one behind the last of what is said."""
    end = len(sentence.tokens)
    if sentence.low(at) in _ADVERBS:
        return 0, end
    if sentence.low(at) == "according":
        if at > 1:
            return 0, at
        comma = next((i for i in range(at, end) if sentence.low(i) == ","), at)
        return comma + 1, end
    if _follows(sentence, at):
        return 0, at
    if sentence.low(at - 1) in ("who", "which") and sentence.low(at - 2) == ",":
        return at + 1, next((i for i in range(at + 1, end) if sentence.low(i) == ","), end)
    return at + 1, end


def _names_in(names: Names, first: int, last: int) -> frozenset[str]:
    return frozenset(w for r in names.runs if first <= r.last and r.first < last for w in r.words)


def _beside(names: Names, at: int) -> frozenset[str]:
    """Return the name that begins right behind a token."""
    found = [r for r in names.runs if at < r.first <= at + 1]
    return frozenset(found[0].words) if found else frozenset()


def _touching(names: Names, at: int) -> frozenset[str]:
    """Return the name that ends at a token."""
    found = [r for r in names.runs if r.last == at]
    return frozenset(found[0].words) if found else frozenset()


def _pronoun(sentence: Sentence, at: int) -> bool:
    return sentence.low(at) in PRONOUNS


# ── checking ─────────────────────────────────────────────────────────────────────────────


def faults(claim: Sayings, cited: Sequence[Sayings]) -> Iterator[Fault]:
    """Tell where a claim says by itself what others say, or puts it into another mouth."""
    if any(_is_left_out(claim, c, s, cited) for c in cited for s in c.found):
        yield fault(FaultKind.ATTRIBUTION, claim.sentence.written)
        return
    for saying in claim.found:
        if words := _other_speaker(claim.sentence, saying, cited):
            yield fault(FaultKind.ATTRIBUTION, words)
            return
    for saying in claim.found:
        if _other_subject(claim.sentence, saying, cited):
            yield fault(FaultKind.ATTRIBUTION, claim.sentence.written)
            return
    theirs = frozenset[str]().union(*(c.sentence.bag for c in cited))
    for saying in claim.found:
        subject = claim.sentence.low(saying.at - 1)
        if subject in _GENERIC and stem(subject) not in theirs:
            yield fault(FaultKind.ATTRIBUTION, claim.sentence.between(saying.at - 1, saying.at))
            return


def _is_left_out(claim: Sayings, source: Sayings, saying: Saying, cited: Sequence[Sayings]) -> bool:
    """Tell whether a claim has what somebody says, but nothing that shows that he says it."""
    # "He hopes" inside what is said does not show who says it.
    inside = Counter(
        w for at, w in source.words if saying.first <= at < saying.last and at != saying.at
    )
    spare = Counter(w for _, w in claim.words) - inside
    if spare or (claim.words and saying.subject & claim.sentence.bag - _said_by(source, saying)):
        return False
    return _is_used(claim.sentence, source.sentence, saying, cited)


def _said_by(source: Sayings, saying: Saying) -> frozenset[str]:
    return _stems(source.sentence, saying.first, saying.last)


def _is_used(claim: Sentence, sentence: Sentence, saying: Saying, cited: Sequence[Sayings]) -> bool:
    """Tell whether most of what a claim has from its sources is what somebody says there."""
    said = _facts(sentence, saying.first, saying.last) - saying.subject
    free = saying.subject | _facts(sentence, 0, saying.first) | _facts(sentence, saying.last, None)
    for other in cited:
        if other.sentence is not sentence:
            free |= _facts(other.sentence, 0, None)
    mine = _facts(claim, 0, None)
    shared, only = mine & (said | free), mine & (said - free)
    return len(only) >= max(2, _SHARE * len(shared))


def _facts(sentence: Sentence, first: int, last: int | None) -> frozenset[str]:
    """Return stems and numbers."""
    pairs = zip(sentence.tokens[first:last], sentence.stems[first:last], strict=True)
    return frozenset(s or t.low for t, s in pairs if s or t.kind == "number")


def _other_speaker(claim: Sentence, saying: Saying, cited: Sequence[Sayings]) -> str:
    """Return the words by which a claim names another speaker, or nothing."""
    if not saying.nearest:
        return ""
    named = [c for c in cited if _names(c.sentence, saying.nearest)]
    if not named or any(_may_say(c, saying.nearest) for c in named):
        return ""
    return claim.between(max(0, saying.at - 2), min(saying.at + 2, len(claim.tokens) - 1))


def _other_subject(claim: Sentence, saying: Saying, cited: Sequence[Sayings]) -> bool:
    """Tell whether what a claim has somebody say is said there by somebody else who is named."""
    said = _said(claim, saying)
    found = [(c.sentence, s) for c in cited for s in c.found if s.subject]
    if not saying.subject or len(said) < 2 or len(found) < 2:
        return False
    ranked = sorted(found, key=lambda pair: -len(said & _said(*pair)))
    sentence, best = ranked[0]
    share = len(said & _said(sentence, best))
    if (
        any(s is not best and len(said & _said(c, s)) == share for c, s in ranked)
        or best.is_pronoun
    ):
        return False
    others = frozenset[str]().union(*(s.subject for _, s in ranked[1:]))
    return saying.subject <= others and not best.subject & claim.bag


def _said(sentence: Sentence, saying: Saying) -> frozenset[str]:
    """Return the stems of what is said, up to where the next one speaks."""
    last = saying.last
    if saying.first > saying.at:
        stop = (i for i in range(saying.first, last) if sentence.low(i) == ";")
        last = next(stop, last)
    return _stems(sentence, saying.first, last) - saying.subject


def _names(sentence: Sentence, words: frozenset[str]) -> bool:
    return any(t.is_capital and t.low in words for t in sentence.tokens)


def _may_say(cited: Sayings, speaker: frozenset[str]) -> bool:
    speakers = frozenset[str]().union(*(s.speakers for s in cited.found))
    if not speakers or any(s.is_pronoun for s in cited.found):
        return True
    return bool(speakers & speaker)

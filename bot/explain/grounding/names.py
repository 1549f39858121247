"""Holds a claim's names against those cited: who and what is spoken of, and in which place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.explain.grounding.dates import is_date_word
from bot.explain.grounding.fault import Fault, FaultKind, fault
from bot.explain.grounding.kin import PEOPLES, WHOLE, has
from bot.explain.grounding.scope import EITHER_WAY
from bot.explain.grounding.tokens import EMPTY, PRONOUNS, Sentence, is_past, stem

_TITLES = frozenset("mr mrs ms dr miss sir dame lord lady prof".split())
# They open sentences with a capital, and are no names.
_OPENERS = EMPTY | frozenset(
    "former later earlier last next new old senior local national federal early late some several"
    " nearly almost about around over under more most many few both two three four five six seven"
    " eight nine ten eleven twelve dozens hundreds thousands millions following according prior"
    " police officials people researchers scientists experts critics analysts residents lawyers"
    " prosecutors investigators authorities workers doctors voters lawmakers opponents supporters"
    " shares sales prices profits today yesterday once currently previously recently separately"
    " together only instead finally overall under like unlike given based speaking asked no none"
    " nobody nothing half part what plans talks work construction rescuers firefighters".split()
)
_ABSTRACT = (
    "s", "ing", "ion", "ment", "ity", "ness", "ance", "ence", "ism", "ship", "ers", "ly", "ed",
)  # fmt: skip
_AFTER_A_NAME = frozenset(
    "said says is was has had will would told announced plans wants won beat lost became".split()
)
_SMALL = frozenset("of the and for de la del von van al bin el".split())
_NEARLY = 0.8
_MOST_ALIKE = 20
_OPENING = frozenset("\"'([*")
_ENDS = frozenset(":.!?;…")
_CLOSING = frozenset((",", ".", ";", ")", "-", ""))
"""What stands behind a name that says who somebody is."""
_BE = frozenset("was were been is are be being".split())


@dataclass(frozen=True, slots=True)
class Run:
    """Capitalised words that stand together: a name, or words that open a sentence."""

    words: tuple[str, ...]
    first: int
    last: int
    opens: bool
    """Whether its first word has its capital from where it stands."""

    @property
    def sure(self) -> frozenset[str]:
        """Return the words that are names beyond doubt."""
        return frozenset(self.words[1:] if self.opens else self.words)


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one sentence."""

    sentence: Sentence
    runs: tuple[Run, ...]
    support: frozenset[str]
    """Every word, and the initials and short names that it has besides."""
    counts: Counter[str]
    """How often each capitalised word stands there."""
    places: dict[tuple[str, str], tuple[Run, ...]]
    """The names by the words around them."""
    pairs: frozenset[tuple[str, str]]
    """Capitalised words that follow one another."""
    deeds: frozenset[tuple[str, str, str]]
    """Who, the stem of the verb, and to whom."""
    called: frozenset[tuple[frozenset[str], str]]
    """What somebody is, and his name ("her brother, Leon Marsh": brother, marsh)."""


# ── reading ──────────────────────────────────────────────────────────────────────────────


def find(sentence: Sentence) -> Names:
    """Return the names of a sentence."""
    runs = tuple(_runs(sentence))
    counts = Counter(w for run in runs for w in run.words)
    pairs = frozenset(p for run in runs for p in pairwise(run.words))
    support = sentence.words | _short_names(sentence) | frozenset(_initials(sentence))
    return Names(
        sentence,
        runs,
        support,
        counts,
        _places(sentence, runs),
        pairs,
        frozenset(_deeds(sentence, runs)),
        frozenset(_called(sentence, runs)),
    )


def _places(sentence: Sentence, runs: Sequence[Run]) -> dict[tuple[str, str], tuple[Run, ...]]:
    found: dict[tuple[str, str], tuple[Run, ...]] = {}
    for run in runs:
        place = _place(sentence, run)
        # More of them than this stand nowhere but in a list.
        found[place] = (*found.get(place, ()), run)[:_MOST_ALIKE]
    return found


def _runs(sentence: Sentence) -> Iterator[Run]:
    start: int | None = None
    for at in range(len(sentence.tokens) + 1):
        is_name = at < len(sentence.tokens) and _is_name(sentence, at)
        if start is not None and (not is_name or _ends_run(sentence, at)):
            yield _run(sentence, start, at - 1)
            start = None
        if is_name and start is None:
            start = at


def _run(sentence: Sentence, first: int, last: int) -> Run:
    words = tuple(sentence.low(at) for at in range(first, last + 1))
    return Run(words, first, last, _opens(sentence, first))


def _is_name(sentence: Sentence, at: int) -> bool:
    token = sentence.tokens[at]
    if not token.is_capital or token.low in _TITLES or is_date_word(sentence, at):
        return False
    if token.low in PRONOUNS and token.text != "US":
        return False
    return not (token.low in _OPENERS and _opens(sentence, at))


def _opens(sentence: Sentence, at: int) -> bool:
    if at == 0:
        return True
    before = sentence.tokens[at - 1]
    if before.text in _OPENING:  # behind a quotation that is closed stands a name
        return before.end == sentence.tokens[at].start
    return before.text in _ENDS


def _ends_run(sentence: Sentence, at: int) -> bool:
    """Tell whether a name that stands before this token ends there ("Iran's Rouhani")."""
    return sentence.tokens[at - 1].text.lower().endswith(("'s", "'"))


def _short_names(sentence: Sentence) -> frozenset[str]:
    text = " ".join(t.low for t in sentence.tokens if t.is_word)
    return frozenset(short for whole, short in WHOLE.items() if whole in text)


def _initials(sentence: Sentence) -> Iterator[str]:
    """Return what the names of several words are short for ("World Health Organization": who)."""
    letters = ""
    for token in sentence.tokens:
        if token.is_capital and len(letters) < 8:
            letters += token.low[0]
            if len(letters) >= 2:
                yield letters
                yield from (letters[n:] for n in range(1, len(letters) - 1))
        elif token.low not in _SMALL:
            letters = ""


def _deeds(sentence: Sentence, runs: Sequence[Run]) -> Iterator[tuple[str, str, str]]:
    """Return what one name does to the next: (who, verb, to whom), the passive turned round."""
    for one, two in pairwise(runs):
        between = range(one.last + 1, two.first)
        if not 1 <= len(between) <= 8 or _ends_run(sentence, one.last + 1):
            continue
        if any(sentence.low(at) in (";", ":", ".") for at in between):
            continue
        who, whom = (two, one) if _is_passive(sentence, between) else (one, two)
        for at in between:
            if sentence.stems[at] and is_past(sentence.low(at)):
                yield who.words[-1], sentence.stems[at], whom.words[-1]


def _is_passive(sentence: Sentence, between: range) -> bool:
    lows = [sentence.low(at) for at in between]
    return "by" in lows[-2:] and not _BE.isdisjoint(lows)


def _called(sentence: Sentence, runs: Sequence[Run]) -> Iterator[tuple[frozenset[str], str]]:
    for run in runs:
        before, after = run.first - 1, run.last + 1
        is_closed = sentence.low(after) in _CLOSING
        # In "Sales fell in shops, Delmar said" the name begins another clause.
        if (
            is_closed
            and sentence.low(before) == ","
            and run.first > 1
            and sentence.stems[before - 1]
        ):
            yield frozenset((sentence.stems[before - 1],)), run.words[-1]
        if sentence.low(after) == "," and sentence.low(after + 1) in ("the", "a", "an"):
            yield _until_comma(sentence, after + 2), run.words[-1]


def _until_comma(sentence: Sentence, first: int) -> frozenset[str]:
    stems: set[str] = set()
    for at in range(first, min(first + 4, len(sentence.tokens))):
        if sentence.low(at) in (",", ".", "of", "who", "which", "and"):
            break
        stems.add(sentence.stems[at])
    return frozenset(s for s in stems if s)


# ── checking ─────────────────────────────────────────────────────────────────────────────


def faults(
    claim: Names,
    cited: Sequence[Names],
    title: Names,
    full: Callable[[], frozenset[tuple[str, str]]] = frozenset,
) -> Iterator[Fault]:
    """Tell the names of a claim that the cited sentences do not have, or not in this place.

    The title supports a name unless another name stands in its place in a cited sentence; `full`
    returns the pairs of words in a row by which a cited surname may be completed.
    """
    support = frozenset[str]().union(title.support, *(c.support for c in cited))
    counts = sum((c.counts for c in cited), Counter(title.counts))
    doubled = {w for w, n in claim.counts.items() if 0 < counts[w] < n}
    if doubled and not any(_loses_a_name(claim, c) for c in cited):
        doubled = set()
    pairs = frozenset[tuple[str, str]]().union(*(c.pairs for c in cited))
    for run in claim.runs:
        known = all(_is_supported(run, at, claim, support) for at in range(len(run.words)))
        known = known or _is_completed(run, support, full)
        wrong = not known or not doubled.isdisjoint(run.words) or _is_mixed(run, pairs, counts)
        if wrong or _is_elsewhere(claim, run, cited):
            yield fault(FaultKind.NAME, claim.sentence.between(run.first, run.last))
    yield from _exchanged(claim, cited)


def _is_completed(
    run: Run, support: frozenset[str], full: Callable[[], frozenset[tuple[str, str]]]
) -> bool:
    """Tell whether a name is the one full name that is known of a cited surname."""
    surname = run.words[-1]
    if len(run.words) == 1 or not has(surname, support):
        return False
    pairs = full()
    first_names = {one for one, two in pairs if two == surname}
    return pairs.issuperset(pairwise(run.words)) and len(first_names) == 1


def _is_elsewhere(claim: Names, run: Run, cited: Sequence[Names]) -> bool:
    return _is_from_title(claim, run, cited) or _in_another_place(claim, run, cited)


def _is_from_title(claim: Names, run: Run, cited: Sequence[Names]) -> bool:
    """Tell whether a name of the title alone stands for one of a sentence that is repeated."""
    if any(_names_all(c, run) for c in cited):
        return False
    return any(_repeats(claim, c) and _loses_a_name(claim, c) for c in cited)


def _names_all(cited: Names, run: Run) -> bool:
    return all(has(w, cited.support) or _is_spelled_out(run, cited.support) for w in run.sure)


def _repeats(claim: Names, cited: Names) -> bool:
    """Tell whether a claim has nearly all words of a sentence that are no names."""
    plain = cited.sentence.bag - frozenset(stem(w) for w in cited.counts)
    return len(plain & claim.sentence.bag) >= _NEARLY * len(plain)


def _loses_a_name(claim: Names, cited: Names) -> bool:
    return any(not has(w, claim.support) for r in cited.runs for w in r.sure)


def _is_supported(run: Run, at: int, claim: Names, support: frozenset[str]) -> bool:
    word = run.words[at]
    if has(word, support) or _is_spelled_out(run, support):
        return True
    return at == 0 and run.opens and not _is_likely_name(claim.sentence, run)


def _is_likely_name(sentence: Sentence, run: Run) -> bool:
    """Tell whether the word that opens a sentence is a name and not just a word."""
    first = run.words[0]
    if len(run.words) > 1 or sentence.tokens[run.first].text.lower().endswith("'s"):
        return True
    after = sentence.low(run.last + 1)
    if first in PEOPLES:
        return True
    return (after in _AFTER_A_NAME or is_past(after)) and not first.endswith(_ABSTRACT)


def _is_spelled_out(run: Run, support: frozenset[str]) -> bool:
    """Tell whether the sentences have the run's initials: "WHO", "United States" and "U.S."."""
    whole = " ".join(run.words)
    if any(name in whole and has(short, support) for name, short in WHOLE.items()):
        return True
    letters = "".join(w[0] for w in run.words)
    return len(letters) >= 3 and letters in support


def _in_another_place(claim: Names, run: Run, cited: Sequence[Names]) -> bool:
    """Tell whether another name stands between the words between which this one stands."""
    place = _place(claim.sentence, run)
    there = [r for c in cited for r in c.places.get(place, ())]
    if not there or _weight(claim.sentence, run) < 2:
        return False
    return not any(_shares(run, r) for r in there)


def _shares(run: Run, other: Run) -> bool:
    words = frozenset(other.words)
    return (
        any(has(w, words) for w in run.words)
        or _is_spelled_out(run, words)
        or (_is_spelled_out(other, frozenset(run.words)))
    )


def _place(sentence: Sentence, run: Run) -> tuple[str, str]:
    return _left(sentence, run), _right(sentence, run)


def _left(sentence: Sentence, run: Run) -> str:
    return " ".join(sentence.low(at) for at in range(max(0, run.first - 2), run.first)) or "^"


def _right(sentence: Sentence, run: Run) -> str:
    last = min(len(sentence.tokens), run.last + 3)
    return " ".join(sentence.low(at) for at in range(run.last + 1, last)) or "$"


def _weight(sentence: Sentence, run: Run) -> int:
    around = [*range(max(0, run.first - 2), run.first), *range(run.last + 1, run.last + 3)]
    return sum(at < len(sentence.tokens) and sentence.tokens[at].kind == "word" for at in around)


def _is_mixed(run: Run, pairs: frozenset[tuple[str, str]], counts: Counter[str]) -> bool:
    """Tell whether a name is made of two: the first of one person and the last of another."""
    for one, two in pairwise(run.words):
        if (one, two) in pairs:
            continue
        after = [b for a, b in pairs if a == one]
        before = [a for a, b in pairs if b == two]
        # Neither ever stands alone, so that each belongs to a name of its own.
        alone = counts[one] > len(after) or counts[two] > len(before)
        if after and before and not alone and not set(after + before) & set(run.words):
            return True
    return False


def _exchanged(claim: Names, cited: Sequence[Names]) -> Iterator[Fault]:
    theirs = frozenset[tuple[str, str, str]]().union(*(c.deeds for c in cited))
    for who, verb, whom in claim.deeds:
        if who == whom or verb in EITHER_WAY or (who, verb, whom) in theirs:
            continue
        if (whom, verb, who) in theirs:
            yield fault(FaultKind.ROLE, claim.sentence.written)
    for what, name in claim.called:
        said = frozenset[str]().union(*(w for c in cited for w, n in c.called if n == name))
        known = any(what and what <= c.sentence.bag for c in cited)
        if known and said and said.isdisjoint(what | claim.sentence.bag):
            yield fault(FaultKind.NAME, f"{', '.join(sorted(what))}, {name}")

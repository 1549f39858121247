"""Chooses the one teaser of an entry, and removes what only repeats it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.feeds.boilerplate import MAX_LENGTH, is_byline, trimmed
from bot.feeds.links import is_story_link
from bot.feeds.text import Markup, clip
from bot.models import Block, BlockKind

MIN_TEASER, MAX_TEASER = 80, 1_500
"""Characters between which a summary is a teaser, and not a label or the whole article."""
_MAX_LINES = 12
"""Paragraphs looked at; a teaser stands at the start."""
_MIN_KEPT = 40
_MIN_PHRASE = 5
"""Words from which on a text that stands inside another is a repetition and not a chance."""
_MAX_BESIDE_TITLE = 60
_MAX_LABEL = 40
_MIN_STANDFIRST = 60
_LINKED = 0.8
_MIN_TITLE = 12
"""Letters from which on a title at a text's start is the title, and not a word or a name."""
_MIN_CUT_OFF = 8
"""Words; fewer that break off say nothing."""

_LISTING = re.compile(r"^Article URL: .*Points: \d", re.IGNORECASE)
_ELLIPSIS = re.compile(r"(?P<space>\s*)(?P<open>[\[(]?)\s*(?:…|\.{3,}|\. \. \.)\s*[\])]?\s*$")
_TAIL = 12
"""Characters at a text's end in which an ellipsis can stand."""
_DANGLING = frozenset(
    "a an the of in on at to for from by with about like as into over under after before and or"
    " but that than its his her their our your my this these those is are was were be been".split()
)


@dataclass(frozen=True, slots=True)
class _Line:
    """A paragraph with what it is compared by."""

    text: str
    words: tuple[str, ...]
    """Without the last one where it may be half a word."""
    cut: bool

    @classmethod
    @lru_cache(maxsize=256)
    def of(cls, text: str) -> _Line:
        found = _ellipsis(text)
        words = re.findall(r"\w+", (text[: found.start()] if found else text).casefold())
        glued = found is not None and _is_glued(found, text)
        return cls(text, tuple(words[:-1] if glued else words), found is not None)

    def starts(self, start: tuple[str, ...]) -> bool:
        return bool(start) and self.words[: len(start)] == start

    def is_version_of(self, longer: _Line) -> bool:
        """Tell whether this just breaks off, and opens with the words of another."""
        broken = self.cut or self.text[-1] not in '.!?"”'
        return broken and len(self.words) >= _MIN_PHRASE and longer.starts(self.words)


def teaser(candidates: Sequence[Markup], *, title: str) -> str:
    """Return the best teaser of the candidates (summary, content, other), or an empty text.

    A summary of 80 to 1,500 characters wins; then the first paragraphs of the others; then
    whatever there is. The longest version of a teaser that comes more than once is taken, and a
    word that the publisher cut in two goes, with the articles and prepositions before it.
    """
    read = {id(candidate): _paragraphs(candidate, title) for candidate in candidates}
    texts = [read[id(candidate)] for candidate in candidates]
    article = sum(len(b.text) for b in candidates[0].blocks) > MAX_TEASER if candidates else False
    chosen = _choose(texts, summarised=not article)
    if not chosen:
        return _standfirst(candidates, title)
    spelt = _as_spelt_in(candidates[-1], _without_byline(chosen, candidates), title)
    fullest = _fullest(spelt, (line for text in texts for line in text))
    return clip(_mended(_without_title(fullest, title)), MAX_TEASER)


def _standfirst(candidates: Sequence[Markup], title: str) -> str:
    """Return the first line of an article that has nothing but headings at its start."""
    for block in (b for candidate in candidates for b in candidate.blocks[:3]):
        long_enough = _MIN_STANDFIRST <= len(block.text) <= MAX_TEASER
        if block.kind is BlockKind.HEADING and long_enough and not _is_title(block.text, title):
            return block.text
    return ""


def _without_byline(text: str, candidates: Sequence[Markup]) -> str:
    """Cut off who wrote it, where a teaser was made of an article together with its byline."""
    for line in (b.text for candidate in candidates for b in candidate.blocks[:2]):
        if is_byline(line) and text.startswith(line) and len(text) > len(line) + _MIN_KEPT:
            return text[len(line) :].lstrip(" .:|–—-")
    return text


def _without_title(text: str, title: str) -> str:
    """Cut the title off a text's start where what is left stands by itself.

    "Night ferry sails: The company …" loses it; in "Night ferry sails again on Friday" the words
    are part of the sentence, and stay.
    """
    own = len(_letters(title))
    if own < _MIN_TITLE or not _letters(text[: len(title) * 2]).startswith(_letters(title)):
        return text
    rest = text[_place_behind(text, own) :]
    parted = _PARTED.match(rest)
    left = rest[parted.end() :] if parted else ""
    return left if len(left) >= _MIN_KEPT and not left[0].islower() else text


_PARTED = re.compile(r"[\"”’)]*\s*[.:;!?…|·•»–—-]+[\"”’)]*\s+")


def _as_spelt_in(article: Markup, text: str, title: str) -> str:
    """Return a text as the article spells it, of which it is the start without its line ends.

    Software that makes teasers glues lines together ("by the harbourThe ferries"), and headings
    to sentences: it ends before the first one.
    """
    found = _ellipsis(text)
    bare = text[: found.start()].rstrip() if found else text
    own = [b for b in article.blocks if not (is_byline(b.text) or _is_title(b.text, title))]
    opening = _joined(own[: _opening_end(own)])
    whole = _joined(own)[: MAX_TEASER * 2]
    letters = _letters(bare)
    if not letters or not _letters(whole).startswith(letters):
        return text
    if MIN_TEASER <= len(opening) < len(bare) and opening[-1] in _CLOSING:
        return opening
    if whole.count(" ", 0, len(bare)) <= bare.count(" "):
        return text
    spelt = whole[: _place_behind(whole, len(letters))]
    return f"{spelt}{bare[len(bare.rstrip(_CLOSING)) :]}{text[found.start() :] if found else ''}"


def _joined(blocks: Sequence[Block]) -> str:
    return " ".join(block.text for block in blocks)


_CLOSING = '.!?:;,”"’)»'


def _place_behind(text: str, letters: int) -> int:
    """Return where in a text so many letters have passed."""
    for place, character in enumerate(text):
        if letters <= 0:
            return place
        letters -= len(character.casefold()) if character.isalnum() else 0
    return len(text)


def without_repeats(blocks: Sequence[Block], shown: str, title: str = "") -> tuple[Block, ...]:
    """Drop what title and teaser (`shown`) say already, and lines that only lead on."""
    line = _Line.of(shown)
    joined = f" {' '.join(line.words)} "
    opening = _opening_end(blocks)
    return tuple(
        b
        for place, b in enumerate(map(_told, blocks))
        if not (place < opening and _is_title(b.text, title))
        and b.text != title
        and not _breaks_off_at_once(b.text)
        and (b.kind is BlockKind.HEADING or not _only_leads_on(b.text))
        and (b.kind is BlockKind.HEADING or place >= opening or _adds(b.text, line, joined))
    )


def _told(block: Block) -> Block:
    """Return a paragraph without the boilerplate at its end; it is not emptied."""
    if block.kind is BlockKind.HEADING:
        return block
    text = trimmed(block.text)
    return block if text == block.text or not text else replace(block, text=text)


def _breaks_off_at_once(text: str) -> bool:
    return text.endswith(("…", "...", "...]", "…]")) and len(text.split()) < _MIN_CUT_OFF


def _opening_end(blocks: Sequence[Block]) -> int:
    """Return where the first heading behind a text stands: no teaser reaches over it."""
    begun = False
    for place, block in enumerate(blocks):
        if block.kind is not BlockKind.HEADING:
            begun = True
        elif begun:
            return place
    return len(blocks)


def _only_leads_on(text: str) -> bool:
    if len(text) >= MAX_LENGTH:
        return False
    return is_story_link(text) or is_byline(text) or not trimmed(text)


def _adds(text: str, shown: _Line, joined: str) -> bool:
    """Tell whether a paragraph says more than the teaser, whose words are also `joined`."""
    line = _Line.of(text)
    if line.words == shown.words:
        return False
    if len(line.words) >= _MIN_PHRASE and f" {' '.join(line.words)} " in joined:
        return False
    return not (shown.cut and line.cut and line.starts(shown.words))


# ── the candidates ───────────────────────────────────────────────────────────────────────


def _paragraphs(markup: Markup, title: str) -> list[_Line]:
    """Return a candidate's own sentences: no boilerplate, link list, title or second version."""
    opening = markup.blocks[: _opening_end(markup.blocks)]
    texts = [b.text for b in opening if b.kind is BlockKind.PARAGRAPH]
    texts = texts or [b.text for b in opening if b.kind is BlockKind.ITEM]
    whole = " ".join(texts)
    if _LISTING.search(whole) or _is_links(markup, whole) or _is_title(whole, title):
        return []
    kept: list[_Line] = []
    for text in map(trimmed, texts[:_MAX_LINES]):
        if text and not (is_story_link(text) or is_byline(text) or _is_title(text, title)):
            _keep_fuller(kept, _Line.of(text))
        else:
            _drop_label(kept)
    _drop_label(kept)
    return kept


def _drop_label(kept: list[_Line]) -> None:
    """Drop a line that announces what is not there ("Our links:")."""
    if kept and kept[-1].text.endswith(":") and len(kept[-1].text) <= _MAX_LABEL:
        kept.pop()


def _keep_fuller(kept: list[_Line], line: _Line) -> None:
    """Add a paragraph, unless it is a version of one that came before: the longer one stays."""
    for place, other in enumerate(kept):
        if other.is_version_of(line):
            kept[place] = line
            return
    if not any(line.words == other.words or line.is_version_of(other) for other in kept):
        kept.append(line)


def _is_links(markup: Markup, text: str) -> bool:
    linked = sum(len(a.text) for a in markup.anchors if a.text in text)
    return len(markup.anchors) > 1 and linked >= len(text) * _LINKED


def _is_title(text: str, title: str) -> bool:
    """Tell whether a text is the title again, alone or with a name or date behind it."""
    if len(text) > len(title) * 2 + _MAX_BESIDE_TITLE:
        return False
    own = _letters(title)
    # Almost every text is another from its first letter on, which is soon seen.
    if not own or not own.startswith(_letters(text[:1])):
        return False
    said = _letters(text)
    if not said.startswith(own):
        return False
    rest = text[_place_behind(text, len(own)) :]
    goes_on = rest[:1] == " " and rest[1:2].islower() and not is_byline(rest[1:])
    sentence = goes_on or text.rstrip()[-1:] in ".!?…"
    return len(said) - len(own) <= (0 if sentence else _MAX_BESIDE_TITLE)


@lru_cache(maxsize=64)
def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _choose(texts: list[list[_Line]], *, summarised: bool) -> str:
    summary = " ".join(line.text for line in texts[0]) if texts else ""
    if summarised and MIN_TEASER <= len(summary) <= MAX_TEASER:
        return summary
    openings = [_opening(text) for text in [*texts[1:], *texts[:1]]]
    long_enough = [o for o in openings if len(o) >= MIN_TEASER]
    return (
        next(iter(long_enough), "")
        or (summary if summarised else "")
        or max(openings, key=len, default="")
    )


def _opening(lines: list[_Line]) -> str:
    """Return the first paragraphs that together make a teaser; bylines and captions are none."""
    prose = [p.text for p in lines if len(p.text) >= MIN_TEASER or p.text[-1] in '.!?…”"']
    taken = ""
    for paragraph in prose or [p.text for p in lines]:
        taken = f"{taken} {paragraph}".strip()
        if len(taken) >= MIN_TEASER:
            break
    return taken


# ── cut texts ────────────────────────────────────────────────────────────────────────────


def _fullest(text: str, others: Iterable[_Line]) -> str:
    """Return the longest version of a text that was cut, one that was not cut if there is any."""
    own = _Line.of(text)
    versions = [o for o in others if len(o.text) <= MAX_TEASER and own.is_version_of(o)]
    whole = [v for v in versions if not v.cut]
    return max((v.text for v in whole or [own, *versions]), key=len)


def _mended(text: str) -> str:
    """End a cut text with an ellipsis behind a whole word that can stand last."""
    found = _ellipsis(text)
    if not found:
        return _ended(text)
    words = text[: found.start()].split(" ")
    if _is_glued(found, text):
        words = words[:-1]
        while words and words[-1].lower() in _DANGLING:
            words.pop()
    kept = " ".join(words).rstrip(" ,;:–—-(“‘")
    if len(kept) < _MIN_KEPT:
        kept = text[: found.start()].rstrip()
    return kept if kept[-1:] in ".!?" else f"{kept}…"


def _ended(text: str) -> str:
    """End a text that leads on to what is not there, or that was cut without saying so.

    Behind its last whole sentence where that is a teaser by itself, else with an ellipsis.
    """
    leads_on = text.endswith((":", ",", ";", "–", "—"))
    if not leads_on and not _is_cut_in_silence(text):
        return text
    ends = [end.end() for end in _SENTENCE_END.finditer(text)]
    if ends and ends[-1] >= max(MIN_TEASER, len(text) // 2):
        return text[: ends[-1]].rstrip()
    words = text.split(" ")
    kept = (words if leads_on else words[:-1]) or words
    while len(kept) > 1 and kept[-1].lower() in _DANGLING:
        kept.pop()
    return " ".join(kept).rstrip(" ,;:–—-(“‘") + "…"


def _is_cut_in_silence(text: str) -> bool:
    """Tell whether a text has a length at which software cuts, and ends within a sentence.

    At 250, 255 or 256 characters where they are counted; at about 400 where whole words are kept.
    """
    is_cut = len(text) in _CUT_AT or (380 <= len(text) <= 400 and _SENTENCE_END.search(text))
    return bool(is_cut) and text[-1].isalnum()


_CUT_AT = frozenset({250, 255, 256})
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{2})[.!?…][\"”’»)]*(?=\s+[\"“‘«(]*[^\Wa-z_])")


def _ellipsis(text: str) -> re.Match[str] | None:
    return _ELLIPSIS.search(text, max(len(text) - _TAIL, 0))


def _is_glued(ellipsis: re.Match[str], text: str) -> bool:
    """Tell whether the ellipsis hangs on a word, which may then be half a word."""
    before = text[: ellipsis.start()][-1:]
    return not ellipsis["space"] and not ellipsis["open"] and before.isalnum()

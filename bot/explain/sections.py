"""Finds the explainer that a publisher has written itself, under its own headings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.models import Block, BlockKind, SectionName

_NAMES = {
    SectionName.WHY: re.compile(
        r"why (?:this|it|that)(?: story| news)?(?: really| still)? matters(?: now)?"
        r"|why it s important"
        r"|why it is important|why this is important|(?:the )?significance|(?:the|what s at"
        r"|what is at)"
        r" stakes?|so what|why (?:should )?you(?: should)? care|why we care"
    ),
    SectionName.BACKGROUND: re.compile(
        r"(?:the )?background(?: context| information)?|(?:the |some )?context"
        r"|historical (?:background"
        r"|context)|(?:the )?back ?story|flashback|catch up quick|how (?:we|it|things) got here"
        r"|what you need to know|(?:the )?backdrop"
    ),
    SectionName.NEXT: re.compile(
        r"what (?:happens|comes|is|s) next(?: for .{1,40})?|what next|what to watch"
        r"(?: for)?|looking ahead|(?:the )?road ahead|(?:the )?future outlook|(?:the )?next steps?"
        r"|what lies ahead|what s ahead"
    ),
    SectionName.BIGGER: re.compile(
        r"(?:the )?(?:big|bigger|wider|broader|larger) (?:picture|context)|zoom(?:ing)? out"
        r"|between the lines|(?:the )?bottom line"
    ),
}
_COMMON = re.compile(r"bottom line", re.IGNORECASE)
_MAX_HEADING = 80
_FOOTER = re.compile(
    r"(?:subscribe|sign up|read (?:more|next|also)|more (?:on|from)|related|follow us|share this"
    r"|©|copyright|this (?:article|story) (?:was|has been)|all rights reserved)\b",
    re.IGNORECASE,
)


def publisher_sections(blocks: Sequence[Block]) -> dict[SectionName, tuple[str, ...]]:
    """Return the paragraphs under each heading that names a section, in the order of sections.

    A heading rules until the next heading. One that is not marked up as one, or that many other
    articles have too ("The bottom line"), counts beside another section only. Bold words that
    open a paragraph ("Why it matters:") rule that paragraph and the list below it; they are not
    part of what is returned.
    """
    found: dict[SectionName, list[str]] = {}
    several = len({n for b in blocks if (n := _named(b.text) or _named(b.lead))}) > 1
    section: SectionName | None = None
    run_in = False
    for block in blocks:
        if block.kind is BlockKind.HEADING or (several and _named(block.text)):
            alone = not several and _COMMON.search(block.text)
            section, run_in = None if alone else _named(block.text), False
            continue
        if led := _named(block.lead):
            section, run_in = led, True
        elif run_in and block.kind is not BlockKind.ITEM:
            section, run_in = None, False
        text = _said(block) if led else block.text
        if section and text and not _FOOTER.match(text):
            found.setdefault(section, []).append(text)
    return {name: tuple(found[name]) for name in SectionName if name in found}


def _named(heading: str) -> SectionName | None:
    if len(heading) > _MAX_HEADING:
        return None
    words = " ".join(re.findall(r"[a-z0-9]+", heading.casefold()))
    return next((name for name, pattern in _NAMES.items() if pattern.fullmatch(words)), None)


def _said(block: Block) -> str:
    return block.text.removeprefix(block.lead).lstrip(" :–—-")

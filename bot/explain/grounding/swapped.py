"""Finds the one word of a claim that stands where its source has another: the rest is the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from bot.explain.grounding.fault import Fault, FaultKind, fault
from bot.explain.grounding.tokens import Sentence, Token, content, stem

_SAME = """
close shut | buy purchase acquire | begin start commence launch open | say state tell add note
declare explain report | end finish conclude complete | rise increase climb grow gain jump surge
soar | fall drop decline decrease slip sink slide tumble plunge | help assist aid support | show
reveal indicate demonstrate suggest find | big biggest large largest major huge great greatest |
firm company business group maker corporation | people person resident citizen | about around
roughly nearly almost approximately some over more than | child kid youngster | use utilise
utilize employ | get receive obtain gain win secure | need require | allow let permit enable | ask
request urge call | try attempt seek | build construct erect make create | choose select pick |
want seek wish hope aim plan intend expect | leave exit depart quit | vehicle car truck | job post
position role work | worker employee staff | chief head boss leader chairman | lawmaker politician
legislator mp senator | approve back pass support endorse | reject refuse decline | warn caution |
cut reduce lower trim slash | raise lift boost increase | also too likewise | before ahead prior |
after following since | show display present | money fund cash | probe inquiry investigation
investigate | talk negotiation discussion | deal agreement pact accord contract | attack assault
strike | area region district | home house | city town | plan scheme project proposal programme
program | rule regulation law | move step measure decision | hit strike affect | keep retain
maintain remain stay | happen occur take | lead cause result prompt | tell inform | hold stage
host | join enter | pay spend | give offer provide grant hand supply | send ship deliver dispatch
| wait delay | fire blaze | storm hurricane cyclone | doctor physician | film movie | match game |
study research survey report | quarter part | new fresh latest | former previous earlier | current
present | main chief key principal | important significant key vital crucial | difficult hard
tough | quick fast rapid | likely probable expected | because since as | while although though
whereas | which that who | often frequently | said says according | per percent | near close |
within inside | across throughout | fire use used shoot | fashion industry sector | picture image
photo | drop eliminate scrap abolish remove lift end cancel | employment employ job work |
terminate end finish stop halt | try work seek attempt
"""
"""What may stand for one another, by stems."""
_KIN = [frozenset(stem(word) for word in group.split()) for group in _SAME.split("|")]
_LEAST_SAME = 0.75
"""Share of a claim's words that it must share with its source, in order, to be a copy of it."""
_LEAST_WORDS = 5
_LEAST_SHARED = 0.5
"""Share of its stems below which it is no near copy, which is cheaper to see."""
_MOST_TOKENS = 120
"""Of a sentence; to compare longer ones takes time squared."""
_LONGEST = 2
"""Words in place of others that are taken for one word in place of another."""


def faults(claim: Sentence, cited: Sequence[Sentence]) -> Iterator[Fault]:
    """Doubt a word that no source has, where a near copy of a source's sentence has it.

    "The drug reduces the risk of death" becomes "increases" so; a synonym is none, as far as it is
    known.
    """
    known = frozenset[str]().union(*(sentence.bag for sentence in cited))
    for sentence in cited:
        shared = len(claim.bag & sentence.bag)
        if shared == len(claim.bag) or shared < _LEAST_SHARED * len(claim.bag):
            continue
        if max(len(claim.tokens), len(sentence.tokens)) > _MOST_TOKENS:
            continue
        for token, source in _swaps(claim.tokens, sentence.tokens):
            if stem(token.low) not in known and not _are_kin(token.low, source.low):
                yield fault(FaultKind.UNSUPPORTED, token.text)


def _swaps(claim: Sequence[Token], source: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    """Yield each word of a near copy that stands in another's place, with that other."""
    mine, theirs = [t.low for t in claim], [t.low for t in source]
    matcher = SequenceMatcher(None, theirs, mine, autojunk=False)
    codes = matcher.get_opcodes()
    same = sum(end - begin for kind, begin, end, _, _ in codes if kind == "equal")
    if same < max(_LEAST_WORDS, _LEAST_SAME * len(mine)):
        return
    for kind, a, b, c, d in codes:
        if kind != "replace" or max(b - a, d - c) > _LONGEST:
            continue
        there = [t for t in source[a:b] if content(t)]
        here = [t for t in claim[c:d] if content(t)]
        if len(there) == len(here) == 1:
            yield here[0], there[0]


def _are_kin(one: str, other: str) -> bool:
    mine, theirs = stem(one), stem(other)
    if mine == theirs or mine.startswith(theirs) or theirs.startswith(mine):
        return True
    return any(mine in kin and theirs in kin for kin in _KIN)

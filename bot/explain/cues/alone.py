"""Decides whether a reader understands a sentence without those around it."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.explain.cues.common import COMMON
from bot.explain.cues.introduced import points_at_unknown
from bot.explain.cues.quoted import without_quotations

_NEEDS_MORE = re.compile(
    r"\W*(?:he|she|they|it|this|that|these|those|but|and|so|or|nor|yet|however|instead|then"
    r"|thus|hence"
    r"|also|such|another|others?|both|neither|either|his|hers?|their|its|still|moreover|therefore"
    r"|additionally|conversely|alternatively|furthermore|nonetheless|nevertheless|similarly"
    r"|likewise|otherwise|too|even so"
    r"|there(?:['’]s)?|here(?:['’]s)?|(?:some|most|many|all|several)(?= (?:say|said|are|were"
    r"|have|had|will|would|do|did|of (?:them|those|these)))|one (?:is|was|said|such|of (?:them"
    r"|those|these))|the (?:two|three|four|latter|former|pair|trio|same|other|others)"
    r"|in (?:addition|contrast|turn|fact|other words|that|this|response|it|all)|for (?:example"
    r"|instance|its|his|her|their|that|this)|as (?:a result|such|for|well)"
    r"|by (?:contrast|comparison|then|that)|at the (?:same )?time|on the other hand|that['’]s"
    r"|it['’]s"
    r"|he['’]s|she['’]s|they['’](?:re|ve)|after (?:that|all|this)|because of (?:this|that)"
    r"|if (?:so|not|it|he|she|they)"
    r"|when (?:it|he|she|they)|while (?:it|he|she|they|this|that)|once (?:it|he|she|they)"
    r"|with (?:this|that|it|these)"
    r"|coming back|back to|speaking of|more (?:importantly|specifically)|that said|of note"
    r"|as (?:he|she|they|it)|despite (?:this|that|these)|since then|until (?:then|now)"
    r"|among (?:them|those|these)|of (?:those|these|course|the)|according to (?:him|her|them"
    r"|it))\b",
    re.IGNORECASE,
)

# "The bill would …": which? Not so "The law that …", "The head of …", "The White House …".
_DEFINITE = re.compile(
    r"^[“\"]?(?:The|Both|Each) ((?:[a-z0-9][\w’'-]* )*?[a-z0-9][\w’'-]*)(?:,|['’]s?\b)?"
    r" (?=(?P<own>in [A-Z]|of|that|who|which|for|between|behind|to|against|whose|where|when|by)\b"
    r"|(?:is|are|was|were|has"
    r"|have|had|will|would|could|can|may|might|must|should|do|does|did|said|says|told|also|in|on|at"
    r"|from|with|as|and|or|but|not|then|now|currently|recently|[a-z]+(?:ed|es|ly|ing)|[A-Z]\w*"
    r"|became|began|came|gave|got|grew|held|kept|knew|led|left|lost|made|met|paid|put|ran|rose|saw"
    r"|sent|set|sold|spent|stood|took|went|won|wrote|found|fell|built|bought|brought|comes|gives"
    r"|makes|takes|plans?|aims?|needs?|wants?|allows?|marks?|represents?|remains?|works?)\b)"
)
_KNOWN = frozenset(
    "government president police world internet public industry industries market"
    " markets economy number move moves decision announcement news change changes ruling plan plans"
    " case incident latest result results effort country nation idea problem question trend"
    " pandemic war election government's authorities administration military sun moon weather"
    " mayor governor minister ministry council parliament senate congress".split()
)
_THIS = re.compile(r"This ([a-z-]{4,})\b")
_NEWS = ("planned ", "proposed ", "upcoming ", "new ", "latest ", "all-new ")
_POINTS_BACK = re.compile(
    r"\b(?:those|these|such) (?!who\b|that\b|of\b|in\b|with\b|as\b|an?\b)\w+|\bthe following\b"
    r"|^(?:One"
    r"|On a) (?:\w+ ){0,2}(?:day|morning|afternoon"
    r"|evening|night)\b|^\[\d|\bet al\b|(?-i:^(?:[A-Z]\w+ ){1,3}[A-Z]\w+: )"
    r"|\b(?:all|most|many|some|one|none|any|both|few|several|each) of (?:them|it)\b"
    r"|\b(?:this|that same|the same) (?!week|month|year|stage|point|weekend|summer|spring|fall"
    r"|autumn|winter|morning"
    r"|afternoon|evening|decade|century|season|day|time|is\b|was\b)\w+",
    re.IGNORECASE,
)
# Threads that lead to another sentence, wherever they stand.
_THREAD = re.compile(
    r"\b(?:(?:says?|said)(?: that)? they|(?:analysts|experts|critics|officials|people|sources"
    r"|researchers|advocates|many|some) (?:say|said|believe|warn|warned|think)(?: that)? it"
    r"|(?<!but )(?<!not only )also|however|meanwhile|moreover|furthermore|in turn|for example"
    r"|for instance|as a result|therefore|likewise"
    r"|again|similarly|clearly|obviously|surely|undoubtedly"
    r"|(?:several|many|some|various|a number of) (?:\w+ )?(?:benefits|ways|issues"
    r"|advantages|changes|problems) (?:to|with|for|in)"
    r"|(?:moments|minutes|hours|days|weeks|months|years) (?:later|earlier)|(?:two|three|four"
    r"|several|some|other) (?:\w+ )?(?:things|reasons|factors|questions|examples)"
    r"|today|tonight|tomorrow|yesterday|this (?:morning|afternoon|evening)"
    r"|there(?! (?:is|are|was|were|has|have|had|will|would|may|might|could|can|should|must|to be))"
    r"|on the other hand|in other words|as mentioned|mentioned above|said above|noted above"
    r"|see (?:above|below)|the aforementioned|respectively|the (?:two|three|four|five|pair"
    r"|trio) \w+)\b|\b(?:though|too|either|instead|as well|so far|anyway|again|of course)[,.]|[?!]",
    re.IGNORECASE,
)
_ANOTHER = re.compile(
    r"\banother\b(?! (?:blow|step|sign|setback|example|milestone|reminder|boost)\b)", re.IGNORECASE
)
_BOILERPLATE = re.compile(
    r"\b(?:newsletter|sign up (?:for (?:our|the)|here|now|today)|subscribe|click here|read more"
    r"|read also|photo(?:graph)? by|getty images|pictured|file photo|shown here|from left"
    r"|image credit|contributed to this|editing by|follow (?:us|him|her|me)"
    r"|all rights reserved|copyright (?:©|\(c\)|19|20)\w*|advertisements?|affiliate links?"
    r"|cookie policy|uses cookies|editor['’]s note|(?:correction|watch|listen|related):(?= )"
    r"|requests? for comment|declined to comment|did(?:n['’]t| not)(?: immediately)? (?:respond"
    r"|return|reply|answer)|respond(?:ed)? to (?:a|the|our|\w+['’]s) (?:request|question)s?"
    r"|this (?:article|story|post|review)|in this episode|for more information"
    r"|(?:download|available) (?:\w+ ){0,4}app store"
    r"|http|pic\.twitter|retweet|thrilled|excited to|proud to)\b"
    r"|^\W*(?:additional )?reporting by|[@#]\w|[|©]|\(photo|https?:|www\.",
    re.IGNORECASE,
)
# "… a version of the ID." ends at an abbreviation's point.
_CUT = re.compile(r"\b(?!US|UK|EU|UN|AI|TV|PC|DC)(?<![.&])[A-Z]{1,2}\.$")
_STARTS = re.compile(r"[“\"‘']?(?![A-Z]{4,} [A-Z]{4,})[A-Z0-9$£€]")
_DATELINE = re.compile(r"^[A-Z][A-Z.’' -]{2,}\b[^—–]{0,40}(?:—|–|--| - )")
_LABEL = re.compile(
    r"^(?:The )?(?:background|context|bottom line|details?|takeaways?|upshot|big(?:ger)? picture)"
    r"\s*[—–:-]",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\b(?:You|Your|We|Our|My|I|I['’]\w+|me|my|mine|we|we['’]\w+|us(?!\.)|our|ours|you"
    r"|you['’]\w+|your|let['’]s|Let['’]s)\b"
)
_SPEAKER = re.compile(
    r"(?:^|[,”\"’] |[.] |\b(?:that|as|and|but|when|while|where) )(?:(?:Mr|Ms|Mrs|Dr)\.? )?"
    r"(?P<a>[A-Z][\w’'-]+) (?:said|says|told|added|wrote|explained|noted|tweeted)\b"
    r"|\b(?:said|says|added|wrote|explained|noted|argued) (?P<b>[A-Z][\w’'-]+)(?=[.,]|$)"
    r"|\b(?:Mr|Ms|Mrs)\.? (?P<c>[A-Z][\w’'-]+)(?! [A-Z])"
)
# "The brokerage said": which?
_SPEAKING_NOUN = re.compile(
    r"\b[Tt]he (brokerage|person|source|man|woman|group|team|paper|newspaper|report|study|statement"
    r"|letter|post|pair|couple|firm|analysts?|lawyers?|attorneys?|doctor|author|authors|writer"
    r"|reporter|duo|channel|outlet|site|blog|agent|researchers?|professor|executives?|founders?"
    r"|organi[sz]ation|suit|lawsuit|complaint|filing|document|memo|official|spokes\w+|suspect)"
    r" (?:said|says|told|added|wrote|explained|noted|tweeted|warned|alleges|claims|argues|found)\b"
)
_ABBREVIATION = re.compile(r"\b[A-Z]{3,6}\b")
_SPELT = frozenset(
    "NASA FBI CIA NSA NATO BBC CNN NBC CBS ABC AFP CEO CFO CTO COO IMF WHO OPEC USB GPS PDF IPO SEC"
    " FTC FDA FCC DOJ EPA CDC NFL NBA GDP DNA HIV AIDS COVID LGBT USA UAE EST PST GMT IBM BMW IRS"
    " ISIS ETF LLC PLC UNESCO UNICEF MIT UCLA NYU MTV HBO NHS RSS SMS VPN URL WWW AOL API"
    " ESPN ICC GOP PBS NPR FIFA UEFA NHL MLB OECD WTO ECB AIDS USDA DHS ACLU GPU CPU LED".split()
)
"""Abbreviations that are names by themselves."""
_DANGLES = re.compile(
    r"\b(?:the (?:latter|former)(?! [a-z])|said so|do(?:es)? so|did so)\b[.,”\"]*", re.IGNORECASE
)
# "Rebranded last year, it posted …": who?
_PARTICIPLE = re.compile(r"^[A-Z][a-z]+(?:ed|ing)\b([^,]*), (?:it|they)\b")
_MAX_QUOTED = 0.5
_MAX_COMMAS = 5
_SHORT_NOUN = 4
_HE_OR_SHE = re.compile(r"\b(?:he|she|him|his|her|hers|himself|herself)\b", re.IGNORECASE)
# "The Lakers" are nobody that a "him" stands for.
_NAME = re.compile(r"(?<![Tt]he )\b(?!The )[A-Z][\w’'-]+")
_CALENDAR = re.compile(
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|March|April|May|June|July|Aug(?:ust)?|Sept(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
)
_TELLING = re.compile(
    r"\b(?:said|says|told|tells|added|adds|wrote|writes|explained|noted|tweeted|joked|asked"
    r"|announced|announces|unveiled|revealed|outlined|discussed|spoke|talked|defended|attacked"
    r"|quipped|according)\b"
    r"|[“\"]|\bthen\b|\b\d+[-–]\d+\b|\b(?:stocks?|shares|index|trading)\b"
)
_FOUND = re.compile(
    r"\b(?:survey|study|poll|report|research|researchers|figures|data) (?:\w+ )?"
    r"(?:found|finds|shows?|showed|suggests?|says?)\b"
)
_FULL_NAME = re.compile(r"(?<![\w’-])[A-Z][\w’-]+(?: (?:[A-Z]\. )?[A-Z][\w’-]+)+")
_NO_FIRST_NAMES = COMMON | frozenset(
    "president senator sen rep gov governor mr mrs ms dr prime justice judge".split()
)


def surnames(body: str) -> frozenset[str]:
    """Return the second parts of names that are written in full somewhere, as "Meier" is."""
    found = set()
    for name in _FULL_NAME.findall(body):
        parts = [part for part in name.split() if part.casefold() not in _NO_FIRST_NAMES]
        if len(parts) > 1 and f" {(last := _bare(parts[-1])).casefold()}" not in body:
            found.add(last)
    return frozenset(found)


def stands_alone(sentence: str, shown: str, surnames: Collection[str] = ()) -> bool:
    """Tell whether a reader who sees only `shown` (headline, teaser) understands the sentence.

    `surnames` are those of the people whom the article names in full somewhere.
    """
    this = _THIS.match(sentence)
    if this and _is_shown(this[1], shown):
        sentence = f"The{sentence[this.start(1) - 1 :]}"  # "this lawsuit" is the headline's
    if _NEEDS_MORE.match(sentence):
        return False
    return is_whole(sentence) and not _is_about_strangers(sentence, shown, surnames)


def is_whole(sentence: str) -> bool:
    """Tell whether it is one whole sentence of the article's author, and of nothing around it."""
    if sentence[-1:] != "." and sentence[-2:] not in {".”", '."', ".’", ".)"}:
        return False
    if _CUT.search(sentence):
        return False
    if not _STARTS.match(sentence) or not _is_balanced(sentence) or _is_labelled(sentence):
        return False
    text = without_quotations(sentence)
    if len(text) < len(sentence) * _MAX_QUOTED or text.count(",") > _MAX_COMMAS:
        return False
    if any(found.search(text) for found in (_PERSON, _DANGLES, _THREAD, _POINTS_BACK, _ANOTHER)):
        return False
    return not _BOILERPLATE.search(sentence)


def _is_labelled(sentence: str) -> bool:
    return bool(_DATELINE.match(sentence) or _LABEL.match(sentence))


def is_plain(sentence: str) -> bool:
    """Tell whether a sentence states a fact: nobody's words, no person, no score, no feature."""
    return not any(found.search(sentence) for found in (_TELLING, _HE_OR_SHE, _FOUND))


def _is_about_strangers(sentence: str, shown: str, surnames: Collection[str]) -> bool:
    """Tell whether a sentence speaks of somebody or something that the reader has not met."""
    text = without_quotations(sentence)
    if _opens_with_unknown(sentence, shown) or points_at_unknown(text, shown):
        return True
    if any(not _is_shown(noun, shown) for noun in _SPEAKING_NOUN.findall(text)):
        return True
    if any(_is_stranger(match, shown) for match in _SPEAKER.finditer(text)):
        return True
    return _refers_back(text) or _is_coded(text, shown) or _names_bare(text, shown, surnames)


def _opens_with_unknown(sentence: str, shown: str) -> bool:
    found = _DEFINITE.match(sentence)
    if not found or found["own"] or found[1].startswith(_NEWS):
        return False
    noun = found[1].split()[-1]
    return noun not in _KNOWN and not _is_shown(noun, shown)


def _is_coded(text: str, shown: str) -> bool:
    """Tell whether a sentence has an abbreviation that neither it nor what is shown explains."""
    return any(
        name not in _SPELT and name not in shown and f"({name})" not in text
        for name in _ABBREVIATION.findall(text)
    )


def _names_bare(text: str, shown: str, surnames: Collection[str]) -> bool:
    words = text.split()
    return any(
        (name := _bare(word)) in surnames
        and name not in shown
        and not _is_first_name(words[at - 1] if at else "", opens=at == 1)
        for at, word in enumerate(words)
    )


def _is_first_name(word: str, *, opens: bool) -> bool:
    if not word[:1].isupper() or word[-1] in ",;:":
        return False
    return not opens or word.casefold() not in COMMON


def _bare(word: str) -> str:
    name = word.strip("“”\"‘’'(),.;:")
    return name.removesuffix("’s").removesuffix("'s")


def _is_shown(noun: str, shown: str) -> bool:
    stem = noun.rstrip("s").casefold()[:6]
    end = r"\w*" if len(stem) > _SHORT_NOUN else r"(?:e?s)?\b"  # "law" is not in "lawmakers"
    return re.search(rf"\b{re.escape(stem)}{end}", shown.casefold()) is not None


def _refers_back(text: str) -> bool:
    """Tell whether "he", "she" or "it" comes before any name: it stands for somebody else's."""
    opening = _PARTICIPLE.match(text)
    if opening and not _NAME.search(opening[1]):
        return True
    found = _HE_OR_SHE.search(text)
    if not found:
        return False
    # A sentence begins with a capital anyway: its first word is a name only with another behind.
    before = re.sub(r"^\W*\w[\w’'-]*(?![\w’'-]| [A-Z])", "", text[: found.start()])
    names = _NAME.findall(before)
    return all(_CALENDAR.fullmatch(n) or n.casefold() in COMMON for n in names)


def _is_stranger(speaker: re.Match[str], shown: str) -> bool:
    """Tell whether a sentence names somebody by surname whom the reader has not met."""
    name = speaker["a"] or speaker["b"] or speaker["c"]
    return re.search(rf"\b{re.escape(name)}\b", shown) is None


def _is_balanced(text: str) -> bool:
    return (
        text.count('"') % 2 == 0
        and text.count("“") == text.count("”")
        and text.count("(") == text.count(")")
    )

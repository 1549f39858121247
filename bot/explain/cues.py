"""The wording by which a sentence shows what it can explain, and whether it can stand alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.models import SectionName

COMMON = frozenset(
    "the of and to in for is on that with as was at by it from has have be this are an his her he"
    " she they not but had its were will would their been who which said says also more than one"
    " after about into could can you our out over when there what all some other new two may no"
    " if or so up we i my me us your how just like most many only them then these those very being"
    " because between before during while where such did does do any each own same than too"
    " until".split()
)


@dataclass(frozen=True, slots=True)
class _Cue:
    pattern: re.Pattern[str]
    weight: float


def _cue(weight: float, pattern: str) -> _Cue:
    return _Cue(re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE), weight)


_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|March|April|May|June|July|Aug(?:ust)?|Sept(?:ember)?"
    r"|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)"
)
_NEGATED = re.compile(
    r"\b(?:no|not|never|without|den(?:y|ies|ied)|declin\w+|refus\w+|abandon\w*|cancel\w*"
    r"|scrap\w*)\b"
    r"(?:\W+\w+){0,4}\W+(?:plan\w*|intend\w*|expect\w*|set|due|scheduled|likely|aim\w*|hop\w+)\b"
    r"|n['’]t\b(?:\W+\w+){0,4}\W+(?:plan\w*|intend\w*|expect\w*|set|due|scheduled|likely)\b",
    re.IGNORECASE,
)
_NEXT = (
    _cue(
        2.0,
        r"(?:is|are|['’]s|['’]re) (?:now |also |still |currently |widely )?(?:expected|set|due"
        r"|scheduled|slated|poised|likely|on track) (?:to|for|in|on|by)",
    ),
    _cue(1.6, r"(?<!['’]s )(?:plans?|vows?|intends?|aims?|expects?)(?: \w+)? to(?= [a-z])"),
    _cue(1.0, r"(?:vowed|pledged|agreed|promised) to(?= (?!an?\b|the\b)[a-z])"),
    _cue(1.5, r"(?:will|won['’]t)(?= [a-z])"),
    _cue(
        1.0, r"next (?:week|month|year|spring|summer|autumn|fall|winter|quarter|step|round|phase)"
    ),
    _cue(1.0, r"later this (?:week|month|year|summer|spring|fall|autumn|winter)"),
    _cue(1.0, r"(?:coming|upcoming) (?:days?|weeks?|months?|years?)|in the near future|deadline"),
    _cue(1.0, r"(?:scheduled|slated|due) (?:for|on|in)|by the end of (?:the|this|next) \w+"),
    _cue(0.6, r"until|could|may|might|should"),
)
_HEDGED = re.compile(
    r"\bwill (?:be able|help|never|always|often)\b|\b(?:argues?|argued|believes?|believed"
    r"|hopes?|hoped"
    r"|thinks?|optimistic|defenders|feels?) (?:that )?\b|^(?:If|When|Because|Since)\b",
    re.IGNORECASE,
)
_PAST_FRAME = re.compile(
    r"\b(?:was|were|had been) (?:\w+ )?(?:due|set|expected|scheduled|supposed|meant|going"
    r"|slated) to\b"
    r"|\b(?:had|would) (?:\w+ )?(?:have|plan\w*|hop\w+|intend\w+|agreed|vowed|promised|pledged"
    r"|expected)\b|\bago\b|\blast (?:week|month|year)\b"
    r"|\bused to\b|\b(?:will|would) often\b|\bin (?:19|20)\d\d\b(?!.*\bwill\b)",
    re.IGNORECASE,
)
_BACKGROUND = (
    _cue(
        1.6,
        rf"since (?:at least )?(?:early |late )?(?:{_MONTH} )?(?:(?:19|20)\d\d|last)"
        r"|since the (?:start|beginning|end|turn|outbreak|pandemic|election|war|late|early|\d{4}s)",
    ),
    _cue(
        1.6,
        r"(?:\w+|\d+) (?:years?|months?|decades?|weeks?) ago|(?:a )?(?:decade|century|year) ago",
    ),
    _cue(
        1.4,
        r"last (?:year|month|summer|spring|fall|autumn|winter|january|february|march|april|may"
        r"|june|july|august|september|october|november|december)|earlier this (?:year|month)",
    ),
    _cue(1.2, r"previously|formerly|had (?:already |also |long |previously )?been|in the past"),
    _cue(
        1.2,
        r"(?:was|were|been) (?:first )?(?:founded|established|launched|created|formed|elected"
        r"|appointed|introduced|passed|enacted|built|acquired|banned|convicted|sentenced)",
    ),
    _cue(1.2, r"dates? back to|began (?:in|as|when|with)|for more than a decade"),
    _cue(
        0.8,
        r"for (?:years|decades)|(?:came|comes) (?:after|amid)|follow(?:s|ed|ing)|originally"
        r"|history of|has long",
    ),
)
_WHY = (
    _cue(
        2.0,
        r"(?:poses?|posed) (?:a|an|the|serious)|threat(?:s|ens|ening)?|threatened(?! to)"
        r"|at (?:risk|stake)|(?:rais(?:es?|ed|ing)|fuel(?:s|ed|ing)?|spark(?:s|ed|ing)?)"
        r" (?:\w+ )?(?:fears?|concerns?|questions|doubts|alarm|outrage|the (?:prospect|stakes))",
    ),
    _cue(
        2.0,
        r"risks? (?:of|to|that|for)|crucial|critical (?:to|for)|vital (?:to|for)|pivotal"
        r"|jeopardi[sz]\w+|undermin\w+|devastating|far-reaching|unprecedented|turning point",
    ),
    _cue(
        2.0,
        r"(?:first|largest|biggest|worst|deadliest|highest|lowest|only) (?:\w+ ){0,4}(?:ever|in"
        r" history|in (?:\w+ )?(?:years|decades)|in the world|of its kind)",
    ),
    _cue(
        1.8,
        r"(?:significant|major|big|huge|important|key|serious|profound|lasting|direct|potential)"
        r" (?:\w+ )?(?:impact|blow|boost|shift|change|step|implications|consequences|setback"
        r"|milestone|victory|test|challenge|win)|(?:blow|boost|setback|victory|win"
        r"|relief) (?:to|for)",
    ),
    _cue(
        1.6,
        r"(?:would|could|may|might|will) (?:also |further |significantly |likely )?(?:affect|harm"
        r"|hurt|threaten|force|allow|mean|lead to|result in|make it (?:\w+ )?(?:easier|harder)"
        r"|reshape|undermine|reduce|cripple|weaken|strengthen|deprive|shrink|boost|embolden|worsen"
        r"|transform|jeopardi[sz]e|endanger|mark (?:a|the)|set a precedent)",
    ),
    _cue(
        1.6,
        r"(?:affects|affecting|impacts|impacting)|implications (?:for|of)|consequences (?:for|of)"
        r"|which means|meaning (?:that|the)|a sign (?:that|of)|signals? (?:that|a)",
    ),
    _cue(
        1.4,
        r"warn(?:s|ed|ing)? (?:that|of|about)|fears? (?:that|of|over)|concerns? (?:that|about"
        r"|over)|worr(?:y|ies|ied) (?:that|about)|critics (?:say|said|argue|warn|fear|contend)"
        r"|under (?:pressure|scrutiny)|leav(?:es?|ing) .{3,60}? without",
    ),
    _cue(
        0.8,
        r"(?:millions?|thousands|hundreds of thousands|tens of thousands|\d[\d,.]{0,15} (?:million"
        r"|billion)?) ?(?:of )?(?:\w+ )?(?:people|americans|residents|jobs|workers|families"
        r"|customers"
        r"|users|patients|students|homes|households|children|passengers|women|drivers|voters)",
    ),
    _cue(0.4, r"because|matters?|important"),
)
_BIGGER = (
    _cue(
        2.0,
        r"across (?:the )?(?:country|world|globe|nation|industry|region|continent|u\.s\.|uk|us"
        r"|united states|europe|africa|asia)|around the (?:world|globe|country)",
    ),
    _cue(
        2.0,
        r"(?:growing|increasing|rising|global|broader|wider|larger|national|industry|recent"
        r"|latest|international) (?:\w+ )?(?:trend|movement|wave|push|debate|crackdown"
        r"|backlash|shift|series|campaign|crisis|pattern)|trend (?:of|toward|towards)",
    ),
    _cue(
        2.0,
        r"(?:one|part|latest) (?:of|in) (?:a |the |an )?(?:several|many|growing|broader|wider"
        r"|larger"
        r"|series|string|wave|number|handful|dozens)|(?:growing|increasing) number of",
    ),
    _cue(
        1.2,
        r"(?:analysts?|economists?|experts|researchers|historians|observers|critics|scholars)"
        r" (?:\w+ )?(?:say|said|believe|warn|warned|expect|argue|called|point)",
    ),
    _cue(
        1.4,
        r"other (?:\w+ )?(?:companies|countries|states|cities|nations|firms|brands|governments"
        r"|automakers|retailers|carriers|airlines|tech giants)|rivals|competitors (?:such|like)"
        r"|worldwide|nationwide|globally",
    ),
    _cue(
        1.0,
        r"amid|increasingly|more and more|in recent years|similar|compared (?:with|to)|wave of"
        r"|string of",
    ),
)
_SECTIONS = (
    (SectionName.NEXT, _NEXT, 1.5),
    (SectionName.BACKGROUND, _BACKGROUND, 1.4),
    (SectionName.BIGGER, _BIGGER, 1.8),
    (SectionName.WHY, _WHY, 1.4),
)

_QUOTED = re.compile(r"[“\"][^“”\"]*[”\"]|(?<!\w)‘[^‘’]*’(?!\w)")
_METHOD = re.compile(
    r"\b(?:survey(?:ed)?|respondents?|participants?|sampled?|the study|the researchers|the poll"
    r"|polled|data (?:from|shows?)|methodology|trial|experiment|analysis of|questionnaire)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[$£€]?\d[\d,.]*%?")
_YEAR = re.compile(r"\b(19[3-9]\d|20\d\d)\b")
# A year that dates something, not one that is part of a name ("the 2025 Report").
_DATED = re.compile(
    rf"\b(?:in|since|from|until|by|during|between|of|late|early|mid|an?"
    rf"|{_MONTH}(?: \d+,)?)[ -](19[3-9]\d|20\d\d)\b",
    re.IGNORECASE,
)
_MAX_NUMBERS = 2
_PAST_PENALTY = 1.6
_HEDGE_PENALTY = 0.6
_METHOD_PENALTY = 3.0


def best_section(sentence: str, year: int) -> tuple[SectionName, float] | None:
    """Return the section that a sentence fits best and how well, or None if it fits none.

    What somebody is quoted with counts for nothing. `year` is that of publication.
    """
    text = _QUOTED.sub(" ", sentence)
    if len(_NUMBER.findall(_YEAR.sub("", text))) > _MAX_NUMBERS:
        return None  # statistics: every number looks as if it mattered
    scores = {name: (_score(text, cues) - least, least) for name, cues, least in _SECTIONS}
    scores = {
        name: (_adjusted(name, text, year, score), least) for name, (score, least) in scores.items()
    }
    name = max(scores, key=lambda n: scores[n][0])
    score, least = scores[name]
    return (name, score + least) if score >= 0 else None


def _score(text: str, cues: tuple[_Cue, ...]) -> float:
    return sum(c.weight for c in cues if c.pattern.search(text))


def _adjusted(name: SectionName, text: str, year: int, score: float) -> float:
    years = [int(y) for y in _DATED.findall(text)]
    if name is SectionName.NEXT:
        if _NEGATED.search(text):
            return -1.0
        ahead = 1.2 if any(y > year for y in years) else 0.0
        hedged = _HEDGE_PENALTY if _HEDGED.search(text) else 0.0
        return score + ahead - hedged - (_PAST_PENALTY if _PAST_FRAME.search(text) else 0.0)
    if name is SectionName.BACKGROUND:
        score += 1.6 if any(y < year for y in years) else 0.0
    return score - (_METHOD_PENALTY if _METHOD.search(text) else 0.0)


# ── can it stand alone? ──────────────────────────────────────────────────────────────────

_NEEDS_MORE = re.compile(
    r"\W*(?:he|she|they|it|this|that|these|those|but|and|so|or|nor|yet|however|instead|then"
    r"|thus|hence"
    r"|also|such|another|others?|both|neither|either|his|hers?|their|its|still|moreover|therefore"
    r"|additionally|furthermore|nonetheless|nevertheless|similarly|likewise|otherwise|too|even so"
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
    r"|as (?:he|she|they|it)|despite (?:this|that|these)|since then|until (?:then|now)"
    r"|among (?:them|those|these)|of (?:those|these|course|the)|according to (?:him|her|them"
    r"|it))\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"^(?:\S+ ){0,5}(?:those|these|such) \w+|\bthe following\b|^(?:One"
    r"|On a) (?:\w+ ){0,2}(?:day|morning|afternoon"
    r"|evening|night)\b|^\[\d|\bet al\b|(?-i:^(?:[A-Z]\w+ ){1,3}[A-Z]\w+: )",
    re.IGNORECASE,
)
_BOILERPLATE = re.compile(
    r"\b(?:newsletter|sign up|subscrib\w+|click here|read more|read also|photo(?:graph)? by"
    r"|getty images"
    r"|image credit|contributed to this|reporting by|editing by|follow (?:us|him|her|me)|all rights"
    r"|copyright|advertis\w+|affiliate|cookies?|correction:|editor['’]s note|watch:|listen:"
    r"|related:"
    r"|this (?:article|story|post|review)|in this episode|via email|for more information|app store"
    r"|http|www\.|pic\.twitter|retweet|tweet(?:ed)?)\b|[@#]\w|[|]|https?:",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\b(?:You|Your|We|Our|My|I|I['’]\w+|me|my|mine|we|we['’]\w+|us(?!\.)|our|ours|you"
    r"|you['’]\w+|your)\b"
)
_SPEAKER = re.compile(
    r"(?:^|[,”\"’] |[.] )(?:(?:Mr|Ms|Mrs|Dr)\.? )?(?P<a>[A-Z][\w’'-]+) (?:said|says|told|added"
    r"|wrote|explained|noted|called)"
    r"\b|\b(?:said|says|added|wrote|explained|noted) (?P<b>[A-Z][\w’'-]+)(?=[.,]|$)"
)
_DANGLES = re.compile(
    r"\b(?:the (?:latter|former)|said so|do(?:es)? so|as well|too|instead)[.”\"]*$", re.IGNORECASE
)
_MAX_QUOTED = 0.5
_HE_OR_SHE = re.compile(r"\b(?:he|she|him|his|her|hers|himself|herself)\b", re.IGNORECASE)
_NAME = re.compile(r"\b[A-Z][\w’'-]+")
_CALENDAR = re.compile(rf"{_MONTH}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day", re.IGNORECASE)


def stands_alone(sentence: str, shown: str) -> bool:
    """Tell whether a reader who sees only `shown` (headline, teaser) understands the sentence."""
    text = _QUOTED.sub(" ", sentence)
    if sentence.rstrip("”\"’')")[-1:] not in {".", "!"} or not _is_balanced(sentence):
        return False
    if _NEEDS_MORE.match(sentence) or _POINTS_BACK.match(sentence):
        return False
    if _DANGLES.search(sentence) or _BOILERPLATE.search(sentence) or _refers_back(text):
        return False
    if _PERSON.search(text) or len(text) < len(sentence) * _MAX_QUOTED:
        return False
    return not any(_is_stranger(match, shown) for match in _SPEAKER.finditer(text))


def _refers_back(text: str) -> bool:
    """Tell whether "he" or "she" comes before any name: the sentence is about somebody else's."""
    found = _HE_OR_SHE.search(text)
    if not found:
        return False
    # A sentence begins with a capital anyway: its first word is a name only with another behind.
    before = re.sub(r"^\W*\w[\w’'-]*(?! [A-Z])", "", text[: found.start()])
    return all(_CALENDAR.fullmatch(name) for name in _NAME.findall(before))


def _is_stranger(speaker: re.Match[str], shown: str) -> bool:
    """Tell whether a sentence names somebody by surname whom the reader has not met."""
    name = speaker["a"] or speaker["b"]
    return re.search(rf"\b{re.escape(name)}\b", shown) is None


def _is_balanced(text: str) -> bool:
    return (
        text.count('"') % 2 == 0
        and text.count("“") == text.count("”")
        and text.count("(") == text.count(")")
    )


_PERSONAL_TITLE = re.compile(
    r"^(?:column|analysis|perspective|essay|letters?|explainer|opinion)\b"
    r"|^(?:the )?\d+ (?:\w+ )?(?:things|ways"
    r"|reasons|tips|best|key|questions)\b|\b(?:opinion|op-ed|editorial|commentary|review"
    r"|reviewed|reviews|deals?|best .{1,40}(?:gifts?|buys?"
    r"|deals|for you)|how to|recipe|quiz|horoscope|crossword|podcast|coupon|% off|black friday"
    r"|cyber monday|gift guide|letters? to the editor|things to (?:know|do|see)|on sale)\b",
    re.IGNORECASE,
)
_PERSONAL_PATH = re.compile(
    r"/(?:opinions?|op-ed|editorials?|commentisfree|commentary|reviews?|deals?|coupons?|shopping"
    r"|recipes?|columns?|columnists?|blogs?|how-to|horoscopes?|podcasts?|quiz(?:zes)?)(?:/|$)",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(
    r"\b(?:You|Your|We|Our|My|I|I['’](?:m|ve|d|ll)|my|me|you|your|you['’](?:re|ll|ve))\b"
)
_MAX_PERSONAL = 0.012
"""Share of the words outside quotations; news has next to none."""


def is_personal(title: str, link: str, body: str) -> bool:
    """Tell whether a text is its author's view or advice: opinion, review, deals, instructions."""
    if _PERSONAL_TITLE.search(title) or _PERSONAL_PATH.search(link):
        return True
    told = _QUOTED.sub(" ", body)
    return len(_FIRST_PERSON.findall(told)) > len(told.split()) * _MAX_PERSONAL

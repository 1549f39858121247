"""The wording of what was before, for Background Context."""

from __future__ import annotations

from bot.explain.cues.table import cue

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|march|april|june|july|aug(?:ust)?|sept(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_UNITS = "(?:years?|months?|decades?|centur(?:y|ies))"

BEFORE = (
    cue(
        2.0,
        "since",
        rf" (?:at least |about |around )?(?:early |late |mid-)?(?:{_MONTH} )?(?:19\d\d|20\d\d|last"
        r"|the (?:start|beginning|end|turn|outbreak|pandemic|election|war|late|early|mid|\d{4}s))",
    ),
    cue(2.0, "years months decades decade year month century centuries weeks", r" ago"),
    cue(2.0, "last", rf" (?:year|month|summer|spring|fall|autumn|winter|may|{_MONTH})"),
    cue(2.0, "earlier", r" this (?:year|month|summer|spring|fall|autumn|winter|decade)"),
    cue(
        1.2,
        "in",
        rf" (?:early |late |mid-)?(?:may|{_MONTH})(?:,| \d|\.| of| when| after| that)?(?!')",
    ),
    cue(
        2.0,
        "previously formerly originally historically traditionally",
        behind="as who which that and said says reported not",
    ),
    cue(1.2, "in", r" the (?:past|\d{4}s|early|late|mid|years (?:since|after|before))"),
    cue(1.2, "over during for in", rf" the (?:past|last|previous) (?:\w+ )?{_UNITS}"),
    cue(
        1.1,
        "for",
        rf" (?:more than |over |nearly |almost |at least |about |the better part of )?(?:an? "
        rf"|\w+ )?{_UNITS}",
    ),
    cue(
        2.0,
        "had has have",
        r" (?:long |previously |repeatedly |earlier |initially |also )?been (?:critici[sz]ed"
        r"|accused"
        r"|banned|warned|sued|fined|known|credited|blamed|dogged|plagued|embroiled|locked)",
    ),
    cue(
        1.0,
        "had",
        r" (?:already |also |long |previously |once |initially |earlier |never |\w+ly )?(?:been"
        r"|\w+ed|\w+en|become|come|made|told|said|won|lost|left|bought|sold|held|begun|led|run"
        r"|set|grown|known)",
    ),
    cue(
        2.0,
        "had has have",
        r" (?:long|often|historically|traditionally|previously|already|repeatedly) \w+",
    ),
    cue(
        1.4,
        "was were been",
        r" (?:first |originally |initially )?(?:founded|established|launched|created|formed"
        r"|elected|appointed|introduced|passed|enacted|built|acquired|banned|convicted|sentenced"
        r"|spun|named|adopted|signed|indicted|charged|arrested|developed|conceived|designed"
        r"|invented|bought|sold|annexed)",
    ),
    cue(1.6, "bringing brings", r" (?:the|its|their|total)(?: \w+)? total"),
    cue(1.6, "founded", r" (?:in|by)"),
    cue(1.4, "raised", r" (?:a total of |about |more than |over |nearly )?[$£€]"),
    cue(1.4, "dates date dating", r" (?:back )?(?:to|from)"),
    cue(1.3, "began started", r" (?:in|as|when|with|after|life)"),
    cue(
        1.2,
        "first",
        r" (?:began|became|started|launched|appeared|emerged|announced|proposed|reported|opened"
        r"|introduced|published|took|came|met|filed|identified|discovered|used)",
    ),
    cue(0.8, "came comes", r" (?:\w+ )?(?:after|amid|following|on the heels|days|weeks|months|a)"),
    cue(0.7, "followed follows following after"),
    cue(0.8, "history", r" of"),
    cue(
        1.2,
        "under",
        r" (?:current|existing|federal|state|the|a|\w+) (?:\w+ )?(?:law|laws|rules?|regulations?"
        r"|agreement|deal|policy|act|constitution|treaty)",
    ),
    cue(0.9, "former", r" \w+"),
    # What it is; alone, that is an advertisement as often as an introduction.
    cue(
        1.6,
        "is are",
        r" (?:an?|the|one of the|owned by|part of an?) (?:(?!new\b|free\b|great\b"
        r"|good\b)[\w'-]+ ){0,5}"
        r"(?:company|startup|service|platform|website|network|organi[sz]ation|nonprofit|agency"
        r"|program|programme|law|party|group|firm|technology|system|community|marketplace|engine"
        r"|browser|provider|maker|developer|operator|subsidiary|protocol|standard|method|technique"
        r"|form of|type of|kind of|disease|condition|treaty|court|body|region|territory|province)",
        behind="it this that which there he she who they these those what",
    ),
    # Of something that only happens to be named.
    cue(
        -1.2,
        "that which who whose",
        r" (?:\w+ ){1,6}(?:last (?:year|month)|in (?:19|20)\d\d|earlier this)",
    ),
    cue(-0.8, "announced unveiled revealed debuted", behind="was were been had previously first"),
    cue(1.0, "last", r" week"),
    cue(-1.5, "this", r" (?:week|weekend|morning|afternoon)"),
    cue(-1.0, "over", r" the weekend"),
    cue(-1.0, "is are s re", r" (?:now |also |currently |already )?\w+ing"),
    cue(
        -1.0,
        "has have",
        r" (?:now |just |also )?(?:announced|launched|revealed|unveiled|taken|released|introduced"
        r"|debuted)",
    ),
    cue(-0.5, "while", r"(?<=^while)"),
    # What the story itself reports has its day of the week.
    cue(
        -1.2,
        "on monday tuesday wednesday thursday friday saturday sunday",
        r"(?: (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|morning|afternoon|night"
        r"|evening))",
    ),
    cue(
        -0.9,
        "monday tuesday wednesday thursday friday saturday sunday today yesterday tonight",
        r"",
    ),
    cue(-1.2, "will", r" \w+"),
    cue(-1.5, "would will", r" (?:likely )?have to"),
    cue(-0.8, "would could should might", r" \w+"),
    cue(-1.0, "is are s", r" (?:expected|scheduled|set|due|slated|likely|planning) "),
    cue(
        -0.8,
        "said says told added tweeted wrote",
        r"",
    ),
)

"""The wording of trends, debates and comparisons, for Bigger Picture."""

from __future__ import annotations

from bot.explain.cues.table import cue

WIDER = (
    cue(
        1.5,
        "across throughout",
        r" (?:the |much of (?:the )?|all of |most of )?(?:\w+ )?(?:country|world|globe|nation"
        r"|industry|industries|region|continent|u\.s|uk|us|united states|europe|africa|asia"
        r"|sector|sectors|america|latin america|states)",
    ),
    cue(1.5, "around", r" the (?:world|globe|country|nation)"),
    cue(1.3, "worldwide nationwide globally internationally", behind="million"),
    cue(
        2.0,
        "growing increasing rising global broader wider larger nationwide ongoing longstanding"
        " escalating",
        r" (?:[\w-]+ ){0,2}(?:trend|movement|wave|push|debate|crackdown|backlash|shift|series"
        r"|campaign|pattern|efforts?|race|fight|battle|rivalry|competition|scrutiny)",
    ),
    cue(2.0, "trend trends", r" (?:of|toward|towards|in|that|among|is|has)"),
    cue(
        2.0,
        "one part latest",
        r" (?:of|in) (?:a |the |an )?(?:\w+ )?(?:several|many|growing|broader|wider|larger|series"
        r"|string|wave|number|handful|dozens|bigger|trend|spate|slew|raft|long line|push|effort)",
    ),
    cue(
        2.0,
        "latest",
        r" (?:\w+ ){1,4}to (?:be|have|join|face|announce|ban|adopt|launch|take|cut|sue)",
    ),
    cue(2.0, "growing increasing", r" number of"),
    cue(1.9, "states countries cities companies governments", r" (?:such as|like|including) "),
    cue(
        2.0,
        "one",
        r" of (?:over |more than |at least |nearly |about |roughly |around )?(?:\d+|two|three|four"
        r"|five|six|seven|eight|nine|ten|a dozen|dozens of) (?:\w+ ){0,2}(?:companies|countries"
        r"|states|cities|cases|lawsuits|nations|firms|publishers|universities|schools|startups)",
    ),
    cue(2.0, "adds adding", r" to (?:a|the) (?:growing|mounting|long|string|list|pile|wave)"),
    cue(1.9, "competes compete competing", r" (?:\w+ )?(?:with|against)"),
    cue(1.9, "competitor rival alternative", r" (?:of|to|for)"),
    cue(
        1.9,
        "joins join joined joining",
        r" (?:a |the )?(?:growing|several|other|list|number|ranks|string|companies|rivals)",
    ),
    cue(
        1.9,
        "like unlike",
        r" (?:many|most|other|several) (?:\w+ )?(?:companies|countries|states|cities|nations"
        r"|firms|retailers|governments|publishers|startups|platforms)",
    ),
    cue(
        1.7,
        "other",
        r" (?:\w+ ){0,2}(?:companies|countries|states|cities|nations|firms|brands|governments"
        r"|automakers|carmakers|retailers|carriers|airlines|giants|platforms|startups|publishers"
        r"|universities|schools|networks|makers|banks)",
        behind="no any each",
    ),
    cue(1.4, "rivals competitors", r" (?:such|like|including|have|are|as|\w+)"),
    cue(
        1.4,
        "experts analysts economists historians observers scholars",
        r" (?:\w+ )?(?:say|believe|warn|warned|expect|argue|called|point|see|predict|fear)",
    ),
    cue(
        1.5,
        "amid",
        r" (?:a |an |the |its |their |mounting |growing |rising |fears|concerns|increasing "
        r"|ongoing |\w+ )",
    ),
    cue(1.4, "increasingly"),
    cue(1.7, "more", r" and more"),
    cue(1.8, "in", r" recent (?:years|months|decades)"),
    cue(
        1.5,
        "similar",
        r" (?:to|laws?|bills?|moves?|efforts?|cases?|measures?|protests?|lawsuits?|problems?"
        r"|concerns?|incidents?|programs?|attempts?|bans?|projects?|technology)",
    ),
    cue(1.6, "compared", r" (?:with|to)"),
    cue(2.0, "wave string spate slew flurry surge", r" of(?= [a-z])"),
    cue(
        1.5,
        "as",
        r" (?:more|many|companies|countries|governments|consumers|tech|streaming|publishers"
        r"|the (?:industry|country|world|sector))",
    ),
    cue(1.2, "comes come came", r" (?:\w+ )?as (?!an? |the first)"),
    cue(1.9, "comes come came", r" (?:\w+ )?(?:amid|at a time)"),
    cue(1.5, "since", r" the (?:pandemic|financial crisis|cold war|end of)"),
    cue(1.9, "while", r"(?<=^while) (?:other|many|most|several|traditional|rival) [\w-]+"),
    cue(2.7, "symptom symbol emblematic symptomatic", r" of(?= [a-z])"),
    cue(
        1.9,
        "reflects reflecting reflect illustrates illustrating exemplifies echoes mirrors echoing",
        r" (?:an?|the|how|similar|that|growing|broader|wider)",
    ),
    cue(2.0, "at", r" a time (?:when|of)"),
    cue(2.0, "not isn", r"(?:'t)? (?:alone|the (?:first|only) (?:\w+ ){1,3}(?:to|that|in|where))"),
    cue(
        1.6,
        "become becoming becomes",
        r" (?:an? (?:\w+ )?(?:common|popular|growing|flashpoint|battleground|trend)|increasingly"
        r"|more (?:common|popular)|commonplace|ubiquitous)",
    ),
    cue(1.9, "arms", r" race"),
    cue(
        1.2,
        "dozens hundreds scores",
        r" of (?:\w+ ){0,2}(?:other|companies|cities|countries|states|cases|lawsuits)",
    ),
    cue(1.3, "industry sector market", r" (?:as a whole|has|is|faces|wide)"),
    cue(-0.8, "said says told tweeted", r" "),
    cue(-0.8, "will", r" \w+"),
    cue(
        -0.7,
        "on monday tuesday wednesday thursday friday saturday sunday",
        r"(?: (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|morning|afternoon|night"
        r"|evening))",
    ),
)

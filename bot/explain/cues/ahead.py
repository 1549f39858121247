"""The wording of what is still ahead, for What Happens Next."""

from __future__ import annotations

from bot.explain.cues.table import cue

_DETERMINERS = "a an the no any this that these those its their his her our such each every"
_EVENTS = (
    "(?:announce|appeal|appear|attend|ban|become|begin|cease|close|come (?:to|into|out|before)"
    "|consider|debate|debut|decide|discontinue|discuss|eliminate|end|enter|expand|expire|face|fund"
    "|go (?:on|ahead|into|live|to|before|public)|hear|hold|host|impose|introduce|invest|investigate"
    "|invite|issue|kick|launch|lay|make (?:its|their|his|her|a decision|the decision|the final)"
    "|meet|merge|migrate|phase|proceed|propose|publish|release|remain|reopen|replace|resign|resume"
    "|retire|reveal|roll|seek|serve|shut|sign (?!up)|spend|start|step down|stop"
    "|take (?:place|effect|part|over|office|up)|testify|tour|transition|undergo|unveil|use (?:the"
    "|this|its) (?:\\w+ )?(?:funding|funds|money|capital|investment|proceeds)"
    "|vacate|vote)"
)
_ACTS = (
    "(?:add|arrive|bring|build|create|deliver|deploy|develop|fight|file|get|give|hand|have|join"
    "|leave|lift|make|move|offer|open|operate|pay|play|present|produce|provide|receive|remove"
    "|report"
    "|require|return|review|run|sell|send|stage|submit|switch|test|travel|use|visit|work)"
)
_DONE = (
    "(?:presented|held|released|published|launched|invited|opened|closed|replaced|laid|shut"
    "|sentenced|discussed|announced|delivered|implemented|introduced|required|auctioned"
    "|sold|shown|built|tested|reviewed|decided|considered|submitted|removed|moved|expanded|phased"
    "|rolled|deployed|awarded|extradited|deported|discontinued|banned|barred|paid|refunded|turned"
    "|transferred|spun|split|returned|allowed to|forced to|asked to|joined|followed|finali[sz]ed"
    "|completed|conducted|determined|resolved|postponed|suspended|terminated|heard|voted|demolished"
    "|converted|redesigned|unveiled|revealed|made available|back)"
)
_SUBORDINATE = "that which who whom whose what how where if when as because why whatever it"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|march|april|may|june|july|aug(?:ust)?|sept(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)

AHEAD = (
    # Said to be coming, by whoever decides.
    cue(
        2.0,
        "is are s re",
        r" (?:now |also |still |currently |widely |all |both |not )?(?:expected|scheduled|slated"
        r"|planned|poised|on track|forecast|projected) (?:to|for|in|on|by|next|this|later)",
    ),
    cue(
        2.0,
        "is are s re",
        r" (?:now |also |still |currently |all |both )?(?:set to|due (?:to (?!the|a|an|its|their"
        r"|his"
        r"|her|this|that|what|how|\w+ing\b)[a-z]+|in (?!part|large)|on|by|out|for|next|before|back"
        r"|later))",
    ),
    cue(1.3, "is are s re", r" (?:also |now |very |more )?likely to"),
    cue(1.4, "is are s re", r" (?:now |also |still )?going to"),
    cue(
        2.0,
        "is are s re",
        r" (?:now |also |still |currently |already )?(?:planning|preparing|considering|weighing"
        r"|in talks|aiming|hoping|looking|seeking|gearing up|getting ready) (?:to"
        r"|whether)",
    ),
    cue(
        1.9,
        "plan plans intend intends aims aim hopes expects vows promises wants proposes seeks",
        r"(?: \w+)? to(?! (?:be|have|know|see)\b)(?= [a-z])",
        behind=_DETERMINERS + " s and of",
    ),
    cue(1.4, "plans", r" (?:\w+ )?(?:to|for)(?= [a-z])"),
    cue(
        1.5,
        "vowed pledged promised agreed committed",
        r" (?:\w+ )?to(?= (?!an?\b|the\b|be\b)[a-z])",
        behind="had was were been",
    ),
    cue(1.6, "announced", r" (?:\w+ )?plans (?:to|for)"),
    cue(1.8, "said says announced confirmed", r" (?:that )?(?:it|they|he|she) (?:will|would) \w+"),
    cue(1.0, "will", rf"(?: \w+ly| also| now| soon| then| next)? {_EVENTS}", behind=_SUBORDINATE),
    cue(
        1.0,
        "will won",
        rf"(?:'t| not| no longer| also| \w+ly)? (?:be|get) (?:\w+ly )?{_DONE}",
        behind=_SUBORDINATE,
    ),
    cue(0.4, "will", rf"(?: \w+ly| also| now| soon| then| next)? {_ACTS}", behind=_SUBORDINATE),
    cue(1.0, "will won", r"(?:'t)?(?= [a-z])", behind=_SUBORDINATE),
    cue(
        2.0,
        "opens begins starts goes go launches arrives returns debuts kicks closes expires takes"
        " runs premieres hits",
        rf"(?: [\w-]+){{0,4}} (?:on|in|starting|beginning|from|until|through) (?:early |late "
        rf"|mid-)?"
        rf"(?:{_MONTH}|monday|tuesday|wednesday|thursday|friday|saturday|sunday|spring|summer|fall"
        r"|autumn|winter|20\d\d)",
        behind="that which who",
    ),
    cue(1.9, "carries carry", r" (?:an? |the )?(?:\w+ )?(?:maximum|sentence|penalty|penalties)"),
    cue(1.9, "punishable", r" by"),
    # Still open.
    cue(1.7, "remains remain", r" (?:to be seen|unclear|unresolved|pending|an open question)"),
    cue(1.5, "unclear", r" (?:whether|when|if|how|what)"),
    cue(
        1.7,
        "has have",
        r" (?:not yet|yet to) (?:said|say|announce\w*|decide\w*|set|been|be|sign\w*|appro\w+"
        r"|ma[dk]e"
        r"|reveal\w*|confirm\w*|respon\w+|determin\w+|file\w*)",
    ),
    cue(
        1.8,
        "must needs need has have",
        r" (?:still|to still|yet) (?:to )?(?:be |win |get |pass |secure )",
    ),
    cue(1.8, "still", r" (?:needs?|has|have|must) (?:to )?\w+", behind="he she it they"),
    cue(1.7, "subject", r" to (?:\w+ ){0,3}approvals?"),
    cue(
        1.5,
        "awaiting awaits await",
        r" (?:\w+ ){0,2}(?:approval|trial|decision|ruling|sentencing|results?|a|the)",
    ),
    cue(
        1.7,
        "face faces",
        r" (?:a (?:maximum|possible)|up to|as much as|trial|sentencing|charges|extradition|a vote"
        r"|a runoff)",
    ),
    cue(
        1.8,
        "could",
        r" (?:face (?:up|a|charges|fines)|be (?:sentenced|fined|extradited|called|forced to)"
        r"|come as (?:soon|early)|vote|decide|appeal)",
    ),
    cue(
        1.6,
        "if",
        r" (?:approved|passed|confirmed|convicted|found guilty|elected|enacted|successful"
        r"|finali[sz]ed|adopted|the (?:bill|deal|law|measure|vote|merger|court|proposal|plan|rule"
        r"|ban|appeal|acquisition|takeover|judge|sale) )",
    ),
    cue(
        1.8,
        "would",
        r" (?:take effect|come into (?:force|effect)|go into effect|begin|be (?:implemented"
        r"|introduced|completed|phased)|still (?:need|have) )",
    ),
    cue(
        1.2,
        "negotiations talks investigation investigations inquiry investigators",
        r" (?:\w+ )?(?:continues?|is|are|remains?) (?:to |ongoing|continuing|under ?way|expected"
        r"|investigating)",
    ),
    # When.
    cue(
        1.0,
        "next",
        r" (?:week|month|year|spring|summer|autumn|fall|winter|quarter|step|round|phase|monday"
        r"|tuesday|wednesday|thursday|friday|saturday|sunday)",
        behind="the",
    ),
    cue(1.0, "later", r" (?:this|next) (?:week|month|year|summer|spring|fall|autumn|winter)"),
    cue(
        0.9,
        "coming upcoming",
        r" (?:days?|weeks?|months?|years?|election|season|trial|hearing|vote)",
    ),
    cue(0.9, "by before", rf" (?:the )?(?:end of|{_MONTH}|next|early|late|mid)"),
    cue(
        0.6,
        "on in until from through for",
        rf" (?:early |late |mid-)?(?:{_MONTH}|monday|tuesday|wednesday|thursday|friday|saturday"
        rf"|sunday)",
    ),
    cue(
        1.8,
        "could may might",
        r" (?:now |also |still |yet )?be (?:pushed|delayed|postponed|extended|finali[sz]ed|signed"
        r"|completed|resolved|decided|brought back|put off)",
    ),
    cue(1.2, "deadline deadlines"),
    cue(0.7, "until", r" (?:at least )?(?:\d|next|the end|\w+ \d)"),
    cue(0.6, "could", r" (?!have\b)(?:also |still |not |be )?\w+"),
    cue(0.8, "may might", r" (?!have\b)(?:also |still |not |be )?\w+"),
    # What "will" also says: what a thing is like, what is always so, what somebody thinks.
    cue(
        -2.0,
        "will won",
        r"(?:'t| not) (?:comment|say|release|respond|rule|name|be (?:able|named|identified))",
    ),
    cue(
        -1.0,
        "will",
        r" (?:be able|never|always|often|have (?!to\b)|feature|include|cost|come with|get|let"
        r"|allow|help|need|likely|probably|likely|mean|depend|sound|look (?:like|familiar)"
        r"|be (?:the|a|an|in|on|more|less|so|very|available|that|[a-z]+er)\b)",
    ),
    cue(
        -0.9,
        "argues argued believes believed hopes hoped thinks thought feels felt optimistic confident"
        " insists insisted predicts predicted jokes joked suggested suggests fears feared claims"
        " claimed",
        r" (?!to )",
    ),
    cue(
        -1.6,
        "was were",
        r" (?:\w+ )?(?:due|set|expected|scheduled|supposed|meant|going|slated|planning|hoping"
        r"|considering) ",
    ),
    cue(
        -1.6,
        "had",
        r" (?:\w+ )?(?:plan\w*|hop\w+|intend\w+|agreed|vowed|promised|pledged|expected|said"
        r"|announced|been)",
    ),
    cue(-1.2, "would", r" (?:\w+ )?have"),
    cue(-1.6, "rejected refused abandoned scrapped cancelled canceled shelved dropped"),
    cue(-1.4, "ago"),
    cue(-1.2, "last", r" (?:week|month|year|summer|spring|fall|autumn|winter)"),
    cue(-1.0, "used", r" to"),
    cue(-1.2, "earlier", r" this"),
)

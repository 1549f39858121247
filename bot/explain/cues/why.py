"""The wording of who is affected and what follows, for Why This Matters."""

from __future__ import annotations

from bot.explain.cues.table import cue

_WEIGHTY = (
    "(?:significant|major|big|huge|important|key|serious|profound|lasting|potential|massive"
    "|substantial|dramatic|fundamental|radical|stark|historic|critical|crucial|much-needed)"
)
_MATTER = (
    "(?:impact|blow|boost|shift|implications|consequences|setback|milestone|victory"
    "|win|threat|turning|departure|breakthrough|escalation|concession"
    "|defeat|reversal|risk|obstacle|advance|danger|barrier)"
)
_OUTCOME = (
    r"(?:affect|harm|hurt|threaten|force|lead to|result in|make it (?:\w+ )?(?:easier|harder"
    r"|difficult|impossible|possible|illegal|cheaper)|reshape|undermine|cripple|weaken|strengthen"
    r"|deprive|embolden|worsen|transform|jeopardi[sz]e|endanger|mark (?:a|the)|set a precedent"
    r"|be (?:forced|unable|required|barred) |put (?:[\w']+ ){1,6}(?:at risk|in danger)"
    r"|cost (?:[\w']+ ){1,5}(?:jobs|billions?|millions?)"
    r"|pave the way|open the door|unleash|trigger|spell|disrupt|derail|complicate|upend|erode"
    r"|mean (?:that|the|a|an|more|less|fewer|higher|lower|people|users|millions|thousands)"
    r"|change (?:how|the way)|drive (?:up|down|out)|leave (?:[\w']+ ){1,6}(?:without|vulnerable"
    r"|exposed|unable)|help (?:\w+ ){0,3}(?:reduce|prevent|avoid|fight|protect|save|shrink|cut"
    r"|tackle|explain|make|pave)|give (?:\w+ ){1,4}(?:power|control|access|edge|advantage)"
    r"|deal a|have (?:an? )?(?:\w+ )?(?:impact|effect|consequences|implications))"
)
_PEOPLE = (
    "(?:people|americans|residents|jobs|workers|families|customers|users|patients|students|homes"
    "|households|children|passengers|women|drivers|voters|employees|consumers|accounts|devices"
    "|businesses|migrants|citizens|lives|teachers|farmers|websites|publishers|creators|artists)"
)

WHY = (
    cue(-1.6, "maintained maintain argues argue argued insists insisted", r" .*essential"),
    # What is in danger, what is gained.
    cue(
        2.0,
        "pose poses posed",
        r" (?:an? |the |\w+ )?(?:\w+ )?(?:threat|risk|danger|challenge|problem|hazard)s?",
    ),
    cue(2.0, "threat threats", r" (?:to|posed)"),
    cue(
        2.0,
        "threatens threaten threatening",
        r" (?:to (?!kill|sue|leave|shoot|resign|quit|expose|release)|the |its |their |jobs|public)",
    ),
    cue(2.0, "at", r" (?:stake|(?:\w+ )?(?:the )?risk (?:of|from|if))"),
    cue(
        2.0,
        "raise raises raised raising fuel fuels fueled fuelled spark sparks sparked sparking stoke"
        " stokes stoked heighten heightens heightened prompting",
        r" (?:\w+ ){0,2}(?:fears?|concerns?|questions|issues|doubts|alarms?|outrage|prospect|stakes"
        r"|tensions|worries)",
    ),
    cue(
        2.0,
        "crucial vital pivotal critical essential",
        r" (?:to|for|step|part|role|test|moment)",
        behind="more",
    ),
    cue(2.0, "jeopardizes jeopardises undermines undermining jeopardizing devastating"),
    cue(1.4, "unprecedented", behind="the"),
    cue(2.0, "far", r"-reaching"),
    cue(2.0, "turning", r" point"),
    cue(2.0, "watershed milestone", r" (?:for|in|moment|that)"),
    cue(1.9, "blow boost setback lifeline", r" (?:to|for)"),
    cue(2.0, "a an the another", rf" (?:\w+ly )?{_WEIGHTY} (?:\w+ )?{_MATTER}"),
    cue(
        1.8,
        "represents represent marks marking",
        r" (?:the|a|an|its|their) (?:[\w-]+ ){0,3}(?:shift|change|step|departure|first|end"
        r"|beginning|start|escalation|reversal|milestone|turning|expansion|break|threat"
        r"|opportunity|victory|loss)",
    ),
    cue(
        1.9,
        "first largest biggest worst deadliest longest strongest steepest",
        r" (?:[\w'-]+ ){0,5}(?:ever|in history|in (?:\w+ ){0,3}(?:years|decades)|in the (?:world"
        r"|country|nation)|of its kind|on record|in the history|to ever)",
        behind="at",
    ),
    cue(
        1.9,
        "seen regarded viewed considered",
        r" as (?:an? |the |one |crucial|key|vital|significant|critical|essential|important)",
        behind="be been",
    ),
    cue(
        1.9,
        "underscores underscore highlights underlines underscoring",
        r" (?:the|how|a) (?:\w+ )?(?:need|importance|risks?|dangers?|stakes|challenges?|threat"
        r"|difficulty|vulnerab\w+|urgency)",
    ),
    cue(1.9, "beginning end", r" of (?:a new|an era|the era)"),
    cue(1.9, "win victory boon defeat", r" for"),
    cue(1.7, "first", r" time (?:in|since|that|ever)"),
    cue(1.9, "strikes strike goes", r" (?:at|to) the heart"),
    cue(1.5, "high", r"-stakes"),
    cue(1.9, "potential", r" to"),
    # What follows, and for whom.
    cue(1.9, "no", r" longer (?:be able|have access|be allowed)"),
    cue(0.9, "rely relies depend depends", r" (?:\w+ )?on"),
    cue(1.2, "used", r" by"),
    cue(
        1.9,
        "would could may might",
        rf" (?:also |further |likely |ultimately |potentially |effectively |not only "
        rf"|\w+ly )?{_OUTCOME}",
    ),
    cue(
        1.9,
        "will",
        rf" (?:also |further |likely |ultimately |effectively |not only |\w+ly )?{_OUTCOME}",
        behind="that which",
    ),
    cue(
        1.8,
        "affects affecting impacts impacting",
        r" (?:\w+ )?(?:the|more|all|millions|thousands|people|everyone|how|both|every|nearly|some"
        r"|many|\d)",
    ),
    cue(1.9, "implications ramifications repercussions", r" (?:for|of|on|beyond)"),
    cue(1.8, "consequences", r" (?:for|of|on)"),
    cue(1.8, "which", r" (?:means|would mean|could mean|could lead|leaves (?:\w+ )+without)"),
    cue(
        1.8,
        "means",
        r" (?:that|more|fewer|people|users|customers|anyone|many)",
        behind="by of no a all other",
    ),
    cue(
        1.8,
        "meaning",
        r" (?:that|they|it|users|people|many|more|anyone|those|customers)",
        behind="the of a",
    ),
    cue(1.8, "a", r" (?:clear |new |strong |potential |troubling |worrying )?sign (?:that|of)"),
    cue(1.8, "signals signaling signalling", r" (?:that|a)"),
    cue(1.8, "leave leaves leaving", r" .{3,60}? (?:without|vulnerable|exposed|unable|at risk)"),
    cue(1.9, "paves paved paving opens", r" the (?:way|door)"),
    cue(
        1.8,
        "makes making",
        r" it (?:\w+ )?(?:easier|harder|difficult|impossible|possible|illegal) ",
    ),
    cue(
        1.9,
        "gives giving",
        r" (?:[\w']+ ){1,6}(?:power|control|access|carte blanche|an? edge|advantage|leverage)",
    ),
    cue(1.8, "so", r" (?:important|significant|dangerous|valuable|worrying)"),
    cue(1.4, "matters matter", r"[.,; ](?!of )", behind="the a no of such these those other"),
    # Who says so: with what follows, or with whom, it is enough.
    cue(1.2, "warn warns warned warning", r" (?:\w+ ){0,2}(?:that|of|about|against)"),
    cue(
        1.2,
        "fear fears worry worries worried concern concerns concerned",
        r" (?:that|of|about|over|among)",
    ),
    cue(
        1.2,
        "critics advocates opponents campaigners activists experts unions",
        r" (?:have |also )?(?:say|said|argued?|warn|warned|fear|feared|contend|worry|called)",
    ),
    cue(0.9, "under", r" (?:\w+ )?(?:pressure|scrutiny|threat|strain)"),
    cue(0.9, "risk risks danger dangers", r" (?:of|to|that|for|losing|being) "),
    cue(
        0.5,
        "million billion millions thousands hundreds tens",
        rf" ?(?:of )?(?:\w+ ){{0,2}}{_PEOPLE}",
    ),
    cue(
        0.5,
        "more",
        rf" than (?:[\d,.]+ |an? |two |one |half |third )+(?:million "
        rf"|billion )?(?:of )?(?:\w+ ){{0,2}}{_PEOPLE}",
    ),
    cue(0.8, "important importance significance significant vulnerable dangerous costly critical"),
    cue(0.9, "impact effect effects", r" (?:on|of)"),
    cue(0.8, "could might may", r" \w+"),
    cue(0.7, "because", r" (?:it|they|the)"),
    cue(0.9, "toll", r" on"),
    cue(-1.6, "not isn aren wasn", r"(?:'t)? (?:the |an? )?(?:only|just|merely)"),
    # Told of prices, or of what was.
    cue(-1.6, "shares stock stocks index nasdaq dow brokerage", r""),
    cue(-0.9, "ago was were had", r" (?!.*(?:could|would|will|might)).*"),
    cue(-1.0, "at", r" the time"),
    cue(-1.0, "comes came", r" as"),
    cue(-1.0, "pleaded convicted sentenced arrested charged", r""),
)

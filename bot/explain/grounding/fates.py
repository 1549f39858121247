"""Finds the charges, verdicts, dismissals and deaths of a claim that no cited sentence tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.explain.grounding.fault import Fault, FaultKind, fault
from bot.explain.grounding.tokens import Sentence, stem

_TABLE = """
charged indicted | charge charges indict indictment plead
  pleaded pled trial arraigned convicted fee fees price cost costs battery
convicted conviction convictions | convict guilty sentenced jailed verdict imprisoned mistrial jury
  juror jurors
acquitted acquittal exonerated | acquit acquits cleared clears clear innocent quashed overturned
  verdict
trial trials | tried try trying jury juror jurors court mistrial clinical study test tests testing
arrested arrest arrests detained | detain detention detainee detainees custody captured caught
  seized held jailed
sued sues suing lawsuit lawsuits | sue suit suits litigation court claim claims complaint filed
  legal plaintiff plaintiffs
sentenced jailed imprisoned | sentence sentences jail prison years bars incarcerated custody term
  executed death detained life
fired sacked ousted | fire fires firing shot shots shoot gun dismiss dismissed dismissal oust axed
  remove removes removed replaced laid pushed forced toppled overthrown coup missile missiles rocket
  rockets launched sack sacking
resigned resigns resignation | resign quit quits stepped step steps stood stand left leaves leave
  departed departure exit relinquished gave
banned bans ban outlawed | banning prohibit prohibited prohibits prohibition barred bar bars forbid
  forbidden forbids illegal unlawful criminalised outlaw halt blocked disallowed stopped suspended
  excluded embargo moratorium
killed kills killing killings murdered murder murders | kill killer die died dead death deadly fatal
  fatality fatalities victims victim slain slaying lethal massacre massacred assassinated
  assassination casualties toll homicide manslaughter drowned suicide shot lives genocide executed
  claimed perished
died dies | dead death deadly fatal fatality fatalities kill killed murdered murder late perished
  drowned suicide lives toll survived widow obituary funeral extinct slain victims passed
injured injuries wounded | injure injures wound wounds hurt hurts casualties hospital hospitals
  hospitalised burned burns bruised harmed unharmed unhurt uninjured broke broken fractured treated
  shot stabbed maimed safe
bankrupt bankruptcy insolvent | insolvency administration liquidation collapsed broke
fined | fine fines penalty penalties pay paid
kidnapped abducted | kidnap kidnapping kidnappers abduct abduction abductors hostage hostages seized
  captive captors captured ransom snatched
deported | deport deportation expelled expulsion removed removal returned
"""
"""What a claim says | what the cited sentences can say for it, by stems."""
_ROWS = [row.split("|") for row in _TABLE.replace("\n  ", " ").strip().split("\n")]
_FATES = tuple(
    (frozenset(said.split()), frozenset(stem(w) for w in f"{said} {support}".split()))
    for said, support in _ROWS
)
_WORDS = frozenset[str]().union(*(said for said, _ in _FATES))


_SHOT = frozenset(
    "tear rubber live water shot shots bullet bullets missile missiles rocket rockets artillery"
    " at on into back up".split()
)


def faults(claim: Sentence, cited: Sequence[Sentence], title: Sentence) -> Iterator[Fault]:
    """Tell what the law, an employer or death did to somebody if no cited sentence tells it.

    The title may tell it too. Words of one group stand for one another: "killed" and "died".
    """
    if claim.words.isdisjoint(_WORDS):
        return
    theirs = title.bag.union(*(c.bag for c in cited))
    for said, support in _FATES:
        if claim.words.isdisjoint(said) or not theirs.isdisjoint(support):
            continue
        word = next(
            (t for at, t in enumerate(claim.tokens) if t.low in said and not _shoots(claim, at)),
            None,
        )
        if word is not None:
            yield fault(FaultKind.UNSUPPORTED, claim.written[word.start : word.end])


def _shoots(claim: Sentence, at: int) -> bool:
    """Tell whether somebody fired a weapon, and nobody from his post."""
    return claim.low(at) == "fired" and claim.low(at + 1) in _SHOT

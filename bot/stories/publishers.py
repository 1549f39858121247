"""Pure: what a publisher is called, told from its feed's title and the host that it publishes at.

Feeds are named by machines: "NYT > World News", "Technology | The Guardian", "Latest from X". The
part of a title that fits the host is the name; a section alone ("Asia") names nobody.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LOOSE = re.compile(r"^[\s\-–—|>»·•:,]+|[\s\-–—|>»·•:,]+$")
_PARTED = re.compile(r"\s+[-–—|>»·•:]+\s+|\s*[|»•]\s*|:\s+|\s+>\s*|\s+[-–—|>»]+$")
_LONG = 40
"""Characters from which on a name is rather a name with a slogan."""
_SHORTEST = 2
"""Letters that have to fit a host before that says anything."""
# "Latest from X", "RSS feed of X", "News by X", "Flux RSS de X".
_BEFORE = re.compile(
    r"(?:the\s+)?(?:(?:latest|newest|recent|all|top|breaking)\s+)*"
    r"(?:(?:news|stories|articles|posts|headlines|content|updates|entries|episodes)\s+|latest\s+)"
    r"(?:from|by|at|of|for)\s+"
    r"|(?:the\s+)?(?:rss|atom|news)?[\s-]*feed\s+(?:of|for|from|by)\s+"
    r"|(?:flux\s+)?rss\s+(?:de\s+la|de\s+l['’]|des|du|de|d['’]|von|der|del)\s*"
    r"|(?:latest|newest)\s+(?:from|by|at|on)\s+",
    re.IGNORECASE,
)
# "X RSS Feed", "NPR Topics", "X News Search Records Found 1000".
_BEHIND = re.compile(
    r"[\s(\[-]+(?:(?:rss|atom|news)\s*feeds?|rss|atom|feeds?|topics|search records found \d+"
    r"|latest (?:news|articles|posts|stories))[)\]]?$",
    re.IGNORECASE,
)
_SECTIONS = frozenset(
    "a about ai africa all america americas and app archive archives articles arts asia asia-"
    " pacific australia blog books breaking british business canada category celebrity channel"
    " china climate content crime culture daily default domestic economics economy edition"
    " editorial education energy english entertainment environment europe european events"
    " fashion feature featured features feed feeds film finance food football for front"
    " frontpage gadgets games gaming global green headlines health home homepage in india"
    " innovation international internet justice latest law leisure life lifestyle local main"
    " markets media middle east mobile money more most movies music nation national new news"
    " newest of opinion page pakistan podcast podcasts politics popular posts press public real"
    " estate recent releases reviews russia science security site society space sport sports"
    " stories style tag tech technology television the top topics travel tv uk ukraine"
    " uncategorized update updates us usa u.s. video videos weather women work world"
    " aktuell alle ausland inland kultur meldungen nachrichten netzwelt politik schlagzeilen"
    " startseite themen wirtschaft wissen wissenschaft actualité actualités accueil culture"
    " économie infos international la le les monde politique une à últimas ultimas noticias"
    " portada mundo economía deportes cultura últimas notícias mundo economia esportes".split()
)
"""Words that a section is named with; a part of nothing else names no publisher."""
_GATHER = {
    "google alert": "google.com",
    "google news": "google.com",
    "hacker news": "ycombinator.com",
    "lobsters": "lobste.rs",
    "techmeme": "techmeme.com",
}
"""Who gathers what others publish, and where: by how their feeds' titles begin."""
_SILENT = frozenset({"www", "m", "amp", "rss", "feed", "feeds", "blog", "blogs", "news", "mobile"})
_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "gov", "ac", "edu", "or", "ne"})


@lru_cache(maxsize=1024)
def publisher_name(feed_title: str, host: str = "") -> str:
    """Name who publishes a feed, by its title and the host of what it links to ("bbc.co.uk").

    The shortest way to say it that the host bears out; else the title without the names of
    sections; else, for a title that is nothing but a section, the host. "" where nothing is known.
    """
    host = "".join(host.casefold().split()).removeprefix("www.")
    bare = _bare(feed_title)
    if host and _is_gathered(bare, host):
        return host
    if _fit(bare, host) == _WHOLE:
        return bare
    parts = [part for part in map(_bare, _PARTED.split(bare)) if part]
    fitting = max(parts, key=lambda part: _fit(part, host), default="")
    if _fit(fitting, host):
        return _within(fitting, host)
    return _unfitting(bare, parts) or host


_WHOLE = 3
"""How well a name fits a host that is nothing but this name."""


def _is_gathered(title: str, host: str) -> bool:
    """Tell whether a feed of this title only leads to what stands at a host of somebody else."""
    homes = (home for name, home in _GATHER.items() if title.casefold().startswith(name))
    return any(host != home and not host.endswith(f".{home}") for home in homes)


def _unfitting(bare: str, parts: list[str]) -> str:
    """Name a publisher whose host says nothing of it."""
    names = [part for part in parts if not _is_section(part)]
    if len(names) == len(parts) and len(bare) <= _LONG:
        return bare
    return names[0] if names else ""


def _bare(text: str) -> str:
    """Take from a name's ends what feeds are called and publishers are not."""
    name = _LOOSE.sub("", text)
    before = _BEFORE.match(name)
    if before and len(name) > before.end():
        name = _LOOSE.sub("", name[before.end() :])
    while (behind := _BEHIND.search(name)) and behind.start():
        name = _LOOSE.sub("", name[: behind.start()])
    return name


def _is_section(part: str) -> bool:
    words = re.findall(r"[\w.'-]+", part.casefold())
    return all(word in _SECTIONS for word in words)


def _fit(part: str, host: str) -> int:
    """Say how well a name fits a host: 3 for one that is the host's own, 0 for not at all."""
    said = _letters(part)
    for_the = said.removeprefix("the")
    found = 0
    for label in _labels(host):
        own = label.removeprefix("the")
        if said in {label, _letters(host)} or (for_the and for_the == own):
            return _WHOLE
        if _is_section(part) or min(len(said), len(label)) < _SHORTEST:
            continue
        words = [_letters(word) for word in part.split()]
        initials = "".join(word[0] for word in words if word)
        if own in words or (len(own) > _SHORTEST + 1 and own in said):
            found = max(found, 2)
        elif (len(said) > _SHORTEST and own.startswith(said)) or initials in {label, own}:
            found = max(found, 1)
    return found


def _within(part: str, host: str) -> str:
    """Cut a name out of a sentence that ends or begins with it ("magazine of … The Circle")."""
    if part[:1].isupper() and len(part) <= _LONG:
        return part
    words = part.split()
    cuts = range(1, len(words))
    runs = [" ".join(words[cut:]) for cut in cuts] + [" ".join(words[:cut]) for cut in cuts]
    return next((run for run in runs if _fit(run, host) == _WHOLE), part)


def _labels(host: str) -> list[str]:
    """Return the parts of a host that may be a name."""
    labels = host.split(".")[:-1]
    if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        labels.pop()
    named = [label for label in labels if label not in _SILENT] or labels
    return [_letters(label) for label in named if _letters(label)]


def _letters(text: str) -> str:
    """Write a text small, of letters and digits alone, without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if c.isalnum())

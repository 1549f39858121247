"""Decides which links and images of an entry may be shown, and in which form."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import parse_qsl, quote, unquote, urljoin, urlsplit, urlunsplit

from bot.feeds.mojibake import STAND_INS
from bot.feeds.text import Anchor, clean

MAX_LINK = 2_048
_MAX_PUBLISHER = 60
_MIN_WIDTH = 200
"""Pixels: narrower pictures in a text are icons."""

_SPACE = re.compile(r"[^\S\u2028\u2029]")
"""Any kind of space: file names of screenshots hold narrow ones."""
_NOT_IN_A_LINK = re.compile(
    r"[\x00-\x20\x7f-\xa0<>\"\\^`{|}\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff"
    r"\ud800-\udfff]"
)
# Whose they are: campaigns in general, Facebook, Google, Microsoft, Yandex, X, TikTok, Instagram,
# Mailchimp, HubSpot, Adobe and other senders of mail; then newspapers' own (BBC, DW, Guardian, NYT,
# Daily Mail, Le Monde, CBS, MSN and others).
_TRACKING = re.compile(
    r"(?:utm|mtm|hsa|ns|pk|piwik|matomo|at|itm|hmb|oly|vero|guce|__hs|_hs|fb_action|_branch)_\w+"
    r"|campaign_(?:id|medium|name|source|term|content)|_openstat|fb_(?:ref|source|comment_id)"
    r"|fbclid|gclid|dclid|gclsrc|gbraid|wbraid|srsltid|msclkid|y(?:s)?clid|twclid|ttclid|igshid"
    r"|igsh|mc_[cet]id|mc_tc|__hs(?:sc|tc|fp)|_hsenc|_hsmi|hsctatracking|mkt_tok|wickedid|sc_cid"
    r"|rb_clickid|_bhlid|__readwiselocation"
    r"|xtor|maca|cmp|cmpid|ncid|smid|smtyp|ito|taid|traffic_source|partner|guccounter|ftag|srnd"
    r"|sr_share|spm|ocid",
    re.IGNORECASE,
)
_READ_STORY = re.compile(
    r"^\W*(?:continue reading|read)\s+(?:the\s+)?(?:(?:full|original|whole|entire|complete)\s+"
    r"|rest\s+(?:of\s+(?:the|this)\s+)?)?(?:story|article|post|report|piece)"
    rf"(?:\s+(?:at|on|from|in)\s+\S.*?)?(?:\s+[{STAND_INS}])?[\W_]*$",
    re.IGNORECASE,
)
# Narrower: whoever cites a study says "Read the report in Nature", and "on" is then its subject.
_ORIGINAL = re.compile(
    r"^\W*(?:continue reading|read)\s+(?:the\s+)?(?:full|original|whole|entire|complete"
    r"|rest\s+of\s+(?:the|this))\s+(?:(?:story|article|post)\s+(?:at|on)|report\s+at)"
    rf"\s+(?P<publisher>\w.*?)(?:\s+[{STAND_INS}])?[\W_]*$",
    re.IGNORECASE,
)
_MAX_STORY_LINE = 200
"""Characters; nothing longer only leads on."""
# ── what Discord shows as a picture ──

_IMAGE_PATH = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)$", re.IGNORECASE)
_OTHER_PATH = re.compile(
    r"\.(?:svgz?|bmp|tiff?|ico|pdf|psd|heic|mp3|m4a|ogg|oga|wav|flac|mp4|m4v|mov|avi|mkv|webm|ogv"
    r"|m3u8?|mpd|swf|flv|wmv|html?|zip)$",
    re.IGNORECASE,
)
_OTHER_TYPE = re.compile(
    r"image/(?:svg|bmp|x-ms-bmp|tiff?|x-icon|vnd|x-photoshop|heic)", re.IGNORECASE
)
_NOT_A_PICTURE = re.compile(
    r"gravatar\.com|feedburner\.com|feedsportal|doubleclick|/pixel|pixel\.|[/.]stats?\.|vgwort"
    r"|/1x1|spacer|blank\.gif|/emoji/|share-buttons|google-analytics|scorecardresearch"
    r"|republication-tracker",
    re.IGNORECASE,
)
_PRIVATE_HOST = re.compile(
    r"(?:^|\.)(?:local|localhost|localdomain|internal|intranet|lan|home|corp|onion|home\.arpa)$"
    r"|^[^.]+$|^[\d.]+$|:|(?:^|\.)0x[0-9a-f]*$",
    re.IGNORECASE,
)
_PICTURE_SAFE = "%/:=&?~#+!$,;'@()*"


def resolve(link: object, base: str = "") -> str | None:
    """Return an absolute http(s) link of at most 2,048 characters, or None if it is not one.

    Links with hidden characters, or with a user name before the host, are none of ours.
    """
    if not isinstance(link, str):
        return None
    tidy = _SPACE.sub(_percent, re.sub(r"[\t\r\n]", "", link.strip()))
    try:
        absolute = urljoin(base, tidy)
        parts = urlsplit(absolute)
        sound = bool(parts.hostname) and parts.username is None and (parts.port or 1) > 0
    except ValueError:  # a broken IPv6 address or port
        return None
    if not tidy or parts.scheme not in {"http", "https"} or not sound:
        return None
    if len(absolute) > MAX_LINK or _NOT_IN_A_LINK.search(absolute):
        return None
    return parts.scheme + absolute[len(parts.scheme) :]  # in small letters, however it came


def unwrapped(link: str) -> str:
    """Return where a link of Google's alerts leads; any other link as it is."""
    parts = urlsplit(link)
    if parts.path != "/url" or not _GOOGLE.fullmatch(parts.hostname or ""):
        return link
    told = dict(parse_qsl(parts.query))
    return resolve(told.get("url") or told.get("q")) or link


_GOOGLE = re.compile(r"(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?")


def _percent(found: re.Match[str]) -> str:
    return quote(found[0])


def without_tracking(link: str, *hosts: str) -> str:
    """Drop what only counts readers from a link's query and fragment; the rest keeps its order.

    `ref` and `source` go only if they name one of `hosts`, the feed's own.
    """
    parts = urlsplit(link)
    kept = [p for p in parts.query.split("&") if not _tracks(p, hosts)]
    counts = _tracks(parts.fragment.split("&")[0], ()) or parts.fragment == "publisher=newsstand"
    fragment = "" if counts else parts.fragment
    if len(kept) == parts.query.count("&") + 1 and fragment == parts.fragment:
        return link
    return urlunsplit(parts._replace(query="&".join(kept), fragment=fragment))


def _tracks(parameter: str, hosts: tuple[str, ...]) -> bool:
    name, has_value, value = parameter.partition("=")
    if name in {"ref", "source"}:
        return unquote(value).removeprefix("www.") in {h.removeprefix("www.") for h in hosts}
    return bool(has_value) and bool(_TRACKING.fullmatch(unquote(name)))


def host_of(link: str | None) -> str:
    """Return a link's host without `www.`; nothing for no link."""
    return (urlsplit(link or "").hostname or "").removeprefix("www.")


def is_story_link(text: str) -> bool:
    """Tell whether a line only leads on ("Read Full Story at The Verge →")."""
    return len(text) <= _MAX_STORY_LINE and bool(_READ_STORY.match(text))


def original(anchors: Sequence[Anchor], link: str | None, base: str) -> tuple[str | None, str]:
    """Return where an entry says that its story stands elsewhere, and with whom.

    The last anchor that offers the full story at a place with a name counts; one that leads to
    the host of the entry's own `link` is no other place. None and no name where there is none.
    """
    for anchor in reversed(anchors):
        name = _place(anchor.text)
        target = resolve(anchor.href, base) if name else None
        if target:
            elsewhere = host_of(target) != host_of(link)
            return (without_tracking(target), name) if elsewhere else (None, "")
    return None, ""


def _place(text: str) -> str:
    """Return with whom a link's text says that the story stands; nothing if it does not say so."""
    found = _ORIGINAL.match(text) if len(text) <= _MAX_STORY_LINE else None
    name = clean(found["publisher"]) if found else ""
    # "our website" is no name; "theverge.com" is.
    return "" if name.islower() and "." not in name else name[:_MAX_PUBLISHER]


# ── images ───────────────────────────────────────────────────────────────────────────────


def picture(offers: Iterable[Mapping[str, object]], base: str) -> str | None:
    """Return the widest of some media elements (`url`, `type`, `medium`, `width`) as a link.

    What says that it is an icon or a pixel is none: Discord would blow it up to the post's width.
    """
    usable = [o for o in offers if _is_picture(o) and not _is_small(o)]
    for offer in sorted(usable, key=lambda o: -_pixels(o.get("width"), unknown=0)):
        if link := shown(offer.get("url") or offer.get("href"), base):
            return link
    return None


def inline_picture(images: Iterable[Mapping[str, str | None]], base: str) -> str | None:
    """Return the first `<img>` of a text that is a picture, and neither pixel nor icon."""
    for image in images:
        sizes = [_pixels(image.get(side), unknown=_MIN_WIDTH) for side in ("width", "height")]
        if sizes[0] < _MIN_WIDTH or sizes[1] <= 1:
            continue
        sets = (image.get("srcset"), image.get("data-srcset"))
        sources = itertools.chain(map(image.get, _SOURCES), map(_widest, sets))
        if found := next((link for s in sources if s and (link := shown(s, base))), None):
            return found
    return None


# Where pages that load pictures late keep their places; `src` is then a stand-in.
_SOURCES = ("src", "data-src", "data-original", "data-lazy-src")


def shown(source: object, base: str) -> str | None:
    """Return a picture's link in a form that Discord takes, or None if it would not show it.

    It leads to a public name, says no other format than JPEG, PNG, WebP, GIF and AVIF, has at most
    2,048 characters and no odd one: for one bad picture Discord refuses the whole message.
    """
    if not isinstance(source, str) or len(source) > MAX_LINK:
        return None
    if re.search(r"[\ud800-\udfff]", source):  # half a character has no bytes
        return None
    link = resolve(quote(source.strip(), safe=_PICTURE_SAFE + "[]"), base)
    if link is None or _NOT_A_PICTURE.search(link):
        return None
    parts = urlsplit(link)
    host = _public_host(parts.hostname or "")
    if host is None or _OTHER_PATH.search(unquote(parts.path)):
        return None
    port = f":{parts.port}" if parts.port else ""
    path, query = (quote(part, safe=_PICTURE_SAFE) for part in (parts.path, parts.query))
    encoded = urlunsplit((parts.scheme, host + port, path, query, ""))
    return encoded if len(encoded) <= MAX_LINK else None


def _public_host(host: str) -> str | None:
    """Return a host as ASCII; None for an address, and for a name of somebody's own network."""
    host = unquote(host).rstrip(".")
    if _PRIVATE_HOST.search(host):
        return None
    try:
        name = host.encode("idna").decode("ascii").lower()
    except UnicodeError:  # empty or overlong labels
        return None
    return name if re.fullmatch(r"[a-z0-9._-]+", name) else None


def _is_picture(offer: Mapping[str, object]) -> bool:
    kind, medium = str(offer.get("type") or ""), str(offer.get("medium") or "")
    if _OTHER_TYPE.match(kind):
        return False
    if kind or medium:
        return medium == "image" or kind.startswith("image/")
    try:
        path = urlsplit(str(offer.get("url") or "")).path
    except ValueError:  # a broken IPv6 address
        return False
    # Some say nothing but how large it is; a video's ending is then looked for in `shown`.
    return bool(_IMAGE_PATH.search(path)) or _pixels(offer.get("width"), unknown=0) >= _MIN_WIDTH


def _is_small(offer: Mapping[str, object]) -> bool:
    width, height = (_pixels(offer.get(side), unknown=_MIN_WIDTH) for side in ("width", "height"))
    told = _WIDTH_IN_LINK.search(str(offer.get("url") or offer.get("href") or "")[:MAX_LINK])
    return width < _MIN_WIDTH or height <= 1 or (told is not None and int(told[1]) < _MIN_WIDTH)


_WIDTH_IN_LINK = re.compile(r"[?&](?:w|width)=(\d{1,4})(?=&|$)")


def _pixels(value: object, *, unknown: int) -> int:
    digits = re.match(
        r"\s*(\d{1,5})(?![\d\s]*%)", str(value if value is not None else ""), re.ASCII
    )
    return int(digits[1]) if digits else unknown


_SIZE = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)[wx],?")


def _widest(srcset: str | None) -> str:
    """Return the URL of the largest picture of an `srcset`; commas may stand in URLs."""
    words = (srcset or "")[:20_000].split()
    offers = [
        (url, size[1])
        for url, width in itertools.pairwise(words)
        if (size := _SIZE.fullmatch(width)) and len(url) <= MAX_LINK
    ]
    return max(offers, key=lambda o: float(o[1]))[0] if offers else ""

"""Knows what software and editors put around a story's text, in the languages that feeds speak."""

from __future__ import annotations

import re
from functools import lru_cache

MAX_LENGTH = 400
"""Characters; what is longer is a text of its own."""

# WordPress says it under every entry, in the language of its site.
_FIRST_ON = (
    ("The post", r"(?:appeared first|first appeared) on"),
    ("Der Beitrag", "erschien zuerst auf"),
    ("L[’']article", "est apparu (?:en premier )?sur"),
    ("La entrada", "(?:se publicó|apareció) primero en"),
    ("L[’']articolo", "(?:proviene da|sembra essere il primo su)"),
    ("O post", "(?:apareceu|foi publicado) primeiro em"),
    ("Het bericht", "verscheen eerst op"),
    ("Artykuł", "pochodzi z serwisu"),
    ("Inlägget", "dök först upp på"),
    ("Innlegget", "dukket først opp på"),
    ("Indlægget", "blev først udgivet (?:på|den)"),
    ("Сообщение", "появил[иа]сь сначала на"),
    ("Запись", "впервые появилась"),
    ("Yazı", "ilk önce (?:şu sitede )?yayınlandı|ilk olarak"),
)
_READ_ON = (
    r"continue reading|read more|read the (?:rest|full|whole|entire)|read full (?:story|article"
    r"|post|topic)|keep reading|click here (?:to|for)|(?:view|see) (?:the )?(?:full|entire"
    r"|original) (?:post|article|story)"
    r"|weiterlesen|mehr lesen|lesen sie (?:mehr|weiter)|zum (?:ganzen |vollständigen )?artikel"
    r"|lire la suite|lire l[’']article|lire plus|en savoir plus"
    r"|seguir leyendo|sigue leyendo|leer más|leer (?:el artículo|la noticia|la nota)"
    r"|leia mais|ler mais|continue lendo|continuar lendo"
    r"|leggi tutto|leggi di più|leggi l[’']articolo|continua a leggere"
    r"|lees meer|lees verder|verder lezen|läs mer|läs hela|les mer|læs mere|lue lisää"
    r"|czytaj (?:dalej|więcej)|číst (?:dále|více)|celý článek|devamını oku"
    r"|читать (?:далее|дальше|полностью)|подробнее"
    r"|続きを読む|もっと読む|阅读更多|阅读全文|继续阅读|閱讀全文|繼續閱讀"
    r"|더 ?보기|더 읽기|계속 읽기"
)
_ASKS = (
    r"sign up (?:for|to) .{0,60}(?:newsletter|updates|alerts)|subscribe (?:to|for) .{0,60}"
    r"(?:newsletter|podcast|channel|updates)|follow us on|share this(?: article| post| story)?:"
    r"|filed under:|(?:tags|topics|categories|keywords):\s"
    r"|originally (?:published|posted) (?:at|on|in)|listen to (?:this|the) (?:article"
    r"|story|episode)|this (?:article|story|post) (?:was )?(?:originally|first)"
    r" (?:appeared|published)"
)
# Where a sentence has ended, or a bracket opens: nothing else that asks to read on is no sentence.
_BOUNDARY = re.compile(r"^|[.!?…\])”\"’:»。！？]\s*|\s+(?=[\[(])")
_ASKING = re.compile(
    rf"[\[(]?(?:(?:{_READ_ON})(?!\w)[^.!?]{{0,120}}[.!?…]{{0,3}}[\W_]*|(?:{_ASKS}).{{0,160}}"
    r"|(?:learn|find out|see|show) more[\W_]*|(?:download|subscribe)(?: now| here)?[\W_]*)",
    re.IGNORECASE,
)
_CREDITED = re.compile(
    r"(?:^|\s)(?:"
    + "|".join(rf"(?-i:{a})\s.{{1,300}}?\s(?:{b})\s" for a, b in _FIRST_ON)
    + r").{1,200}$"
    r"|(?:^|\s)投稿.{1,300}に最初に表示されました。?$",
    re.IGNORECASE,
)
_CREDITS = (
    "first on", "appeared on", "erschien", "est apparu", "primero en", "proviene da",
    "il primo su", "primeiro em", "eerst op", "z serwisu", "först upp", "først", "сначала на",
    "впервые", "ilk o", "最初に表示",
)  # fmt: skip
"""One of these stands, in small letters, in everything that `_CREDITED` finds."""
_SUBMITTED = re.compile(r"(?:^|\s)submitted by\s+/?u/\S+.{0,200}$", re.IGNORECASE)
_COMMENTS = re.compile(r"(?:\[link\]\s*)?\[(?:\d+ )?comments?\]\W*$|^comments?\W*$", re.IGNORECASE)
# Keywords that some set behind the last sentence: "(Space, Internet)".
_KEYWORDS = re.compile(r"(?<=[.!?…])\s+\([^\W\d_][^().!?]{1,80}\)$")
_LINES = (
    re.compile(
        r"\(?(?:(?:lead|header|cover|main|featured) )?"
        r"(?:image|photo|picture|foto|bild|credit|crédit|illustration)s?"
        r"(?: credits?| by| courtesy|:).{0,150}",
        re.IGNORECASE,
    ),
    re.compile(r"\[[\w-]+(?: [^\]]*=[^\]]*)?\]"),  # a short code that its software left standing
    re.compile(r"\d+ (?:posts?|replies|comments?)(?: [-–·] \d+ participants?)?", re.IGNORECASE),
    re.compile(
        r"(?:posted|published|updated|last updated|veröffentlicht|publié|publicado|pubblicato)"
        r"(?:\s|:).{0,60}\d{4}\W*",
        re.IGNORECASE,
    ),
    re.compile(r"[—–-]?\s*(?:with |additional )*reporting by .{0,100}", re.IGNORECASE),
    # A label and an address.
    re.compile(r"(?:[-•*►]\s*)?(?:.{0,60}:)?\s*(?:https?://|[\w-]+(?:\.[\w-]+)+/)\S*"),
    re.compile(r"null|undefined|nan|n/a|none", re.IGNORECASE),  # what software says for nothing
    re.compile(r"advertisement|anzeige|publicité|publicidad|advertentie|реклама", re.IGNORECASE),
)
_NAME = r"[^\W\d_a-z][\w.’'-]*"
_BETWEEN = r"(?i:and|und|et|y|e|en|och|og|de|den|der|van|von|ter|la|le|du|bin|al|&)"
_BYLINE = re.compile(
    rf"(?i:by|von|par|por|di|door|av|af|text|words)\s*:?\s+{_NAME}"
    rf"(?:,?\s+(?:{_BETWEEN}\s+){{0,3}}{_NAME}){{1,7}}(?:\s*[|,·–-]\s*.{{0,40}})?"
)
_MAX_BYLINE = 100


@lru_cache(maxsize=256)  # a summary and the article below it are often the same
def trimmed(text: str) -> str:
    """Cut boilerplate off a text's end; a line of nothing else comes back empty."""
    if len(text) <= MAX_LENGTH and any(line.fullmatch(text) for line in _LINES):
        return ""
    start = max(len(text) - MAX_LENGTH, 0)
    tail = text[start:].lower()
    if any(credit in tail for credit in _CREDITS):
        text = _before(_CREDITED.search(text, start), text)
    text = _without_asking(text, start)
    if "submitted by" in tail:
        text = _before(_SUBMITTED.search(text, start), text)
    if "comment" in tail:
        text = _before(_COMMENTS.search(text, start), text)
    return _before(_KEYWORDS.search(text, start), text) if text.endswith(")") else text


def _without_asking(text: str, start: int) -> str:
    for boundary in _BOUNDARY.finditer(text, start):
        if _ASKING.fullmatch(text, boundary.end()):
            # The mark that ended the sentence stays, the blanks behind it go.
            return text[: boundary.end()].rstrip()
    return text


def _before(found: re.Match[str] | None, text: str) -> str:
    return text[: found.start()].rstrip() if found else text


def is_byline(text: str) -> bool:
    """Tell whether a line says who wrote the story, and nothing else."""
    return len(text) <= _MAX_BYLINE and text[-1:] != "." and bool(_BYLINE.fullmatch(text))

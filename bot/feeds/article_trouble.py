"""Tells why a web page shows no article: a wall of some kind, or a page that is none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from bot.feeds.article_meta import Meta
from bot.models import Block, PageTrouble

LONG = 1_500
"""Characters from which on a text is the article, whatever it mentions."""
_SHORT = 300
_LEAST = 120
"""Characters below which a text is no article; a brief has more."""
_WALL = 4_000
"""Characters of the whole page up to which it can be nothing but a wall."""
_LAST = 3
"""Blocks at a text's end in which an offer to subscribe ends it."""

_FREE_IF = frozenset({"false", "no", "0", "http://schema.org/false", "https://schema.org/false"})
# Museums and concerts say it, too, of themselves.
_NO_TEXTS = re.compile(r"(?i)event|place|museum|attraction|product|offer|course|organization")
_COLLECTIONS = frozenset({"CollectionPage", "SearchResultsPage", "ProfilePage", "ItemList"})
_HOME_PATH = re.compile(r"/(?:[a-z]{2}(?:[-_][A-Za-z]{2})?/?|index\.\w{3,5}|home/?)?", re.ASCII)

# That the rest is for subscribers, in words that nothing else is said with.
_REST_IS_SOLD = re.compile(
    r"(?:subscribe|sign up|register|log ?in|sign ?in|become a (?:member|subscriber)"
    r"|join)[^.!?]{0,60}"
    r" to (?:continue|keep|finish|read (?:on|more|the (?:rest|full)|this)|unlock|view (?:this"
    r"|the full))"
    r"|to (?:continue|keep) reading,?[^.!?]{0,60}(?:subscri|sign|log|register|account|member|trial)"
    r"|(?:continue|keep|finish) reading (?:this|the) \w+ (?:with|for) (?:a "
    r"|your )?(?:subscription|free|trial|\W?\d)"
    r"|(?:article|content|story|page|post) is (?:only )?(?:available )?(?:exclusively |only "
    r"|reserved )?"
    r"(?:to|for) (?:our |paying |paid |premium )?(?:subscribers|members)"
    r"|(?:exclusive|available|reserved)(?: content)? (?:only )?(?:to|for) (?:\w+ )?subscribers"
    r"|subscri(?:bers|ption)[ -](?:only|required|exclusive)|for subscribers only"
    r"|you(?:[’']ve| have) (?:reached|read|used) (?:your|all)[^.!?]{0,60}(?:limit|free|articles?)"
    r"|this is a (?:preview|premium)[^.!?]{0,40}(?:subscri|article|content|post)"
    r"|(?:keep|continue) reading with a \d+-day"
    r"|weiterlesen mit|jetzt (?:abonnieren|testen|freischalten)[^.!?]{0,40}weiter(?:zu)?lesen"
    r"|(?:artikel|text|inhalt|beitrag) ist (?:nur |exklusiv )?(?:für|mit)[^.!?]{0,40}(?:abo"
    r"|abonnent)"
    r"|(?:nur|exklusiv) für abonnent|mit (?:einem )?\w*abo(?:nnement)? (?:weiter)?lesen"
    r"|abo,? um weiter"
    r"|réservée?s? (?:à nos |aux |à )abonnés|(?:abonnez|connectez)-vous pour (?:lire|continuer"
    r"|accéder)"
    r"|il (?:vous )?reste \d+ ?% de (?:cet|l)|la suite est réservée"
    r"|(?:suscríb|regístr|hazte)[^.!?]{0,50}para (?:seguir|continuar) leyendo"
    r"|(?:exclusiv[oa]|sólo|solo) para (?:nuestros )?(?:suscriptores|socios|registrados)"
    r"|(?:riservat[oa]|esclusiv[oa]) (?:solo )?(?:agli|per gli) abbonati"
    r"|abbonati per (?:continuare|leggere)"
    r"|exclusivo (?:para|a) assinantes|assine (?:já |agora )?(?:para|e) (?:continuar|ler|leia)"
    r"|(?:alleen|exclusief) voor abonnees|abonne(?:e|ren) om (?:verder|door)"
    r"|verder lezen\? (?:word|neem)"
    r"|(?:tylko|wyłącznie) dla (?:subskrybentów|prenumeratorów)|только (?:для|по) подпис"
    r"|endast för prenumeranter|forbeholdt (?:abonnenter|våre)|kun for abonnenter"
    r"|(?:有料)?会員限定|この記事は有料|残り\s?\d+\s?文字|订阅(?:后|以)(?:继续)?阅读",
    re.IGNORECASE,
)
# The same, in words that stand in the head of many an open page: they count at the text's end.
_OFFER = re.compile(
    r"already (?:a |have an? )?(?:subscrib|member|account|registered)|not a subscriber"
    r"|subscribe (?:now|today)"
    r"|start (?:your|a) (?:free|\d+)[^.!?]{0,20}trial|unlimited (?:digital )?access"
    r"|bereits (?:abonnent|registriert|kunde|plus)|(?:sie haben|haben sie) (?:bereits )?ein abo"
    r"|zugang zu allen"
    r"|déjà abonné|(?:je m[’']abonne|s[’']abonner)|ya (?:soy|eres) suscriptor|¿ya (?:eres|tienes)"
    r"|(?:sei|hai) già (?:abbonat|un abbonamento)|já (?:é|sou) assinante"
    r"|al (?:een )?abonnee|ben je al (?:lid|abonnee)",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"cookies?\b|consent|\bGDPR\b|\bTCF\b|privacy (?:policy|settings|choices|preferences)"
    r"|your privacy"
    r"|personali[sz]ed ad|(?:our|and (?:our )?\d*) ?partners|datenschutz|einwillig|zustimm"
    r"|personalisierte"
    r"|consentement|traceurs|données personnelles|paramétrer|accepter et|consentimiento"
    r"|protección de datos"
    r"|consenso|trattamento|informativa|toestemming|privacyinstellingen|akkoord|samtycke|samtykke"
    r"|zgod[aęy]\b|ciasteczk|конфиденциальност|файлы cookie|consentimento|política de privacidade",
    re.IGNORECASE,
)
_CONSENT_HOST = re.compile(r"^(?:consent|cmp|privacy-?mgmt|myprivacy|zustimmung|toestemming)[.-]")
_CONSENTS = 3
"""How many such words make a page that says little else a wall of consent."""
_SCRIPT = re.compile(
    r"(?:enable|activate|turn on|allow|requires?|needs?|without"
    r"|support) (?:your browser[’']s )?java ?script"
    r"|java ?script (?:is |must be |to be |has been |seems to be )?(?:not |currently )?"
    r"(?:enabled|required|disabled|turned off|needed|off\b|aktiv|deaktiv|benötigt|désactivé"
    r"|requis|desactivado)"
    r"|java ?script[^.!?]{0,30}(?:aktivier|einschalt|activ|habilit|abilit|inschakel|aanzet|włącz)"
    r"|(?:aktivier|activ(?:er|ez|ar|e)|habilit[ae]r?|abilita(?:re)?|включите"
    r"|schakel)[^.!?]{0,30}java ?script"
    r"|(?:browser is|browser ist) (?:not supported|out ?of ?date|nicht)",
    re.IGNORECASE,
)
_BOT_WALL = re.compile(
    r"(?:verify|confirm|prove|sure|check)[^.!?]{0,30}(?:you(?:[’']re| are)|are) (?:a )?(?:human"
    r"|not a (?:ro)?bot)"
    r"|are you a (?:human|robot)|captcha|i[’']?m not a robot|press (?:and|&) hold"
    r"|(?:checking|verifying) (?:if |that |your )[^.!?]{0,30}(?:browser|connection|secure|human)"
    r"|access (?:to this page )?(?:is |has been )?(?:temporarily )?denied|permission to access"
    r"|you have been blocked|request (?:was |has been |is )?blocked|(?:unusual|suspicious"
    r"|automated) (?:traffic|activity|access|requests)"
    r"|pardon our interruption|just a moment|attention required|ddos protection|security check"
    r"|bot detection|403 forbidden|error 1020|zugriff (?:verweigert|gesperrt)|kein roboter"
    r"|accès refusé"
    r"|acceso denegado|accesso negato|toegang geweigerd|доступ (?:запрещ|огранич)",
    re.IGNORECASE,
)


def is_sold(meta: Meta) -> bool:
    """Tell whether the page says of its article, or of a part of it, that it is not free.

    https://developers.google.com/search/docs/appearance/structured-data/paywalled-content
    """
    return meta.tier == "locked" or any(_is_sold(o) for o in meta.data.objects)


def _is_sold(thing: dict[str, object]) -> bool:
    if _NO_TEXTS.search(str(thing.get("@type") or "")):
        return False
    parts = thing.get("hasPart")
    listed = parts if isinstance(parts, list) else [parts]
    told = [thing, *(part for part in listed[:20] if isinstance(part, dict))]
    return any(str(t.get("isAccessibleForFree", "")).strip().lower() in _FREE_IF for t in told)


def trouble_of(
    meta: Meta, blocks: Sequence[Block], url: str, around: str = "", fallback: str = ""
) -> PageTrouble | None:
    """Tell what is wrong with a page whose article would be `blocks`; None for an article.

    `around` is all text of the page that can be seen, but for its navigation; `fallback` what it
    has for browsers without scripts.
    """
    size = sum(len(block.text) for block in blocks)
    if _is_index(meta, url):
        return PageTrouble.NOT_ARTICLE
    if size >= LONG:
        return None
    if _ends_in_an_offer(blocks, around):
        return PageTrouble.PAYWALL
    wall = _wall(meta, blocks, url, around)
    if wall or size >= _LEAST:
        return wall
    scripted = _SCRIPT.search(fallback) or _SCRIPT.search(around)
    return PageTrouble.SCRIPT if scripted else PageTrouble.NO_TEXT


def _is_index(meta: Meta, url: str) -> bool:
    """Tell a home, section or search page by its address and by what it calls itself."""
    if meta.kind == "article" or any(True for _ in meta.data.articles):
        return False
    parts = urlsplit(url)
    if _HOME_PATH.fullmatch(parts.path or "/") and not parts.query:
        return True
    kinds = {str(thing.get("@type")) for thing in meta.data.objects}
    return bool(_COLLECTIONS & kinds)


def _ends_in_an_offer(blocks: Sequence[Block], around: str) -> bool:
    end = " ".join(block.text for block in blocks[-_LAST:])
    return bool(_REST_IS_SOLD.search(end) or _OFFER.search(end) or _REST_IS_SOLD.search(around))


def _wall(meta: Meta, blocks: Sequence[Block], url: str, around: str) -> PageTrouble | None:
    size = sum(len(block.text) for block in blocks)
    if len(around) > _WALL:
        return None
    if size < _SHORT and _SCRIPT.search(around):
        return PageTrouble.SCRIPT
    opening = f"{meta.title}\n{around}"
    if size < LONG / 2 and _BOT_WALL.search(opening):
        return PageTrouble.BOT_WALL
    about = sum(len(block.text) for block in blocks if _CONSENT.search(block.text))
    asks = len(_CONSENT.findall(opening)) >= _CONSENTS and about * 2 >= size
    if asks or _CONSENT_HOST.match(urlsplit(url).hostname or ""):
        return PageTrouble.CONSENT
    return None

"""Pages that show no article: each says why, and no real article is taken for one."""

from __future__ import annotations

import json

import pytest

from bot.models import PageTrouble
from tests.pages import PARAGRAPHS, html, paragraphs, read, story, texts

SHORT = paragraphs(*PARAGRAPHS[:2])


def data(**said: object) -> str:
    return (
        f'<script type="application/ld+json">'
        f"{json.dumps({'@context': 'https://schema.org', '@type': 'NewsArticle', **said})}</script>"
    )


@pytest.mark.parametrize(
    "said",
    [
        {"isAccessibleForFree": False}, {"isAccessibleForFree": "False"},
        {"isAccessibleForFree": "false"},
        {"hasPart": {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".x"}},
        {"hasPart": [{"@type": "WebPageElement", "isAccessibleForFree": "http://schema.org/False"}]},
    ],
)  # fmt: skip
def test_a_paid_article_is_not_taken_though_its_text_stands_in_the_page(
    said: dict[str, object],
) -> None:
    page = read(story(head=data(**said)))
    assert page.trouble is PageTrouble.PAYWALL
    assert page.blocks == ()
    assert page.publisher == "The Harbour Gazette"


@pytest.mark.parametrize("free", [True, "True", None, ""])
def test_a_free_article_is_read(free: object) -> None:
    assert read(story(head=data(isAccessibleForFree=free))).trouble is None


def test_a_museum_that_takes_an_entrance_fee_is_no_paywall() -> None:
    museum = {"@type": "Museum", "isAccessibleForFree": False}
    assert read(story(head=data(about=museum))).trouble is None
    alone = f'<script type="application/ld+json">{json.dumps(museum)}</script>'
    assert read(story(head=alone)).trouble is None


@pytest.mark.parametrize(
    "offer",
    [
        "Subscribe to continue reading.",
        "To continue reading, sign in or create an account.",
        "Already a subscriber? Log in",
        "This article is for subscribers only.",
        "You have reached your limit of free articles.",
        "Jetzt weiterlesen mit dem Digitalabo.",
        "Dieser Artikel ist exklusiv für Abonnenten.",
        "Cet article est réservé aux abonnés.",
        "Il vous reste 75 % de cet article à lire.",
        "Suscríbete para seguir leyendo.",
        "Contenido exclusivo para suscriptores.",
        "Questo contenuto è riservato agli abbonati.",
        "Dit artikel is alleen voor abonnees.",
        "Conteúdo exclusivo para assinantes.",
    ],
)
def test_a_text_that_ends_in_an_offer_to_subscribe_is_a_stub(offer: str) -> None:
    page = read(html(f"<article>{SHORT}<p>{offer}</p></article>"))
    assert page.trouble is PageTrouble.PAYWALL
    assert page.blocks == ()


CONSENT = {
    "en": "We and our 842 partners store cookies on your device to show you personalised ads and"
    " content. By choosing “Accept all” you consent to this; see our privacy policy.",
    "de": "Wir und unsere Partner verwenden Cookies, um Ihnen personalisierte Anzeigen zu zeigen."
    " Dafür brauchen wir Ihre Einwilligung, die Sie jederzeit in der Datenschutzerklärung"
    " widerrufen.",
    "fr": "Nos partenaires et nous utilisons des cookies et des traceurs avec votre consentement"
    " pour"
    " traiter des données personnelles et afficher des publicités sur mesure.",
    "es": "Nosotros y nuestros socios usamos cookies con su consentimiento para la publicidad."
    " Lea la"
    " política de cookies y de protección de datos.",
    "it": "Noi e i nostri partner usiamo cookie con il tuo consenso per il trattamento dei dati"
    " e per la"
    " pubblicità. Leggi la nostra informativa.",
    "nl": "Wij en onze partners plaatsen cookies om advertenties te tonen. Daarvoor vragen wij uw"
    " toestemming, zie de privacyinstellingen. Gaat u akkoord?",
}  # fmt: skip


@pytest.mark.parametrize("language", CONSENT)
def test_a_page_that_only_asks_for_cookies_is_no_article(language: str) -> None:
    body = f"<html lang={language}><body><div><p>{CONSENT[language]}</p><button>OK</button></div>"
    page = read(body.encode())
    assert page.trouble is PageTrouble.CONSENT
    assert page.trouble.words == "The page shows its text only to readers who accept its cookies."


@pytest.mark.parametrize(
    "body",
    [
        "<div id=root></div><noscript>You need to enable JavaScript to run this app.</noscript>",
        "<p>JavaScript is disabled. Please turn it on.</p>",
        "<p>Bitte aktivieren Sie JavaScript, um diese Seite zu sehen.</p>",
        "<p>Veuillez activer JavaScript pour continuer.</p>",
    ],
)
def test_a_page_that_is_a_program_says_so(body: str) -> None:
    assert read(f"<html><body>{body}".encode()).trouble is PageTrouble.SCRIPT


@pytest.mark.parametrize(
    "body",
    [
        "<title>Just a moment...</title><body><p>Checking your browser before you go on.</p>",
        "<body><h1>Access Denied</h1><p>You don't have permission to access this server.</p>",
        "<body><p>Please verify you are a human by solving the captcha below.</p>",
        "<title>Attention Required!</title><body><p>Sorry, you have been blocked.</p>",
    ],
)
def test_a_page_that_turns_programs_away_says_so(body: str) -> None:
    assert read(f"<html>{body}".encode()).trouble is PageTrouble.BOT_WALL


def test_a_home_page_is_no_article() -> None:
    card = "<article><h2><a href='/1'>Story</a></h2><p>{}</p></article>"
    cards = "".join(card.format(text) for text in PARAGRAPHS * 3)
    for url in (
        "https://harbour.example/",
        "https://harbour.example",
        "https://harbour.example/en/",
    ):
        assert read(html(cards), url).trouble is PageTrouble.NOT_ARTICLE
    section = '<script type="application/ld+json">{"@type": "CollectionPage"}</script>'
    assert read(html(cards, section)).trouble is PageTrouble.NOT_ARTICLE


@pytest.mark.parametrize(
    "mention",
    [
        "To continue reading the timetable on paper, subscribe by post; already a subscriber?",
        "The new site works without JavaScript, and asks for no cookies, no consent, no captcha.",
        "Two men were denied access to the ship: access denied, said the gate, and it was right.",
    ],
)
def test_a_long_article_may_speak_of_subscribers_cookies_and_scripts(mention: str) -> None:
    told = [f"{text} That was in week {n}." for n in range(3) for text in PARAGRAPHS]
    page = read(html(f"<article>{paragraphs(*told, mention)}</article>"))
    assert page.trouble is None
    assert texts(page)[-1] == mention


def test_a_short_article_below_a_banner_about_cookies_is_read() -> None:
    banner = f"<div class='cookie-banner'><p>{CONSENT['en']}</p></div>"
    assert texts(read(html(f"{banner}<article>{SHORT}</article>"))) == list(PARAGRAPHS[:2])


def test_every_trouble_is_said_in_a_sentence() -> None:
    for trouble in PageTrouble:
        assert trouble.words[0].isupper()
        assert trouble.words.endswith(".")

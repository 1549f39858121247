"""Words for a person, and a kind for the schedule, for every way in which a fetch can fail."""

from __future__ import annotations

import socket
import ssl

import aiohttp

from bot.feeds.guard import AddressRefused
from bot.models import FetchFailed, Trouble
from bot.models.said import said

EMPTY = FetchFailed(said("The site gave an empty answer."))
TOO_LATE = FetchFailed(said("The site took too long to answer."))

_PRIVATE = said(
    "The address leads into a private network, and was not contacted. (For your own network, "
    "the operator can set FEED_ALLOW_NETWORKS.)"
)
_WALL = said(
    "The site answered {status}: blocked by {name}: the site wants to see a person in a browser; "
    "its owner can let feed readers through."
)
# Who stands before a site and turns programs away, by the header that gives it away.
_CHALLENGES = {
    "cf-mitigated": "Cloudflare",
    "x-vercel-mitigated": "Vercel",
    "x-amzn-waf-action": "AWS WAF",
    "x-datadome": "DataDome",
    "x-sucuri-block": "Sucuri",
}
_TURNED_AWAY = frozenset({202, 403, 405, 429, 503})
_STATUS_WORDS = {
    304: said("that nothing has changed, though we do not have the document"),
    401: said("it wants a password, and feeds behind one cannot be read"),
    403: said("it does not let programs read this feed"),
    404: said("there is nothing at this address"),
    410: said("this feed is gone for good"),
    429: said("we asked too often"),
    451: said("it may not show this for legal reasons"),
    503: said("it is overloaded or being repaired"),
}
_TROUBLES = {404: Trouble.MISSING, 410: Trouble.GONE, 429: Trouble.BUSY}
_NO_LOCATION = frozenset({301, 302, 303, 307, 308})
# The first that fits.
_ERROR_WORDS: tuple[tuple[type[aiohttp.ClientError], str], ...] = (
    (aiohttp.ClientSSLError, said("No secure connection to the site could be made (TLS).")),
    (aiohttp.ConnectionTimeoutError, said("No connection to the site could be made in time.")),
    (aiohttp.ServerTimeoutError, said("The site stopped answering.")),
    (aiohttp.ClientConnectorError, said("No connection to the site could be made.")),
    (aiohttp.ClientResponseError, said("The site's answer is not proper HTTP.")),
    (aiohttp.ClientError, said("The site broke off before its answer was whole.")),
)


def too_big(limit: int) -> FetchFailed:
    """Return the failure of a document of more than `limit` bytes."""
    return FetchFailed(
        said(
            "The document is larger than {size} MB, which is more than is read.",
            size=limit // 1_000_000,
        )
    )


def wall(response: aiohttp.ClientResponse) -> str | None:
    """Name the service that keeps programs away from a site, if the answer is one's."""
    if response.status not in _TURNED_AWAY:  # some mark what they let through, too
        return None
    return next((name for mark, name in _CHALLENGES.items() if mark in response.headers), None)


def status_trouble(response: aiohttp.ClientResponse) -> Trouble:
    """Return what an answer's status means for the schedule."""
    return _TROUBLES.get(response.status, Trouble.BROKEN)


def status_words(response: aiohttp.ClientResponse) -> str:
    """Say what an answer without a document means."""
    status = response.status
    if name := wall(response):
        return said(_WALL, status=status, name=name)
    if status in _NO_LOCATION:
        return said(
            "The site answered {status}: it sends us on, without saying where to.", status=status
        )
    words = _STATUS_WORDS.get(status)
    if words is None:
        words = (
            said("it has a fault of its own") if status >= 500 else said("that is not a document")
        )
    return said("The site answered {status}: {reason}.", status=status, reason=words)


def no_answer(error: aiohttp.ClientError) -> FetchFailed:
    """Return the failure of a fetch that got no answer, or no whole one."""
    reason = getattr(error, "os_error", None)
    unreached = isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
    # Who refuses was reached, and what is not contacted was not tried.
    answered = isinstance(reason, AddressRefused | ConnectionRefusedError | ssl.SSLError)
    trouble = Trouble.UNREACHED if unreached and not answered else Trouble.BROKEN
    return FetchFailed(_connection_words(error), trouble=trouble)


def _connection_words(error: aiohttp.ClientError) -> str:
    reason = getattr(error, "os_error", None)
    if isinstance(reason, AddressRefused):
        return _PRIVATE
    if isinstance(reason, ConnectionRefusedError):
        return said("The site refused the connection: nothing is listening there.")
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return said(
            "The site cannot prove that it is itself: {reason}.", reason=_certificate_words(error)
        )
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return _dns_words(reason, error.host)
    return next(words for kind, words in _ERROR_WORDS if isinstance(error, kind))


def file_words(error: OSError) -> str:
    """Say why a file can't be read."""
    if isinstance(error, FileNotFoundError):
        return said("There is no such file.")
    if isinstance(error, PermissionError):
        return said("The file may not be read by this user.")
    return said("The file cannot be read: {why}.", why=error.strerror)


def _certificate_words(error: aiohttp.ClientConnectorCertificateError) -> str:
    cause = error.certificate_error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return said("its certificate was refused ({why})", why=cause.verify_message)
    return said("its certificate was refused")


def _dns_words(reason: OSError | None, host: str) -> str:
    if isinstance(reason, socket.gaierror) and reason.errno == socket.EAI_AGAIN:
        return said("The name {host} could not be looked up just now (DNS).", host=host)
    return said("There is no site named {host} (DNS); check the spelling.", host=host)

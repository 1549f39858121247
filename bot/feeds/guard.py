"""Decides which addresses the program may connect to, however a stranger writes them."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.models.said import said

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
AddrInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]
Lookup = Callable[..., Sequence[AddrInfo]]
"""Has the signature of `socket.getaddrinfo`, which it is outside of tests."""

MAX_URL = 2_048
PORTS = frozenset({80, 443, 8080, 8443})

# IANA's special-purpose registries (RFC 6890), and Azure's host agent, which answers on an
# address that no registry marks. `ipaddress.is_global` lets several of these through.
_DENIED_V4 = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
# All that IANA has given out as global unicast, less what is inside it and is not public.
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_DENIED_V6 = tuple(
    ipaddress.IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

# Names that are never anybody's public site: RFC 6761, 6762, 7686, 8375, 9476, ICANN's
# "internal", and the habits of home routers and offices.
_PRIVATE_SUFFIXES = (
    "alt", "arpa", "corp", "home", "internal", "intranet", "lan", "local", "localdomain",
    "localhost", "onion", "private",
)  # fmt: skip
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff\\]")
_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_MAX_NAME = 253


class Refused(ValueError):  # noqa: N818  # named for what it says to a person
    """A URL that is not fetched; the message says why and what would do, for a person."""


class AddressRefused(OSError):  # noqa: N818  # the same
    """A connection that is not made, because the address is not on the public internet.

    Every one says the same: asyncio's connection race merges errors that differ in their words
    into a plain OSError, and the reason would be lost.
    """

    def __init__(self) -> None:
        super().__init__(errno.EACCES, "refused: private address")


def check_url(text: str, allowed: Sequence[Network] = ()) -> URL:
    """Parse a stranger's URL once; what is returned is what must be connected to.

    Looks at the text alone. With `allowed` networks, names and ports that might lead there are
    let through, and `Guard` decides at the connection. Raises `Refused`, and nothing else.
    """
    if len(text) > MAX_URL:
        raise Refused(
            said("The address is longer than {size} characters; use a shorter one.", size=MAX_URL)
        )
    if _FORBIDDEN.search(text):
        raise Refused(
            said(
                "The address contains a space, a backslash or an invisible character; "
                "copy it again without it."
            )
        )
    url = _parse(text)
    if url.user is not None or url.password is not None:
        raise Refused(
            said("The address contains a user name or password; use one without (no “@”).")
        )
    _check_host(url, allowed)
    return url


def _parse(text: str) -> URL:
    try:
        url = URL(text)
        usable = bool(url.raw_host) and url.port != 0
    except (ValueError, IndexError) as error:  # yarl 1.25 raises the latter for `http://[]@`
        raise Refused(
            said("This is not a web address; copy it whole, beginning with https://.")
        ) from error
    if url.scheme not in {"http", "https"}:
        raise Refused(said("Only web addresses can be read; use one that begins with https://."))
    if not usable:
        raise Refused(
            said("The address names no site; copy it whole, as in https://site.com/feed.")
        )
    return url


def _check_host(url: URL, allowed: Sequence[Network]) -> None:
    host = (url.raw_host or "").lower()
    literal = _literal(host)
    if literal is not None:
        if not any(_unmapped(literal) in network for network in allowed):
            raise Refused(
                said(
                    "The address gives a number in place of the site's name; use the name. "
                    "(For your own network, the operator can set FEED_ALLOW_NETWORKS.)"
                )
            )
        return
    if not _NAME.fullmatch(host) or len(host) > _MAX_NAME:
        raise Refused(said("The name of the site is not written correctly; check its spelling."))
    labels = host.rstrip(".").split(".")
    # `0x7f000001` and `0177.0.0.1` are addresses to some resolvers (WHATWG: "ends in a number").
    if _NUMBER.fullmatch(labels[-1]):
        raise Refused(said("The address gives a number in place of the site's name; use the name."))
    if not allowed:
        _check_public(labels, url.port)


def _check_public(labels: list[str], port: int | None) -> None:
    if len(labels) == 1 or labels[-1] in _PRIVATE_SUFFIXES:
        raise Refused(
            said(
                "The address leads into a private network; use a public one, as in "
                "https://site.com/feed. (For your own network, the operator can set "
                "FEED_ALLOW_NETWORKS.)"
            )
        )
    if port not in PORTS:
        usual = ", ".join(str(number) for number in sorted(PORTS))
        raise Refused(
            said(
                "The address uses port {port}; only these are read: {usual}.",
                port=port,
                usual=usual,
            )
        )


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _unmapped(address: Address) -> Address:
    """Undo ::ffff:0:0/96, which connects by IPv4."""
    if isinstance(address, ipaddress.IPv6Address):
        return address.ipv4_mapped or address
    return address


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _DENIED_V4)
    return address in _GLOBAL_V6 and not any(address in network for network in _DENIED_V6)


# Feeds are asked again and again, by the same text; pages once, and each takes a kilobyte here.
_checked = lru_cache(maxsize=1_024)(check_url)


class Guard:
    """The rule about addresses, with the operator's `allowed` networks opened.

    `allowed` are networks outside the public internet that may be connected to
    (FEED_ALLOW_NETWORKS). 64:ff9b::/96 in it opens NAT64, for public IPv4 addresses only.
    """

    def __init__(self, allowed: Sequence[Network] = ()) -> None:
        self._allowed = tuple(allowed)

    def check_url(self, text: str) -> URL:
        """Parse a stranger's URL as `check_url` does, for these networks; raises `Refused`."""
        return _checked(text, self._allowed)

    def permits(self, address: str | Address) -> bool:
        """Say whether an address may be connected to; what is no address may not."""
        parsed = _literal(address) if isinstance(address, str) else address
        if parsed is None or getattr(parsed, "scope_id", None) is not None:
            return False
        plain = _unmapped(parsed)
        if isinstance(plain, ipaddress.IPv6Address) and plain in _NAT64:
            return self._nat64_is_open() and _is_public(
                ipaddress.IPv4Address(int(plain) & 2**32 - 1)
            )
        return self._is_allowed(plain) or _is_public(plain)

    def _is_allowed(self, plain: Address) -> bool:
        # Behind NAT64 lies the public internet, which being allowed does not make one's own.
        return plain not in _NAT64 and any(plain in network for network in self._allowed)

    def _nat64_is_open(self) -> bool:
        return any(
            isinstance(network, ipaddress.IPv6Network) and _NAT64.subnet_of(network)
            for network in self._allowed
        )

    def admits(self, address: str, port: int) -> bool:
        """Say whether this port of an address may be connected to: odd ones only if allowed."""
        if not self.permits(address):
            return False
        return port in PORTS or self._is_allowed(_unmapped(ipaddress.ip_address(address)))

    def socket_factory(self, addr_info: AddrInfo) -> socket.socket:
        """Open the socket of one connection attempt, for `aiohttp.TCPConnector`.

        Sees every address that is really connected to: literals, redirects, cached names.
        Raises `AddressRefused`, which aiohttp keeps as its own error's `os_error`.
        """
        family, kind, protocol, _, sockaddr = addr_info
        if not self.admits(str(sockaddr[0]), int(sockaddr[1])):
            raise AddressRefused
        return socket.socket(family, kind, protocol)


class GuardedResolver(AbstractResolver):
    """Looks names up in threads of its own, and returns only addresses that may be connected to.

    Own threads, because a stranger's slow names would fill the event loop's few, which
    everything else uses. The filter lets a name with one private and one public address work.
    """

    def __init__(
        self, guard: Guard, *, lookup: Lookup = socket.getaddrinfo, threads: int = 16
    ) -> None:
        self._guard = guard
        self._lookup = lookup
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="dns")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Resolve a name; raises `socket.gaierror`, or `AddressRefused` if nothing is left."""
        call = partial(self._lookup, host, port, family=family, type=socket.SOCK_STREAM)
        found = await asyncio.get_running_loop().run_in_executor(self._pool, call)
        open_ones = [info for info in found if self._guard.admits(str(info[4][0]), port)]
        if not open_ones:
            raise AddressRefused
        return [_result(host, port, info) for info in open_ones]

    async def close(self) -> None:
        """Drop the lookups that wait; those under way end by themselves."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _result(host: str, port: int, info: AddrInfo) -> ResolveResult:
    return ResolveResult(
        hostname=host,
        host=str(info[4][0]),
        port=port,
        family=info[0],
        proto=info[2],
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )

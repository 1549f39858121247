"""Which addresses may be connected to, and how strangers try to write the others."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.feeds.guard import AddressRefused, Guard, GuardedResolver, Refused, check_url

LOOPBACK = [ipaddress.ip_network("127.0.0.0/8")]
NAT64 = [ipaddress.ip_network("64:ff9b::/96")]

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "168.63.129.15",
    "172.15.255.255",
    "172.32.0.1",
    "100.63.255.255",
    "100.128.0.0",
    "192.0.1.1",
    "223.255.255.255",
    "2606:4700::1111",
    "2a00:1450:4001::1",
    "2001:4860:4860::8888",
    "::ffff:8.8.8.8",
]
PRIVATE = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.9",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:100.64.0.1",
    "::ffff:0:7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:1ff:ffff::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_permitted(address: str) -> None:
    assert Guard().permits(address)
    assert Guard().permits(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_off_the_public_internet_is_not_permitted(address: str) -> None:
    assert not Guard().permits(address)
    assert not Guard().permits(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["fe80::1%eth0", "2606:4700::1111%1", "::1%lo"])
def test_an_address_with_a_zone_is_not_permitted_wherever_it_lies(address: str) -> None:
    assert not Guard([ipaddress.ip_network("::/0")]).permits(address)


@pytest.mark.parametrize("text", ["", "localhost", "0x7f000001", "2130706433", "0177.0.0.1", "1.1"])
def test_what_is_no_written_out_address_is_not_permitted(text: str) -> None:
    assert not Guard([ipaddress.ip_network("0.0.0.0/0")]).permits(text)


def test_an_allowed_network_is_open_and_nothing_beside_it() -> None:
    guard = Guard([ipaddress.ip_network("10.1.0.0/16"), ipaddress.ip_network("fd00:1::/32")])
    assert guard.permits("10.1.2.3")
    assert guard.permits("::ffff:10.1.2.3")
    assert guard.permits("fd00:1::5")
    assert guard.permits("1.1.1.1")
    assert not guard.permits("10.2.0.1")
    assert not guard.permits("fd00:2::5")


def test_nat64_is_open_only_if_allowed_and_only_to_public_addresses() -> None:
    guard = Guard(NAT64)
    assert guard.permits("64:ff9b::808:808")
    assert not guard.permits("64:ff9b::7f00:1")
    assert not guard.permits("64:ff9b::a9fe:a9fe")
    assert not guard.admits("64:ff9b::808:808", 25)
    assert not Guard([ipaddress.ip_network("64:ff9b::7f00:0/112")]).permits("64:ff9b::7f00:1")


def test_nat64_does_not_reach_an_allowed_private_network() -> None:
    assert not Guard([*NAT64, *LOOPBACK]).permits("64:ff9b::7f00:1")


def test_an_odd_port_is_admitted_in_allowed_networks_only() -> None:
    guard = Guard(LOOPBACK)
    assert guard.admits("127.0.0.1", 45_001)
    assert guard.admits("1.1.1.1", 443)
    assert not guard.admits("1.1.1.1", 22)
    assert not guard.admits("10.0.0.1", 443)


# ── URLs ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("https://example.com/feed.xml", "example.com", 443),
        ("http://example.com:8080/feed?a=1&b=2#new", "example.com", 8080),
        ("HTTPS://News.Example.COM:8443", "news.example.com", 8443),
        ("https://bücher.example/ä", "xn--bcher-kva.example", 443),
        ("https://example.com./", "example.com.", 443),
        ("https://example.com#@127.0.0.1/", "example.com", 443),
    ],
)
def test_a_public_web_address_is_accepted(text: str, host: str, port: int) -> None:
    url = check_url(text)
    assert (url.raw_host, url.port) == (host, port)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "https://"),
        ("example.com/feed", "https://"),
        ("ftp://example.com/", "https://"),
        ("file:///etc/hostname", "https://"),
        ("gopher://127.0.0.1/", "https://"),
        ("javascript:alert(1)", "https://"),
        ("http://", "names no site"),
        ("http:///feed", "names no site"),
        ("http://[::1", "not a web address"),
        ("http://example.com:99999/", "not a web address"),
        ("http://user:secret@example.com/", "user name or password"),
        ("http://user@example.com/", "user name or password"),
        ("http://example.com@127.0.0.1/", "user name or password"),
        ("http://example.com:22/", "port 22"),
        ("http://example.com:6379/", "port 6379"),
        ("http://example.com/a b", "space"),
        ("http://example.com\\@127.0.0.1/", "backslash"),
        ("http://example.com/\r\nX-Header: 1", "invisible"),
        ("http://exam\tple.com/", "invisible"),
        ("http://example.com/\x00", "invisible"),
        ("http://example.com/\ud800", "invisible"),
        ("http://example.com/" + "a" * 2_048, "2048"),
        ("http://ex%41mple.com/", "spelling"),
        ("http://a..b.com/", "spelling"),
        ("http://" + "a" * 64 + ".com/", "spelling"),
    ],
)
def test_a_url_that_is_not_fetched_is_refused_with_its_problem(text: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        check_url(text)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "93.184.216.34",
        "169.254.169.254",
        "168.63.129.16",
        "0x7f000001",
        "0x7f.0.0.1",
        "2130706433",
        "0177.0.0.1",
        "127.1",
        "0",
        "127.0.0.1.",
        "1①②.⓪.⓪.①",
        "①②⑦.⓪.⓪.①",
        "１２７.0.0.1",
        "127。0。0。1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::1]",
        "[fec0::1]",
        "[fe80::1%25eth0]",
        "[fe80::1%eth0]",
        "[2606:4700::1111]",
    ],
)
def test_a_number_in_place_of_a_name_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises(Refused, match=r"number|web address|correctly"):
        check_url(f"http://{host}/")


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost.",
        "intranet",
        "a.localhost",
        "printer.local",
        "metadata.google.internal",
        "METADATA.GOOGLE.INTERNAL.",
        "router.home.arpa",
        "1.0.0.127.in-addr.arpa",
        "nas.lan",
        "box.localdomain",
        "expyuzz4wqqyqhjn.onion",
    ],
)
def test_a_name_of_a_private_network_is_refused(host: str) -> None:
    with pytest.raises(Refused, match="private network"):
        check_url(f"http://{host}/feed")


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1:45001/feed.xml",
        "http://localhost:45001/feed.xml",
        "http://[::ffff:127.0.0.1]:45001/feed.xml",
        "http://feeds.office.internal:9000/feed.xml",
        "https://example.com/feed.xml",
    ],
)
def test_with_allowed_networks_their_addresses_names_and_ports_are_accepted(text: str) -> None:
    assert str(Guard(LOOPBACK).check_url(text)).startswith("http")


@pytest.mark.parametrize(
    "text", ["http://10.0.0.1/", "http://[::1]/", "http://0x7f000001/", "http://a@127.0.0.1/"]
)
def test_with_allowed_networks_all_else_is_still_refused(text: str) -> None:
    with pytest.raises(Refused):
        Guard(LOOPBACK).check_url(text)


def test_a_refusal_never_repeats_the_secret_in_the_query() -> None:
    for text in ("http://127.0.0.1/?key=s3cret", "http://a:s3cret@x.org/", "ftp://x.org/?s3cret"):
        with pytest.raises(Refused) as refusal:
            check_url(text)
        assert "s3cret" not in str(refusal.value)


URLISH = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["http://", "https://", "HTTP:", "//", "http:\\\\", "file://", ""]),
    st.text(alphabet="ab.:@[]%/?#0127xfF①。\u0130ß-_ \t\ud800", max_size=30),
    st.sampled_from(["", ".com", ".com:80", ":99", "]", "/", "@example.com"]),
    st.text(max_size=10),
)


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.text(), URLISH))
@example("http://[")
@example("http://[]@")
@example("http://%")
@example("https://xn--a.com/")
@example("http://a.com:\u0661/")
def test_any_text_is_either_refused_or_a_web_address_without_a_user(text: str) -> None:
    for allowed in ([], LOOPBACK):
        try:
            url = check_url(text, allowed)
        except Refused:
            continue
        assert url.scheme in {"http", "https"}
        assert url.user is None
        assert url.password is None
        assert "@" not in url.raw_authority
        assert url.raw_host


# ── connections ──────────────────────────────────────────────────────────────────────────


def test_no_socket_is_opened_to_a_private_address() -> None:
    info = (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 80))
    with pytest.raises(AddressRefused) as refusal:
        Guard().socket_factory(info)
    assert refusal.value.errno == errno.EACCES


def test_a_socket_is_opened_to_an_allowed_address() -> None:
    info = (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 45_001))
    with Guard(LOOPBACK).socket_factory(info) as opened:
        assert opened.family == socket.AF_INET


def test_refused_addresses_all_say_the_same_so_that_a_race_of_them_stays_a_refusal() -> None:
    assert str(AddressRefused()) == str(AddressRefused())


async def _resolved(*addresses: str, guard: Guard, port: int = 80) -> list[str]:
    def lookup(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses]

    resolver = GuardedResolver(guard, lookup=lookup)
    try:
        return [found["host"] for found in await resolver.resolve("name.example", port)]
    finally:
        await resolver.close()


async def test_of_a_names_addresses_only_the_public_ones_are_used() -> None:
    assert await _resolved("10.0.0.1", "1.1.1.1", "127.0.0.1", guard=Guard()) == ["1.1.1.1"]


async def test_a_name_with_private_addresses_only_is_refused() -> None:
    with pytest.raises(AddressRefused):
        await _resolved("10.0.0.1", "127.0.0.1", guard=Guard())


async def test_a_public_name_with_an_odd_port_is_refused_though_networks_are_allowed() -> None:
    assert await _resolved("127.0.0.1", "1.1.1.1", guard=Guard(LOOPBACK), port=25) == ["127.0.0.1"]
    with pytest.raises(AddressRefused):
        await _resolved("1.1.1.1", guard=Guard(LOOPBACK), port=25)


async def test_names_are_looked_up_outside_the_threads_that_everything_else_uses() -> None:
    stuck, free = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def lookup(*_: Any, **__: Any) -> list[Any]:
        loop.call_soon_threadsafe(stuck.set)
        asyncio.run_coroutine_threadsafe(free.wait(), loop).result()
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("1.1.1.1", 80))]

    resolver = GuardedResolver(Guard(), lookup=lookup, threads=1)
    slow = [asyncio.ensure_future(resolver.resolve("slow.example", 80)) for _ in range(40)]
    await stuck.wait()
    try:
        async with asyncio.timeout(5):
            assert await asyncio.to_thread(lambda: "at once") == "at once"
    finally:
        free.set()
        await asyncio.gather(*slow)
        await resolver.close()

"""Who asks, by address."""

from __future__ import annotations

import pytest

from madoguchi.networks import allowed, client_address, house, parse_address, parse_networks

PROXIES = parse_networks("127.0.0.1/32, 10.9.0.0/16, ::1/128")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("203.0.113.7", "203.0.113.7"),
        (" 203.0.113.7:4711 ", "203.0.113.7"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ('"203.0.113.7"', "203.0.113.7"),
    ],
)
def test_an_address_is_read_as_proxies_write_it(text: str, read: str) -> None:
    assert str(parse_address(text)) == read


@pytest.mark.parametrize("text", ["", "unknown", "_hidden", "203.0.113", "203.0.113.7.8", "example.org"])
def test_what_is_no_address_is_unknown(text: str) -> None:
    assert parse_address(text) is None


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        pytest.param("203.0.113.7", "10.0.0.1", "203.0.113.7", id="a-stranger-cannot-claim-an-address"),
        pytest.param("127.0.0.1", "203.0.113.7", "203.0.113.7", id="our-proxy-is-believed"),
        pytest.param("127.0.0.1", "10.0.0.1, 203.0.113.7", "203.0.113.7", id="left-of-it-the-client-wrote"),
        pytest.param("127.0.0.1", "203.0.113.7, 10.9.1.1", "203.0.113.7", id="two-proxies-in-a-row"),
        pytest.param("127.0.0.1", "", "127.0.0.1", id="the-proxy-itself-asks"),
        pytest.param("127.0.0.1", None, "127.0.0.1", id="no-header"),
        pytest.param("127.0.0.1", "10.9.1.1", "10.9.1.1", id="only-proxies"),
        pytest.param("127.0.0.1", "203.0.113.7, junk", "None", id="a-hop-nobody-can-read-proves-nothing"),
        pytest.param("::ffff:127.0.0.1", "203.0.113.7", "203.0.113.7", id="ipv4-inside-ipv6"),
        pytest.param("", "203.0.113.7", "None", id="no-peer"),
        pytest.param(None, "203.0.113.7", "None", id="unknown-peer"),
    ],
)
def test_the_client_is_the_first_hop_that_is_no_proxy_of_ours(
    peer: str | None, forwarded: str | None, client: str
) -> None:
    assert str(client_address(peer, forwarded, PROXIES)) == client


def test_without_trusted_proxies_the_header_never_counts() -> None:
    assert str(client_address("10.0.0.1", "192.0.2.1", ())) == "10.0.0.1"


def test_an_endless_header_is_cut_from_the_left() -> None:
    forwarded = "203.0.113.1, " * 100_000 + "203.0.113.7"
    assert str(client_address("127.0.0.1", forwarded, PROXIES)) == "203.0.113.7"


def test_allowed_looks_at_every_network_of_the_same_kind() -> None:
    networks = parse_networks("192.0.2.0/24, 2001:db8::/32")
    assert allowed(parse_address("192.0.2.200"), networks)
    assert allowed(parse_address("2001:db8:1::5"), networks)
    assert not allowed(parse_address("198.51.100.1"), networks)
    assert not allowed(parse_address("::1"), networks)


def test_an_unknown_address_is_never_allowed() -> None:
    assert not allowed(None, parse_networks("0.0.0.0/0, ::/0"))


def test_a_wrong_network_is_refused() -> None:
    with pytest.raises(ValueError, match="does not appear"):
        parse_networks("10.0.0.0/8, office")


def test_all_addresses_of_one_ipv6_line_count_as_one() -> None:
    one, other = (parse_address(f"2001:db8:1:2::{end}") for end in ("1", "ffff:1"))
    assert house(one) == house(other) == "2001:db8:1:2::/64"
    assert house(parse_address("2001:db8:1:3::1")) != house(one)
    assert house(parse_address("::ffff:203.0.113.7")) == "203.0.113.7"


@pytest.mark.parametrize("written", ["::ffff:10.0.0.0/104", "::ffff:0a00:0/104", "10.0.0.0/8"])
def test_an_ipv4_network_may_be_written_inside_ipv6(written: str) -> None:
    networks = parse_networks(written)
    assert allowed(parse_address("10.1.2.3"), networks)
    assert allowed(parse_address("::ffff:10.1.2.3"), networks)
    assert not allowed(parse_address("11.1.2.3"), networks)
    assert not allowed(parse_address("2001:db8::1"), networks)

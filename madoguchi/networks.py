"""Who asks, by address: CIDR lists, and the client's address behind proxies. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Final

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Networks = tuple[Network, ...]

_LONGEST_LIST: Final = 2_000
_MAPPED_BITS: Final = 96


def parse_networks(value: str) -> Networks:
    """Parse ``"10.0.0.0/8, ::1/128"``; raises ``ValueError`` on the first wrong part.

    IPv4 networks inside IPv6 (``::ffff:10.0.0.0/104``) count as the IPv4 networks, as addresses do.
    """
    return tuple(_plain(ipaddress.ip_network(part.strip())) for part in value.split(",") if part.strip())


def _plain(network: Network) -> Network:
    if isinstance(network, ipaddress.IPv6Network) and network.prefixlen >= _MAPPED_BITS:
        mapped = network.network_address.ipv4_mapped
        if mapped is not None:
            return ipaddress.ip_network((mapped, network.prefixlen - _MAPPED_BITS))
    return network


def parse_address(text: str) -> Address | None:
    """Read one address as proxies write it (``203.0.113.7``, ``203.0.113.7:4711``, ``[2001:db8::1]:443``).

    An IPv4 address inside IPv6 (``::ffff:203.0.113.7``) counts as the IPv4 address. None when unreadable.
    """
    bare = text.strip().strip('"')
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def client_address(peer: str | None, forwarded_for: str | None, trusted: Networks) -> Address | None:
    """The address that the request comes from; None when it cannot be told, which is never allowed.

    ``peer`` is the socket's other end. ``forwarded_for`` (X-Forwarded-For) counts only as far as each
    hop, read from the right, is one of ``trusted``: the first that is not is the client. Whatever
    stands to the left of it was written by the client itself and proves nothing.
    """
    address = parse_address(peer or "")
    if address is None or not allowed(address, trusted):
        return address
    for hop in _hops(forwarded_for):
        address = parse_address(hop)
        if address is None or not allowed(address, trusted):
            return address
    return address


def house(address: Address | None) -> str:
    """What counts as one place where tries are counted: whoever has one IPv6 address has all of its /64."""
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _hops(forwarded_for: str | None) -> Sequence[str]:
    text = (forwarded_for or "")[-_LONGEST_LIST:]
    return [part for part in reversed(text.split(",")) if part.strip()]


def allowed(address: Address | None, networks: Networks) -> bool:
    """Whether `address` lies in one of `networks`; an unknown address never does."""
    return address is not None and any(
        address in network for network in networks if network.version == address.version
    )

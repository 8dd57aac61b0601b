"""Which addresses may be called. Whoever names an address makes this system call it from within its own network: the
databases, the cloud's metadata and other offices' machines are there. So only public addresses are called, every one
that a name resolves to is checked, and the connection goes to exactly the one that was checked.

Operators may name networks of their own in which departments receive (``JIEDAN_WEBHOOK_NETWORKS``); what only serves
this machine or the cloud beneath it stays closed. The lists are the special-purpose registries of IANA (RFC 6890).
"""

import asyncio
import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx

from shared.errors import Reason
from shared.settings import CLOUD, Settings

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

PORTS = (443, 8443)
"""Ports that production calls."""
MOST_CHARACTERS = 2000
RESOLVE_SECONDS = 5.0
_HOST = re.compile(r"[^\W_][\w.-]*|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")
"""A name, in any script, or an IPv6 address."""

_PRIVATE = [
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
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
]
_UNICAST = ip_network("2000::/3")
_NOT_UNICAST = [ip_network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]
_STANDS_FOR_IPV4 = [ip_network(text) for text in ("::ffff:0:0/96", "64:ff9b::/96")]
"""IPv4 in IPv6: mapped, and behind NAT64. The IPv4 address decides."""

# A resolver that does not answer holds its thread: not one of those that everybody shares.
_resolvers = ThreadPoolExecutor(16, thread_name_prefix="resolve")


class Blocked(Exception):
    """An address that is not called; ``reason`` says why, and never what a name resolved to."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.en)
        self.reason = reason


NOT_PUBLIC = Reason(
    "address.not_public",
    "地址不在公网：内部网络、本机和保留地址一律不推送",
    "The address is not on the public network; private, local and reserved ones are never called",
    "/address",
)
UNKNOWN = Reason("address.unknown", "域名无法解析", "The host's name cannot be resolved", "/address")


@dataclass(frozen=True)
class Guard:
    """``networks`` are reached beside the public ones; in ``development`` they are called without TLS too."""

    networks: tuple[Network, ...] = ()
    development: bool = False

    def obstacles(self, url: str) -> Iterator[Reason]:
        """What the text of an address alone says against it."""
        try:
            parsed = httpx.URL(url)
            host = parsed.host
        except (httpx.InvalidURL, UnicodeError, ValueError):
            yield Reason("address.malformed", "地址格式有误", "This is no address", "/address")
            return
        if len(url) > MOST_CHARACTERS:
            yield Reason("address.long", "地址过长", f"At most {MOST_CHARACTERS} characters", "/address")
        if parsed.scheme not in (("https", "http") if self.development and self.networks else ("https",)):
            yield Reason("address.scheme", "地址须以 https 开头", "The address must begin with https", "/address")
        if not _HOST.fullmatch(host):
            yield Reason("address.host", "地址的主机名有误", "The address names no sound host", "/address")
        if parsed.userinfo:
            yield Reason("address.credentials", "地址不得含用户名或密码", "No user or password in it", "/address")
        if parsed.fragment:
            yield Reason("address.fragment", "地址不得含#", "No fragment in it", "/address")
        port = 443 if parsed.port is None else parsed.port
        if not self.development and port not in PORTS:
            yield Reason("address.port", "端口只能是443或8443", "Only the ports 443 and 8443", "/address")
        elif not 0 < port < 65_536:
            yield Reason("address.port", "没有这样的端口", "There is no such port", "/address")

    def admits(self, address: str, plain: bool = False) -> bool:
        """Whether an IP address may be called; ``plain``: without TLS."""
        found = _meant(ip_address(address))
        if found is None or any(found in network for network in CLOUD):
            return False
        if any(found in network for network in self.networks):
            return True
        return not plain and _is_public(found)

    async def addresses(self, host: str, port: int, plain: bool = False) -> list[str]:
        """Every IP address of ``host``, all of them admitted. Raises :class:`Blocked`."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(RESOLVE_SECONDS):
                found = await loop.run_in_executor(_resolvers, resolve, host, port)
        except (OSError, UnicodeError, TimeoutError):
            raise Blocked(UNKNOWN) from None
        if not found:
            raise Blocked(UNKNOWN)
        if not all(self.admits(address, plain) for address in found):
            raise Blocked(NOT_PUBLIC)
        return found

    async def check(self, url: str) -> list[Reason]:
        """Everything against calling this address now; empty when nothing is."""
        found = list(self.obstacles(url))
        if not found:
            parsed = httpx.URL(url)
            plain = parsed.scheme == "http"
            try:
                await self.addresses(parsed.raw_host.decode(), parsed.port or (80 if plain else 443), plain)
            except Blocked as blocked:
                found.append(blocked.reason)
        return found


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, each once, in the order in which the system would try them. Blocks."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _meant(address: Address) -> Address | None:
    """The address that is reached; None for one with a zone, which is never a name's."""
    if isinstance(address, IPv4Address):
        return address
    if address.scope_id is not None:
        return None
    if any(address in network for network in _STANDS_FOR_IPV4):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _PRIVATE)
    return address in _UNICAST and not any(address in network for network in _NOT_UNICAST)


_guard, _home = Guard(), ""


def use_settings(settings: Settings) -> None:
    """Said once at start."""
    global _guard, _home
    _guard = Guard(tuple(settings.webhook_networks), settings.development)
    _home = settings.public_url.rstrip("/")


def guard() -> Guard:
    """The guard of this process."""
    return _guard


def home() -> str:
    """Where what is published has its permanent addresses, without a slash at the end."""
    return _home

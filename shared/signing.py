"""Signatures by which anybody can check what was published: Ed25519 (RFC 8032), with versioned keys.

A key's name is ``<version>-<first 8 hex digits of the SHA-256 of its public key>``, so that a stranger sees at once
whether it is the key that was used. The newest version signs; retired ones stay readable for what they signed.
"""

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_keys: dict[str, Ed25519PrivateKey] = {}
_newest = ""
_place = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """``key`` names the public key; ``value`` is 64 bytes."""

    key: str
    value: bytes


def use_signing_keys(seeds: dict[int, bytes], public_url: str = "") -> None:
    """Said once at start: seeds (32 bytes) by version, and where what is signed is published. None for a service that
    signs nothing."""
    global _newest, _place
    _place = public_url.partition("://")[2].rstrip("/")
    _keys.clear()
    for version, seed in sorted(seeds.items()):
        private = Ed25519PrivateKey.from_private_bytes(seed)
        _newest = name_of(version, private.public_key().public_bytes_raw())
        _keys[_newest] = private


def name_of(version: int, public_key: bytes) -> str:
    """The name under which a public key (32 bytes) is known."""
    return f"{version}-{hashlib.sha256(public_key).hexdigest()[:8]}"


def place() -> str:
    """The public address without its scheme, which names who signs."""
    return _place


def sign(content: bytes) -> Signature:
    """Signed with the newest key. Raises KeyError in a service that was given none."""
    return Signature(_newest, _keys[_newest].sign(content))


def public_keys() -> dict[str, bytes]:
    """Every public key (32 bytes) by name, the newest last."""
    return {name: key.public_key().public_bytes_raw() for name, key in _keys.items()}


def is_signed(content: bytes, signature: bytes, public_key: bytes) -> bool:
    """Whether ``signature`` (64 bytes) is of exactly this content by the holder of this key (32 bytes)."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True

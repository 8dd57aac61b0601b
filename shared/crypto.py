"""Personal data at rest: encrypted columns with versioned keys, keyed hashes for equality, signed one-time links."""

import base64
import hashlib
import hmac
import os
import struct
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from shared.clock import wall

_keys: dict[int, AESGCM] = {}
_newest = 0
_hash_key = b""


def use_keys(field_keys: dict[int, bytes], hash_key: bytes) -> None:
    """Said once at start. The highest version encrypts; all versions decrypt."""
    global _newest, _hash_key
    _keys.clear()
    _keys.update({version: AESGCM(key) for version, key in field_keys.items()})
    _newest, _hash_key = max(field_keys), hash_key


def encrypt(text: str) -> str:
    nonce = os.urandom(12)
    sealed = nonce + _keys[_newest].encrypt(nonce, text.encode(), None)
    return f"{_newest}:{base64.b64encode(sealed).decode()}"


def decrypt(stored: str) -> str:
    version, sealed = stored.split(":", 1)
    raw = base64.b64decode(sealed)
    return _keys[int(version)].decrypt(raw[:12], raw[12:], None).decode()


_SEALED = b"\x00"
"""No answer of ours begins with this byte."""


def seal(content: bytes) -> bytes:
    """Bytes as ciphertext: answers that are kept, which may hold anybody's data and one-time links."""
    nonce = os.urandom(12)
    return _SEALED + struct.pack(">I", _newest) + nonce + _keys[_newest].encrypt(nonce, content, None)


def unseal(kept: bytes) -> bytes:
    """What :func:`seal` was given. Bytes that were kept before answers were sealed come back as they are."""
    if not kept.startswith(_SEALED):
        return kept
    (version,) = struct.unpack(">I", kept[1:5])
    return _keys[version].decrypt(kept[5:17], kept[17:], None)


class Encrypted(TypeDecorator[str]):
    """A text column whose value is ciphertext in the database: citizen ids, phones, bank accounts, objectors."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else encrypt(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else decrypt(value)


def keyed_hash(value: str) -> str:
    """Equality without the value: HMAC-SHA-256 of the trimmed, upper-case text, hex."""
    return hmac.new(_hash_key, value.strip().upper().encode(), hashlib.sha256).hexdigest()


def person_marks(citizen_key: str, name: str, *units: str) -> tuple[str, ...]:
    """Keyed hashes by which a person is known again without naming them: of the citizen id (``citizen_key``, hashed
    already), and of the name with each of the ``units`` (a unit's code or name). Empty parts make no mark."""
    said = "".join(name.split())
    named = [keyed_hash(f"{said}|{unit.strip()}") for unit in units if said and unit.strip()]
    return tuple(mark for mark in (citizen_key, *named) if mark)


def _mac(payload: bytes) -> bytes:
    return hmac.new(_hash_key, b"link:" + payload, hashlib.sha256).digest()[:16]


def sign_link(nonce: bytes, days: int) -> str:
    """A short token for a link in a text message. ``nonce`` (16 bytes) names what it opens; ``days`` of wall time."""
    payload = nonce + struct.pack(">I", int(wall().timestamp()) + days * 86_400)
    return base64.urlsafe_b64encode(payload + _mac(payload)).rstrip(b"=").decode()


def read_link(token: str) -> bytes | None:
    """The nonce of a link that is ours and not expired, else None."""
    nonce, works = read_any_link(token)
    return nonce if works else None


def read_any_link(token: str) -> tuple[bytes | None, bool]:
    """The nonce of a link that is ours, and whether it still works; whoever holds an expired one may be told so."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None, False
    payload, mac = raw[:20], raw[20:]
    if len(raw) != 36 or not hmac.compare_digest(mac, _mac(payload)):
        return None, False
    (expires,) = struct.unpack(">I", payload[16:])
    return payload[:16], expires >= wall().timestamp()

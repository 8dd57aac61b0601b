"""Checkpoints of the public log: how long it was and what its last hash was, signed, for anybody to keep and compare.

A checkpoint is a signed note (c2sp.org/signed-note) whose text follows c2sp.org/tlog-checkpoint: the log's name, how many
entries it has, the hash of the last one in base64, and, as one more line, when it was signed (``time`` and RFC 3339 in
UTC). One thing differs from logs of certificates: the hash is the head of a chain (``rules/chain.py``) instead of a
Merkle tree's root. This log is short, whoever checks it reads all of it.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from services.assessment.rules.chain import START, Entry

EVERY = timedelta(hours=1)
"""After the first entry that no checkpoint covers, and after the last checkpoint."""
_ED25519 = b"\x01"


def text(origin: str, size: int, root: str, signed_at: datetime) -> str:
    """What is signed. ``root`` is 64 hex digits."""
    head = b64encode(bytes.fromhex(root)).decode()
    return f"{origin}\n{size}\n{head}\ntime {signed_at.astimezone(UTC).isoformat(timespec='seconds')}\n"


def note(signed: str, origin: str, public_key: bytes, signature: bytes) -> str:
    """The text with its signature (64 bytes) by the holder of the key (32 bytes); the key's name is the log's."""
    mark = b64encode(key_id(origin, public_key) + signature).decode()
    return f"{signed}\n— {origin} {mark}\n"


def key_id(name: str, public_key: bytes) -> bytes:
    """The first four bytes of the SHA-256 of name, line feed, 1 (Ed25519) and key."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public_key).digest()[:4]


def verifier_key(name: str, public_key: bytes) -> str:
    """The key as tools for signed notes are told it."""
    return f"{name}+{key_id(name, public_key).hex()}+{b64encode(_ED25519 + public_key).decode()}"


def head(size: int, root: str, entries: Iterable[tuple[Entry, str]]) -> tuple[int, str]:
    """The log's length and last hash, from those of a checkpoint and the entries (with the hashes that they are kept
    with) after it. Raises ValueError where the chain is broken: nothing that was tampered with is signed."""
    for entry, kept in entries:
        if (entry.position, entry.previous_hash, kept) != (size + 1, root, entry.hash):
            raise ValueError(f"the public log does not hold at position {entry.position}, after {size}")
        size, root = entry.position, entry.hash
    return size, root


BEFORE = (0, START)
"""Length and last hash of a log without entries."""

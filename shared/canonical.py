"""One canonical form of a document of plain JSON values, and its fingerprint."""

import hashlib
from typing import Any

import orjson


def canonical(document: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no white space."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def fingerprint(document: Any) -> str:
    """SHA-256 of the canonical form, hex: equal documents have equal fingerprints."""
    return hashlib.sha256(canonical(document)).hexdigest()

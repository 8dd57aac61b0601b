"""What was shown to the public stays as it was: one canonical form, one fingerprint."""

import hashlib
import json
from decimal import Decimal
from typing import Any

Document = dict[str, Any]


def canonical(document: Document) -> bytes:
    """UTF-8 JSON with sorted keys and no white space; decimals keep their digits as text."""
    text = json.dumps(_plain(document), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def fingerprint(document: Document) -> str:
    """SHA-256 of the canonical form, in hex."""
    return hashlib.sha256(canonical(document)).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        raise TypeError("a float has no canonical form")
    return format(value, "f") if isinstance(value, Decimal) else value

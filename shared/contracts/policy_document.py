"""A policy set as a document: what travels in ``round.opened`` and is hashed."""

import hashlib
from functools import lru_cache
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from shared.contracts.policy import PolicySet

_SHAPE = TypeAdapter(PolicySet)


class BadPolicy(ValueError):
    """``faults`` are (JSON pointer, message) pairs."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{pointer}: {message}" for pointer, message in faults))
        self.faults = faults


def policy_document(overrides: dict[str, Any]) -> dict[str, Any]:
    """The defaults with ``overrides`` laid over them, section by section. Raises :class:`BadPolicy` on unknown
    names and unfit values."""
    defaults: dict[str, Any] = _SHAPE.dump_python(PolicySet(), mode="json")
    merged = dict(defaults)
    unknown = []
    for section, values in overrides.items():
        if section not in defaults:
            unknown.append((f"/policy/{section}", "unknown section"))
        elif isinstance(defaults[section], dict) and isinstance(values, dict):
            unknown += [(f"/policy/{section}/{name}", "unknown value") for name in values if name not in defaults[section]]
            merged[section] = {**defaults[section], **values}
        else:
            merged[section] = values
    if unknown:
        raise BadPolicy(unknown)
    try:
        document: dict[str, Any] = _SHAPE.dump_python(_SHAPE.validate_python(merged), mode="json")
    except ValidationError as error:
        raise BadPolicy([("/policy/" + "/".join(map(str, e["loc"])), e["msg"]) for e in error.errors()]) from error
    return document


def policy_hash(document: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON, hex: equal sets have equal hashes."""
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()


def policy_set(document: dict[str, Any]) -> PolicySet:
    """The typed set. Values that this release does not know are left out: a newer producer may add some."""
    return _parsed(orjson.dumps(document, option=orjson.OPT_SORT_KEYS))


@lru_cache(maxsize=64)
def _parsed(document: bytes) -> PolicySet:
    return _SHAPE.validate_json(document)

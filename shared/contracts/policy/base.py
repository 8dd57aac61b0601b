"""What every parameter says of itself. ``★`` in a source: the official announcements of the programme; ``default``: a
sensible default taken from neighbouring rules, to be confirmed by the bureau that pins the set."""

from dataclasses import field
from typing import Any

NOTICE = "★ 重庆市人力资源和社会保障局公告 (programme announcements 2020–2025)"
DEFAULT = "default, from neighbouring rules"
MODE = "the round's mode (shared/contracts/modes.py)"


def parameter(default: Any, *, unit: str, source: str, zh: str, en: str) -> Any:
    """A policy value with its unit, source and its name in both languages."""
    return field(default=default, metadata={"unit": unit, "source": source, "zh": zh, "en": en})

"""What a rule says when it says no: its codes with what they point to, each in both languages."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from shared.errors import Answer, Reason, Refused


def said(reasons: Iterable[Reason]) -> list[str]:
    """``code /pointer`` of each, after checking that a Chinese and an English reader both learn something."""
    return [_checked(reason) for reason in reasons]


def _checked(reason: Reason) -> str:
    assert re.search(r"[\u4e00-\u9fff]", reason.zh), f"{reason.code} has no Chinese sentence"
    assert re.search(r"[a-z]{2} ?", reason.en), f"{reason.code} has no English sentence"
    return f"{reason.code} {reason.pointer}".strip()


def refused(act: Callable[..., Any], *given: Any, kind: type[Answer] = Refused, **named: Any) -> list[str]:
    """What :func:`said` reads in the refusal of ``act``, which must be exactly a ``kind``."""
    with pytest.raises(kind) as refusal:
        act(*given, **named)
    assert type(refusal.value) is kind
    return said(refusal.value.reasons)

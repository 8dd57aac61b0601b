"""Characters that no text of people has: they cannot be stored (NUL), sent (half a surrogate pair) or written into a
feed (control characters), or make it read otherwise than it is (directions turned round), so they are refused at the
door, field by field. So is a text in which there is nothing to see: no rule would take it for the blank that it is."""

import json
import re
from collections.abc import Iterator
from typing import Any

from shared.errors import Malformed, Reason

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_MAY_BE_UNFIT = re.compile(
    rb"\\u(00[01]|20[26]|[dD][89a-fA-F]|[fF]{3}[eEfF])|\\[bf]|\xef\xbf[\xbe\xbf]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]"
)
"""What such a character looks like in JSON; most bodies have none and are not parsed a second time."""
_UNSEEN = "\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\u2800\u3164\ufe0f\ufeff\uffa0"
"""Characters without width, which ``str.strip`` leaves. Within a text they have their uses (emoji, other scripts)."""
_SEEN = re.compile(rf"[^\s{_UNSEEN}]")
_MAY_BE_UNSEEN = re.compile(
    b"|".join(re.escape(sign) for char in _UNSEEN for sign in (char.encode(), b"\\u%04x" % ord(char))), re.IGNORECASE
)


def is_fit(text: str) -> bool:
    return not _UNFIT.search(text)


def check_text(body: bytes, content_type: str) -> None:
    """Raises :class:`Malformed` with every field of a JSON body that holds such a character, or nothing to see."""
    if "json" not in content_type or not (_MAY_BE_UNFIT.search(body) or _MAY_BE_UNSEEN.search(body)):
        return
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return  # not JSON: answered where it is read
    if found := tuple(unfit(content, "")):
        raise Malformed(*found)


def unfit(value: Any, pointer: str) -> Iterator[Reason]:
    """What of a value from outside, and of everything within it, is no text of people."""
    if isinstance(value, str) and not is_fit(value):
        yield Reason("text.control", "内容含有控制字符或无效字符", "It holds control or invalid characters", pointer)
    elif isinstance(value, str) and value.strip() and not _SEEN.search(value):
        yield Reason("text.unseen", "内容只有看不见的字符", "It holds only characters that nobody can see", pointer)
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from unfit(part, f"{pointer}/{place}")
    elif isinstance(value, dict):
        for name, part in value.items():
            at = f"{pointer}/{_UNFIT.sub('?', name).replace('~', '~0').replace('/', '~1')}"
            if not is_fit(name):
                yield Reason("text.control", "字段名含有无效字符", "Its name holds invalid characters", at)
            yield from unfit(part, at)

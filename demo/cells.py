"""What one Excel cell means, however it was typed."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

FEN_PER_WAN = 1_000_000
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_DATE = re.compile(r"(\d{4})\s*[年./\-]\s*(\d{1,2})\s*[月./\-]\s*(\d{1,2})")


def text(value: object) -> str:
    """The cell as text: codes typed as numbers come back as digits, blanks as the empty string."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def number(value: object) -> Decimal:
    """15, "15", "20.0", "6人", "1,200" → the number. Raises ValueError when there is none."""
    found = _NUMBER.search(text(value).replace(",", "").replace("，", ""))
    if found is None:
        raise ValueError(f"not a number: {value!r}")
    try:
        return Decimal(found.group())
    except InvalidOperation as error:
        raise ValueError(f"not a number: {value!r}") from error


def whole(value: object) -> int:
    """A whole number; raises ValueError when it has a fraction."""
    exact = number(value)
    if exact != exact.to_integral_value():
        raise ValueError(f"not a whole number: {value!r}")
    return int(exact)


def fen(value: object) -> int:
    """Money in 万元 unless the cell says 元: 15, "15万元", "8.0", "120000元" → fen."""
    written = text(value)
    factor = 100 if "元" in written and "万" not in written else FEN_PER_WAN
    return int(number(value) * factor)


def day(value: object) -> date:
    """2020-04-01, 2020/4/1, 2020.4.1, 2020年4月1日 or a real date cell. Raises ValueError."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    found = _DATE.search(text(value))
    if found is None:
        raise ValueError(f"not a date: {value!r}")
    return date(*(int(part) for part in found.groups()))


def division(value: object) -> str:
    """A division code with its 12 digits, from the 6, 9 or 12 that were typed."""
    digits = text(value)
    if not digits.isdigit() or len(digits) > 12:
        raise ValueError(f"not a division code: {value!r}")
    return digits.ljust(12, "0")

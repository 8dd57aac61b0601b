"""How districts write: terms in four ways, money as ``15万元``, people as ``6人``, key places as ``√``. Pure.

Each reader returns the value, or raises :class:`Refused` with what is wrong in the words of the form.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from shared.errors import Reason, Refused

FEN_PER_WAN = 1_000_000
"""10,000 yuan in fen."""
MOST_WAN = Decimal(10_000)
MOST_YEARS = 5
_MONTH = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})(?:\s*[月./-]\s*(\d{1,2})(?!\d))?")
"""Year, month, day if any; the ``-20`` of ``2020.5-2022.4`` is no day but the next year."""
OPEN_ENDED = ("长期", "不限", "长期有效")
"""An order without an end: experts come and go as long as its host wants."""
_YEARS = {"半年": 6, "一年": 12, "一年半": 18, "两年": 24}


@dataclass(frozen=True, slots=True)
class Term:
    """A service term: dates when the form names them, months always."""

    months: int
    starts_on: date | None = None
    ends_on: date | None = None


def read_term(text: str) -> Term:
    """``2020年4月至2021年3月``, ``2020.5-2022.4``, ``2020/4/1—2021/3/31``, ``一年`` (also ``2年``, ``18个月``, ``一年半``,
    ``2020年4月起一年``)."""
    if text in OPEN_ENDED:
        return Term(0)
    months = _months(text)
    if months is not None:
        return Term(months)
    found = _MONTH.findall(text)
    if len(found) == 1 and "起" in text and (months := _months(text.rpartition("起")[2].strip("，,共为期 "))):
        return _from(found[0], months, text)
    if len(found) != 2:
        raise _bad("order.term", f"看不懂的服务期限“{text}”", f"Cannot read the term '{text}'")
    try:
        starts_on = date(int(found[0][0]), int(found[0][1]), int(found[0][2] or 1))
        year, month, day = int(found[1][0]), int(found[1][1]), found[1][2]
        ends_on = date(year, month, int(day)) if day else _month_end(year, month)
    except ValueError:
        raise _no_date(text) from None
    if faults := list(term_faults(starts_on, ends_on)):
        raise Refused(*faults)
    return Term(months_between(starts_on, ends_on), starts_on, ends_on)


def _months(text: str) -> int | None:
    """A length written as years or months; None when it is written otherwise or is too long."""
    if text in _YEARS:
        return _YEARS[text]
    match = re.fullmatch(r"(\d{1,2}|[一二两三四五六七八九十]{1,3})\s*(年|个月)(半)?", text)
    if not match:
        return None
    number = int(match[1]) if match[1].isdigit() else _numeral(match[1])
    months = number * (12 if match[2] == "年" else 1) + (6 if match[3] and match[2] == "年" else 0)
    return months if 0 < months <= MOST_YEARS * 12 else None


def _numeral(text: str) -> int:
    """十二 → 12, 二十四 → 24, 三 → 3; 0 when it is no number."""
    tens, ten, ones = text.rpartition("十")
    digits = {"": 0, **{digit: n for n, digit in enumerate("一二三四五六七八九", start=1)}, "两": 2}
    if tens not in digits or ones not in digits:
        return 0
    return ((digits[tens] or 1) * 10 if ten else 0) + digits[ones]


def _from(found: tuple[str, str, str], months: int, text: str) -> Term:
    """A beginning and a length."""
    try:
        starts_on = date(int(found[0]), int(found[1]), int(found[2] or 1))
    except ValueError:
        raise _no_date(text) from None
    last = starts_on.year * 12 + starts_on.month - 2 + months
    ends_on = _month_end(last // 12, last % 12 + 1)
    if starts_on.day > 1:
        ends_on = ends_on + timedelta(days=min(starts_on.day - 1, 28))
    return Term(months, starts_on, ends_on)


def term_faults(starts_on: date | None, ends_on: date | None) -> Iterator[Reason]:
    """A term ends after it begins and lasts at most five years; either day may still be open."""
    if starts_on is None or ends_on is None:
        return
    if not starts_on < ends_on:
        yield Reason("order.term", "服务期限的结束早于开始", "The term ends before it begins", "/ends_on")
    elif months_between(starts_on, ends_on) > MOST_YEARS * 12:
        yield Reason(
            "order.term", f"服务期限超过{MOST_YEARS}年", f"The term is longer than {MOST_YEARS} years", "/ends_on"
        )


def months_between(starts_on: date, ends_on: date) -> int:
    """The length of a term in months, at least one."""
    return round((ends_on - starts_on).days / 30.44) or 1


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def read_money(text: str) -> int:
    """Ten thousands of yuan (``15``, ``15万元``, ``20.0``) or yuan (``80000元``) as fen; positive, whole fen."""
    match = re.fullmatch(r"([-\d.,]+)\s*(万元|万|元)?", text)
    try:
        value = Decimal(match[1].replace(",", "")) if match else None
    except InvalidOperation:
        value = None
    if match is None or value is None:
        raise _bad("order.money", f"看不懂的金额“{text}”", f"Cannot read the amount '{text}'")
    wan = value / 10_000 if match[2] == "元" else value
    fen = wan * FEN_PER_WAN
    if wan <= 0:
        raise _bad("order.money", "金额须大于零", "The amount must be more than zero")
    if wan > MOST_WAN:
        raise _bad("order.money", "金额过大，单位应为万元", "Too much: the unit is 10,000 yuan")
    if fen != fen.to_integral_value():
        raise _bad("order.money", "金额精确到分", "At most whole fen")
    return int(fen)


def read_people(text: str) -> int | None:
    """``8`` or ``6人``; empty when the form leaves it open."""
    if not text:
        return None
    match = re.fullmatch(r"(\d{1,3})\s*[人名]?", text)
    if not match or int(match[1]) == 0:
        raise _bad("order.people", f"看不懂的人数“{text}”", f"Cannot read the number of people '{text}'")
    return int(match[1])


def read_phone(text: str) -> str:
    """A number as typed: blanks and the dashes within a mobile number are left out."""
    plain = re.sub(r"[\s()]+", "", text)
    digits = plain.replace("-", "")
    return digits if re.fullmatch(r"1\d{10}", digits) else plain


def read_division(text: str) -> str:
    """A division code with its 12 digits from the 6, 9 or 12 that were typed; empty when it is none."""
    digits = re.sub(r"[\s']", "", text)
    return digits.ljust(12, "0") if re.fullmatch(r"[0-9]{6}|[0-9]{9}|[0-9]{12}", digits) else ""


def read_yes(text: str) -> bool:
    """``√``, ``是``, ``Y``, ``1`` mean yes; ``否``, ``×``, ``N``, ``0`` and empty mean no."""
    if text.upper() in ("√", "是", "Y", "YES", "1", "✓", "TRUE"):
        return True
    if text.upper() in ("", "否", "×", "N", "NO", "0", "X", "无", "FALSE"):
        return False
    raise _bad("order.yes", f"请填“是”或“否”，不是“{text}”", f"Yes or no, not '{text}'")


def read_list(text: str) -> list[str]:
    """Fields or forms separated by any of the usual marks (NFKC has made the full-width ones narrow)."""
    return [part.strip() for part in re.split(r"[,、;，；/+]|与(?=远程)", text) if part.strip()]


def _no_date(text: str) -> Refused:
    return _bad("order.term", f"服务期限中有不存在的日期：{text}", f"'{text}' names a date that does not exist")


def _bad(code: str, zh: str, en: str) -> Refused:
    return Refused(Reason(code, zh, en))

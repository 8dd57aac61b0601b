"""How districts write: terms in four ways, money as ``15万元``, people as ``6人``, key places as ``√``. Pure.

Each reader returns the value, or raises :class:`Refused` with what is wrong in the words of the form.
"""

import re
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
_YEARS = {"半年": 6, "一年": 12, "两年": 24, "二年": 24, "三年": 36, "四年": 48, "五年": 60}


@dataclass(frozen=True, slots=True)
class Term:
    """A service term: dates when the form names them, months always."""

    months: int
    starts_on: date | None = None
    ends_on: date | None = None


def read_term(text: str) -> Term:
    """``2020年4月至2021年3月``, ``2020.5-2022.4``, ``2020/4/1—2021/3/31``, ``一年`` (also ``2年``, ``18个月``)."""
    if text in _YEARS:
        return Term(_YEARS[text])
    if match := re.fullmatch(r"(\d{1,2})\s*(年|个月)", text):
        months = int(match[1]) * (12 if match[2] == "年" else 1)
        if 0 < months <= MOST_YEARS * 12:
            return Term(months)
    found = _MONTH.findall(text)
    if len(found) != 2:
        raise _bad("order.term", f"看不懂的服务期限“{text}”", f"Cannot read the term '{text}'")
    try:
        starts_on = date(int(found[0][0]), int(found[0][1]), int(found[0][2] or 1))
        year, month, day = int(found[1][0]), int(found[1][1]), found[1][2]
        ends_on = date(year, month, int(day)) if day else _month_end(year, month)
    except ValueError:
        raise _bad(
            "order.term", f"服务期限中有不存在的日期：{text}", f"'{text}' names a date that does not exist"
        ) from None
    if not starts_on < ends_on:
        raise _bad("order.term", "服务期限的结束早于开始", "The term ends before it begins")
    months = round((ends_on - starts_on).days / 30.44) or 1
    if months > MOST_YEARS * 12:
        raise _bad("order.term", f"服务期限超过{MOST_YEARS}年", f"The term is longer than {MOST_YEARS} years")
    return Term(months, starts_on, ends_on)


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


def _bad(code: str, zh: str, en: str) -> Refused:
    return Refused(Reason(code, zh, en))

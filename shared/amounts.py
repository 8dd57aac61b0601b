"""Money and other figures as official papers write them."""

from collections.abc import Callable
from decimal import Decimal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("仟", "佰", "拾", "")


def in_yuan(fen: int) -> Decimal:
    """Fen as yuan, exact, with two decimals: never through a float."""
    return Decimal(fen).scaleb(-2)


def figures(fen: int) -> str:
    """Yuan as people read them: ``150,000.00``."""
    return f"{in_yuan(fen):,.2f}"


def plain(value: Decimal) -> str:
    """Without the zeros that a column adds."""
    return format(value.normalize(), "f")


def yuan(fen: int) -> str:
    """Figures and capitals side by side: ``150,000.00元（大写：人民币壹拾伍万元整）``."""
    return f"{figures(fen)}元（大写：人民币{capitals(fen)}）"


def capitals(fen: int) -> str:
    """The amount in capital numerals (大写金额), by the rules of 支付结算办法, annex 1: runs of noughts are one 零,
    整 after yuan, nothing after jiao or fen.

    ``fen`` lies between 0 and 10^18. Raises ``ValueError`` otherwise.
    """
    if not 0 <= fen < 10**18:
        raise ValueError("an amount from 0 to 10^16 yuan")
    whole, jiao, odd = fen // 100, fen // 10 % 10, fen % 10
    text = f"{_whole(whole)}元" if whole or not fen else ""
    if not (jiao or odd):
        return f"{text}整"
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif whole:
        text += "零"
    return text + (f"{_DIGITS[odd]}分" if odd else "")


def _whole(number: int) -> str:
    """Whole yuan below 10^16: 亿 is counted in numbers that have 万 themselves."""
    if number >= 10**8:
        return _joined(number, 10**8, "亿", _whole)
    if number >= 10**4:
        return _joined(number, 10**4, "万", _group)
    return _group(number) or _DIGITS[0]


def _joined(number: int, size: int, sign: str, below: Callable[[int], str]) -> str:
    high, low = divmod(number, size)
    text = below(high) + sign
    if not low:
        return text
    return text + ("零" if low < size // 10 else "") + below(low)


def _group(number: int) -> str:
    """A number below 10,000, without leading or trailing noughts."""
    text, gap = "", False
    for digit, place in zip(f"{number:04d}", _PLACES, strict=True):
        if digit == "0":
            gap = bool(text)
            continue
        text += ("零" if gap else "") + _DIGITS[int(digit)] + place
        gap = False
    return text

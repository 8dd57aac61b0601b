"""Codes with check characters. Pure: each function returns the reason why a code does not hold, or None.

Written out because the common library refuses valid codes: village collectives carry unified social credit codes
that begin with N, and some citizen ids of merged regions are turned away or fail (see docs/decisions).
"""

import re
from datetime import date

from stdnum.iso7064 import mod_37_36

from shared.errors import Reason

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = [pow(3, place, 31) for place in range(17)]
_CITIZEN_WEIGHTS = [pow(2, 17 - place, 11) for place in range(17)]


def credit_code_error(code: str, pointer: str = "") -> Reason | None:
    """GB 32100-2015: 18 characters without I, O, S, V, Z; the last is a check character modulo 31."""
    if not re.fullmatch(f"[{CREDIT_ALPHABET}]{{18}}", code):
        return Reason(
            "credit_code.form",
            f"统一社会信用代码“{code}”应为18位",
            f"'{code}' is not an 18-character credit code",
            pointer,
        )
    total = sum(CREDIT_ALPHABET.index(c) * w for c, w in zip(code, _CREDIT_WEIGHTS, strict=False))
    if CREDIT_ALPHABET[-total % 31] != code[17]:
        return Reason(
            "credit_code.check",
            f"统一社会信用代码“{code}”校验位不符",
            f"The check character of '{code}' is wrong",
            pointer,
        )
    return None


def citizen_id_error(number: str, pointer: str = "") -> Reason | None:
    """GB 11643-1999: a real date of birth and a check digit modulo 11. The number itself is never repeated."""
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return Reason("citizen_id.form", "证件号码应为18位", "A citizen id has 18 characters", pointer)
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return Reason("citizen_id.date", "证件号码中的出生日期不存在", "Its date of birth does not exist", pointer)
    total = sum(int(c) * w for c, w in zip(number, _CITIZEN_WEIGHTS, strict=False))
    if "10X98765432"[total % 11] != number[17]:
        return Reason("citizen_id.check", "证件号码校验位不符", "Its check digit is wrong", pointer)
    return None


def masked_phone(phone: str) -> str:
    """Enough to recognise a number, too little to call it."""
    return f"{'*' * (len(phone) - 4)}{phone[-4:]}" if phone else ""


def phone_error(number: str, pointer: str = "") -> Reason | None:
    """A mainland mobile number, or a landline with its area code."""
    if re.fullmatch(r"1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}", number):
        return None
    return Reason("phone.form", "联系电话格式不对", "This is not a phone number", pointer)


def paper_number(prefix: str, year: int, serial: int) -> str:
    """``<prefix>-<year>-<serial><check>``: what cards and certificates are called, with a check character after ISO 7064
    (MOD 37,36), which finds every slip of one character and every swap of two neighbours."""
    body = f"{prefix}{year}{serial:06d}"
    return f"{prefix}-{year}-{serial:06d}{mod_37_36.calc_check_digit(body)}"


def paper_number_error(number: str, pointer: str = "") -> Reason | None:
    """A number as :func:`paper_number` makes it."""
    if re.fullmatch(r"[A-Z]{2}-[0-9]{4}-[0-9]{6,9}[0-9A-Z]", number) and mod_37_36.is_valid(number.replace("-", "")):
        return None
    return Reason(
        "paper_number.wrong",
        "编号有误，请核对后重新输入",
        "This is no such number: check it and type it again",
        pointer,
    )

"""Invented people, units and numbers that pass the same checks as real ones and are marked as invented."""

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TypeVar

T = TypeVar("T")

MARK = "示例"
"""The names of invented people and units begin with it."""

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜谢邹喻柏水窦章云苏潘葛范彭郎鲁韦马"
GIVEN = "文武斌海波涛峰岩松柏竹梅兰菊云霞雪莹洁敏静慧颖萍芳玉琴秀英华明亮辉光远志强勇毅诚信义仁礼智"

_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_CITIZEN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class Inventor:
    """Everything drawn from one seed; nothing that names somebody is given twice."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - invented data, repeatable on purpose
        self._given: set[str] = set()

    def pick(self, options: Sequence[T]) -> T:
        return self.random.choice(options)

    def between(self, least: int, most: int) -> int:
        return self.random.randint(least, most)

    def person(self) -> str:
        return self._once(lambda: MARK + self.pick(SURNAMES) + "".join(self.random.choices(GIVEN, k=2)))

    def citizen_id(self, county: str) -> str:
        """GB 11643: county, birthday, sequence, check digit mod 11-2. ``county``: six digits."""

        def draw() -> str:
            born = date(1958, 1, 1) + timedelta(days=self.between(0, 13_000))
            body = f"{county}{born:%Y%m%d}{self.between(1, 999):03}"
            weighted = (int(digit) * weight for digit, weight in zip(body, _CITIZEN_WEIGHTS, strict=True))
            return body + "10X98765432"[sum(weighted) % 11]

        return self._once(draw)

    def credit_code(self, kind: str, division: str) -> str:
        """GB 32100: two characters of kind (N2 collective, 93 cooperative, 11 authority, 12 institution), six
        digits of division, nine of organisation, check character mod 31."""

        def draw() -> str:
            body = f"{kind}{division[:6]}{self._digits(9)}"
            weighted = (_CREDIT.index(char) * weight for char, weight in zip(body, _CREDIT_WEIGHTS, strict=True))
            return body + _CREDIT[-sum(weighted) % 31]

        return self._once(draw)

    def phone(self) -> str:
        return self._once(lambda: f"1{self.between(3, 8)}{self._digits(9)}")

    def account(self) -> str:
        return self._once(lambda: f"{self.between(2, 9)}{self._digits(18)}")

    def bank_code(self) -> str:
        return f"{self.between(1, 9)}{self._digits(11)}"

    def _digits(self, count: int) -> str:
        return "".join(self.random.choices("0123456789", k=count))

    def _once(self, draw: Callable[[], str]) -> str:
        while (value := draw()) in self._given:
            pass
        self._given.add(value)
        return value

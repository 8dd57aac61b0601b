"""Fapiao (发票): how one is numbered, and that its number is used once. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from shared.errors import Reason
from shared.identifiers import credit_code_error


@dataclass(frozen=True, slots=True)
class FapiaoFacts:
    """``code`` is empty for a fully digital one (全电/数电), whose number has 20 digits."""

    code: str
    number: str
    seller_code: str
    amount_fen: int
    issued_on: date

    @property
    def key(self) -> str:
        """What is used once over the whole programme."""
        return f"{self.code}{self.number}"


def obstacles(fapiaos: Sequence[FapiaoFacts], today: date) -> Iterable[Reason]:
    """Numbered as the tax office numbers them (code of 10 or 12 digits with a number of 8, or 20 digits alone), issued
    by a unit with a valid credit code, not in the future, each named once."""
    seen: set[str] = set()
    for place, one in enumerate(fapiaos):
        at = f"/fapiaos/{place}"
        digital = not one.code and _digits(one.number, 20)
        if not digital and not ((_digits(one.code, 10) or _digits(one.code, 12)) and _digits(one.number, 8)):
            yield Reason(
                "fapiao.number",
                "发票须为10或12位代码加8位号码，或20位数电发票号码",
                "A fapiao has a code of 10 or 12 digits and a number of 8, or a number of 20 digits",
                f"{at}/number",
            )
        if error := credit_code_error(one.seller_code, f"{at}/seller_code"):
            yield error
        if one.issued_on > today:
            yield Reason("fapiao.future", "开票日期在今天之后", "It is dated in the future", f"{at}/issued_on")
        if one.key in seen:
            yield Reason("fapiao.twice", "同一发票重复填写", "The same fapiao stands twice", at)
        seen.add(one.key)


def _digits(text: str, count: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) == count

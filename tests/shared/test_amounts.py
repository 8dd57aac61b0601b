"""Capital numerals, by the examples of 支付结算办法 (annex 1) and at the edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.amounts import capitals, yuan


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (140_950, "壹仟肆佰零玖元伍角"),
        (600_714, "陆仟零柒元壹角肆分"),
        (168_032, "壹仟陆佰捌拾元叁角贰分"),
        (10_700_053, "壹拾万柒仟元伍角叁分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (32_504, "叁佰贰拾伍元零肆分"),
        (15_000_000, "壹拾伍万元整"),
        (5_000_000, "伍万元整"),
        (0, "零元整"),
        (50, "伍角"),
        (5, "伍分"),
        (100, "壹元整"),
        (1_000_000_00, "壹佰万元整"),
        (1_000_100_00, "壹佰万零壹佰元整"),
        (100_000_001_00, "壹亿零壹元整"),
        (10_050_000_00, "壹仟零伍万元整"),
        (1_0001_0000_00, "壹亿零壹万元整"),
        (10**18 - 1, None),
    ],
)
def test_an_amount_in_capitals(fen: int, text: str | None) -> None:
    assert capitals(fen) == text or text is None


@given(st.integers(0, 10**18 - 1))
def test_capitals_say_the_amount_and_nothing_else(fen: int) -> None:
    text = capitals(fen)
    assert _read(text) == fen
    assert "零零" not in text
    assert text.count("元") <= 1


def _read(text: str) -> int:
    """An independent reading of capitals: groups of ten thousand, then jiao and fen."""
    digits = {sign: value for value, sign in enumerate("零壹贰叁肆伍陆柒捌玖")}
    whole, _, rest = text.partition("元") if "元" in text else ("", "", text)

    def group(part: str) -> int:
        total, digit = 0, 0
        for sign in part:
            if sign in digits:
                digit = digits[sign]
            else:
                total, digit = total + digit * {"拾": 10, "佰": 100, "仟": 1000}[sign], 0
        return total + digit

    def number(part: str) -> int:
        for sign, size in (("亿", 10**8), ("万", 10**4)):
            if sign in part:
                high, _, low = part.partition(sign)
                return number(high) * size + number(low)
        return group(part)

    jiao, _, odd = rest.removesuffix("整").partition("角") if "角" in rest else ("", "", rest.removesuffix("整"))
    return number(whole) * 100 + group(jiao) * 10 + group(odd.removesuffix("分"))


@pytest.mark.parametrize("fen", [-1, 10**18])
def test_what_is_no_amount_is_refused(fen: int) -> None:
    with pytest.raises(ValueError, match="amount"):
        capitals(fen)


def test_figures_and_capitals_stand_side_by_side() -> None:
    assert yuan(15_000_005) == "150,000.05元（大写：人民币壹拾伍万元零伍分）"

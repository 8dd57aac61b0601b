"""What the treasury asks of every payment: budget indicator number, functional and economic classification. Pure.

The form of a code is checked; whether it is of the year's table is only warned of, as far as the table is known here.
"""

from dataclasses import dataclass, replace

from services.funding.rules.policy import Policy
from shared.errors import Reason

ECONOMIC = {
    "30201": "办公费",
    "30202": "印刷费",
    "30204": "手续费",
    "30205": "水费",
    "30206": "电费",
    "30207": "邮电费",
    "30208": "取暖费",
    "30209": "物业管理费",
    "30211": "差旅费",
    "30214": "租赁费",
    "30215": "会议费",
    "30216": "培训费",
    "30217": "公务接待费",
    "30218": "专用材料费",
    "30224": "被装购置费",
    "30225": "专用燃料费",
    "30226": "劳务费",
    "30227": "委托业务费",
    "30228": "工会经费",
    "30229": "福利费",
    "30231": "公务用车运行维护费",
    "30239": "其他交通费用",
    "30240": "税金及附加费用",
    "50201": "办公经费",
    "50202": "会议费",
    "50203": "培训费",
    "50204": "专用材料购置费",
}
"""Economic classification (支出经济分类科目), goods and services only, where this programme's payments belong. Source:
政府预算和部门预算支出经济分类科目对照表 (财政部, 2018 onwards), as far as it could be read; not the whole table."""


@dataclass(frozen=True, slots=True)
class TreasuryFields:
    """Budget indicator number (预算指标文号), functional (功能分类, 类款项) and economic classification (经济分类, 类款)."""

    budget_indicator: str | None = None
    functional_class: str | None = None
    economic_class: str | None = None


def complete(given: TreasuryFields, policy: Policy) -> TreasuryFields:
    """What the maker left out stands as the round's policy has it."""
    return replace(
        given,
        budget_indicator=given.budget_indicator or policy.budget_indicator or None,
        functional_class=given.functional_class or policy.functional_class or None,
        economic_class=given.economic_class or policy.economic_class or None,
    )


def faults(fields: TreasuryFields) -> list[Reason]:
    """Codes that no table of any year could have."""
    found = []
    functional, economic = fields.functional_class, fields.economic_class
    if functional and not (_digits(functional, 7) and functional[0] == "2"):
        found.append(
            Reason(
                "treasury.functional",
                "支出功能分类应为 2 开头的 7 位数字（类款项）",
                "A functional class has 7 digits and begins with 2",
                "/functional_class",
            )
        )
    if economic and not (_digits(economic, 5) and economic[0] in "35"):
        found.append(
            Reason(
                "treasury.economic",
                "支出经济分类应为 3 或 5 开头的 5 位数字（类款）",
                "An economic class has 5 digits and begins with 3 or 5",
                "/economic_class",
            )
        )
    return found


def missing(fields: TreasuryFields, policy: Policy) -> list[Reason]:
    """What the policy requires before money is asked for."""
    words = {
        "budget_indicator": ("预算指标文号", "the budget indicator number"),
        "functional_class": ("支出功能分类", "the functional class"),
        "economic_class": ("支出经济分类", "the economic class"),
    }
    if not policy.treasury_required:
        return []
    return [
        Reason("treasury.missing", f"请填写{zh}", f"Fill in {en}", f"/{field}")
        for field, (zh, en) in words.items()
        if not getattr(fields, field)
    ]


def warnings(fields: TreasuryFields) -> list[Reason]:
    """What a person should look at again; it stops nothing."""
    code = fields.economic_class
    if not code or code in ECONOMIC:
        return []
    return [
        Reason(
            "treasury.unknown_economic",
            f"经济分类 {code} 不在已知科目表内，请核对当年科目",
            f"The economic class {code} is not in the known table: check this year's",
            "/economic_class",
        )
    ]


def _digits(code: str, length: int) -> bool:
    return code.isascii() and code.isdigit() and len(code) == length

"""The orders service's section."""

from dataclasses import dataclass

from shared.contracts.policy.base import DEFAULT, MODE, parameter


@dataclass(frozen=True, slots=True)
class OrdersPolicy:
    town_endorsement: bool = parameter(
        False, unit="yes/no", source=DEFAULT, zh="须经乡镇审核", en="a town must endorse an order"
    )
    unclaimed_extension_days: int = parameter(
        30, unit="days", source=DEFAULT, zh="无人接单延长天数", en="days by which an unclaimed order may be extended"
    )
    district_quota: int = parameter(
        0,
        unit="orders (0: no limit)",
        source=DEFAULT,
        zh="每区县推荐名额",
        en="orders that each district may recommend",
    )
    late_days: int = parameter(
        30, unit="days", source=DEFAULT, zh="逾期例外最长天数", en="days by which one order may be late by exception"
    )
    duplicate_score: int = parameter(
        60,
        unit="points of 100",
        source=DEFAULT,
        zh="疑似重复的相似度",
        en="likeness from which a duplicate is suggested",
    )
    import_file_days: int = parameter(
        30, unit="days", source=DEFAULT, zh="导入文件保存天数", en="days that an imported file is kept"
    )
    kinds: tuple[str, ...] = parameter(
        (), unit="names", source=MODE, zh="订单类别或岗位", en="kinds of order, or posts"
    )
    menu: tuple[str, ...] = parameter((), unit="names", source=MODE, zh="服务内容清单", en="menu of activities")
    target_experts: int = parameter(0, unit="people", source=MODE, zh="年度目标：专家人数", en="yearly target: experts")
    target_counties: int = parameter(0, unit="counties", source=MODE, zh="年度目标：县数", en="yearly target: counties")
    target_firms: int = parameter(0, unit="firms", source=MODE, zh="年度目标：企业数", en="yearly target: firms")

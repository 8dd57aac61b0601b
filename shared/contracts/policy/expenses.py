"""The part of the funding service's section about what an award is spent on and what must come back of it."""

from dataclasses import dataclass

from shared.contracts.policy.base import DEFAULT, parameter

FEES = "domain rules (§4), after 财科教〔2017〕128号 《中央财政科研项目专家咨询费管理办法》"
NEGATIVE = "default, after the negative lists of 渝财教 and 财教 rules on project money; to be confirmed by the bureau"


@dataclass(frozen=True, slots=True)
class ExpensePolicy:
    budget_transfer_percent: int = parameter(
        20,
        unit="percent of the budget",
        source=DEFAULT,
        zh="无须变更协议的预算调剂上限",
        en="most that may be moved between budget lines without an amendment",
    )
    expense_tolerance_percent: int = parameter(
        0, unit="percent of the line", source=DEFAULT, zh="科目超支容许比例", en="by how much a line may be overspent"
    )
    expense_grace_days: int = parameter(
        30, unit="days", source=DEFAULT, zh="服务期满后可列支天数", en="days after the term in which money may be spent"
    )
    expense_files: int = parameter(
        1, unit="files", source=DEFAULT, zh="每笔支出最少附件数", en="least files (receipts) of an expense"
    )
    fee_lines: tuple[str, ...] = parameter(
        ("专家咨询费",),
        unit="names",
        source=FEES,
        zh="按咨询费标准支付的科目",
        en="budget lines paid as consultation fees",
    )
    fee_senior_least_fen: int = parameter(
        150_000,
        unit="fen",
        source=FEES,
        zh="高级职称每人天咨询费下限（税后）",
        en="senior, least a person-day after tax",
    )
    fee_senior_most_fen: int = parameter(
        240_000,
        unit="fen",
        source=FEES,
        zh="高级职称每人天咨询费上限（税后）",
        en="senior, most a person-day after tax",
    )
    fee_other_least_fen: int = parameter(
        90_000,
        unit="fen",
        source=FEES,
        zh="其他专业人员每人天咨询费下限（税后）",
        en="others, least a person-day after tax",
    )
    fee_other_most_fen: int = parameter(
        150_000,
        unit="fen",
        source=FEES,
        zh="其他专业人员每人天咨询费上限（税后）",
        en="others, most a person-day after tax",
    )
    fee_academician_extra_percent: int = parameter(
        50, unit="percent", source=FEES, zh="院士等上浮比例", en="what academicians get on top of senior"
    )
    fee_half_day_percent: int = parameter(60, unit="percent", source=FEES, zh="半天比例", en="share for half a day")
    fee_full_days: int = parameter(2, unit="days", source=FEES, zh="按全额计算的天数", en="days paid in full")
    fee_later_percent: int = parameter(
        50, unit="percent", source=FEES, zh="第三天起比例", en="share for every day after those"
    )
    fee_run_days: int = parameter(
        7,
        unit="days",
        source=DEFAULT,
        zh="同一专家间隔几天内视为同一次咨询",
        en="days within which fees of one person count as one consultation",
    )
    negative_categories: tuple[str, ...] = parameter(
        (
            "招待费",
            "礼品",
            "礼金",
            "罚款",
            "违约金",
            "滞纳金",
            "捐赠",
            "赞助",
            "工资性支出",
            "津补贴",
            "奖金",
            "福利",
            "购置大型设备",
            "购置车辆",
            "基本建设",
            "偿还债务",
            "对外投资",
            "旅游",
        ),
        unit="names",
        source=NEGATIVE,
        zh="负面清单（费用类别）",
        en="negative list: categories that are refused",
    )
    negative_words: tuple[str, ...] = parameter(
        (
            "招待",
            "宴请",
            "烟",
            "酒",
            "礼品",
            "礼金",
            "罚款",
            "滞纳金",
            "工资",
            "奖金",
            "福利",
            "旅游",
            "景区",
            "大型设备",
            "车辆购置",
            "购物卡",
            "捐赠",
        ),
        unit="words",
        source=NEGATIVE,
        zh="需说明的字词",
        en="words that whoever accepts must answer",
    )
    final_account_required: bool = parameter(
        False,
        unit="yes or no",
        source=DEFAULT,
        zh="决算认可后方可关闭资助",
        en="an award closes only with its final account accepted",
    )
    final_account_files: tuple[str, ...] = parameter(
        (),
        unit="kinds of files (scan, photo, evidence, other)",
        source=DEFAULT,
        zh="决算须附的材料",
        en="kinds of files that a final account has",
    )
    recovery_due_days: int = parameter(
        30, unit="days", source=DEFAULT, zh="应收回资金的缴回期限", en="days in which money that must come back is due"
    )

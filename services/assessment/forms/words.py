"""Figures of a report as they are written: words, units, yuan, percent."""

from decimal import Decimal
from typing import NamedTuple

from services.assessment.rules import yearly
from services.assessment.rules.frozen import Document
from services.assessment.rules.grading import GRADES
from shared.amounts import in_yuan

ORDER_WORDS = {
    "published": "接单中",
    "matched": "已对接",
    "in_service": "服务中",
    "completed": "已完成",
    "unclaimed": "无人接单",
}
"""Where an order stands, in words."""


def value(name: str, amount: int) -> int | Decimal:
    """A figure in the unit that its words name: fen as yuan, tenths as days."""
    if name.endswith("_fen"):
        return in_yuan(amount)
    return Decimal(amount) / 10 if name == "day_tenths" else amount


def written(name: str, amount: int) -> str:
    """The same as text, in groups of three; days with a digit only where they have one."""
    found = value(name, amount)
    if name == "day_tenths":
        return f"{found:,.1f}".removesuffix(".0")
    return f"{found:,.2f}".removesuffix(".00") if name.endswith("_fen") else f"{found:,}"


def zh(name: str) -> str:
    """What a figure is called."""
    return yearly.WORDS[name][0]


def programme(mode: str) -> str:
    return yearly.PROGRAMMES.get(mode, mode)


def grade(code: str) -> str:
    return GRADES.get(code, "未评定")


def percent(part: int, whole: int) -> str:
    """Whole percent, rounded down; a dash of nothing."""
    return f"{part * 100 // whole}%" if whole else "—"


def title(content: Document) -> str:
    """Of the report; a sector's names it."""
    return f"{content['name']}{content['year']}年度{content.get('sector', '')}专家服务工作报告"


class Chart(NamedTuple):
    """``name``: of the figure, or ``grades``; ``rows``: how much of whom, in the caption's unit."""

    name: str
    caption: str
    rows: list[tuple[str, float]]


def charts(content: Document) -> list[Chart]:
    """What page and paper draw. A chart of nothing is left out, and money of nobody."""
    of = content["figures"]
    found = [
        Chart(
            name,
            caption,
            [
                (row[label] or "未注明", row[name] / 1_000_000 if name.endswith("_fen") else row[name])
                for row in content[rows]
                if not name.endswith("_fen") or row[name]
            ],
        )
        for name, caption, rows, label in (
            ("experts", "各区县服务专家（人次）", "counties", "name"),
            ("local_talents", "各区县本土人才（人次）", "counties", "name"),
            ("beneficiaries", "各区县受益群众（人次）", "counties", "name"),
            ("awarded_fen", "各行业全期资助（万元）", "industries", "key"),
            ("paid_fen", "各行业本年拨付（万元）", "industries", "key"),
        )
    ]
    found.append(Chart("grades", "年度考核等次（个）", [(GRADES[code], of[code]) for code in GRADES]))
    return [chart for chart in found if any(count for _, count in chart.rows)]


def plain(amount: float) -> str:
    """In groups of three, with no more digits than it has."""
    return f"{amount:,.10g}"


def summary(content: Document) -> str:
    """The year in one paragraph."""
    of = {name: written(name, amount) for name, amount in content["figures"].items()}
    return (
        f"{content['year']}年，{content['name']}{content.get('sector', '')}共发布需求订单{of['orders']}个，对接成功{of['orders_matched']}个；"
        f"{of['teams']}个专家服务团队、{written('experts', content['people'])}名专家（{of['experts']}人次）到"
        f"{of['places']}个乡镇和村开展服务{of['visits']}次、{of['day_tenths']}天，培养本土人才{of['local_talents']}人次，"
        f"受益群众{of['beneficiaries']}人次，服务企业和单位{of['served_units']}家次。约定指标{of['indicators']}项，"
        f"达标{of['indicators_reached']}项。全期资助{of['awarded_fen']}元，本年拨付{of['paid_fen']}元、收回"
        f"{of['returned_fen']}元，年末累计实拨{of['held_fen']}元。年度考核优秀{of['excellent']}个、合格{of['qualified']}个、"
        f"不合格{of['unqualified']}个。"
    )


def no_commendations(content: Document) -> str:
    """People and units are commended by county, not by sector."""
    return "表彰按区县登记，见区县和全市报告。" if content["kind"] == "sector" else "本年度无登记的表彰。"


def sources(content: Document) -> str:
    """Whose figures the city's report adds up, and why it goes without some."""
    told, counted = [one["name"] for one in content["sources"]], len(content["counties"])
    if not told:
        found = "各区县数据由系统汇总。"
    else:
        rest = "其余区县数据由系统汇总。" if len(told) < counted else ""
        found = f"依据已采纳的区县报告：{'、'.join(told)}。{rest}"
    return found + (f"说明：{content['reason']}。" if content["reason"] else "")


def coverage(content: Document) -> str:
    """How far key places were reached."""
    of = content["figures"]
    share = percent(of["key_orders_matched"], of["key_orders"])
    return (
        f"重点地区订单{of['key_orders']}个，对接成功{of['key_orders_matched']}个（{share}）；"
        f"服务到重点地区乡镇和村{of['key_places']}个。"
    )

"""The year's report as an official paper and as a workbook, from its frozen content."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.assessment.forms import words
from services.assessment.rules import yearly
from services.assessment.rules.frozen import Document as Content
from shared.amounts import in_yuan
from shared.documents import Bars, Block, Document, Heading, Issued, Picture, Table, Text, written
from shared.sheets import Sheet

COUNTY_COLUMNS = (
    "orders",
    "orders_matched",
    "key_orders",
    "key_orders_matched",
    "teams",
    "experts",
    "local_talents",
    "visits",
    "day_tenths",
    "beneficiaries",
    "places",
    "key_places",
    "indicators",
    "indicators_reached",
    "excellent",
    "qualified",
    "unqualified",
    "awarded_fen",
    "paid_fen",
    "returned_fen",
    "held_fen",
    "cards_issued",
    "card_uses",
)


def report_form(content: Content, content_hash: str, pictures: Mapping[str, bytes]) -> Document:
    """The paper; with the hash of the frozen content, and its pictures by their SHA-256, once it is issued."""
    made = datetime.fromisoformat(content["made_at"]).date()
    office = f"{content['name']}人力资源和社会保障局"
    blocks: list[Block] = [
        Heading("一、总体情况"),
        Text(words.summary(content)),
        *_texts(content["text"]),
        _figures(content),
        *_bars(content, "grades"),
        Heading("二、区县情况"),
        _counties(content),
        *_sources(content),
        *_bars(content, "experts", "local_talents", "beneficiaries"),
        Heading("三、项目、年度与人员"),
        _served(content),
        Heading("四、行业情况"),
        _industries(content),
        *_bars(content, "awarded_fen", "paid_fen"),
        Heading("五、指标完成情况"),
        _measured(content),
        Heading("六、重点地区覆盖"),
        Text(words.coverage(content)),
        Heading("七、表彰情况"),
        *_commended(content),
        Heading("八、回访情况"),
        *_visited(content),
        Heading("九、典型案例"),
        *_cases(content, pictures),
    ]
    if content_hash:
        blocks.append(Text(f"报告内容校验值（SHA-256）：{content_hash}"))
    blocks.append(Issued(office, written(made)))
    return Document(words.title(content).replace("年度", "年度\n"), "", tuple(blocks))


def _texts(text: str) -> list[Block]:
    return [Text(text)] if text.strip() else []


def _bars(content: Content, *names: str) -> list[Block]:
    return [
        Bars(chart.caption, tuple((label, amount, words.plain(amount)) for label, amount in chart.rows))
        for chart in words.charts(content)
        if chart.name in names
    ]


def _figures(content: Content) -> Block:
    rows = [(words.zh(name), words.written(name, content["figures"].get(name, 0))) for name in yearly.NAMES]
    return Table(("指标", "数值"), (96, 60), tuple(rows))


def _counties(content: Content) -> Block:
    names = ("teams", "experts", "visits", "beneficiaries", "awarded_fen", "paid_fen")
    rows = [
        (
            row["name"],
            *(words.written(name, row[name]) for name in names),
            f"{row['excellent']}/{row['qualified']}/{row['unqualified']}",
        )
        for row in content["counties"]
    ]
    whole = content["figures"]
    rows.append(
        (
            "合计",
            *(words.written(name, whole[name]) for name in names),
            f"{whole['excellent']}/{whole['qualified']}/{whole['unqualified']}",
        )
    )
    head = ("区县", "团队", "专家人次", "服务次数", "受益人次", "全期资助（元）", "本年拨付（元）", "优/合格\n/不合格")
    return Table(head, (25, 13, 15, 15, 18, 26, 26, 18), tuple(rows))


def _sources(content: Content) -> list[Block]:
    return [Text(words.sources(content))] if content["kind"] != "district" else []


def _served(content: Content) -> Block:
    rows = [
        (
            words.programme(row["programme"]),
            str(row["round_year"]),
            row["name"],
            str(row["teams"]),
            str(row["experts"]),
            str(row["local_talents"]),
        )
        for row in content["served"]
    ]
    head = ("项目", "批次年度", "区县", "团队", "专家人次", "本土人才人次")
    return Table(head, (44, 20, 32, 16, 20, 24), tuple(rows))


def _industries(content: Content) -> Block:
    names = ("orders", "teams", "experts", "visits", "beneficiaries", "awarded_fen", "paid_fen")
    rows = [
        (row["key"] or "未注明", *(words.written(name, row[name]) for name in names)) for row in content["industries"]
    ]
    head = ("行业", "订单", "团队", "专家人次", "服务次数", "受益人次", "全期资助（元）", "本年拨付（元）")
    return Table(head, (31, 13, 13, 15, 15, 17, 26, 26), tuple(rows))


def _measured(content: Content) -> Block:
    rows = [
        (
            f"{row['name']}（{row['unit']}）",
            str(row["teams"]),
            row["baseline"],
            row["target"],
            row["actual"],
            str(row["reached"]),
        )
        for row in content["measured"]
    ]
    head = ("指标", "团队", "基期", "目标", "实际", "达标团队")
    return Table(head, (52, 16, 22, 22, 22, 22), tuple(rows))


def _commended(content: Content) -> list[Block]:
    rows = [
        (row["zh"], row["name"], row["title"], row["granted_by"], row["granted_on"], row["county"])
        for row in content["commendations"]
    ]
    head = ("类别", "对象", "表彰名称", "授予单位", "日期", "区县")
    return [Table(head, (14, 34, 38, 30, 22, 18), tuple(rows))] if rows else [Text(words.no_commendations(content))]


def _visited(content: Content) -> list[Block]:
    found: list[Block] = [
        Text(
            f"{row['order_number']} {row['team']}（{row['county']}，结束后{row['months']}个月，{row['visited_on']}）："
            f"{row['text']} 仍在开展工作的本土人才{row['going_on']}人。" + "；".join(map(standing, row["standing"]))
        )
        for row in content["follow_ups"]
    ]
    return found or [Text("本年度无到期回访。")]


def standing(one: dict[str, Any]) -> str:
    """An indicator then and now."""
    return f"{one['name']}结束时{one['then']}{one['unit']}，现{one['now']}{one['unit']}"


def _cases(content: Content, pictures: Mapping[str, bytes]) -> list[Block]:
    found: list[Block] = []
    for row in content["cases"]:
        found += [Text(f"【{row['county']}】{row['title']}"), Text(row["text"])]
        shown = [pictures[key] for key in row["pictures"] if key in pictures]
        found += [Picture(one, f"{row['title']}（图{place}）") for place, one in enumerate(shown, 1)]
        if row["attachments"] and not row["pictures"]:
            found.append(Text(f"（图片{len(row['attachments'])}张，发布时附上）"))
    return found or [Text("本年度无选用的案例。")]


def report_sheets(content: Content) -> list[Sheet]:
    """Everything that the report rests on, down to each team and order."""
    whole = content["figures"]
    grouped = [
        Sheet(
            name,
            (name, *map(words.zh, COUNTY_COLUMNS)),
            [
                *(
                    [label, *(words.value(column, row.get(column, 0)) for column in COUNTY_COLUMNS)]
                    for label, row in rows
                ),
                ["合计", *(words.value(column, whole.get(column, 0)) for column in COUNTY_COLUMNS)],
            ],
        )
        for name, rows in (
            ("区县", [(row["name"], row) for row in content["counties"]]),
            ("行业", [(row["key"] or "未注明", row) for row in content["industries"]]),
            ("项目", [(words.programme(row["key"]), row) for row in content["programmes"]]),
        )
    ]
    totals = [[words.zh(name), words.value(name, whole.get(name, 0))] for name in yearly.NAMES]
    return [
        Sheet("总体", ("指标", "数值"), [*totals, ["专家人数（去重）", content["people"]]]),
        *grouped,
        Sheet(
            "人员",
            ("项目", "批次年度", "区县", "团队", "专家人次", "本土人才人次"),
            [
                [
                    words.programme(row["programme"]),
                    row["round_year"],
                    row["name"],
                    row["teams"],
                    row["experts"],
                    row["local_talents"],
                ]
                for row in content["served"]
            ],
        ),
        Sheet("团队", TEAM_HEAD, map(_team, content["teams"])),
        Sheet(
            "指标",
            ("订单编号", "团队", "指标", "单位", "基期", "目标", "实际"),
            [
                [
                    team["order_number"],
                    team["team"],
                    *(one[name] for name in ("name", "unit", "baseline", "target", "actual")),
                ]
                for team in content["teams"]
                for one in team["indicators"]
            ],
        ),
        Sheet(
            "订单",
            ("编号", "标题", "地点", "行业", "项目", "重点地区", "状态"),
            [
                [
                    row["number"],
                    row["title"],
                    row["place"],
                    row["industry"],
                    words.programme(row["programme"]),
                    _yes(row["key_place"]),
                    words.ORDER_WORDS.get(row["status"], row["status"]),
                ]
                for row in content["orders"]
            ],
        ),
        Sheet(
            "表彰",
            ("类别", "对象", "表彰名称", "授予单位", "日期", "事由", "区县"),
            [
                [row[name] for name in ("zh", "name", "title", "granted_by", "granted_on", "reason", "county")]
                for row in content["commendations"]
            ],
        ),
        Sheet(
            "案例",
            ("区县", "标题", "正文", "图片"),
            [[row["county"], row["title"], row["text"], len(row["pictures"])] for row in content["cases"]],
        ),
        Sheet(
            "回访",
            ("订单编号", "团队", "区县", "结束后月数", "回访日期", "继续工作人数", "情况", "指标"),
            [
                [row[name] for name in ("order_number", "team", "county", "months", "visited_on", "going_on", "text")]
                + ["；".join(map(standing, row["standing"]))]
                for row in content["follow_ups"]
            ],
        ),
    ]


TEAM_HEAD = (
    "订单编号",
    "订单",
    "团队",
    "派出单位",
    "地点",
    "行业",
    "项目",
    "批次",
    "重点地区",
    "专家人次",
    "本土人才",
    "服务次数",
    "服务天数",
    "受益人次",
    "服务单位",
    "资助（元）",
    "本年拨付（元）",
    "本年收回（元）",
    "年末累计实拨（元）",
    "得分",
    "等次",
)


def _team(row: Content) -> list[Any]:
    plain = ("order_number", "order", "team", "unit", "place", "industry")
    counted = ("experts", "local_talents", "visits", "day_tenths", "beneficiaries", "served_units")
    return [
        *(row[name] for name in plain),
        words.programme(row["programme"]),
        row["round"],
        _yes(row["key_place"]),
        *(words.value(name, row[name]) for name in counted),
        *(in_yuan(row[name]) for name in ("awarded_fen", "paid_fen", "returned_fen", "held_fen")),
        row["total"],
        words.grade(row["grade"]),
    ]


def _yes(flag: bool) -> str:
    return "是" if flag else "否"

"""How each point came about, in words, so that anybody can follow the sum by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from services.assessment.rules import normalising, scorecard
from services.assessment.rules.normalising import MOST
from services.assessment.rules.policy import Item, Policy, Section
from services.assessment.rules.scorecard import OPINIONS, Indicator, Measures, half_up
from shared.amounts import plain


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the explanation: points out of ``of``, and the arithmetic in words. ``section`` is a section of the
    card, or ``total``, ``grade``; ``item`` what within it: the kind or code of an item, ``indicator``; none for the sum."""

    section: str
    points: Decimal
    of: int
    zh: str
    en: str
    item: str = ""


def explain(measures: Measures, policy: Policy) -> list[Line]:
    """A line for every item and indicator, one for each section, and the total last."""
    card = policy.scorecard
    points = {item.key: scorecard.item_points(item, measures, policy) for item in card.items}
    lines = []
    for section in card.sections:
        for item in section.items:
            lines += _item_lines(section, item, measures, policy)
        lines.append(_section_line(section, points))
    return [*lines, _total_line(points, policy)]


def without_assessors(measures: Measures, policy: Policy) -> tuple[list[Line], Decimal]:
    """What an assessor may know of the points so far: the lines of what others do not judge, and what these come to."""
    card = policy.scorecard
    judged = {item.key for item in card.items if item.kind == "assessors"}
    within = {section.code for section in card.sections if judged & {item.key for item in section.items}}
    unknown = replace(measures, assessors=())
    lines = [
        line
        for line in explain(unknown, policy)
        if line.item not in judged and line.section != "total" and (line.item or line.section not in within)
    ]
    points = {item.key: scorecard.item_points(item, unknown, policy) for item in card.items if item.key not in judged}
    return lines, half_up(scorecard.total(points | dict.fromkeys(judged, Fraction(0)), policy))


def _item_lines(section: Section, item: Item, m: Measures, policy: Policy) -> list[Line]:
    points = half_up(scorecard.item_points(item, m, policy), 4)
    zh, en = _sum(item, m, policy)
    name_zh, name_en = item.names
    line = Line(
        section.code,
        points,
        item.weight,
        f"{name_zh}：{zh[0]} = {points}{zh[1]}",
        f"{name_en}: {en[0]} = {points}{en[1]}",
        item.key,
    )
    if item.kind != "indicators":
        return [line]
    return [*(_indicator_line(section, indicator) for indicator in m.indicators), line]


Sum = tuple[str, str]
"""The arithmetic, and a note behind its result."""


def _sum(item: Item, m: Measures, policy: Policy) -> tuple[Sum, Sum]:
    weight = item.weight
    if item.kind == "days":
        return _served(weight, m.confirmed_days, m.agreed_days, ("天数", "days"))
    if item.kind == "visits":
        return _served(weight, Decimal(m.confirmed_entries), Decimal(m.agreed_visits), ("次数", "visits"))
    if item.kind == "indicators":
        count = len(m.indicators)
        return (f"{weight} × {count}项指标完成率的平均值", ""), (f"{weight} × mean of {count} indicators", "")
    if item.kind == "manual":
        return _manual(item, m)
    return _rated(item, m, policy)


def _served(weight: int, confirmed: Decimal, agreed: Decimal, of: tuple[str, str]) -> tuple[Sum, Sum]:
    if not agreed:
        return (f"{weight} × 1", "；未约定，视为完成"), (f"{weight} × 1", "; none agreed, none missing")
    part = f"{plain(confirmed)} / {plain(agreed)}"
    return (f"{weight} × min(1, 经受援单位确认 {part} 约定{of[0]})", ""), (
        f"{weight} × min(1, {part} {of[1]} confirmed of those agreed)",
        "",
    )


def _manual(item: Item, m: Measures) -> tuple[Sum, Sum]:
    given = next((g for g in m.manual if g.code == item.code), None)
    if given is None:
        return ("市级未核定加分", ""), ("the bureau gave none", "")
    points = plain(given.points)
    return (f"市级核定 {points} 分", f"；理由：{given.reason}"), (
        f"the bureau gave {points}",
        f"; reason: {given.reason}",
    )


def _rated(item: Item, m: Measures, policy: Policy) -> tuple[Sum, Sum]:
    counts = plain(half_up(scorecard.counted_rating(item, m, policy), 4))
    notes = _notes(item, m, policy)
    return (f"{item.weight} × {counts} / {MOST}", notes[0]), (f"{item.weight} × {counts} / {MOST}", notes[1])


def _notes(item: Item, m: Measures, policy: Policy) -> tuple[str, str]:
    if scorecard.rating(item.kind, m, policy) is None:
        if m.open:
            return f"；尚未提交，逾期按{item.late}分计", f"; not handed in yet, late it counts as {item.late}"
        return f"；逾期未评，按{item.late}分计", f"; late, default {item.late}"
    if item.kind == "unit_opinion" and m.opinion:
        return f"；意见：{OPINIONS[m.opinion]}", f"; said: {m.opinion}"
    if item.kind == "district" and m.district:
        zh, en = normalising.words(m.district)
        return f"；{zh}", f"; {en}"
    if item.kind == "assessors":
        zh, en = normalising.RULES[policy.assessors_rule]
        listed = ", ".join(plain(score) for score in m.assessors)
        return f"；{len(m.assessors)}名评审专家评分 {listed} 的{zh}", f"; {en} of {listed}"
    return "", ""


def _indicator_line(section: Section, i: Indicator) -> Line:
    share = half_up(scorecard.achieved(i), 4)
    zh, en = f"指标“{i.name}”（{i.unit}）：", f"indicator {i.name} ({i.unit}): "
    if i.target == i.baseline:
        said = "未填报" if i.actual is None else f"填报{plain(i.actual)}"
        said_en = "not reported" if i.actual is None else f"reported {plain(i.actual)}"
        zh += f"目标与基数同为{plain(i.target)}，{said} = {share}"
        en += f"target and baseline are both {plain(i.target)}, {said_en} = {share}"
    else:
        actual = plain(i.baseline if i.actual is None else i.actual)
        sum_ = f"({actual} - {plain(i.baseline)}) / ({plain(i.target)} - {plain(i.baseline)})"
        late = ("；未填报，按基数计", "; not reported, counted at its baseline") if i.actual is None else ("", "")
        zh, en = f"{zh}{sum_}，限于0至1 = {share}{late[0]}", f"{en}{sum_}, kept within 0 and 1 = {share}{late[1]}"
    return Line(section.code, share, 1, zh, en, "indicator")


def _section_line(section: Section, points: Mapping[str, Fraction]) -> Line:
    parts = " + ".join(str(half_up(points[item.key], 4)) for item in section.items)
    brought, plain = scorecard.section_points(section, points), sum(points[item.key] for item in section.items)
    cut = f"；以{section.most}分封顶" if brought < plain else ""
    cut_en = f"; at most {section.most}" if brought < plain else ""
    found = half_up(brought, 4)
    return Line(
        section.code,
        found,
        section.most,
        f"{section.zh}小计：{parts} = {found}{cut}",
        f"{section.en}: {parts} = {found}{cut_en}",
    )


def _total_line(points: Mapping[str, Fraction], policy: Policy) -> Line:
    exact = scorecard.total(points, policy)
    rounded, shown = half_up(exact), half_up(exact, 4)
    plain = sum(scorecard.section_points(section, points) for section in policy.scorecard.sections)
    cut, cut_en = (f"（以{MOST}分封顶）", f" (at most {MOST})") if exact < plain else ("", "")
    return Line(
        "total",
        rounded,
        MOST,
        f"合计 {shown}{cut}，四舍五入保留两位小数为 {rounded}",
        f"sum {shown}{cut_en}, rounded half up to two decimals: {rounded}",
    )

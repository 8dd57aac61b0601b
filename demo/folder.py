"""A round folder: orders.xlsx, experts.xlsx, teams.xlsx, service.xlsx as districts and the bureau write them.

orders.xlsx and experts.xlsx go to the system as they are; from them only row numbers, titles, codes and
sums are read here. The other two are what leads, members, hosts and units would type in."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from openpyxl import load_workbook

from demo import cells
from demo.sheets import FolderError, Line, table

T = TypeVar("T")

ROLES = {"领衔专家": "lead", "成员": "member", "团队成员": "member", "当地人才": "local_talent"}
NOWHEN = date(1970, 1, 1)


@dataclass(frozen=True)
class OrderRow:
    serial: int
    row: int
    title: str
    division: str
    host_code: str
    asked_fen: int


@dataclass(frozen=True)
class ExpertRow:
    row: int
    name: str
    citizen_id: str
    unit_code: str


@dataclass(frozen=True)
class Member:
    role: str
    name: str
    citizen_id: str


@dataclass(frozen=True)
class Payee:
    unit_name: str
    unit_code: str
    bank_name: str
    bank_code: str
    account: str


@dataclass(frozen=True)
class Entry:
    row: int
    served_on: date
    citizen_id: str
    form: str
    days: Decimal
    beneficiaries: int
    problem: str
    confirmed: bool


@dataclass(frozen=True)
class Indicator:
    name: str
    unit: str
    baseline: Decimal
    target: Decimal
    actual: Decimal


@dataclass(frozen=True)
class Team:
    """A claim with everything that will be said of it during the year. ``serial`` is its order's."""

    serial: int
    name: str
    place: str
    content: str
    starts_on: date
    ends_on: date
    targets: str
    liaison_name: str
    liaison_phone: str
    agreed_days: Decimal
    agreed_visits: int
    asked_fen: int
    own_fen: int
    members: tuple[Member, ...]
    payee: Payee
    entries: tuple[Entry, ...]
    indicators: tuple[Indicator, ...]
    host_rating: Decimal
    beneficiary_rating: Decimal

    @property
    def lead(self) -> Member:
        return next(member for member in self.members if member.role == "lead")


@dataclass(frozen=True)
class RoundFolder:
    path: Path
    title: str
    year: int
    orders: tuple[OrderRow, ...]
    experts: tuple[ExpertRow, ...]
    teams: tuple[Team, ...]

    @property
    def division(self) -> str:
        """The bureau's division: the province of all orders (the whole country when there are several)."""
        provinces = {order.division[:2] for order in self.orders}
        return (provinces.pop() if len(provinces) == 1 else "").ljust(12, "0")

    @property
    def last_entry(self) -> date:
        return max((entry.served_on for team in self.teams for entry in team.entries), default=NOWHEN)


def read(path: Path) -> RoundFolder:
    """Read a round folder. Raises FolderError with everything that is wrong with it."""
    problems: list[str] = []
    orders = _orders(path / "orders.xlsx", problems)
    experts = _experts(path / "experts.xlsx", problems)
    teams = _teams(path, problems)
    if not problems:
        problems += _contradictions(orders, experts, teams)
    if problems:
        raise FolderError("\n".join([f"{path} is not a round folder that can be used:", *dict.fromkeys(problems)]))
    title = _title(path / "orders.xlsx")
    return RoundFolder(path, title, _year(title, teams), orders, experts, teams)


def _orders(path: Path, problems: list[str]) -> tuple[OrderRow, ...]:
    return tuple(
        OrderRow(
            line.serial,
            line.row,
            line.text("需求名称"),
            line.read("区划代码", cells.division, ""),
            line.text("统一社会信用代码"),
            line.read("申请支持经费", cells.fen, 0),
        )
        for line in table(path, "需求", "序号", problems)
    )


def _experts(path: Path, problems: list[str]) -> tuple[ExpertRow, ...]:
    return tuple(
        ExpertRow(
            line.row,
            line.text("姓名"),
            line.text("证件号码").upper(),
            line.text("单位统一社会信用代码").upper(),
        )
        for line in table(path, "专家", "序号", problems)
    )


def _teams(path: Path, problems: list[str]) -> tuple[Team, ...]:
    book, service = path / "teams.xlsx", path / "service.xlsx"
    members = _by_serial(table(book, "名册", "需求序号", problems), _member)
    payees = _by_serial(table(book, "收款", "需求序号", problems), _payee)
    entries = _by_serial(table(service, "服务记录", "需求序号", problems), _entry)
    indicators = _by_serial(table(service, "指标", "需求序号", problems), _indicator)
    ratings = _by_serial(table(service, "满意度", "需求序号", problems), _rating)
    teams = []
    for line in table(book, "申报", "需求序号", problems):
        for what, found in (("收款单位", payees), ("满意度", ratings), ("团队名册", members)):
            if line.serial not in found:
                problems.append(f"{line.where}, row {line.row}: 需求序号 {line.serial} has no row in {what}")
        if line.serial in payees and line.serial in ratings:
            team = _claim(line, payees[line.serial][0], ratings[line.serial][0])
            teams.append(
                replace(
                    team,
                    members=tuple(members.get(line.serial, ())),
                    entries=tuple(entries.get(line.serial, ())),
                    indicators=tuple(indicators.get(line.serial, ())),
                )
            )
    return tuple(teams)


def _by_serial(lines: list[Line], make: Callable[[Line], T]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = {}
    for line in lines:
        found.setdefault(line.serial, []).append(make(line))
    return found


def _member(line: Line) -> Member:
    role = line.text("角色")
    if role not in ROLES:
        line.problems.append(f"{line.where}, row {line.row}: unknown 角色 {role!r}")
    return Member(ROLES.get(role, "member"), line.text("姓名"), line.text("证件号码").upper())


def _payee(line: Line) -> Payee:
    return Payee(
        line.text("收款单位"),
        line.text("统一社会信用代码").upper(),
        line.text("开户银行"),
        line.text("联行号"),
        line.text("账号"),
    )


def _entry(line: Line) -> Entry:
    return Entry(
        line.row,
        line.read("服务日期", cells.day, NOWHEN),
        line.text("服务人员证件号").upper(),
        line.text("服务形式"),
        line.read("服务天数", cells.number, Decimal(0)),
        line.read("服务对象人数", cells.whole, 0),
        line.text("解决的问题"),
        line.text("受援单位确认") == "已确认",
    )


def _indicator(line: Line) -> Indicator:
    numbers = (line.read(header, cells.number, Decimal(0)) for header in ("基数", "目标值", "完成值"))
    return Indicator(line.text("指标"), line.text("单位"), *numbers)


def _rating(line: Line) -> tuple[Decimal, Decimal]:
    host, people = (line.read(header, cells.number, Decimal(0)) for header in ("受援单位评分", "群众评分"))
    return host, people


def _claim(line: Line, payee: Payee, rating: tuple[Decimal, Decimal]) -> Team:
    return Team(
        serial=line.serial,
        name=line.text("团队名称"),
        place=line.text("服务地点"),
        content=line.text("服务内容"),
        starts_on=line.read("服务开始", cells.day, NOWHEN),
        ends_on=line.read("服务结束", cells.day, NOWHEN),
        targets=line.text("预期目标"),
        liaison_name=line.text("基层联络人员"),
        liaison_phone=line.text("联络电话"),
        agreed_days=line.read("约定服务天数", cells.number, Decimal(0)),
        agreed_visits=line.read("约定服务次数", cells.whole, 0),
        asked_fen=line.read("申请经费", cells.fen, 0),
        own_fen=line.read("自筹经费", cells.fen, 0),
        members=(),
        payee=payee,
        entries=(),
        indicators=(),
        host_rating=rating[0],
        beneficiary_rating=rating[1],
    )


def _contradictions(orders: tuple[OrderRow, ...], experts: tuple[ExpertRow, ...], teams: tuple[Team, ...]) -> list[str]:
    """What no clerk could act on: claims without their order, unregistered members, teams without a lead."""
    problems = [f"{file}: nothing in it" for file, rows in (("orders.xlsx", orders), ("teams.xlsx", teams)) if not rows]
    serials = Counter(order.serial for order in orders)
    known = {expert.citizen_id for expert in experts}
    doubled = [serial for serial, times in serials.items() if times > 1]
    problems += [f"orders.xlsx: 序号 {serial} stands more than once" for serial in doubled]
    claimed = Counter(team.serial for team in teams)
    twice = [serial for serial, times in claimed.items() if times > 1]
    problems += [f"teams.xlsx: 需求序号 {serial} is claimed more than once" for serial in twice]
    for team in teams:
        if team.serial not in serials:
            problems.append(f"teams.xlsx: 需求序号 {team.serial} is not in orders.xlsx")
        if [member.role for member in team.members].count("lead") != 1:
            problems.append(f"teams.xlsx: {team.name} needs exactly one 领衔专家")
        problems += [
            f"teams.xlsx: {member.name} of {team.name} is not in experts.xlsx"
            for member in team.members
            if member.citizen_id not in known
        ]
        own = {member.citizen_id for member in team.members}
        problems += [
            f"service.xlsx, row {entry.row}: who served is not in {team.name}"
            for entry in team.entries
            if entry.citizen_id not in own
        ]
    return problems


def _title(path: Path) -> str:
    sheet = load_workbook(path, data_only=True).worksheets[0]
    top = sheet.iter_rows(max_row=3, values_only=True)
    return next((cells.text(cell) for row in top for cell in row if cell), "")


def _year(title: str, teams: tuple[Team, ...]) -> int:
    """The round's year: the title's, else the year in which most terms begin."""
    found = re.search(r"(?<!\d)(?:19|20|21)\d\d(?!\d)", title)
    if found:
        return int(found.group())
    return Counter(team.starts_on.year for team in teams).most_common(1)[0][0]

"""Reading a summary's rows: each becomes an order's fields or says what is wrong, cell by cell. Nothing is written."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from services.orders.rules import content, intake
from services.orders.rules.columns import KIND, MONEY, REQUIRED, with_unit
from services.orders.rules.content import ActionOffered
from services.orders.rules.intake import Term
from services.orders.rules.order import ANY_CONTENT
from services.orders.rules.policy import Policy, PolicySet
from shared.actor import Actor
from shared.divisions import county_of, name_of, place_of, town_of
from shared.errors import Reason, Refused
from shared.identifiers import credit_code_error, phone_error
from shared.spreadsheet import Cells, Sheet


@dataclass(frozen=True)
class RowOrder:
    """One row as an order's fields (the same names)."""

    division: str
    place: str
    host_name: str
    host_code: str
    liaison_name: str
    liaison_phone: str
    industry: str
    title: str
    problem: str
    expected: str
    service_forms: list[str]
    expertise: list[str]
    people_wanted: int | None
    kind: str
    tasks: list[str]
    action_id: UUID | None
    term_months: int
    starts_on: date | None
    ends_on: date | None
    site_support: str
    key_place: bool
    asked_fen: int | None
    remark: str

    @property
    def key(self) -> tuple[str, str]:
        return self.host_code, self.title


@dataclass(frozen=True)
class Handed:
    """A row by its number in the sheet."""

    number: int
    order: RowOrder


def required_with(policy: PolicySet) -> tuple[str, ...]:
    """Where no money is paid, none need be asked for; where the mode lists kinds, each order is of one."""
    required = REQUIRED if "award" in policy.switches else tuple(name for name in REQUIRED if name != MONEY)
    return (*required, KIND) if policy.orders.kinds else required


@dataclass(frozen=True)
class Offered:
    """What the round offers: its policy's kinds and activities, and the actions of its calendar by name."""

    policy: Policy = ANY_CONTENT
    actions: Mapping[str, tuple[UUID, ActionOffered]] = field(default_factory=dict)


def as_listed(text: str, names: Iterable[str]) -> str:
    """The name as the round lists it: a sheet's cells come with full-width signs made narrow."""
    return next((name for name in names if unicodedata.normalize("NFKC", name) == text), text)


class Reading:
    """A sheet read so far, in as many portions as the reader likes: rows, faults, and what is merely odd."""

    def __init__(self, sheet: Sheet, required: Sequence[str], importer: Actor, offered: Offered = Offered()) -> None:
        self._offered = offered
        self._headers, self._required, self._importer = sheet.headers, set(required), importer
        self._seen: dict[tuple[str, str], int] = {}
        self.rows: list[Handed] = []
        self.faults: list[Reason] = []
        self.warnings: list[Reason] = []

    def read(self, portion: Sequence[Cells]) -> None:
        """Take in some more rows."""
        for cells in portion:
            reader = _Reader(cells, self._headers, self._required, self._offered)
            row = reader.order()
            first = self._seen.setdefault(row.key, cells.number)
            if first != cells.number and row.title:
                reader.fault("需求名称", Reason("row.duplicate", f"与第{first}行重复", f"the same as row {first}"))
            if row.division and not self._importer.covers(row.division):
                reader.fault("区划代码", Reason("row.outside", "不在本机构辖区内", "outside your division"))
            self.faults += reader.faults
            self.warnings += reader.warnings
            self.rows.append(Handed(cells.number, row))


class _Reader:
    """Reads one row; collects what is wrong with it and what is merely odd."""

    def __init__(self, cells: Cells, headers: dict[str, str], required: set[str], offered: Offered) -> None:
        self.cells, self.headers, self.required, self.offered = cells, headers, required, offered
        self.faults: list[Reason] = []
        self.warnings: list[Reason] = []

    def text(self, column: str, most: int = 2000) -> str:
        value = self.cells.text(column)
        if value.startswith("'"):  # an export's way to keep a cell from being a formula, or Excel's for text
            value = value[1:]
        if not value and column in self.required:
            self.fault(column, Reason("cell.missing", "必填", "is needed"))
        if len(value) > most:
            self.fault(column, Reason("cell.too_long", f"超过{most}字", f"more than {most} characters"))
        return with_unit(column, self.headers.get(column, ""), value)

    def fault(self, column: str, reason: Reason | None) -> None:
        if reason:
            self.faults.append(self.cells.error(column, reason))

    def warn(self, column: str, zh: str, en: str, code: str) -> None:
        self.warnings.append(self.cells.error(column, Reason(code, zh, en)))

    def read(self, column: str, reader: Any, default: Any) -> Any:
        """What ``reader`` makes of the cell; its refusal becomes a fault of this cell. An empty one is the default,
        unless the reader knows better."""
        text = self.text(column)
        try:
            return reader(text) if text else default
        except Refused as refusal:
            self.fault(column, refusal.reasons[0])
            return default

    def names(self, column: str) -> list[str]:
        found = intake.read_list(self.text(column))
        if len(found) > 50 or any(len(name) > 200 for name in found):
            self.fault(column, Reason("cell.too_many", "最多50项，每项200字以内", "at most 50 names of 200 characters"))
        return found

    def division(self) -> str:
        written = self.text("区划代码")
        code = intake.read_division(written)
        if not code:
            if written:
                self.fault("区划代码", Reason("division.form", "应为12位数字", "must be 12 digits"))
            return ""
        if name_of(town_of(code)) is None:
            self.fault("区划代码", Reason("division.unknown", f"未知的乡镇代码{code}", f"unknown town in {code}"))
            return ""
        if code[9:] != "000" and name_of(code) is None:
            zh, en = f"区划表无此村码{code}，按所填名称登记", f"village {code} is not in the table"
            self.warn("区划代码", zh, en, "division.village")
        district, known = self.cells.text("区县"), name_of(county_of(code))
        if district and district != known:
            zh, en = f"与区划代码所属“{known}”不一致", f"the code belongs to {known}"
            self.warn("区县", zh, en, "division.district")
        return code

    def action(self, division: str) -> UUID | None:
        """The action that the row names, in the row's own county."""
        name = as_listed(self.text("行动"), self.offered.actions)
        if not name:
            return None
        if name not in self.offered.actions:
            self.fault("行动", Reason("order.action_unknown", f"没有名为“{name}”的行动", f"no action '{name}'"))
            return None
        key, action = self.offered.actions[name]
        for reason in content.action_obstacles(division, action) if division else ():
            self.fault("行动", reason)
        return key

    def kind(self) -> str:
        kind = as_listed(self.text(KIND, 100), self.offered.policy.kinds)
        for reason in content.kind_obstacles(kind, self.offered.policy, needed=False):
            self.fault(KIND, reason)
        return kind

    def tasks(self) -> list[str]:
        tasks = [as_listed(task, self.offered.policy.menu) for task in self.names("服务内容")]
        for reason in content.task_obstacles(tasks, self.offered.policy):
            self.fault("服务内容", reason)
        return tasks

    def host_code(self) -> str:
        code = "".join(self.text("统一社会信用代码").upper().split())
        self.fault("统一社会信用代码", credit_code_error(code) if code else None)
        return code

    def phone(self) -> str:
        phone = intake.read_phone(self.text("联系电话"))
        self.fault("联系电话", phone_error(phone) if phone else None)
        return phone

    def order(self) -> RowOrder:
        code = self.division()
        term: Term = self.read("服务期限", intake.read_term, Term(0))
        return RowOrder(
            division=code,
            place=place_of(code, self.cells.text("村（社区）")) if code else "",
            host_name=self.text("需求单位全称", 200),
            host_code=self.host_code(),
            liaison_name=self.text("联系人", 50),
            liaison_phone=self.phone(),
            industry=self.text("产业类别", 100),
            title=self.text("需求名称", 200),
            problem=self.text("需求描述"),
            expected=self.text("期望成果"),
            service_forms=self.names("服务方式"),
            expertise=self.names("专业要求"),
            people_wanted=self.read("所需专家人数", intake.read_people, None),
            kind=self.kind(),
            tasks=self.tasks(),
            action_id=self.action(code),
            term_months=term.months,
            starts_on=term.starts_on,
            ends_on=term.ends_on,
            site_support=self.text("现有条件"),
            key_place=self.read("是否重点乡镇", intake.read_yes, False),
            asked_fen=self.read(MONEY, intake.read_money, None),
            remark=self.text("备注"),
        )

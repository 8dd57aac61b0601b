"""Excel intake: a district's or the bureau's summary becomes submitted orders, all of it or nothing.

Reading a row is apart from writing it: every row is read, every fault is collected, and only a sheet without faults
is written. The same sheet again changes nothing; a changed row updates its order until that is published.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.orders.models import Order, Round
from services.orders.rules import intake
from services.orders.rules import order as rules
from services.orders.rules import round as round_rules
from services.orders.rules.intake import Term
from services.orders.schemas import ImportAnswer, ImportedRow, WarningOut
from shared.actor import Actor
from shared.contracts.orders import OrderSubmitted
from shared.db import load, new_id
from shared.divisions import county_of, name_of, place_of, town_of
from shared.errors import Malformed, Reason, Refused, require
from shared.identifiers import credit_code_error, phone_error
from shared.outbox import publish
from shared.spreadsheet import Cells, Sheet

REQUIRED = (
    "区划代码", "需求单位全称", "统一社会信用代码", "联系人", "联系电话", "产业类别", "需求名称", "需求描述", "期望成果",
    "服务方式", "专业要求", "服务期限", "申请支持经费（万元）",
)  # fmt: skip
OPTIONAL = ("区县", "乡镇（街道）", "村（社区）", "所需专家人数", "现有条件", "是否重点乡镇", "备注")
MONEY = "申请支持经费（万元）"


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
    term_months: int
    starts_on: date | None
    ends_on: date | None
    site_support: str
    key_place: bool
    asked_fen: int
    remark: str

    @property
    def key(self) -> tuple[str, str]:
        return self.host_code, self.title


class _Reader:
    """Reads one row; collects what is wrong with it and what is merely odd."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self.faults: list[Reason] = []
        self.warnings: list[Reason] = []

    def text(self, column: str, most: int = 2000) -> str:
        value = self.cells.text(column)
        if not value and column in REQUIRED:
            self.fault(column, Reason("cell.missing", "必填", "is needed"))
        if len(value) > most:
            self.fault(column, Reason("cell.too_long", f"超过{most}字", f"more than {most} characters"))
        return value

    def fault(self, column: str, reason: Reason | None) -> None:
        if reason:
            self.faults.append(self.cells.error(column, reason))

    def warn(self, column: str, reason: Reason) -> None:
        self.warnings.append(self.cells.error(column, reason))

    def read(self, column: str, reader: Any, default: Any) -> Any:
        """What ``reader`` makes of the cell; its refusal becomes a fault of this cell."""
        text = self.text(column)
        if not text and column in REQUIRED:
            return default
        try:
            return reader(text)
        except Refused as refusal:
            self.fault(column, refusal.reasons[0])
            return default

    def division(self) -> str:
        code = self.text("区划代码")
        if not code.isdigit() or len(code) != 12:
            if code:
                self.fault("区划代码", Reason("division.form", "应为12位数字", "must be 12 digits"))
            return ""
        if name_of(town_of(code)) is None:
            self.fault("区划代码", Reason("division.unknown", f"未知的乡镇代码{code}", f"unknown town in {code}"))
            return ""
        if code[9:] != "000" and name_of(code) is None:
            self.warn(
                "区划代码",
                Reason(
                    "division.village", f"区划表无此村码{code}，按所填名称登记", f"village {code} is not in the table"
                ),
            )
        district = self.cells.text("区县")
        if district and district != name_of(county_of(code)):
            known = name_of(county_of(code))
            self.warn(
                "区县", Reason("division.district", f"与区划代码所属“{known}”不一致", f"the code belongs to {known}")
            )
        return code

    def order(self) -> RowOrder:
        code = self.division()
        host_code, phone = self.text("统一社会信用代码").upper(), self.text("联系电话")
        self.fault("统一社会信用代码", credit_code_error(host_code) if host_code else None)
        self.fault("联系电话", phone_error(phone) if phone else None)
        term: Term = self.read("服务期限", intake.read_term, Term(0))
        return RowOrder(
            division=code,
            place=place_of(code, self.cells.text("村（社区）")) if code else "",
            host_name=self.text("需求单位全称", 200),
            host_code=host_code,
            liaison_name=self.text("联系人", 50),
            liaison_phone=phone,
            industry=self.text("产业类别", 100),
            title=self.text("需求名称", 200),
            problem=self.text("需求描述"),
            expected=self.text("期望成果"),
            service_forms=intake.read_list(self.text("服务方式")),
            expertise=intake.read_list(self.text("专业要求")),
            people_wanted=self.read("所需专家人数", intake.read_people, None),
            term_months=term.months,
            starts_on=term.starts_on,
            ends_on=term.ends_on,
            site_support=self.text("现有条件"),
            key_place=self.read("是否重点乡镇", intake.read_yes, False),
            asked_fen=self.read(MONEY, intake.read_money, 0),
            remark=self.text("备注"),
        )


def read_rows(sheet: Sheet) -> tuple[list[tuple[int, RowOrder]], list[Reason]]:
    """Every row with its number, and the warnings. Raises :class:`Malformed` with all faults of all rows."""
    rows: list[tuple[int, RowOrder]] = []
    faults: list[Reason] = []
    warnings: list[Reason] = []
    seen: dict[tuple[str, str], int] = {}
    for cells in sheet.rows:
        reader = _Reader(cells)
        row = reader.order()
        first = seen.setdefault(row.key, cells.number)
        if first != cells.number:
            reader.fault("需求名称", Reason("row.duplicate", f"与第{first}行重复", f"the same as row {first}"))
        faults += reader.faults
        warnings += reader.warnings
        rows.append((cells.number, row))
    if not rows:
        faults.append(Reason("file.empty", "表中没有数据行", "The sheet has no rows", "/file"))
    if faults:
        raise Malformed(*faults)
    return rows, warnings


_FIELDS = tuple(field.name for field in fields(RowOrder))


async def import_orders(
    session: AsyncSession, round_id: UUID, sheet: Sheet, actor: Actor, now: datetime
) -> ImportAnswer:
    """Write the rows of ``sheet``. Raises :class:`Malformed` with all faults, and then nothing is written."""
    round = await load(session, Round, round_id, "round")
    round_rules.check_bureau(round.division, actor)
    require(rules.intake_obstacles(round.status))
    rows, warnings = read_rows(sheet)
    known = {(order.host_code, order.title): order for order in await _orders_of(session, round_id)}
    require_scope(rows, actor)
    require_open(rows, known)
    answer = ImportAnswer(
        rows=len(rows), created=0, updated=0, unchanged=0, orders=[],
        warnings=[WarningOut.model_validate(warning) for warning in warnings],
    )  # fmt: skip
    fresh = []
    for number, row in rows:
        order = known.get(row.key)
        if order is None:
            fresh.append(
                {name: getattr(row, name) for name in _FIELDS}
                | {"id": new_id(), "round_id": round_id, "status": "submitted"}
            )
            answer.orders.append(ImportedRow(row=number, order_id=fresh[-1]["id"]))
            publish(session, OrderSubmitted(order_id=fresh[-1]["id"], round_id=round_id))
            continue
        answer.orders.append(ImportedRow(row=number, order_id=order.id))
        answer.updated += (changed := _update(order, row))
        answer.unchanged += not changed
    if fresh:
        await session.execute(sa.insert(Order), fresh)
    answer.created = len(fresh)
    return answer


async def _orders_of(session: AsyncSession, round_id: UUID) -> list[Order]:
    statement = sa.select(Order).where(Order.round_id == round_id).with_for_update()
    return list(await session.scalars(statement))


def _update(order: Order, row: RowOrder) -> bool:
    different = [name for name in _FIELDS if getattr(order, name) != getattr(row, name)]
    for name in different:
        setattr(order, name, getattr(row, name))
    return bool(different)


def require_scope(rows: list[tuple[int, RowOrder]], actor: Actor) -> None:
    """Every row lies within the importer's division."""
    outside = [number for number, row in rows if not actor.covers(row.division)]
    if outside:
        raise Malformed(
            *(
                Reason(
                    "row.outside",
                    f"第{n}行“区划代码”：不在本机构辖区内",
                    f"row {n}: outside your division",
                    f"/rows/{n}/区划代码",
                )
                for n in outside
            )
        )


def require_open(rows: list[tuple[int, RowOrder]], known: dict[tuple[str, str], Order]) -> None:
    """A changed row updates its order until that is published; then it is refused."""
    refused = []
    for number, row in rows:
        order = known.get(row.key)
        if order is not None and order.status not in rules.BEFORE_PUBLICATION:
            refused += [
                Reason("order.published", f"第{number}行：已发布的订单不能修改“{name}”", f"row {number}: a published order's {name} cannot change",
                       f"/rows/{number}/需求名称")
                for name in _FIELDS
                if getattr(order, name) != getattr(row, name)
            ]  # fmt: skip
    require(refused)

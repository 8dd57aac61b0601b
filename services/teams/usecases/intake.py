"""The expert pool as districts and the bureau keep it in Excel (专家库)."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.rules import person as rules
from services.teams.rules.person import Registration
from services.teams.schemas import ImportedPerson, ImportOut
from services.teams.usecases import person
from shared.actor import Actor
from shared.errors import Malformed, Reason
from shared.spreadsheet import Cells, Sheet

REQUIRED = ("姓名", "证件号码", "工作单位", "单位统一社会信用代码", "职称", "职称级别", "联系电话", "所在区县代码")
OPTIONAL = ("序号", "性别", "人才称号", "专业领域", "人员类别", "健康状况", "本人意愿", "单位意见")

_COLUMNS = {
    "/name": "姓名",
    "/citizen_id": "证件号码",
    "/phone": "联系电话",
    "/unit_code": "单位统一社会信用代码",
    "/title_level": "职称级别",
    "/division": "所在区县代码",
}
_UNWILLING = ("不愿意", "否", "不同意")


def read(row: Cells) -> Registration:
    """One row as a registration. A blank 本人意愿 or 单位意见 counts as agreement: the list exists to be asked from."""
    return Registration(
        name=row.text("姓名"),
        gender=row.text("性别"),
        citizen_id=row.text("证件号码").upper(),
        phone=row.text("联系电话").replace(" ", ""),
        unit_name=row.text("工作单位"),
        unit_code=row.text("单位统一社会信用代码").upper(),
        title=row.text("职称"),
        title_level=row.text("职称级别") or "无",
        honours=rules.split_honours(row.text("人才称号")),
        fields=rules.split_fields(row.text("专业领域")),
        category=row.text("人员类别"),
        division=rules.full_division(row.text("所在区县代码")),
        health=row.text("健康状况"),
        willing=row.text("本人意愿") not in _UNWILLING,
        unit_agrees=row.text("单位意见") not in _UNWILLING,
    )


async def import_people(session: AsyncSession, sheet: Sheet, actor: Actor, now: datetime) -> ImportOut:
    """All rows or none. Raises :class:`Malformed` with every faulty cell; the same file twice changes nothing."""
    entries = [read(row) for row in sheet.rows]
    if faults := tuple(_faults(sheet.rows, entries)):
        raise Malformed(*faults)
    ids, created, updated = await person.register_all(session, entries, actor, now)
    return ImportOut(
        rows=len(entries),
        created=created,
        existing=len(entries) - created,
        updated=updated,
        people=[ImportedPerson(row=row.number, person_id=id_) for row, id_ in zip(sheet.rows, ids, strict=True)],
    )


def _faults(rows: list[Cells], entries: list[Registration]) -> Iterable[Reason]:
    first: dict[str, int] = {}
    for row, entry in zip(rows, entries, strict=True):
        for reason in rules.registration_obstacles(entry):
            yield row.error(_COLUMNS[reason.pointer], reason)
        before = first.setdefault(entry.citizen_id, row.number)
        if before != row.number and entry.citizen_id:
            twice = Reason(
                "person.listed_twice", f"与第{before}行证件号码相同", f"The same citizen id as in row {before}"
            )
            yield row.error("证件号码", twice)

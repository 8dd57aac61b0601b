"""The expert pool as districts and the bureau keep it in Excel (专家库)."""

import asyncio
import re
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.rules import person as rules
from services.teams.rules.person import Registration
from services.teams.schemas import ImportedPerson, ImportOut
from services.teams.usecases import person
from shared.actor import Actor
from shared.errors import Malformed, Reason
from shared.spreadsheet import Cells, Sheet, read_sheet

COLUMNS = (
    ("序号", "可留空", "1"),
    ("姓名", "与证件一致", "张三"),
    ("性别", "男或女，可留空", "女"),
    ("证件号码", "18位居民身份证号码，按文本填写", "按证件填写"),
    ("工作单位", "与登记证书一致；没有单位的可与代码一并留空", "某某大学"),
    ("单位统一社会信用代码", "18位，含校验位", "12500000743408730K"),
    ("职称", "职称证书上的名称", "研究员"),
    ("职称级别", "正高、副高、中级、初级、无", "正高"),
    ("人才称号", "可写多个，用顿号分开", "市学术技术带头人、国贴专家"),
    ("专业领域", "可写多个，用顿号分开", "茶学、植物保护"),
    ("联系电话", "手机，或带区号的固定电话", "13800000000"),
    ("人员类别", "可留空", "领衔专家"),
    ("所在区县代码", "6至12位数字", "500101"),
    ("健康状况", "可留空", "良好"),
    ("本人意愿", "愿意或不愿意；留空视为愿意", "愿意"),
    ("单位意见", "同意或不同意；留空视为同意", "同意"),
)
"""What each column is called, what it means, and an example."""
REQUIRED = ("姓名", "证件号码", "工作单位", "单位统一社会信用代码", "职称", "职称级别", "联系电话", "所在区县代码")
OPTIONAL = tuple(name for name, _note, _example in COLUMNS if name not in REQUIRED)
SYNONYMS = {
    "姓名": ("专家姓名", "名字", "专家名字", "姓名(中文)"),
    "证件号码": ("身份证号", "身份证号码", "身份证", "居民身份证号码", "公民身份号码", "证件号"),
    "工作单位": ("单位", "单位名称", "所在单位", "现工作单位", "派出单位", "工作单位名称", "所在单位名称"),
    "单位统一社会信用代码": ("统一社会信用代码", "信用代码", "单位代码", "社会信用代码", "单位信用代码"),
    "职称": ("专业技术职称", "专业技术职务", "技术职称", "职务职称", "现任职称", "专业技术资格"),
    "职称级别": ("职称等级", "级别", "专业技术级别", "职称层次"),
    "人才称号": ("荣誉称号", "称号", "专家称号", "人才称号(荣誉)", "获得称号", "人才项目"),
    "专业领域": ("专业", "研究方向", "从事专业", "专业特长", "擅长领域", "专长", "研究领域", "专业方向"),
    "联系电话": ("电话", "手机", "手机号", "手机号码", "联系方式", "移动电话"),
    "人员类别": ("类别", "专家类别", "专家类型", "人员类型"),
    "所在区县代码": ("区划代码", "行政区划代码", "区县代码", "所在地代码", "所在地区划代码"),
    "健康状况": ("身体状况", "健康情况"),
    "本人意愿": ("个人意愿", "是否愿意", "是否愿意参加", "服务意愿"),
    "单位意见": ("单位是否同意", "所在单位意见", "派出单位意见"),
}
"""Headers as districts and units were seen to write them."""

_COLUMNS = {
    "/name": "姓名",
    "/citizen_id": "证件号码",
    "/phone": "联系电话",
    "/unit_code": "单位统一社会信用代码",
    "/title_level": "职称级别",
    "/gender": "性别",
    "/division": "所在区县代码",
}
_UNWILLING = ("不愿意", "否", "不同意", "不", "不参加", "暂不")
_LEVELS = {
    "正高级": "正高",
    "高级(正高)": "正高",
    "正高职称": "正高",
    "副高级": "副高",
    "高级(副高)": "副高",
    "副高职称": "副高",
    "中": "中级",
    "初": "初级",
    "助理级": "初级",
    "员级": "初级",
    "无职称": "无",
    "/": "无",
    "-": "无",
}
_GENDERS = {"男性": "男", "女性": "女", "M": "男", "F": "女"}


def read_pool(content: bytes) -> Sheet:
    """The workbook with the columns of the expert pool, by their names or what districts call them. Heavy: runs in a
    thread."""
    return read_sheet(content, REQUIRED, OPTIONAL, synonyms=SYNONYMS)


def _digits(text: str) -> str:
    """An id or phone without the blanks, dashes and the quote that Excel users put in."""
    return re.sub(r"[\s'’`-]+", "", text)


def _spaced(name: str) -> str:
    """张　三 is 张三: blanks that make short names as wide as long ones."""
    return re.sub(r"(?<=[一-鿿])\s+(?=[一-鿿])", "", name)


def read(row: Cells) -> Registration:
    """One row as a registration. A blank 本人意愿 or 单位意见 counts as agreement: the list exists to be asked from."""
    return Registration(
        name=_spaced(row.text("姓名")),
        gender=_GENDERS.get(row.text("性别").upper(), row.text("性别")),
        citizen_id=_digits(row.text("证件号码")).upper(),
        phone=row.text("联系电话").replace(" ", "").lstrip("'"),
        unit_name=row.text("工作单位"),
        unit_code=_digits(row.text("单位统一社会信用代码")).upper(),
        title=row.text("职称"),
        title_level=_LEVELS.get(row.text("职称级别"), row.text("职称级别")) or "无",
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
    entries = await asyncio.to_thread(read_all, sheet)
    ids, created, updated = await person.register_all(session, entries, actor, now)
    return ImportOut(
        rows=len(entries),
        created=created,
        existing=len(entries) - created,
        updated=updated,
        people=[ImportedPerson(row=row.number, person_id=id_) for row, id_ in zip(sheet.rows, ids, strict=True)],
    )


def read_all(sheet: Sheet) -> list[Registration]:
    """Every row read and checked before anything is written. Raises :class:`Malformed` with every faulty cell."""
    entries = [read(row) for row in sheet.rows]
    if faults := tuple(_faults(sheet.rows, entries)):
        raise Malformed(*faults)
    return entries


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

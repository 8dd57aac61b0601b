"""Everybody who takes part in the demo of a mode, all invented, and the steps that every mode begins with."""

import io
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from openpyxl import Workbook

from demo.client import DemoFailed, Person, System
from demo.invent import MARK, Inventor
from demo.stage import Stage

SERVICES = ("orders", "teams", "funding", "assessment")
HEADS = (
    "序号",
    "姓名",
    "证件号码",
    "工作单位",
    "单位统一社会信用代码",
    "职称",
    "职称级别",
    "联系电话",
    "所在区县代码",
    "人才称号",
    "专业领域",
)


@dataclass(frozen=True)
class Expert:
    """An invented expert; ``id`` is the registry's."""

    id: str
    name: str
    unit_code: str

    @property
    def person(self) -> Person:
        return Person("expert", person=self.id)

    @property
    def unit(self) -> Person:
        return Person("unit", unit=self.unit_code)


@dataclass(frozen=True)
class Host:
    """An invented host of a division (12 digits)."""

    name: str
    code: str
    division: str

    @property
    def person(self) -> Person:
        return Person("host", unit=self.code, division=self.division)


@dataclass
class Cast:
    """One run: ``invent`` draws the same people and units every time."""

    system: System
    stage: Stage
    mode: str
    province: str = "510000000000"
    round: dict[str, Any] = field(default_factory=dict)
    now: datetime = field(init=False)
    citizen_ids: dict[str, str] = field(default_factory=dict)
    """Of registered experts, by the registry's id: for the lists that units send."""

    def __post_init__(self) -> None:
        self.invent = Inventor(sum(map(ord, self.mode)))

    async def begin(self) -> None:
        """Everybody's clock stands at the same moment: those of services that have just been made may differ by seconds,
        and a window that is open for one would not be for another."""
        await self.move_to(await self.system.now() + timedelta(hours=1))

    # who takes part

    @property
    def bureau(self) -> Person:
        return Person("bureau", division=self.province)

    def district(self, division: str) -> Person:
        return Person("district", division=division[:6].ljust(12, "0"))

    def host(self, division: str, kind: str) -> Host:
        """``kind``: what follows the place in its name, like 产业园区管委会."""
        return Host(f"{MARK}{kind}", self.invent.credit_code("12", division), division)

    # the round

    @property
    def round_id(self) -> str:
        return str(self.round["id"])

    @property
    def today(self) -> date:
        return self.now.date()

    async def open_round(
        self, name: str, letters: str, days: int = 30, direction: str = "demand", **policy: Any
    ) -> None:
        """A round of this mode whose window begins now; a second run of a year gets a number."""
        rounds = await self.system.every(self.bureau, "/orders/v1/rounds")
        taken = {one["prefix"] for one in rounds}
        prefix = start = f"{letters}-{self.now.year}"
        number = 1
        while prefix in taken:
            number += 1
            prefix = f"{start}-{number}"
        wanted = {
            "name": f"{MARK}{self.now.year}年{name}" + (f"（第{number}批）" if number > 1 else ""),
            "year": self.now.year,
            "prefix": prefix,
            "division": self.province,
            "direction": direction,
            "opens_at": self.now.isoformat(),
            "closes_at": (self.now + timedelta(days=days)).isoformat(),
            "policy": {"mode": self.mode, **policy},
        }
        drafted = await self.system.post(self.bureau, "/orders/v1/rounds", wanted)
        self.round = await self.system.post(self.bureau, f"/orders/v1/rounds/{drafted['id']}/open")
        await self.system.settle()

    async def close_round(self) -> None:
        """The window ends by the clock."""
        await self.move_to(datetime.fromisoformat(self.round["closes_at"]) + timedelta(minutes=1))

    async def move_to(self, moment: datetime) -> None:
        await self.system.move_to(moment)
        self.now = await self.system.now()

    # people

    async def experts(self, count: int, units: int = 0, **fixed: str) -> list[Expert]:
        """``count`` invented experts of as many ``units`` (0: a few well-known kinds), imported as a bureau would.
        ``fixed``: columns that are the same for all."""
        of = [self.unit_of(number) for number in range(units)] or self._units
        rows = [self._expert(of[number % len(of)], fixed) | {"序号": number + 1} for number in range(count)]
        content = workbook("专家库", HEADS, [[row[head] for head in HEADS] for row in rows])
        answer = await self.system.upload(self.bureau, "/teams/v1/people/import", "experts.xlsx", content)
        ids = [str(one["person_id"]) for one in answer["people"]]
        if len(set(ids)) != count:
            raise DemoFailed(f"{count} experts were to be registered, {len(set(ids))} were")
        self.citizen_ids |= {id_: row["证件号码"] for id_, row in zip(ids, rows, strict=True)}
        return [Expert(id_, row["姓名"], row["单位统一社会信用代码"]) for id_, row in zip(ids, rows, strict=True)]

    def unit_of(self, number: int) -> tuple[str, str]:
        """An invented dispatching unit, by name and code."""
        return f"{MARK}第{number + 1}派出单位", self.invent.credit_code("12", self.province)

    def _expert(self, unit: tuple[str, str], fixed: dict[str, str]) -> dict[str, Any]:
        return {
            "姓名": self.invent.person(),
            "证件号码": self.invent.citizen_id(self.province[:6]),
            "工作单位": unit[0],
            "单位统一社会信用代码": unit[1],
            "职称": "研究员",
            "职称级别": "正高",
            "联系电话": self.invent.phone(),
            "所在区县代码": self.province,
            "人才称号": "",
            "专业领域": "农学",
        } | fixed

    @property
    def _units(self) -> list[tuple[str, str]]:
        if not hasattr(self, "_drawn"):
            kinds = ("农业科学院", "林业科学研究院", "中医药大学", "理工学院", "人民医院")
            self._drawn = [(f"{MARK}{kind}", self.invent.credit_code("12", self.province)) for kind in kinds]
        return self._drawn

    # what every run checks

    async def parked(self) -> int:
        operator = Person("operator", scopes=("events:read",))
        states = [await self.system.get(operator, f"/{name}/v1/status") for name in SERVICES]
        return sum(state["parked"] for state in states)

    async def all_stand_at(self, service: str, noun: str, status: str, count: int) -> list[Any]:
        """All orders or teams of the round, which must be ``count`` and stand there."""
        found = await self.system.every(self.bureau, f"/{service}/v1/{noun}", round_id=self.round_id)
        standing = [one for one in found if one["status"] == status]
        if len(found) != count or len(standing) != count:
            seen = sorted({one["status"] for one in found})
            raise DemoFailed(f"{count} {noun} should stand at {status}: {len(standing)} of {len(found)} do ({seen})")
        return found

    def made_id(self, *words: object) -> str:
        """An id made by the client, the same whenever this run says the same words."""
        return str(uuid.uuid5(uuid.UUID(self.round_id), json.dumps(words, default=str)))


def expect(what: str, found: Any, announced: Any) -> None:
    """Raises DemoFailed when a figure is not the announced one."""
    if found != announced:
        raise DemoFailed(f"{what}: {found} instead of {announced}")


def workbook(title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """A sheet as an office would send it."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.append(list(heads))
    for row in rows:
        sheet.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()

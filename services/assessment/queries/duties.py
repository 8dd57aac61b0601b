"""What waits in this service for whoever must act here, and by when: sheets (who scores whom is confidential), objections,
rectifications, teams that are not scored yet. What others owe for a yearly rating is told to the teams service, whose
list, mail and calendar hold it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import (
    Assessment,
    KnownRound,
    KnownTeam,
    Notice,
    Objection,
    Part,
    Rectification,
    Sheet,
)
from services.assessment.queries.base import in_division
from services.assessment.schemas import TodoList, TodoOut
from shared.actor import Actor
from shared.http.shapes import MOST_FIRST as MOST
from shared.queries import first, within

_UNDECIDED = Rectification.status.in_(("open", "extended"))


@dataclass(frozen=True)
class Duty:
    """``select`` yields what waits for this actor of ``role``, as ``_rows`` says; ``link`` leads to where it is done."""

    code: str
    zh: str
    en: str
    role: str
    select: Callable[[Actor], sa.Select[Any]]
    link: str


def _rows(about: Any, since: Any, due: Any) -> sa.Select[Any]:
    """To be joined with what it is about, by the team's id."""
    return (
        sa.select(
            about.label("about"),
            KnownTeam.id.label("team_id"),
            KnownTeam.name.label("team"),
            KnownTeam.order_number,
            KnownTeam.round_id,
            since.label("since"),
            due.label("due"),
        )
        .select_from(KnownTeam)
        .join(KnownRound, KnownRound.id == KnownTeam.round_id)
    )


def _sheets(actor: Actor) -> sa.Select[Any]:
    rows = _rows(Sheet.id, Sheet.created_at, Assessment.parts_due_at)
    rows = rows.join(Assessment, Assessment.team_id == KnownTeam.id).join(Sheet, Sheet.assessment_id == Assessment.id)
    mine = Sheet.person_id == actor.person_id if actor.person_id else sa.false()
    return rows.where(mine, Assessment.status == "collecting", Sheet.status == "assigned")


def _objections(actor: Actor) -> sa.Select[Any]:
    rows = _rows(Objection.id, Objection.raised_at, Objection.due_at)
    rows = rows.join(Objection, Objection.team_id == KnownTeam.id).join(Notice, Notice.id == Objection.notice_id)
    return rows.where(in_division(actor), Objection.status != "answered")


def _rectifications(*where: Any) -> sa.Select[Any]:
    rows = _rows(Rectification.id, Rectification.created_at, Rectification.due_at)
    return rows.join(Rectification, Rectification.team_id == KnownTeam.id).where(_UNDECIDED, *where)


def _plans(actor: Actor) -> sa.Select[Any]:
    mine = KnownTeam.lead_id == actor.person_id if actor.person_id else sa.false()
    return _rectifications(mine, Rectification.planned_at.is_(None))


def _inspections(actor: Actor) -> sa.Select[Any]:
    """Once there is a plan, or time is over without one."""
    ready = Rectification.planned_at.is_not(None) | Rectification.overdue_at.is_not(None)
    return _rectifications(within(KnownTeam.division, actor.division), Rectification.inspected.is_(None), ready)


def _decisions(actor: Actor) -> sa.Select[Any]:
    ready = Rectification.inspected.is_not(None) | Rectification.overdue_at.is_not(None)
    return _rectifications(in_division(actor), ready)


def _unscored(actor: Actor, *where: Any) -> sa.Select[Any]:
    rows = _rows(Assessment.id, Assessment.created_at, Assessment.parts_due_at)
    rows = rows.join(Assessment, Assessment.team_id == KnownTeam.id)
    return rows.where(in_division(actor), Assessment.status == "collecting", *where)


def _incomplete(actor: Actor) -> sa.Select[Any]:
    """Nobody has handed in one of the ratings that every scorecard asks for."""
    said = sa.select(sa.func.count(Part.part.distinct())).where(
        Part.assessment_id == Assessment.id, Part.part.in_(("host_rating", "beneficiary_rating"))
    )
    return _unscored(actor, Assessment.attempt == 1, said.scalar_subquery() < 2)


DUTIES: tuple[Duty, ...] = (
    Duty("score_sheet", "市级评审打分", "Score the team as assessor", "reviewer", _sheets, "/sheets/{about}"),
    Duty("answer_objection", "答复异议", "Answer the objection", "supervisor", _objections, "/objections/{about}"),
    Duty("plan_rectification", "提交整改方案", "Hand in a plan", "expert", _plans, "/rectifications/{about}"),
    Duty("inspect", "整改现场复查", "Look on the spot", "district", _inspections, "/rectifications/{about}"),
    Duty("decide_rectification", "作出整改结论", "Decide", "bureau", _decisions, "/rectifications/{about}"),
    Duty("await_parts", "材料不齐", "Parts are missing", "bureau", _incomplete, "/assessments/{about}"),
    Duty(
        "score_again",
        "异议成立，重新评分",
        "Score again: the objection was upheld",
        "bureau",
        lambda actor: _unscored(actor, Assessment.attempt > 1),
        "/assessments/{about}",
    ),
)
_BY_CODE = {duty.code: duty for duty in DUTIES}


async def todo(session: AsyncSession, actor: Actor, most: int = MOST) -> TodoList:
    """What waits for this actor, the most pressing first."""
    parts = []
    for duty in DUTIES:
        if actor.has(duty.role):
            rows = duty.select(actor).subquery()
            parts.append(sa.select(sa.literal(duty.code).label("code"), rows))
    if not parts:
        return TodoList(items=[], left=0)
    owed = sa.union_all(*parts).subquery()
    found, left = await first(session, sa.select(owed).order_by(owed.c.due, owed.c.code, owed.c.team_id), most)
    return TodoList(items=[_shown(dict(row._mapping)) for row in found], left=left)


def _shown(row: dict[str, Any]) -> TodoOut:
    duty = _BY_CODE[row["code"]]
    link = "/assessment/v1" + duty.link.format(about=row["about"])
    return TodoOut.model_validate(row | {"zh": duty.zh, "en": duty.en, "link": link})

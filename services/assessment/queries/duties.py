"""Who owes which part of a yearly rating or a visit afterwards, and by when: a person (the lead, an assessor), a unit
(the sending one, the host) or a division's office. Shaped as the duties of the teams service."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import Assessment, FollowUp, KnownRound, KnownTeam, Part, Sheet
from services.assessment.rules.assessment import PART_ROLES
from services.assessment.schemas import TodoList, TodoOut
from shared.actor import Actor
from shared.clock import first_instant
from shared.http.shapes import MOST_FIRST as MOST
from shared.queries import first, within

_PART_DAYS = sa.cast(KnownRound.policy["assessment"]["part_days"].astext, sa.Integer)
_SINCE = Assessment.parts_due_at - sa.func.make_interval(0, 0, 0, _PART_DAYS + 1)
"""The first instant of the day on which the parts were opened."""


@dataclass(frozen=True)
class Duty:
    """``whose``: the rows that concern an actor of this role; ``part``: what is owed, none for an assessor's score and
    for a visit."""

    code: str
    zh: str
    en: str
    role: str
    whose: Callable[[Actor], sa.ColumnElement[bool]]
    part: str = ""
    visit: bool = False
    link: str = "/v1/assessments/{assessment_id}"


def _lead(actor: Actor) -> sa.ColumnElement[bool]:
    return KnownTeam.lead_id == actor.person_id if actor.person_id else sa.false()


def _unit(column: Any) -> Callable[[Actor], sa.ColumnElement[bool]]:
    return lambda actor: column == actor.unit if actor.unit else sa.false()


def _office(actor: Actor) -> sa.ColumnElement[bool]:
    return within(KnownTeam.division, actor.division)


def _assessor(actor: Actor) -> sa.ColumnElement[bool]:
    return Sheet.person_id == actor.person_id if actor.person_id else sa.false()


DUTIES: tuple[Duty, ...] = (
    Duty("report_year", "提交年度自评", "Report on your year", "expert", _lead, "self_report"),
    Duty("give_opinion", "出具派出单位意见", "Give your opinion", "unit", _unit(KnownTeam.unit_code), "unit_opinion"),
    Duty("rate_service", "评价服务满意度", "Rate the service", "host", _unit(KnownTeam.host_code), "host_rating"),
    Duty("rate_for_people", "填报群众满意度", "Enter what people say", "district", _office, "beneficiary_rating"),
    Duty("score_team", "区县评分", "Score the team", "district", _office, "district_score"),
    Duty(
        "score_sheet", "市级评审打分", "Score the team as assessor", "reviewer", _assessor,
        link="/v1/sheets?status=assigned&assessment_id={assessment_id}",
    ),
    Duty(
        "visit_again", "服务结束后回访", "Visit the place again", "district", _office, visit=True,
        link="/v1/follow-ups/{assessment_id}",
    ),
)  # fmt: skip

if {duty.part: duty.role for duty in DUTIES if duty.part} != PART_ROLES:
    raise RuntimeError("every part is somebody's duty")
_BY_CODE = {duty.code: duty for duty in DUTIES}


async def todo(session: AsyncSession, actor: Actor, most: int = MOST) -> TodoList:
    """What waits for this actor, the most pressing first."""
    parts = [_rows(duty, actor) for duty in DUTIES if actor.has(duty.role)]
    if not parts:
        return TodoList(items=[], left=0)
    owed = sa.union_all(*parts).subquery()
    found, left = await first(session, sa.select(owed).order_by(owed.c.due, owed.c.code, owed.c.team_id), most)
    return TodoList(items=[_shown(row._mapping) for row in found], left=left)


def _visits(duty: Duty, actor: Actor) -> sa.Select[Any]:
    """Under the assessment's column stands the visit itself: only the link is made of it. Due until its day ends."""
    return (
        sa.select(
            sa.literal(duty.code).label("code"), FollowUp.id.label("assessment_id"), FollowUp.team_id,
            KnownTeam.name.label("team"), KnownTeam.order_number, FollowUp.round_id, FollowUp.opens_at.label("since"),
            first_instant(FollowUp.due_on + 1).label("due"),
        )
        .join(KnownTeam, KnownTeam.id == FollowUp.team_id)
        .where(duty.whose(actor), FollowUp.status == "open")
    )  # fmt: skip


def _rows(duty: Duty, actor: Actor) -> sa.Select[Any]:
    if duty.visit:
        return _visits(duty, actor)
    columns: list[Any] = [
        sa.literal(duty.code).label("code"),
        Assessment.id.label("assessment_id"),
        Assessment.team_id,
        KnownTeam.name.label("team"),
        KnownTeam.order_number,
        Assessment.round_id,
        _SINCE.label("since"),
        Assessment.parts_due_at.label("due"),
    ]
    rows = sa.select(*columns).select_from(Assessment).join(KnownTeam, KnownTeam.id == Assessment.team_id)
    rows = rows.join(KnownRound, KnownRound.id == Assessment.round_id).where(Assessment.status == "collecting")
    if duty.part:
        said = sa.exists().where(Part.assessment_id == Assessment.id, Part.part == duty.part)
        return rows.where(duty.whose(actor), ~said)
    rows = rows.join(Sheet, Sheet.assessment_id == Assessment.id)
    return rows.where(duty.whose(actor), Sheet.status == "assigned")


def _shown(row: Any) -> TodoOut:
    duty = _BY_CODE[row["code"]]
    link = duty.link.format(assessment_id=row["assessment_id"])
    return TodoOut.model_validate(dict(row) | {"zh": duty.zh, "en": duty.en, "link": link})

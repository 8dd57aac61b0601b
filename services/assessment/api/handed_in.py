"""What offices and units hand in for the year's reports: exemplary cases with pictures, commendations, follow-up
visits."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment import queries, schemas
from services.assessment.models import Attachment, Case, Commendation, FollowUp, FormVersion, KnownIndicator
from services.assessment.rules import case as case_rules
from services.assessment.rules import follow_up as follow_up_rules
from services.assessment.usecases import case, commendation, follow_up, known
from services.assessment.usecases.commendation import Entered
from shared.actor import Actor
from shared.files.attachments import KINDS
from shared.http import (
    Api,
    Attachments,
    Db,
    Lists,
    Now,
    Page,
    Who,
    add_attachment_routes,
    allow,
    history,
    page,
)
from shared.http.shapes import ActionOut, Division, ReasonIn, Statuses
from shared.lifecycle import actions

cases = Api(tags=["reports"])
commendations = Api(tags=["reports"])
follow_ups = Api(tags=["reports"])

Bureau = Annotated[Actor, allow("bureau")]
Office = Annotated[Actor, allow("bureau", "district")]
HandsIn = Annotated[Actor, allow("bureau", "district", "unit")]


@cases.post("/v1/cases", response_model=schemas.CaseDetail, status_code=201)
async def hand_in_case(body: schemas.CaseIn, db: Db, who: HandsIn, now: Now) -> Any:
    """With the consent of everybody who is named or shown; its pictures follow as attachments of the kind photo."""
    words = (body.title, body.text, body.consent)
    return _case(await case.hand_in(db, body.year, body.division, body.team_id, words, who, now), who)


@cases.get("/v1/cases", response_model=Page[schemas.CaseOut])
async def list_cases(
    db: Db,
    who: Who,
    query: Lists,
    year: schemas.Year | None = None,
    division: Division | None = None,
    status: Statuses | None = None,
) -> Any:
    return await page(
        db,
        queries.cases(who, year, division, status),
        query,
        sortable={"created_at": Case.created_at},
        id=Case.id,
        item=schemas.CaseOut.model_validate,
    )


@cases.get("/v1/cases/{case_id}", response_model=schemas.CaseDetail)
async def read_case(case_id: UUID, db: Db, who: Who) -> Any:
    return _case(await queries.case(db, case_id, who), who)


@cases.post("/v1/cases/{case_id}/select", response_model=schemas.CaseDetail)
async def select_case(case_id: UUID, db: Db, who: Bureau) -> Any:
    """For publication in the year's reports that are issued from now on."""
    return await _changed(db, await case.select(db, case_id, who), who)


@cases.post("/v1/cases/{case_id}/decline", response_model=schemas.CaseDetail)
async def decline_case(case_id: UUID, body: ReasonIn, db: Db, who: Bureau) -> Any:
    return await _changed(db, await case.decline(db, case_id, body.reason, who), who)


@cases.post("/v1/cases/{case_id}/withdraw", response_model=schemas.CaseDetail)
async def withdraw_case(case_id: UUID, body: ReasonIn, db: Db, who: HandsIn) -> Any:
    """For instance when somebody no longer agrees."""
    return await _changed(db, await case.withdraw(db, case_id, body.reason, who), who)


@cases.get("/v1/cases/{case_id}/history")
async def read_case_history(case_id: UUID, db: Db, who: Office) -> list[dict[str, Any]]:
    await queries.case(db, case_id, who)
    return await history(db, "case", case_id)


async def _seen(session: AsyncSession, case_id: UUID, actor: Actor) -> tuple[str, ...]:
    await queries.case(session, case_id, actor)
    return KINDS


add_attachment_routes(cases, Attachments("case", "cases", Attachment, FormVersion, _seen, case.attach, case.remove))


async def _changed(db: AsyncSession, row: Case, who: Actor) -> schemas.CaseDetail:
    await db.flush()
    return _case(row, who)


def _case(row: Case, who: Actor) -> schemas.CaseDetail:
    listed = actions(case_rules.LIFECYCLE, row.status, who, {})
    detail = schemas.CaseDetail.model_validate(row)
    return detail.model_copy(update={"actions": [ActionOut.model_validate(one) for one in listed]})


@commendations.post("/v1/commendations", response_model=schemas.CommendationOut, status_code=201)
async def enter_commendation(body: schemas.CommendationIn, db: Db, who: Office, now: Now) -> Any:
    """表彰 of a person or a unit, with what for."""
    return await commendation.enter(db, Entered(**body.model_dump()), who, now)


@commendations.get("/v1/commendations", response_model=Page[schemas.CommendationOut])
async def list_commendations(
    db: Db,
    who: Office,
    query: Lists,
    year: schemas.Year | None = None,
    kind: Literal["person", "unit"] | None = None,
    status: Statuses | None = None,
) -> Any:
    return await page(
        db,
        queries.commendations(who, year, kind, status),
        query,
        sortable={"granted_on": Commendation.granted_on},
        id=Commendation.id,
        item=schemas.CommendationOut.model_validate,
    )


@commendations.post("/v1/commendations/{commendation_id}/withdraw", response_model=schemas.CommendationOut)
async def withdraw_commendation(commendation_id: UUID, body: ReasonIn, db: Db, who: Office) -> Any:
    row = await commendation.withdraw(db, commendation_id, body.reason, who)
    await db.flush()
    return row


@commendations.get("/v1/commendations/{commendation_id}/history")
async def read_commendation_history(commendation_id: UUID, db: Db, who: Office) -> list[dict[str, Any]]:
    await queries.commendation(db, commendation_id, who)
    return await history(db, "commendation", commendation_id)


@follow_ups.get("/v1/follow-ups", response_model=Page[schemas.FollowUpOut])
async def list_follow_ups(
    db: Db,
    who: Office,
    query: Lists,
    now: Now,
    team_id: UUID | None = None,
    status: Statuses | None = None,
    overdue: bool | None = None,
) -> Any:
    """``status=open&sort=due_on`` is what is to be done, ``overdue=true`` what is late."""
    return await page(
        db,
        queries.follow_ups(who, team_id, status, overdue, known.day_of(now)),
        query,
        sortable={"due_on": FollowUp.due_on},
        id=FollowUp.id,
        item=lambda row: schemas.FollowUpOut(**_visit(row, now)),
    )


@follow_ups.get("/v1/follow-ups/{follow_up_id}", response_model=schemas.FollowUpDetail)
async def read_follow_up(follow_up_id: UUID, db: Db, who: Office, now: Now) -> Any:
    return await _follow_up(db, follow_up_id, who, now)


@follow_ups.post("/v1/follow-ups/{follow_up_id}/record", response_model=schemas.FollowUpDetail)
async def record_follow_up(follow_up_id: UUID, body: schemas.FollowUpRecordIn, db: Db, who: Office, now: Now) -> Any:
    """What still stands: the value now of every agreed indicator, and who goes on."""
    standing = {one.name: one.now for one in body.standing}
    finding = follow_up_rules.Finding(body.visited_on, body.text, body.going_on, standing)
    await follow_up.record(db, follow_up_id, finding, who, now)
    return await _follow_up(db, follow_up_id, who, now)


@follow_ups.get("/v1/follow-ups/{follow_up_id}/history")
async def read_follow_up_history(follow_up_id: UUID, db: Db, who: Office) -> list[dict[str, Any]]:
    await queries.follow_up(db, follow_up_id, who)
    return await history(db, "follow_up", follow_up_id)


async def _follow_up(db: AsyncSession, key: UUID, who: Actor, now: datetime) -> schemas.FollowUpDetail:
    await db.flush()
    row = await queries.follow_up(db, key, who)
    agreed = sa.select(KnownIndicator.name).where(KnownIndicator.team_id == row.team_id).order_by(KnownIndicator.name)
    return schemas.FollowUpDetail(
        **_visit(row, now),
        text=row.text,
        going_on=row.going_on,
        standing=row.standing or [],
        indicators=list(await db.scalars(agreed)),
        actions=[ActionOut.model_validate(a) for a in actions(follow_up_rules.LIFECYCLE, row.status, who, {})],
    )


def _visit(row: FollowUp, now: datetime) -> dict[str, Any]:
    names = ("id", "version", "status", "round_id", "team_id", "months", "opens_at", "due_on", "visited_on")
    return {
        **{name: getattr(row, name) for name in names},
        "order_number": row.team.order_number,
        "team": row.team.name,
        "division": row.team.division,
        "overdue": follow_up_rules.is_overdue(row.status, row.due_on, known.day_of(now)),
    }

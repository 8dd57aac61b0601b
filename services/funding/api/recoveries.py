"""Money that must come back."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Response

from services.funding import forms, queries, schemas
from services.funding.api.attachments import of_recoveries
from services.funding.api.roles import Signer, signs
from services.funding.models import Recovery, Repayment
from services.funding.usecases import recovery
from services.funding.usecases.recovery import Payment
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.http import Api, Db, IfMatch, Lists, Now, Page, Who, allow, check_version, hand_out, history, page
from shared.http.shapes import Statuses

recoveries = Api(tags=["recoveries"])

Plans = Annotated[Actor, allow("bureau", "finance_maker")]


@recoveries.get("/v1/recoveries", response_model=Page[schemas.RecoveryOut])
async def list_recoveries(
    db: Db,
    who: Who,
    query: Lists,
    now: Now,
    round_id: UUID | None = None,
    award_id: UUID | None = None,
    status: Statuses | None = None,
    overdue: bool = False,
) -> Any:
    """``overdue``: only what was due before today, longest first with ``sort=next_due_on``."""
    columns = {
        "created_at": Recovery.created_at,
        "amount_fen": Recovery.amount_fen,
        "next_due_on": Recovery.next_due_on,
    }
    today = now.astimezone(SHANGHAI).date()
    statement = queries.recoveries(who, round_id, award_id, status, today if overdue else None)
    return await page(db, statement, query, sortable=columns, id=Recovery.id, item=lambda row: _shown(row, now))


@recoveries.get("/v1/recoveries/{recovery_id}", response_model=schemas.RecoveryDetail)
async def read_recovery(recovery_id: UUID, db: Db, who: Who, now: Now) -> Any:
    return await _recovery(db, recovery_id, who, now)


@recoveries.get("/v1/recoveries/{recovery_id}/history")
async def read_recovery_history(recovery_id: UUID, db: Db, who: Who) -> list[dict[str, Any]]:
    await queries.recovery(db, recovery_id, who)
    return await history(db, "recovery", recovery_id)


@recoveries.get("/v1/recoveries/{recovery_id}/form", response_class=Response)
async def read_recovery_notice(recovery_id: UUID, db: Db, who: Who, now: Now) -> Any:
    """The notice of what must come back (资金收回通知书) as DOCX, with the number that the payee writes on the transfer."""
    paper = forms.recovery_notice(await queries.notice_of(db, recovery_id, who))
    return await hand_out(db, of_recoveries, recovery_id, "recovery_notice", (paper, paper), who, now)


@recoveries.put("/v1/recoveries/{recovery_id}/plan", response_model=schemas.RecoveryDetail)
async def plan_recovery(recovery_id: UUID, body: schemas.PlanIn, db: Db, who: Plans, now: Now, seen: IfMatch) -> Any:
    """It may be paid back in instalments; the last plan holds."""
    row, _award = await recovery.own(db, recovery_id, who)
    check_version(row, seen)
    await recovery.plan(db, recovery_id, [(part.due_on, part.amount_fen) for part in body.instalments], who, now)
    return await _recovery(db, recovery_id, who, now)


@recoveries.post("/v1/recoveries/{recovery_id}/repayments", response_model=schemas.RepaymentDetail, status_code=201)
async def register_repayment(recovery_id: UUID, body: schemas.RepaymentIn, db: Db, who: Signer, now: Now) -> Any:
    """Money came in, with the bank's reference; a second person confirms it."""
    paid = Payment(body.amount_fen, body.reference, body.paid_on)
    made = await recovery.register(db, recovery_id, paid, await signs(db, who, body, "finance_maker"), now)
    return await _repayment(db, made, who)


@recoveries.post("/v1/repayments/{repayment_id}/confirm", response_model=schemas.RepaymentDetail)
async def confirm_repayment(
    repayment_id: UUID, db: Db, who: Signer, now: Now, body: schemas.SignIn | None = None
) -> Any:
    signer = await signs(db, who, body, "finance_checker")
    return await _repayment(db, await recovery.confirm(db, repayment_id, signer, now), who)


@recoveries.post("/v1/repayments/{repayment_id}/reject", response_model=schemas.RepaymentDetail)
async def reject_repayment(repayment_id: UUID, body: schemas.RejectIn, db: Db, who: Signer, now: Now) -> Any:
    """It did not arrive, or it is no repayment: then its line of the statement is outstanding."""
    signer = await signs(db, who, body, "finance_checker")
    return await _repayment(db, await recovery.reject(db, repayment_id, body.reason, signer, now), who)


@recoveries.post("/v1/recoveries/{recovery_id}/propose_write_off", response_model=schemas.RecoveryDetail)
async def propose_write_off(recovery_id: UUID, body: schemas.RejectIn, db: Db, who: Signer, now: Now) -> Any:
    """The bureau gives up what is left; it is written off, or reversed, when a second person agrees."""
    await recovery.propose_write_off(db, recovery_id, body.reason, await signs(db, who, body, "bureau"))
    return await _recovery(db, recovery_id, who, now)


@recoveries.post("/v1/recoveries/{recovery_id}/write_off", response_model=schemas.RecoveryDetail)
async def write_off_recovery(
    recovery_id: UUID, db: Db, who: Signer, now: Now, body: schemas.SignIn | None = None
) -> Any:
    """The second person agrees."""
    await recovery.write_off(db, recovery_id, await signs(db, who, body, "bureau", "finance_checker"))
    return await _recovery(db, recovery_id, who, now)


@recoveries.post("/v1/recoveries/{recovery_id}/reverse", response_model=schemas.RecoveryDetail)
async def reverse_recovery(recovery_id: UUID, body: schemas.RejectIn, db: Db, who: Signer, now: Now) -> Any:
    """It should never have been opened: its booking is reversed, while nothing was paid back, by another than who
    proposed to give it up."""
    await recovery.reverse(db, recovery_id, body.reason, await signs(db, who, body, "bureau"))
    return await _recovery(db, recovery_id, who, now)


def _shown(row: Recovery, now: datetime) -> schemas.RecoveryOut:
    return schemas.RecoveryOut.model_validate(_fields(row, now))


def _fields(row: Recovery, now: datetime) -> dict[str, Any]:
    aged = queries.aged(row, now.astimezone(SHANGHAI).date())
    return {**{name: getattr(row, name) for name in schemas.RecoveryOut.model_fields if name not in aged}, **aged}


async def _repayment(db: Db, row: Repayment, who: Actor) -> schemas.RepaymentDetail:
    shown = schemas.RepaymentOut.model_validate(row).model_dump()
    told = queries.repayment_warnings(await db.get_one(Recovery, row.recovery_id), row)
    return schemas.RepaymentDetail.model_validate(
        {**shown, "warnings": told, "actions": queries.repayment_actions(row, who)}
    )


async def _recovery(db: Db, recovery_id: UUID, who: Actor, now: datetime) -> schemas.RecoveryDetail:
    row = await queries.recovery(db, recovery_id, who)
    await db.flush()
    return schemas.RecoveryDetail.model_validate(
        {
            **_fields(row, now),
            "repayments": [await _repayment(db, one, who) for one in await queries.repayments(db, recovery_id)],
            "actions": await queries.recovery_actions(db, row, who),
        }
    )

"""What is due and who must act next: one list of selects for the due list and its export."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import (
    Award,
    Hold,
    Instalment,
    Instruction,
    KnownAgreement,
    KnownRound,
    Payee,
    Proof,
    Resolution,
)
from services.funding.queries.base import visible
from services.funding.rules import instalment as instalment_rules
from services.funding.rules import payee as payee_rules
from services.funding.schemas.forecast import DueOut
from shared.actor import Actor
from shared.errors import Reason
from shared.http.shapes import First
from shared.queries import first


@dataclass(frozen=True)
class Duty:
    """``select`` yields instalments with ``since`` and ``role``, whom they wait for, of the awards that it joins."""

    code: str
    zh: str
    en: str
    select: Callable[[date], sa.Select[Any]]


PART_ID = Instalment.id.label("id")


def _rows(role: Any, *where: Any, since: Any = Instalment.due_at) -> sa.Select[Any]:
    role = sa.literal(role) if isinstance(role, str) else role
    rows = sa.select(Instalment.id.label("instalment_id"), role.label("role"), since.label("since")).join(
        Award, Award.id == Instalment.award_id
    )
    return rows.where(*where)


def _account(*statuses: str) -> Any:
    return sa.exists().where(Payee.unit_code == Award.payee_unit_code, Payee.status.in_(statuses))


def _status(role: str, *statuses: str) -> Callable[[date], sa.Select[Any]]:
    return lambda today: _rows(role, Instalment.status.in_(statuses))


def _submit(today: date) -> sa.Select[Any]:
    """A milestone is owed from its planned day on."""
    days = sa.type_coerce(KnownAgreement.ends_on - KnownAgreement.starts_on, sa.Integer)
    planned = KnownAgreement.starts_on + sa.cast(days * Instalment.planned_percent // 100, sa.Integer)
    rows = _rows("unit", Instalment.status == "scheduled", since=Proof.status_since)
    rows = rows.join(Proof, Proof.instalment_id == Instalment.id)
    rows = rows.outerjoin(KnownAgreement, KnownAgreement.award_id == Award.id)
    owed = sa.or_(Proof.kind != "milestone", Proof.status == "returned", planned <= today)
    return rows.where(Proof.status.in_(("wanted", "returned")), owed)


def _judge(today: date) -> sa.Select[Any]:
    rows = _rows(Proof.judged_as, Instalment.status == "scheduled", since=Proof.status_since)
    return rows.join(Proof, Proof.instalment_id == Instalment.id).where(Proof.status == "submitted")


_UNASKED = ("due", "returned")
"""What the maker can ask for as soon as there is an account."""


def _register(today: date) -> sa.Select[Any]:
    return _rows("unit", Instalment.status.in_(_UNASKED), ~_account(*payee_rules.OPEN))


def _verify(today: date) -> sa.Select[Any]:
    return _rows("finance_checker", Instalment.status.in_(_UNASKED), _account("registered"), ~_account("verified"))


def _request(today: date) -> sa.Select[Any]:
    return _rows("finance_maker", Instalment.status == "due", _account("verified"))


def _reissue(today: date) -> sa.Select[Any]:
    return _rows("finance_maker", Instalment.status == "returned", _account("verified"))


def _release(today: date) -> sa.Select[Any]:
    """What the grade holds waits for the team to mend it; what people hold for those who placed it."""
    role = sa.case((Hold.placed_as == "system", "expert"), else_=Hold.placed_as)
    rows = _rows(role, Instalment.status == "held", since=Hold.placed_at).join(Hold, Hold.award_id == Award.id)
    own = sa.or_(Hold.instalment_id.is_(None), Hold.instalment_id == Instalment.id)
    return rows.where(Hold.status == "standing", own)


def _confirm(today: date) -> sa.Select[Any]:
    rows = _rows("finance_checker", Resolution.status == "proposed", since=Resolution.proposed_at)
    rows = rows.join(Instruction, Instruction.instalment_id == Instalment.id)
    return rows.join(Resolution, Resolution.instruction_id == Instruction.id)


def _reinstate(today: date) -> sa.Select[Any]:
    """One row for an award that could come back; what stands in its way is said beside the step."""
    return _rows("bureau", Award.cleared_at.is_not(None), Instalment.number == 1, since=Award.cleared_at)


DUTIES: tuple[Duty, ...] = (
    Duty("submit_proof", "提交拨付材料或阶段成果", "Hand in a document or report a milestone", _submit),
    Duty("judge_proof", "审核拨付材料或阶段成果", "Judge what was handed in", _judge),
    Duty("register_payee", "登记收款账户", "Register the payee's account", _register),
    Duty("verify_payee", "核实收款账户", "Verify the payee's account", _verify),
    Duty("request", "申请拨付", "Request the payment", _request),
    Duty("approve", "复核", "Check the request", _status("finance_checker", "requested", "reissued")),
    Duty("batch", "送银行", "Send it to the bank", _status("finance_maker", "approved")),
    Duty("answer", "取得银行结果", "Get the bank's answer", _status("finance_checker", "in_batch", "unknown")),
    Duty("confirm_resolution", "复核银行结果认定", "Confirm what became of an unknown payment", _confirm),
    Duty("reissue", "银行退回，重新申请", "Ask again for what the bank returned", _reissue),
    Duty("release", "解除暂缓", "End the hold", _release),
    Duty("reinstate", "考核更正后恢复资助", "Reinstate the award after a corrected rating", _reinstate),
)
_WORDS = {duty.code: duty for duty in DUTIES}


def duties(actor: Actor, round_id: UUID | None, today: date, mine: bool) -> sa.Select[Any]:
    """What waits among the awards that the actor sees, the oldest first; ``mine``: only what waits for their roles."""
    parts = [sa.select(sa.literal(duty.code).label("code"), duty.select(today).subquery()) for duty in DUTIES]
    found = sa.union_all(*parts).subquery()
    statement = sa.select(found.c.code, found.c.role, found.c.since, Instalment, Award)
    statement = statement.join(Instalment, Instalment.id == found.c.instalment_id)
    statement = visible(statement.join(Award, Award.id == Instalment.award_id), actor)
    statement = statement.where(Award.round_id == round_id) if round_id else statement
    statement = statement.where(found.c.role.in_(sorted(actor.roles))) if mine else statement
    return statement.order_by(found.c.since, Instalment.id, found.c.code)


async def due(
    session: AsyncSession, actor: Actor, round_id: UUID | None, now: datetime, mine: bool, most: int
) -> First[DueOut]:
    rows, left = await first(session, duties(actor, round_id, now.date(), mine), most)
    missing = await _missing(session, [row.Instalment for row in rows])
    items = [
        DueOut.model_validate(
            {
                "code": row.code,
                "zh": _WORDS[row.code].zh,
                "en": _WORDS[row.code].en,
                "role": _signer(row, missing[row.Instalment.id]),
                "order_number": row.Award.order_number,
                "team_name": row.Award.team_name,
                "payee_unit_code": row.Award.payee_unit_code,
                "payee_unit_name": row.Award.payee_unit_name,
                "since": row.since,
                "age_days": (now.date() - row.since.astimezone(now.tzinfo).date()).days,
                "missing": missing[row.Instalment.id],
                "instalment_id": row.Instalment.id,
                **{name: getattr(row.Instalment, name) for name in _OF_PART},
            }
        )
        for row in rows
    ]
    return First[DueOut](items=items, left=left)


_OF_PART = ("round_id", "award_id", "team_id", "number", "amount_fen", "status")


def _signer(row: Any, missing: list[Reason]) -> str:
    """Above the third threshold the leader signs last."""
    return "bureau" if row.code == "approve" and any(m.code == "due.leader" for m in missing) else str(row.role)


async def _missing(session: AsyncSession, parts: list[Instalment]) -> dict[UUID, list[Reason]]:
    """What each still lacks before it can be paid."""
    found: dict[UUID, list[Reason]] = {part.id: [] for part in parts}
    open_ones = sa.select(Proof).where(Proof.instalment_id.in_(found), Proof.status != "accepted").order_by(Proof.id)
    for proof in await session.scalars(open_ones):
        found[proof.instalment_id].append(Reason("due.proof", proof.zh, proof.en))
    units = sa.select(Award.id, _account("verified")).where(Award.id.in_({part.award_id for part in parts}))
    verified = {row[0]: row[1] for row in await session.execute(units)}
    rounds = await session.scalars(sa.select(KnownRound).where(KnownRound.id.in_({part.round_id for part in parts})))
    policies = {known.id: known.policy for known in rounds}
    for part in parts:
        if not verified.get(part.award_id):
            found[part.id].append(Reason("due.account", "经核实的收款账户", "A verified account"))
        if part.status in ("requested", "reissued"):
            facts, policy = part.facts, policies[part.round_id]
            count = instalment_rules.checkers_missing(facts, policy)
            found[part.id].append(Reason("due.signatures", f"复核签批 {count} 人", f"Signatures of checkers: {count}"))
            if instalment_rules.leader_next(facts, policy):
                found[part.id].append(Reason("due.leader", "市局负责人签批", "The signature of the bureau's leader"))
    return found

"""When a round's promised money will probably be paid."""

from collections import defaultdict
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Award, Instalment, KnownAgreement, KnownAssessment, KnownRound, LedgerAccount, Proof
from services.funding.rules import award as award_rules
from services.funding.rules import forecast as rules
from services.funding.rules import proof as proof_rules
from services.funding.schemas.forecast import ForecastLine, ForecastMonth, ForecastOut

_PROMISED = ("committed", "held", "payable", "in_transit", "returned")


async def forecast(session: AsyncSession, round_id: UUID, today: date) -> ForecastOut:
    """Every promised fen of the round once: in a month, held, or not to be known yet."""
    lines = await forecast_lines(session, round_id, today)
    dated = [(rules.Expected(line.kind, line.month, line.why), line.amount_fen) for line in lines]
    months = [
        ForecastMonth(month=f"{month:%Y-%m}", due_fen=kinds["due"], planned_fen=kinds["planned"])
        for month, kinds in rules.by_month(dated).items()
    ]
    places = sa.select(sa.func.coalesce(sa.func.sum(LedgerAccount.balance_fen), 0))
    places = places.where(LedgerAccount.round_id == round_id, LedgerAccount.place.in_(_PROMISED))
    promised_fen = int(await session.scalar(places) or 0)
    of_kind = {kind: sum(one.amount_fen for one in lines if one.kind == kind) for kind in ("held", "unknown")}
    total_fen = sum(line.amount_fen for line in lines)
    return ForecastOut(
        round_id=round_id,
        months=months,
        held_fen=of_kind["held"],
        unknown_fen=of_kind["unknown"],
        total_fen=total_fen,
        promised_fen=promised_fen,
        reconciles=total_fen == promised_fen,
    )


async def forecast_lines(session: AsyncSession, round_id: UUID, today: date) -> list[ForecastLine]:
    """One line for each unpaid instalment, and for each award that has none yet."""
    policy = (await session.get_one(KnownRound, round_id)).policy
    awards = sa.select(Award, KnownAgreement).outerjoin(KnownAgreement, KnownAgreement.award_id == Award.id)
    awards = awards.where(Award.round_id == round_id, Award.status.in_(("committed", "active")))
    unpaid = sa.select(Instalment).where(Instalment.round_id == round_id)
    unpaid = unpaid.where(Instalment.status.not_in(award_rules.FINAL_INSTALMENTS)).order_by(Instalment.number)
    parts = _by("award_id", await session.scalars(unpaid))
    proofs = _by(
        "instalment_id",
        await session.scalars(
            sa.select(Proof).join(Award, Award.id == Proof.award_id).where(Award.round_id == round_id)
        ),
    )
    teams = sa.select(Award.team_id).where(Award.round_id == round_id)
    graded = sa.select(KnownAssessment).where(KnownAssessment.team_id.in_(teams))
    grades = _by("team_id", await session.scalars(graded))
    found = []
    for award, agreement in (await session.execute(awards.order_by(Award.order_number, Award.id))).all():
        starts_on = agreement.starts_on if agreement else None
        ends_on = agreement.ends_on if agreement else None
        if award.status == "committed":
            found.append(_line(award, None, rules.PartFacts("", award.amount_fen), today, policy))
        gates = {
            "agreed": award.agreed_at,
            "begun": award.begun_at,
            "grade": award_rules.graded(known.facts for known in grades[award.team_id]).gate,
        }
        for part in parts[award.id]:
            met = {gate for gate, opened in gates.items() if opened}
            met |= proof_rules.opened(proof.facts for proof in proofs[part.id])
            closed = tuple(gate for gate in part.gates if gate not in met)
            facts = rules.PartFacts(part.status, part.amount_fen, closed, starts_on, ends_on, part.planned_percent)
            found.append(_line(award, part, facts, today, policy))
    return found


def _line(award: Award, part: Instalment | None, facts: rules.PartFacts, today: date, policy: Any) -> ForecastLine:
    expected = rules.expect(facts, today, policy)
    return ForecastLine(
        award_id=award.id,
        instalment_id=part.id if part else None,
        order_number=award.order_number,
        team_name=award.team_name,
        number=part.number if part else None,
        amount_fen=facts.amount_fen,
        kind=expected.kind,
        month=expected.month,
        why=expected.why,
    )


def _by(name: str, rows: Any) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found

"""What stands in the way of an award's money: its gates, its proofs and its holds."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import Award, Hold, Instalment, KnownAssessment, Proof
from services.funding.rules import award as award_rules
from services.funding.rules import hold as rules
from services.funding.rules import proof as proof_rules
from services.funding.rules.policy import Policy, Share
from shared.actor import SYSTEM
from shared.contracts.funding import AwardHoldLifted, AwardHoldPlaced, OfHold
from shared.db import new_id
from shared.outbox import publish
from shared.queries import among


@dataclass(frozen=True, slots=True)
class Conditions:
    """The gates that are open for the whole award, its proofs, its standing holds, and whether its team is gone (to
    come back)."""

    gates: frozenset[str]
    proofs: tuple[Proof, ...]
    holds: tuple[Hold, ...]
    team_gone: bool = False

    def met(self, part: Instalment) -> Collection[str]:
        """The open gates of one instalment."""
        own = (proof.facts for proof in self.proofs if proof.instalment_id == part.id)
        return self.gates | proof_rules.opened(own)

    def held(self, part: Instalment | None = None) -> str:
        """Why an instalment, or the whole award, is held (a code), or ""."""
        return rules.code([hold.facts for hold in self.holds], str(part.id) if part else "", self.team_gone)


def wanted(part: Instalment, share: Share, policy: Policy, now: datetime) -> Iterator[Proof]:
    """What a new instalment asks to be handed in."""
    for one in proof_rules.wanted(share, policy):
        yield Proof(
            id=new_id(),
            award_id=part.award_id,
            instalment_id=part.id,
            kind=one.kind,
            zh=one.zh,
            en=one.en,
            judged_as=one.judged_as,
            status=next(iter(proof_rules.LIFECYCLE.statuses)),
            status_since=now,
        )


async def of_all(session: AsyncSession, awards: Sequence[Award], now: datetime) -> dict[UUID, Conditions]:
    """As it is now for locked awards, by their ids; the holds that their grades ask for are placed or lifted first."""
    ids, teams = [award.id for award in awards], [award.team_id for award in awards]
    grades = _by(
        "team_id", await session.scalars(sa.select(KnownAssessment).where(among(KnownAssessment.team_id, teams)))
    )
    held_now = sa.select(Hold).where(among(Hold.award_id, ids), Hold.status == "standing").order_by(Hold.id)
    holds = _by("award_id", await session.scalars(held_now))
    proofs = _by(
        "award_id", await session.scalars(sa.select(Proof).where(among(Proof.award_id, ids)).order_by(Proof.id))
    )
    found = {}
    for award in awards:
        ground = award_rules.graded(known.facts for known in grades[award.team_id])
        held = _follow_grade(session, award, holds[award.id], ground.hold, now)
        gates = {"agreed": award.agreed_at, "begun": award.begun_at, "grade": ground.gate}
        met = frozenset(gate for gate, opened in gates.items() if opened)
        found[award.id] = Conditions(met, tuple(proofs[award.id]), tuple(held), award.team_gone)
    return found


def _by(name: str, rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def _follow_grade(session: AsyncSession, award: Award, holds: list[Hold], ground: str, now: datetime) -> list[Hold]:
    by_grade = next((hold for hold in holds if hold.source == "grade"), None)
    if ground and by_grade is None and award.status in rules.HOLDABLE:
        made = Hold(
            id=new_id(),
            award_id=award.id,
            source="grade",
            reason=rules.SOURCES["grade"],
            placed_as="system",
            placed_by=SYSTEM.id,
            placed_at=now,
            status=next(iter(rules.LIFECYCLE.statuses)),
        )
        session.add(made)
        publish(session, event(AwardHoldPlaced, award, made))
        return [*holds, made]
    if by_grade and not ground:
        by_grade.status = rules.lift(by_grade.facts, rules.SOURCES["grade"], SYSTEM)
        by_grade.ended_by, by_grade.ended_at = SYSTEM.id, now
        publish(session, event(AwardHoldLifted, award, by_grade))
        return [hold for hold in holds if hold is not by_grade]
    return holds


def event(kind: type[OfHold], award: Award, hold: Hold) -> OfHold:
    own = {"hold_id": hold.id, "instalment_id": hold.instalment_id, "source": hold.source}
    return kind.model_validate({**award.ids, "amount_fen": award.amount_fen, **own})

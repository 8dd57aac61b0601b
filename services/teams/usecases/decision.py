"""Decisions about claims, each kept with its reasons, and the way back of a rejected one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Decision, Remark, Team
from services.teams.rules import decision as rules
from services.teams.rules import panel as panel_rules
from services.teams.rules import team as team_rules
from services.teams.rules.decision import Reviewed
from services.teams.rules.policy import PolicySet
from services.teams.rules.ranking import Standing
from services.teams.usecases import policies
from shared.actor import Actor
from shared.contracts.teams import TeamDecided, TeamReadmitted, TeamRemarked
from shared.errors import Reason, require
from shared.outbox import publish


def ids(team: Team) -> dict[str, UUID]:
    """What every event of a team carries."""
    return {"team_id": team.id, "order_id": team.order_id, "round_id": team.round_id}


async def select(
    session: AsyncSession, team: Team, reviewed: Reviewed, stated: str, policy: PolicySet, actor: Actor, now: datetime
) -> None:
    """The bureau proposes the team; ``stated`` is why, where the ranking says otherwise."""
    await _keep(session, team, "selected", reviewed.standing, stated, policy, actor.id, now)


async def refuse(
    session: AsyncSession, team: Team, stated: str, policy: PolicySet, actor: Actor, now: datetime
) -> None:
    """The bureau rejects the claim, in its own words."""
    standing = await queries.finding(session, team)
    await _keep(session, team, "not_selected", standing, stated, policy, actor.id, now)


async def conclude_others(
    session: AsyncSession, team: Team, before: str, code: str, policy: PolicySet, now: datetime
) -> None:
    """The system ends a claim that stood at ``before``: decided by whoever chose the other one on its order, or
    closed the review."""
    standing = await queries.finding(session, team)
    required = panel_rules.needs_review(policy, team.continues_id is not None)
    outcome = rules.ended(code, before, standing, required, policy)
    chosen = sa.select(Decision.decided_by).where(
        Decision.round_id == team.round_id, Decision.order_id == team.order_id, Decision.outcome == "selected"
    )
    by = (await session.execute(chosen.order_by(Decision.id.desc()).limit(1))).scalar_one_or_none()
    by = by or await queries.panel_closer(session, team.round_id)
    await _keep(session, team, outcome, standing, code, policy, by, now)


async def _keep(
    session: AsyncSession,
    team: Team,
    outcome: str,
    standing: Standing | None,
    stated: str,
    policy: PolicySet,
    by: str,
    now: datetime,
) -> None:
    amount = team.amount_fen if outcome == "selected" else 0
    said = team_rules.ending(stated)
    reasons = rules.words(standing, outcome, amount, team.asked_fen, [said] if said else [], policy)
    decision = Decision(
        **ids(team),
        outcome=outcome,
        decided_at=now,
        decided_by=by,
        amount_fen=amount,
        rank=standing.rank if standing else None,
        order_rank=standing.order_rank if standing else None,
        reserve_rank=await _reserve_rank(session, team, standing, policy) if outcome == "reserve" else None,
        finding=_found(standing) if standing else None,
        reasons=_plain(reasons),
        stated=stated,
    )
    session.add(decision)
    await session.flush()
    publish(session, TeamDecided(**ids(team), decision_id=decision.id, outcome=outcome))


def _plain(reasons: Sequence[Reason]) -> list[dict[str, str]]:
    return [{"code": r.code, "zh": r.zh, "en": r.en, "pointer": r.pointer} for r in reasons]


def _found(standing: Standing) -> dict[str, Any]:
    return {
        "reviews": standing.reviews,
        "raw": str(standing.raw) if standing.raw is not None else None,
        "normalised": str(standing.normalised) if standing.normalised is not None else None,
        "items": {code: str(points) for code, points in standing.items.items()},
    }


async def _reserve_rank(session: AsyncSession, team: Team, standing: Standing | None, policy: PolicySet) -> int:
    """Its place among those of its order that may be chosen and were not."""
    before = await queries.reserve_before(session, team, standing.rank if standing else None, policy.teams.pass_score)
    return before + 1


async def readmit(session: AsyncSession, team_id: UUID, reason: str, actor: Actor, now: datetime) -> Team:
    """A claim in reserve takes its turn when the chosen team has left."""
    team = await queries.locked_team(session, team_id, actor)
    in_reserve = await queries.in_reserve(session, team)
    policy = await policies.of(session, team.round_id)
    free = await queries.order_is_free(session, team)
    team.status = team_rules.readmit(team.status, policy, actor, in_reserve, free, reason)
    team.reason = ""
    publish(session, TeamReadmitted(**ids(team)))
    return team


async def make_exception(session: AsyncSession, team_id: UUID, words: str, actor: Actor, now: datetime) -> Remark:
    """The claim may be shortlisted although it does not meet every condition; the reason stays on record."""
    return await _remark(session, team_id, "exception", words, actor, now)


async def discuss(session: AsyncSession, team_id: UUID, words: str, actor: Actor, now: datetime) -> Remark:
    """Far apart scores were discussed; what came of it stays on record."""
    return await _remark(session, team_id, "discussion", words, actor, now)


async def _remark(session: AsyncSession, team_id: UUID, kind: str, words: str, actor: Actor, now: datetime) -> Remark:
    team = await queries.locked_team(session, team_id, actor)
    policy = await policies.of(session, team.round_id)
    require(rules.remark_obstacles(kind, team.status, words, policy))
    remark = Remark(team_id=team.id, kind=kind, words=words, made_by=actor.id, made_at=now)
    session.add(remark)
    await session.flush()
    publish(session, TeamRemarked(**ids(team), kind=kind))
    return remark

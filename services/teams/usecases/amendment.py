"""Amendments: proposed by a party, signed by all three, then in force."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Agreement, Amendment, Indicator, Team
from services.teams.rules import amendment as rules
from services.teams.rules import budget as budget_rules
from services.teams.rules import indicator as indicator_rules
from services.teams.rules.budget import BudgetLine
from services.teams.rules.indicator import IndicatorFacts
from services.teams.rules.policy import TeamsPolicy
from services.teams.rules.team import LIVE
from services.teams.schemas import AmendmentIn, ChangesIn
from services.teams.usecases import agreement as agreements
from services.teams.usecases import policies
from services.teams.usecases.team import ids
from shared.actor import Actor
from shared.canonical import fingerprint
from shared.contracts.teams import (
    AgreementAmended,
    AmendmentExpired,
    AmendmentProposed,
    AmendmentRetracted,
    AmendmentSigned,
)
from shared.db import load
from shared.errors import NotFound, require
from shared.outbox import publish


async def amend(session: AsyncSession, team_id: UUID, body: AmendmentIn, actor: Actor, now: datetime) -> Amendment:
    """The whole changed text is frozen with its hash; the old one holds until all three have signed."""
    team = await queries.locked_team(session, team_id, actor)
    agreement, policy = await agreements.newest(session, team), await policies.of(session, team.round_id)
    versions = await queries.agreement_versions(session, team, agreement)
    before = versions[-1].document if versions else {}
    changes = _changes(body.changes, before)
    status = rules.amend(
        agreement.facts(team),
        changes,
        body.reason,
        team.starts_on,
        body.changes.ends_on or team.ends_on,
        bool(versions) and team.status in LIVE,
        actor,
    )
    _require_sound(body.changes, team, policy.teams)
    amendment = Amendment(
        team_id=team.id,
        number=versions[-1].number + 1,
        status=status,
        reason=body.reason,
        proposed_by=actor.id,
        changes=changes,
        document=before | changes,
        document_hash=fingerprint(before | changes),
        due_at=rules.due(now, policy.teams),
    )
    session.add(amendment)
    await session.flush()
    publish(session, AmendmentProposed(**ids(team), number=amendment.number, fields=sorted(changes)))
    return amendment


def _require_sound(wanted: ChangesIn, team: Team, policy: TeamsPolicy) -> None:
    """The new budget and the new indicators, each as if it were the first."""
    if wanted.budget is not None:
        lines = [BudgetLine(line.name, line.amount_fen) for line in wanted.budget]
        require(budget_rules.obstacles(lines, team.amount_fen, policy))
    indicators = wanted.indicators or []
    require(indicator_rules.set_obstacles([IndicatorFacts(i.name, i.baseline, i.target) for i in indicators]))


def _changes(wanted: ChangesIn, before: dict[str, Any]) -> dict[str, Any]:
    """The parts that really differ, as the document holds them: numbers and days as plain text."""
    given = wanted.model_dump(exclude_none=True)
    if wanted.indicators is not None:
        given["indicators"] = [agreements.measure(indicator) for indicator in wanted.indicators]
    for name in ("ends_on", "agreed_days"):
        if name in given:
            given[name] = str(given[name])
    return {name: value for name, value in given.items() if before.get(name) != value}


_HELD: dict[str, Callable[[Any], Any]] = {"ends_on": date.fromisoformat, "agreed_days": Decimal}
"""How a team holds what the document says as text."""


def _as_is(value: Any) -> Any:
    return value


async def sign(session: AsyncSession, team_id: UUID, amendment_id: UUID, actor: Actor, now: datetime) -> Amendment:
    """One party signs; the third signature puts the change into force."""
    team, amendment, agreement = await _open(session, team_id, amendment_id, actor)
    party = rules.sign(amendment.facts(agreement, team), actor, now)
    setattr(amendment, f"{party}_signed_at", now)
    publish(session, AmendmentSigned(**ids(team), number=amendment.number, party=party))
    if rules.complete(amendment.facts(agreement, team)):
        await adopt(session, team, amendment, agreement, now)
    return amendment


async def adopt(session: AsyncSession, team: Team, amendment: Amendment, agreement: Agreement, now: datetime) -> None:
    """The team's terms are the changed ones from now on."""
    amendment.status = rules.adopt(amendment.facts(agreement, team))
    amendment.adopted_at = now
    for name, value in amendment.changes.items():
        if name != "indicators":
            setattr(team, name, _HELD.get(name, _as_is)(value))
    if "indicators" in amendment.changes:
        await _set_indicators(session, team, amendment.changes["indicators"])
    publish(
        session,
        AgreementAmended.model_validate(
            {
                **ids(team),
                "number": amendment.number,
                "ends_on": team.ends_on,
                "agreed_days": amendment.document["agreed_days"],
                "agreed_visits": team.agreed_visits,
                "indicators": amendment.document["indicators"],
                "budget": team.budget,
            }
        ),
    )


async def _set_indicators(session: AsyncSession, team: Team, wanted: list[dict[str, str]]) -> None:
    """What was reported under a name stays with it."""
    statement = sa.select(Indicator).where(Indicator.team_id == team.id).with_for_update()
    known = {indicator.name: indicator for indicator in await session.scalars(statement)}
    for position, measure in enumerate(wanted):
        indicator = known.pop(measure["name"], None) or Indicator(team_id=team.id, name=measure["name"])
        indicator.position, indicator.unit = position, measure["unit"]
        indicator.baseline, indicator.target = Decimal(measure["baseline"]), Decimal(measure["target"])
        session.add(indicator)
    for dropped in known.values():
        await session.delete(dropped)


async def retract(session: AsyncSession, team_id: UUID, amendment_id: UUID, actor: Actor, now: datetime) -> Amendment:
    team, amendment, agreement = await _open(session, team_id, amendment_id, actor)
    amendment.status = rules.retract(amendment.facts(agreement, team), actor)
    publish(session, AmendmentRetracted(**ids(team), number=amendment.number))
    return amendment


async def expire(session: AsyncSession, amendment_id: UUID, now: datetime) -> None:
    """The clock: not all have signed in time."""
    amendment = await load(session, Amendment, amendment_id, "amendment")
    team = await session.get_one(Team, amendment.team_id)
    amendment.status = rules.expire(amendment.status)
    publish(session, AmendmentExpired(**ids(team), number=amendment.number))


async def _open(
    session: AsyncSession, team_id: UUID, amendment_id: UUID, actor: Actor
) -> tuple[Team, Amendment, Agreement]:
    """The team and its amendment, locked in this order, with the agreement that it changes."""
    team = await queries.locked_team(session, team_id, actor)
    amendment = await load(session, Amendment, amendment_id, "amendment")
    if amendment.team_id != team.id:
        raise NotFound("amendment")
    return team, amendment, await agreements.newest(session, team)

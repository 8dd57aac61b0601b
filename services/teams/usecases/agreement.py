"""The three-party agreement: its text, its signatures, and the team that is agreed by the third."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Agreement, Indicator, KnownOrder, Team
from services.teams.rules import agreement as rules
from services.teams.rules import team as team_rules
from services.teams.rules.member import LOCAL_TALENT
from services.teams.rules.policy import PolicySet
from services.teams.schemas import AgreementOut, IndicatorIn
from services.teams.usecases import policies
from services.teams.usecases.team import ids
from shared.actor import Actor
from shared.canonical import fingerprint
from shared.clock import SHANGHAI
from shared.contracts.policy import DOCUMENTS
from shared.contracts.policy import Instalment as Share
from shared.contracts.teams import AgreementSigned, TeamAgreed
from shared.db import load
from shared.errors import NotFound
from shared.outbox import publish


async def newest(session: AsyncSession, team: Team) -> Agreement:
    """The team's agreement, or :class:`NotFound` before its confirmation."""
    statement = sa.select(Agreement).where(Agreement.team_id == team.id).order_by(Agreement.id.desc()).limit(1)
    agreement = (await session.execute(statement)).scalar_one_or_none()
    if agreement is None:
        raise NotFound("agreement")
    return agreement


async def text(session: AsyncSession, team: Team, agreement: Agreement) -> dict[str, Any]:
    """What the parties sign: the frozen document once someone has, else as the claim stands."""
    if agreement.document is not None:
        return agreement.document
    order = await session.get_one(KnownOrder, team.order_id)
    people = [(m, p) for m, p in await queries.roster(session, team.id) if m.status == "accepted"]
    indicators = sa.select(Indicator).where(Indicator.team_id == team.id).order_by(Indicator.position)
    policy = await policies.of(session, team.round_id)
    return {
        **{name: getattr(team, name) for name in _FROM_CLAIM},
        "starts_on": str(team.starts_on),
        "ends_on": str(team.ends_on),
        "agreed_days": str(team.agreed_days),
        "order_title": order.title,
        "host": {"name": team.host_name, "code": team.host_code},
        "unit": {"name": agreement.lead_unit_name, "code": agreement.lead_unit_code},
        "payee": {"name": team.payee_unit_name, "code": team.payee_unit_code},
        "people": [{"name": p.name, "role": m.role, "unit": p.unit_name} for m, p in people],
        "local_talents": [p.name for m, p in people if m.role == LOCAL_TALENT],
        "instalments": [_instalment(part) for part in policy.funding.schedule],
        "indicators": [measure(i) for i in await session.scalars(indicators)],
    }


def _instalment(part: Share) -> dict[str, Any]:
    """A share of the payments as the parties read it; a milestone has its name, the gate documents their kinds."""
    more = {"name": part.zh, "documents": [DOCUMENTS[kind][0] for kind in part.documents]}
    return {"percent": part.percent, "gates": list(part.gates), **{key: said for key, said in more.items() if said}}


_FROM_CLAIM = (
    "order_number",
    "name",
    "place",
    "content",
    "targets",
    "agreed_visits",
    "amount_fen",
    "own_fen",
    "talent_plan",
    "liaison_name",
    "budget",
)


def measure(indicator: Indicator | IndicatorIn) -> dict[str, str]:
    """Numbers as plain text: a hash must not depend on how a decimal is held."""
    numbers = {name: f"{getattr(indicator, name).normalize():f}" for name in ("baseline", "target")}
    return {"name": indicator.name, "unit": indicator.unit, **numbers}


async def shown(session: AsyncSession, team: Team, agreement: Agreement) -> AgreementOut:
    """The agreement as its parties read it, with what its text still lacks."""
    policy = await policies.of(session, team.round_id)
    return AgreementOut.model_validate(
        {
            **{name: getattr(agreement, name) for name in _SHOWN},
            "status": rules.status(agreement.signed, agreement.closed),
            "document": await text(session, team, agreement),
            "missing": list(rules.missing(agreement.signed)),
            "reasons": [] if agreement.closed else list(rules.text_obstacles(agreement.facts(team), policy.teams)),
        }
    )


_SHOWN = (
    "id",
    "version",
    "team_id",
    "due_at",
    "document_hash",
    "lead_signed_at",
    "unit_signed_at",
    "host_signed_at",
)


async def sign(session: AsyncSession, team_id: UUID, actor: Actor, now: datetime) -> tuple[Team, Agreement]:
    """One party signs; the first signature freezes the text, the third makes the team agreed."""
    team = await queries.locked_team(session, team_id, actor)
    agreement = await load(session, Agreement, (await newest(session, team)).id, "agreement")
    policy = await policies.of(session, team.round_id)
    party = rules.sign(agreement.facts(team), policy.teams, actor, now)
    if agreement.document is None:
        agreement.document = await text(session, team, agreement)
        agreement.document_hash = fingerprint(agreement.document)
    setattr(agreement, f"{party}_signed_at", now)
    publish(session, AgreementSigned(**ids(team), party=party))
    if not rules.missing(agreement.signed):
        agree(session, team, agreement, await policies.of(session, team.round_id), now)
    await session.flush()
    return team, agreement


def agree(session: AsyncSession, team: Team, agreement: Agreement, policy: PolicySet, now: datetime) -> None:
    """All three have signed: from now on service may be recorded."""
    team.status = team_rules.agree(team.status, policy)
    team.agreed_on = now.astimezone(SHANGHAI).date()
    agreement.closed = True
    publish(
        session,
        TeamAgreed.model_validate(
            {
                **ids(team),
                "payee_unit_code": team.payee_unit_code,
                "payee_unit_name": team.payee_unit_name,
                "host_code": team.host_code,
                "starts_on": team.starts_on,
                "ends_on": team.ends_on,
                "agreed_days": team.agreed_days,
                "agreed_visits": team.agreed_visits,
                "amount_fen": team.amount_fen,
                "indicators": agreement.document["indicators"] if agreement.document else (),
                "budget": team.budget,
            }
        ),
    )

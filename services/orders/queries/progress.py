"""How far a round has come, counted from what the teams service told."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.orders.models import Action, Order, ProgressExpert, ProgressFirm, ProgressTeam, Round
from services.orders.rules import progress as rules
from services.orders.schemas import ActionProgress, Measure, ProgressOut
from shared.contracts.policy_document import policy_set

SERVED = ("serving", "concluded")
_COUNTY = sa.func.left(Order.division, 6)


async def progress(session: AsyncSession, round: Round) -> ProgressOut:
    """Targets and progress of the whole round, and of each action of its calendar."""
    reached = await _reached(session, round)
    targets = rules.targets(policy_set(round.policy).orders)
    measures = [
        Measure(
            name=name,
            zh=zh,
            en=en,
            target=targets[name],
            reached=getattr(reached, name),
            percent=rules.percent(getattr(reached, name), targets[name]),
        )
        for name, (zh, en) in rules.LABELS.items()
    ]
    return ProgressOut(round_id=round.id, measures=measures, actions=await _by_action(session, round))


async def _reached(session: AsyncSession, round: Round) -> rules.Reached:
    teams = (await session.execute(_teams(round))).one()
    firms = sa.select(sa.func.count(ProgressFirm.code.distinct())).where(ProgressFirm.round_id == round.id)
    return rules.Reached(teams.experts, teams.counties, await session.scalar(firms) or 0)


def _teams(round: Round, *by: Any) -> sa.Select[Any]:
    """Distinct experts and counties of teams that serve or have been concluded."""
    return (
        sa.select(
            *by,
            sa.func.count(ProgressExpert.person_id.distinct()).label("experts"),
            sa.func.count(_COUNTY.distinct()).label("counties"),
        )
        .select_from(ProgressTeam)
        .join(Order, Order.id == ProgressTeam.order_id)
        .outerjoin(ProgressExpert, ProgressExpert.team_id == ProgressTeam.team_id)
        .where(ProgressTeam.round_id == round.id, ProgressTeam.stage.in_(SERVED))
        .group_by(*by)
    )


async def _by_action(session: AsyncSession, round: Round) -> list[ActionProgress]:
    teams = {row.action_id: row for row in await session.execute(_teams(round, Order.action_id))}
    firms = sa.select(Order.action_id, sa.func.count(ProgressFirm.code.distinct())).join(
        ProgressFirm, ProgressFirm.order_id == Order.id
    )
    served = await _counted(session, firms.where(ProgressFirm.round_id == round.id))
    orders = await _counted(session, sa.select(Order.action_id, sa.func.count()).where(Order.round_id == round.id))
    calendar = sa.select(Action).where(Action.round_id == round.id).order_by(Action.starts_on, Action.id)
    return [
        ActionProgress(
            id=one.id,
            name=one.name,
            status=one.status,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            counties_planned=len(one.divisions),
            orders=orders.get(one.id, 0),
            firms=served.get(one.id, 0),
            experts=teams[one.id].experts if one.id in teams else 0,
            counties=teams[one.id].counties if one.id in teams else 0,
        )
        for one in await session.scalars(calendar)
    ]


async def _counted(session: AsyncSession, counts: Any) -> dict[Any, int]:
    """Counts by action; orders of no action are left out."""
    found = await session.execute(counts.where(Order.action_id.is_not(None)).group_by(Order.action_id))
    return {key: count for key, count in found}  # noqa: C416 - rows are not pairs to a type checker

"""What the year's teams and orders did, one row each: what reports are computed from (``rules.yearly``)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.assessment.models import (
    Assessment,
    Card,
    CardUse,
    KnownEntry,
    KnownIndicator,
    KnownMember,
    KnownOrder,
    KnownPayment,
    KnownRound,
    KnownStand,
    KnownTeam,
)
from services.assessment.queries.public import editions_in_force
from services.assessment.rules.notice import masked
from services.assessment.rules.yearly import EXPERTS, LOCAL_TALENT, IndicatorYear, OrderYear, TeamYear
from shared.amounts import plain
from shared.contracts.policy_document import policy_set
from shared.queries import among, within

SERVING = ("confirmed", "agreed", "serving", "concluded")
GONE = ("withdrawn", "cancelled")
"""Orders that nobody was to serve in the end."""


@dataclass(frozen=True, slots=True)
class Span:
    """A calendar year, as far as it has come."""

    year: int

    @property
    def end(self) -> date:
        return date(self.year, 12, 31)

    def holds(self, column: Any) -> sa.ColumnElement[bool]:
        found: sa.ColumnElement[bool] = column.between(date(self.year, 1, 1), self.end)
        return found

    def touches(self, member: Any) -> sa.ColumnElement[bool]:
        """Somebody's time in a team that lies in the year, if only for a day."""
        begun = member.joined_on <= self.end
        found: sa.ColumnElement[bool] = begun & (member.left_on.is_(None) | (member.left_on >= date(self.year, 1, 1)))
        return found

    def stands(self) -> sa.ColumnElement[bool]:
        """A team that serves or served to its end, or that did not leave before the year was over."""
        found: sa.ColumnElement[bool] = KnownTeam.stage.in_(SERVING) | (KnownTeam.ended_on > self.end)
        return found


def of_sector(order_id: Any, sector: str) -> sa.ColumnElement[bool]:
    """Of an order of this industry; of any order where none is named."""
    if not sector:
        return sa.true()
    order = aliased(KnownOrder)
    found: sa.ColumnElement[bool] = order_id.in_(sa.select(order.id).where(order.industry == sector))
    return found


async def has_sector(session: AsyncSession, division: str, sector: str) -> bool:
    """Whether an order of this industry lies in the division, or a team serves one there."""
    own = sa.select(KnownOrder.id).outerjoin(KnownTeam, KnownTeam.order_id == KnownOrder.id)
    here = within(KnownOrder.division, division) | within(KnownTeam.division, division)
    return await session.scalar(own.where(KnownOrder.industry == sector, here).limit(1)) is not None


async def team_years(session: AsyncSession, division: str, year: int, sector: str = "") -> list[TeamYear]:
    """Teams of the division that served in the year, were paid or paid back, or were there to serve."""
    span = Span(year)
    found = await session.execute(
        sa.select(KnownTeam, KnownRound, KnownOrder, _active(span), span.stands())
        .join(KnownRound, KnownRound.id == KnownTeam.round_id)
        .outerjoin(KnownOrder, KnownOrder.id == KnownTeam.order_id)
        .where(within(KnownTeam.division, division), _of_year(span), of_sector(KnownTeam.order_id, sector))
        .order_by(KnownTeam.order_number, KnownTeam.id)
    )
    rows = list(found)
    facts = await _facts(session, [row.KnownTeam.id for row in rows], span)
    return [
        _team(team, round, order, facts[team.id], active=active, stands=active and stands)
        for team, round, order, active, stands in rows
    ]


def _active(span: Span) -> sa.ColumnElement[bool]:
    """Served in the year, or was there to serve."""
    member = aliased(KnownMember)
    there = (member.team_id == KnownTeam.id) & span.touches(member)
    served = sa.exists().where(KnownEntry.team_id == KnownTeam.id, span.holds(KnownEntry.served_on))
    return served | (span.stands() & sa.exists().where(there))


def _of_year(span: Span) -> sa.ColumnElement[bool]:
    paid = sa.exists().where(KnownPayment.team_id == KnownTeam.id, span.holds(KnownPayment.on))
    return _active(span) | paid


async def _facts(session: AsyncSession, team_ids: Sequence[UUID], span: Span) -> dict[UUID, dict[str, Any]]:
    """By team, the fields of its row that are counted elsewhere."""
    facts: dict[UUID, dict[str, Any]] = defaultdict(dict)
    for read in (_people, _visits, _money, _indicators, _grades, _cards):
        for team_id, fields in (await read(session, team_ids, span)).items():
            facts[team_id] |= fields
    return facts


async def _people(session: AsyncSession, team_ids: Sequence[UUID], span: Span) -> dict[UUID, dict[str, Any]]:
    """Everybody who was in the team at some time of the year, once in each team."""
    one, role = KnownMember.person_id.distinct(), KnownMember.role
    experts, local = sa.func.count(one).filter(role.in_(EXPERTS)), sa.func.count(one).filter(role == LOCAL_TALENT)
    there = sa.select(KnownMember.team_id, experts, local).where(
        among(KnownMember.team_id, team_ids), span.touches(KnownMember)
    )
    rows = await session.execute(there.group_by(KnownMember.team_id))
    return {team_id: {"experts": experts, "local_talents": local} for team_id, experts, local in rows}


async def _visits(session: AsyncSession, team_ids: Sequence[UUID], span: Span) -> dict[UUID, dict[str, Any]]:
    rows = await session.execute(
        sa.select(
            KnownEntry.team_id,
            KnownEntry.form,
            sa.func.count(),
            sa.func.sum(KnownEntry.days),
            sa.func.sum(KnownEntry.beneficiaries),
        )
        .where(among(KnownEntry.team_id, team_ids), span.holds(KnownEntry.served_on))
        .group_by(KnownEntry.team_id, KnownEntry.form)
    )
    found: dict[UUID, dict[str, Any]] = defaultdict(
        lambda: {"visits": 0, "day_tenths": 0, "beneficiaries": 0, "forms": {}}
    )
    for team_id, form, count, days, beneficiaries in rows:
        of = found[team_id]
        of["visits"] += count
        of["day_tenths"] += int(days * 10)
        of["beneficiaries"] += int(beneficiaries)
        of["forms"][form or "未注明"] = count
    unit = sa.func.unnest(KnownEntry.served_units).label("unit")
    each = sa.select(KnownEntry.team_id, unit).where(
        among(KnownEntry.team_id, team_ids), span.holds(KnownEntry.served_on)
    )
    named = each.distinct().subquery()
    units = sa.select(named.c.team_id, sa.func.count()).group_by(named.c.team_id)
    for team_id, count in await session.execute(units):
        found[team_id]["served_units"] = count
    return found


async def _money(session: AsyncSession, team_ids: Sequence[UUID], span: Span) -> dict[UUID, dict[str, Any]]:
    """Of the year what was paid and what came back; what the payee had at its end."""
    fen, now = KnownPayment.amount_fen, span.holds(KnownPayment.on)
    rows = await session.execute(
        sa.select(
            KnownPayment.team_id,
            sa.func.coalesce(sa.func.sum(fen).filter(now, fen > 0), 0),
            sa.func.coalesce(-sa.func.sum(fen).filter(now, fen < 0), 0),
            sa.func.sum(fen),
        )
        .where(among(KnownPayment.team_id, team_ids), KnownPayment.on <= span.end)
        .group_by(KnownPayment.team_id)
    )
    return {
        team_id: {"paid_fen": int(paid), "returned_fen": int(back), "held_fen": int(held)}
        for team_id, paid, back, held in rows
    }


async def _indicators(session: AsyncSession, team_ids: Sequence[UUID], span: Span) -> dict[UUID, dict[str, Any]]:
    """As agreed and reported until the end of the year; one that was dropped, only of the year in which it was."""
    agreed = aliased(KnownIndicator)
    kept = sa.exists().where(agreed.team_id == KnownStand.team_id, agreed.name == KnownStand.name)
    last = (
        sa.select(KnownStand)
        .where(among(KnownStand.team_id, team_ids), KnownStand.on <= span.end, kept | span.holds(KnownStand.on))
        .order_by(KnownStand.team_id, KnownStand.name, KnownStand.on.desc())
        .ext(distinct_on(KnownStand.team_id, KnownStand.name))
    )
    found: dict[UUID, list[IndicatorYear]] = defaultdict(list)
    for row in await session.scalars(last):
        values = [plain(row.baseline), plain(row.target), "" if row.actual is None else plain(row.actual)]
        found[row.team_id].append(IndicatorYear(masked(row.name), row.unit, *values))
    return {team_id: {"indicators": tuple(rows)} for team_id, rows in found.items()}


async def _grades(session: AsyncSession, team_ids: Sequence[UUID], span: Span) -> dict[UUID, dict[str, Any]]:
    """As the year's editions in force show them."""
    shown = {
        UUID(line["assessment_id"]): {"grade": line["grade"], "total": line["total"]}
        for edition, _ in await editions_in_force(session)
        if edition.year == span.year
        for line in edition.content["lines"]
    }
    of_team = sa.select(Assessment.id, Assessment.team_id).where(among(Assessment.id, shown))
    return {team_id: shown[key] for key, team_id in await session.execute(of_team)}


async def _cards(session: AsyncSession, team_ids: Sequence[UUID], span: Span) -> dict[UUID, dict[str, Any]]:
    """Benefit cards issued in the year, and uses in the year of whichever card."""
    found: dict[UUID, dict[str, Any]] = defaultdict(dict)
    issued = sa.select(Card.team_id, sa.func.count()).where(among(Card.team_id, team_ids), span.holds(Card.valid_from))
    for team_id, count in await session.execute(issued.group_by(Card.team_id)):
        found[team_id]["cards_issued"] = count
    used = sa.select(Card.team_id, sa.func.count()).join(CardUse, CardUse.card_id == Card.id)
    used = used.where(among(Card.team_id, team_ids), span.holds(CardUse.used_on), CardUse.withdrawn_at.is_(None))
    for team_id, count in await session.execute(used.group_by(Card.team_id)):
        found[team_id]["card_uses"] = count
    return found


NOTHING: dict[str, Any] = {
    "experts": 0,
    "local_talents": 0,
    "visits": 0,
    "day_tenths": 0,
    "forms": {},
    "beneficiaries": 0,
    "served_units": 0,
    "paid_fen": 0,
    "returned_fen": 0,
}


def _team(
    team: KnownTeam, round: KnownRound, order: KnownOrder | None, facts: dict[str, Any], *, active: bool, stands: bool
) -> TeamYear:
    return TeamYear(
        order_number=team.order_number,
        order=masked(order.title) if order else "",
        team=masked(team.name),
        unit=masked(team.unit_name),
        division=team.division,
        place=masked(team.place),
        industry=order.industry if order else "",
        programme=policy_set(round.policy).mode,
        round=round.name,
        round_year=round.year,
        key_place=order.key_place if order else False,
        awarded_fen=team.amount_fen if stands else 0,
        active=active,
        **(NOTHING | facts | ({} if active else {"indicators": ()})),
    )


async def order_years(session: AsyncSession, division: str, year: int, sector: str = "") -> list[OrderYear]:
    """Orders of the year's rounds, wherever they stand, unless nobody was to serve them in the end. One that found a team
    lies where the team serves; when it is gone on with, where the first one did."""
    first = sa.select(KnownTeam.division).where(KnownTeam.order_id == KnownOrder.id, KnownTeam.stage.in_(SERVING))
    lies = sa.func.coalesce(first.order_by(KnownTeam.id).limit(1).scalar_subquery(), KnownOrder.division)
    rows = await session.execute(
        sa.select(KnownOrder, KnownRound, lies)
        .join(KnownRound, KnownRound.id == KnownOrder.round_id)
        .where(
            KnownRound.year == year,
            KnownOrder.status.not_in(GONE),
            within(lies, division),
            of_sector(KnownOrder.id, sector),
        )
        .order_by(KnownOrder.number, KnownOrder.id)
    )
    return [
        OrderYear(
            number=order.number,
            title=masked(order.title),
            division=where,
            place=masked(order.place),
            industry=order.industry,
            programme=policy_set(round.policy).mode,
            key_place=order.key_place,
            status=order.status,
        )
        for order, round, where in rows
    ]


async def people(session: AsyncSession, division: str, year: int, sector: str = "") -> int:
    """Experts who were in some team of the division in the year, each once."""
    there = (
        sa.select(sa.func.count(KnownMember.person_id.distinct()))
        .join(KnownTeam, KnownTeam.id == KnownMember.team_id)
        .where(
            within(KnownTeam.division, division),
            _active(Span(year)),
            of_sector(KnownTeam.order_id, sector),
            KnownMember.role.in_(EXPERTS),
            Span(year).touches(KnownMember),
        )
    )
    return await session.scalar(there) or 0

"""What other services tell, kept as local copies."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import KnownEntry, KnownIndicator, KnownRound, KnownStand, KnownTeam, WorkingYear
from services.assessment.rules.policy import Policy
from services.assessment.usecases import serving
from shared.calendar import Calendar
from shared.clock import SHANGHAI
from shared.contracts.base import OfTeam
from shared.contracts.orders import RoundOpened
from shared.contracts.policy_document import policy_set
from shared.contracts.teams import (
    AgreedIndicator,
    AgreementAmended,
    EntryConfirmed,
    IndicatorReported,
    Introduction,
    MemberJoined,
    MemberLeft,
    MemberReplaced,
    TeamAgreed,
    TeamConfirmed,
    TeamPutOnNotice,
    Terms,
)
from shared.errors import NotFound, NotYet


async def round_of(session: AsyncSession, round_id: UUID) -> KnownRound:
    """The round; raises :class:`NotFound` when it was never opened."""
    found = await session.get(KnownRound, round_id)
    if found is None:
        raise NotFound("round")
    return found


def policy_of(round: KnownRound) -> Policy:
    """The assessment section of the round's pinned policy set."""
    return policy_set(round.policy).assessment


def rates(round: KnownRound) -> bool:
    """Whether the round's mode rates its teams every year."""
    return "rating" in policy_set(round.policy).switches


async def calendar(session: AsyncSession) -> Calendar:
    """Working days with everything that was declared."""
    years = await session.scalars(sa.select(WorkingYear))
    return Calendar({year.year: year.days for year in years})


async def team(session: AsyncSession, team_id: UUID) -> KnownTeam:
    """A team that an assessment or a notice names."""
    found = await session.get(KnownTeam, team_id)
    if found is None:
        raise NotFound("team")
    return found


async def team_of(session: AsyncSession, team_id: UUID) -> KnownTeam | None:
    """The team, locked; None for a claim that never came as far as a notice."""
    return await session.get(KnownTeam, team_id, with_for_update=True)


async def note_round(session: AsyncSession, event: RoundOpened) -> None:
    row = {
        "id": event.round_id,
        "name": event.name,
        "year": event.year,
        "prefix": event.prefix,
        "division": event.division,
        "policy": event.policy,
    }
    await session.execute(insert(KnownRound).values(row).on_conflict_do_nothing())


async def _expect_round(session: AsyncSession, round_id: UUID) -> None:
    """An event that comes before its round waits for it."""
    if await session.get(KnownRound, round_id) is None:
        raise NotYet("orders", f"round/{round_id}")


async def note_put_on_notice(session: AsyncSession, event: TeamPutOnNotice) -> None:
    """The team waits for a notice of the selection, with what that notice may show."""
    await _expect_round(session, event.round_id)
    row = _introduced(event, event) | {"stage": "on_notice", "waiting": True}
    changed = {name: value for name, value in row.items() if name != "id"}
    statement = insert(KnownTeam).values(row)
    await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed))


def _introduced(event: OfTeam, team: Introduction) -> dict[str, Any]:
    return {
        "id": event.team_id,
        "round_id": event.round_id,
        "order_id": event.order_id,
        "order_number": team.order_number,
        "name": team.name,
        "lead_id": team.lead_id,
        "lead_name": team.lead_name,
        "unit_code": team.unit_code,
        "unit_name": team.unit_name,
        "division": team.division,
        "place": team.place,
        "amount_fen": team.amount_fen,
    }


async def note_confirmed(session: AsyncSession, event: TeamConfirmed, now: datetime) -> None:
    """Every team is known from its confirmation at the latest; where no agreement will be signed, with the terms that it
    is measured against."""
    if event.introduction:
        await _expect_round(session, event.round_id)
        row = _introduced(event, event.introduction) | {"stage": "confirmed", "waiting": False}
        await session.execute(insert(KnownTeam).values(row).on_conflict_do_nothing())
    team = await note_stage(session, event.team_id, "confirmed")
    if team is None:
        return
    team.host_name = event.host_name
    await serving.begin(session, team, event.people, day_of(now))
    if event.terms:
        await _measure(session, team, event.terms, day_of(now))


async def note_stage(session: AsyncSession, team_id: UUID, stage: str) -> KnownTeam | None:
    """The team's last step; None for a claim that never came as far as a notice."""
    team = await team_of(session, team_id)
    if team is not None:
        team.stage = stage
        team.waiting = team.waiting and stage == "on_notice"
    return team


async def note_joined(session: AsyncSession, event: MemberJoined) -> None:
    """The roster of a live team is open: one more serves."""
    if event.joined is not None and await team_of(session, event.team_id) is not None:
        await serving.join(session, event.team_id, event.joined)


async def note_left(session: AsyncSession, event: MemberLeft, now: datetime) -> None:
    await serving.leave(session, event.team_id, event.person_id, event.left_on or day_of(now))


def day_of(now: datetime) -> date:
    """The business day."""
    return now.astimezone(SHANGHAI).date()


async def note_agreement(session: AsyncSession, event: TeamAgreed, now: datetime) -> None:
    """What service is measured against: days, visits, indicators, the term."""
    team = await note_stage(session, event.team_id, "agreed")
    if team is None:
        return
    await _measure(session, team, event, day_of(now))


async def _measure(session: AsyncSession, team: KnownTeam, terms: TeamAgreed | Terms, today: date) -> None:
    team.host_code = terms.host_code
    team.starts_on, team.ends_on = terms.starts_on, terms.ends_on
    team.agreed_days, team.agreed_visits = terms.agreed_days, terms.agreed_visits
    on = min(today, terms.starts_on or today)  # agreed before it was served, however late it is heard
    await _note_agreed(session, team.id, terms.indicators, on)


async def note_amendment(session: AsyncSession, event: AgreementAmended, now: datetime) -> None:
    """From now on service is measured against the changed terms; what was reported under a name stays."""
    team = await team_of(session, event.team_id)
    if team is None:
        return
    team.ends_on, team.agreed_days, team.agreed_visits = event.ends_on, event.agreed_days, event.agreed_visits
    names = [agreed.name for agreed in event.indicators]
    dropped = sa.delete(KnownIndicator).where(KnownIndicator.team_id == team.id, KnownIndicator.name.not_in(names))
    await session.execute(dropped)
    await _note_agreed(session, team.id, event.indicators, day_of(now))


async def _note_agreed(session: AsyncSession, team_id: UUID, indicators: Iterable[AgreedIndicator], on: date) -> None:
    for agreed in indicators:
        row = {"team_id": team_id, "unit": agreed.unit, "baseline": agreed.baseline, "target": agreed.target}
        await _note_indicator(session, {**row, "name": agreed.name}, on)


async def note_replacement(session: AsyncSession, event: MemberReplaced, now: datetime) -> None:
    """Who serves changes; a new lead is rated and published from now on."""
    team = await team_of(session, event.team_id)
    if team is None:
        return
    await serving.replace(session, event, day_of(now))
    if event.lead_name:
        team.lead_id, team.lead_name = await serving.known_as(session, event.joined_id), event.lead_name
        team.unit_code, team.unit_name = event.unit_code, event.unit_name


async def note_entry(session: AsyncSession, event: EntryConfirmed) -> None:
    """Only entries that the host confirmed count; the same entry twice counts once."""
    await expect(session, event)
    came = await serving.known_as(session, event.person_id) if event.person_id else None
    row = {"id": event.entry_id, "team_id": event.team_id, "served_on": event.served_on, "days": event.days}
    said = {"beneficiaries": event.beneficiaries, "form": event.form, "served_units": event.served_units}
    noted = insert(KnownEntry).values(**row, **said, person_id=came)
    await session.execute(noted.on_conflict_do_update(index_elements=["id"], set_=said))


async def note_report(session: AsyncSession, event: IndicatorReported, now: datetime) -> None:
    """The latest report of an indicator counts, from the day on which it was reported."""
    await expect(session, event)
    row = {
        "team_id": event.team_id,
        "name": event.name,
        "unit": event.unit,
        "baseline": event.baseline,
        "target": event.target,
        "actual": event.actual,
    }
    on = event.reported_on or day_of(now)
    await _note_indicator(session, row, on)
    later = sa.update(KnownStand).where(
        KnownStand.team_id == event.team_id, KnownStand.name == event.name, KnownStand.on > on
    )
    await session.execute(later.values(actual=event.actual))


async def _note_indicator(session: AsyncSession, row: dict[str, Any], on: date) -> None:
    """As it stands now, and from ``on``. What a row does not say stays."""
    changed = {name: value for name, value in row.items() if name not in ("team_id", "name")}
    statement = insert(KnownIndicator).values(row)
    await session.execute(statement.on_conflict_do_update(index_elements=["team_id", "name"], set_=changed))
    of, names = KnownIndicator, ["team_id", "name", "on", "unit", "baseline", "target", "actual"]
    now = sa.select(of.team_id, of.name, sa.literal(on, sa.Date), of.unit, of.baseline, of.target, of.actual)
    stands = insert(KnownStand).from_select(names, now.where(of.team_id == row["team_id"], of.name == row["name"]))
    said = {name: stands.excluded[name] for name in names[3:]}
    await session.execute(stands.on_conflict_do_update(index_elements=names[:3], set_=said))


async def expect(session: AsyncSession, event: OfTeam) -> None:
    """What is said of a team that is not known yet waits for its confirmation."""
    if await session.get(KnownTeam, event.team_id) is None:
        raise NotYet("teams", f"team/{event.team_id}")


def in_year(year: int) -> sa.ColumnElement[bool]:
    """Served within the cycle's year."""
    return KnownEntry.served_on.between(date(year, 1, 1), date(year, 12, 31))

"""The panel of a round: named, closed with its findings, opened again."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Finding, Panel, Panelist, ScoreSheet
from services.teams.rules import panel as rules
from services.teams.rules.panel import Seat
from services.teams.rules.policy import TeamsPolicy
from services.teams.rules.ranking import Standing
from services.teams.rules.review import sheet_hash
from services.teams.schemas import PanelIn
from shared.actor import Actor
from shared.contracts.teams import PanelClosed, PanelNamed, PanelReopened
from shared.db import new_id
from shared.outbox import publish


async def name(session: AsyncSession, round_id: UUID, body: PanelIn, actor: Actor, now: datetime) -> Panel:
    """The bureau names reviewers of a round; whoever is named already gets the fields and number given now."""
    _, policy = await queries.reviewed_round(session, round_id, actor)
    panel = await queries.panel(session, round_id, "change")
    named = [seat.person_id for seat in body.reviewers]
    found = await queries.held_people(session, named)
    people = {key: person for key, person in found.items() if person.merged_into_id is None}
    seats = [
        Seat(
            str(seat.person_id),
            people[seat.person_id].name if seat.person_id in people else "",
            tuple(seat.fields),
            policy.teams.claims_per_reviewer if seat.most is None else seat.most,
        )
        for seat in body.reviewers
    ]
    status = rules.name(seats, map(str, people), panel.status if panel else None)
    if panel is None:
        panel = Panel(round_id=round_id, status=status)
        session.add(panel)
        await session.flush()
    await _seat(session, panel, seats)
    await keep_sheet(session, policy.teams)
    publish(session, PanelNamed(panel_id=panel.id, round_id=round_id, reviewers=len(seats)))
    return panel


async def _seat(session: AsyncSession, panel: Panel, seats: list[Seat]) -> None:
    rows = [
        {"id": new_id(), "panel_id": panel.id, "person_id": UUID(s.person_id), "fields": list(s.fields), "most": s.most}
        for s in seats
    ]
    statement = insert(Panelist).values(rows)
    changed = {"fields": statement.excluded.fields, "most": statement.excluded.most, "version": Panelist.version + 1}
    await session.execute(
        statement.on_conflict_do_update(index_elements=[Panelist.panel_id, Panelist.person_id], set_=changed)
    )
    panel.version += 1


async def keep_sheet(session: AsyncSession, policy: TeamsPolicy) -> str:
    """The present version of the score sheet, kept by its hash."""
    key = sheet_hash(policy.score_sheet)
    items = [
        {"code": i.code, "zh": i.zh, "en": i.en, "weight": i.weight, "guidance": i.guidance} for i in policy.score_sheet
    ]
    await session.execute(insert(ScoreSheet).values(hash=key, items=items).on_conflict_do_nothing())
    return key


async def close(session: AsyncSession, round_id: UUID, actor: Actor, now: datetime) -> Panel:
    """Scores stand from now on, and with them the ranking that the decisions rest on."""
    _, policy = await queries.reviewed_round(session, round_id, actor)
    panel = await queries.named_panel(session, round_id, "change")
    waiting = await queries.standings(session, round_id, policy.teams, "shortlisted")
    panel.status = rules.close(panel.status, waiting, await queries.discussed(session, round_id), policy, actor)
    panel.closed_at, panel.closed_by, panel.reason = now, actor.id, ""
    found = await queries.standings(session, round_id, policy.teams)
    await session.execute(sa.delete(Finding).where(Finding.round_id == round_id))
    session.add_all(_finding(round_id, standing) for standing in found)
    publish(session, PanelClosed(panel_id=panel.id, round_id=round_id, claims=len(found)))
    return panel


def _finding(round_id: UUID, standing: Standing) -> Finding:
    return Finding(
        round_id=round_id,
        order_id=UUID(standing.order_id),
        team_id=UUID(standing.claim_id),
        reviews=standing.reviews,
        raw=standing.raw,
        normalised=standing.normalised,
        spread=standing.spread,
        disagreement=standing.disagreement,
        items={code: str(points) for code, points in standing.items.items()},
        rank=standing.rank,
        order_rank=standing.order_rank,
        tied=standing.tied,
    )


async def reopen(session: AsyncSession, round_id: UUID, reason: str, actor: Actor, now: datetime) -> Panel:
    """Scoring goes on; until the next closing nothing is proposed."""
    await queries.reviewed_round(session, round_id, actor)
    panel = await queries.named_panel(session, round_id, "change")
    panel.status = rules.reopen(panel.status, reason, actor)
    panel.reason = reason
    publish(session, PanelReopened(panel_id=panel.id, round_id=round_id))
    return panel

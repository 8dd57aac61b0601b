"""Benefit cards, one function per verb."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment import queries
from services.assessment.models import Benefit, Card, CardUse, KnownSuspension
from services.assessment.rules import card as rules
from services.assessment.usecases import known, serial, serving
from shared.actor import Actor
from shared.calendar import end_of
from shared.contracts.assessment import (
    CardExpired,
    CardHeld,
    CardIssued,
    CardReleased,
    CardRevoked,
    CardUsed,
    CardUseWithdrawn,
)
from shared.db import load, new_id
from shared.errors import NotFound
from shared.outbox import publish
from shared.queries import among


async def issue(session: AsyncSession, team_id: UUID, person_id: UUID, actor: Actor, now: datetime) -> Card:
    """To somebody of the team, as the round's policy says."""
    member = await queries.member(session, team_id, person_id, actor)
    team = await known.team(session, team_id)
    policy = known.policy_of(await known.round_of(session, team.round_id))
    await _one_at_a_time(session, person_id)
    benefits = (await _benefits(session, [person_id]))[person_id]
    status, today = rules.issue(benefits, actor), known.day_of(now)
    until = rules.valid_until(today, policy.card_years)
    card = Card(
        id=new_id(),
        number=await serial.number(session, rules.PREFIX, today.year),
        person_id=person_id,
        name=member.name,
        team_id=team_id,
        round_id=team.round_id,
        order_id=team.order_id,
        status=status,
        entitles=list(policy.card_services),
        valid_from=today,
        valid_until=until,
        expires_at=end_of(until, now),
        issued_by=actor.id,
    )
    session.add(card)
    publish(session, CardIssued(**_about(card), valid_until=until))
    await session.flush()
    await follow(session, [person_id])
    return card


async def use(session: AsyncSession, card_id: UUID, use: rules.Use, actor: Actor, now: datetime) -> Card:
    """The office where it was shown notes what for."""
    await queries.card(session, card_id, actor)
    card = await load(session, Card, card_id, "card")
    card.status = rules.use(card.facts, use, actor, now)
    noted = {name: getattr(use, name) for name in rules.Use.__slots__}
    row = CardUse(id=new_id(), card_id=card.id, **noted, office=actor.unit or actor.division, noted_by=actor.id)
    session.add(row)
    publish(session, CardUsed(**_about(card), use_id=row.id, service=use.service, used_on=use.used_on))
    return card


async def withdraw_use(
    session: AsyncSession, card_id: UUID, use_id: UUID, reason: str, actor: Actor, now: datetime
) -> Card:
    """A use that was noted by mistake counts no more; it stays readable with the reason."""
    await queries.card(session, card_id, actor)
    card = await load(session, Card, card_id, "card")
    use = await load(session, CardUse, use_id, "use")
    if use.card_id != card.id:
        raise NotFound("use")
    card.status = rules.withdraw_use(card.status, use.facts, reason, actor)
    use.withdrawn_by, use.withdrawn_at, use.withdrawn_reason = actor.id, now, reason.strip()
    publish(session, CardUseWithdrawn(**_about(card), use_id=use.id))
    return card


async def revoke(session: AsyncSession, card_id: UUID, reason: str, actor: Actor) -> Card:
    """Lost, or issued wrongly."""
    await queries.card(session, card_id, actor)
    card = await load(session, Card, card_id, "card")
    card.status, card.reason = rules.revoke(card.status, reason, actor), reason.strip()
    publish(session, CardRevoked(**_about(card)))
    return card


async def expire(session: AsyncSession, card_id: UUID, now: datetime) -> None:
    """The clock: its last day is over."""
    card = await load(session, Card, card_id, "card")
    card.status = rules.expire(card.status)
    publish(session, CardExpired(**_about(card)))


def hold(session: AsyncSession, card: Card) -> None:
    card.status = rules.hold(card.status)
    publish(session, CardHeld(**_about(card)))


def release(session: AsyncSession, card: Card) -> None:
    card.status = rules.release(card.status)
    publish(session, CardReleased(**_about(card)))


_STEPS = {"hold": hold, "release": release}


async def follow(session: AsyncSession, people: Collection[UUID]) -> None:
    """After a change of these people's benefits or suspensions: their cards are held, or not any more."""
    standing = sa.select(Card).where(among(Card.person_id, people), Card.status.in_(("issued", "held")))
    cards = list(await session.scalars(standing.order_by(Card.id).with_for_update()))
    if not cards:
        return
    holders = [card.person_id for card in cards]
    benefits, suspended = await _benefits(session, holders), await _suspended(session, holders)
    for card in cards:
        step = rules.stands(card.status, benefits[card.person_id], card.person_id in suspended)
        if step is not None:
            _STEPS[step](session, card)


async def _one_at_a_time(session: AsyncSession, person_id: UUID) -> None:
    """A card is issued before or after its person's benefits or suspensions change, never beside it."""
    held = sa.select(Benefit.id).where(Benefit.person_id == person_id).order_by(Benefit.id)
    await session.execute(held.with_for_update())


async def _benefits(session: AsyncSession, people: Collection[UUID]) -> dict[UUID, set[str]]:
    """Where each person's benefits stand."""
    found: dict[UUID, set[str]] = defaultdict(set)
    held = sa.select(Benefit.person_id, Benefit.status).where(among(Benefit.person_id, people)).distinct()
    for person_id, status in await session.execute(held):
        found[person_id].add(status)
    return found


async def _suspended(session: AsyncSession, people: Collection[UUID]) -> set[UUID]:
    running = sa.select(KnownSuspension.person_id).where(KnownSuspension.running)
    return set(await session.scalars(running.where(among(KnownSuspension.person_id, people))))


async def note_suspension(session: AsyncSession, suspension_id: UUID, person_id: UUID, running: bool) -> None:
    """Somebody is suspended, or not any more."""
    person = await serving.known_as(session, person_id)
    row = {"id": suspension_id, "person_id": person, "running": running}
    noted = insert(KnownSuspension).values(row)
    await _one_at_a_time(session, person)
    await session.execute(noted.on_conflict_do_update(index_elements=["id"], set_={"running": running}))
    await follow(session, [person])


def _about(card: Card) -> dict[str, object]:
    names = ("number", "person_id", "round_id", "order_id", "team_id")
    return {"card_id": card.id, **{name: getattr(card, name) for name in names}}

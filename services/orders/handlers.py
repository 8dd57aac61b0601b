"""Events in: what teams, funding and assessment say about orders and rounds."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.orders.usecases import known, offer, progress, round
from shared.actor import SYSTEM
from shared.contracts.assessment import CyclePublished
from shared.contracts.base import OfTeam
from shared.contracts.teams import (
    EntryConfirmed,
    MemberJoined,
    MemberLeft,
    MemberReplaced,
    PersonMerged,
    TeamAgreed,
    TeamConcluded,
    TeamConfirmed,
    TeamDeclined,
    TeamDissolved,
    TeamLapsed,
    TeamPlaced,
    TeamReinstated,
    TeamRejected,
    TeamStarted,
    TeamSubmitted,
    TeamWithdrawn,
)
from shared.envelope import Envelope
from shared.inbox import Handlers

on = Handlers()


@on.every
async def remember(session: AsyncSession, envelope: Envelope, now: datetime) -> None:
    await known.remember(session, envelope)


@on(TeamSubmitted, TeamPlaced)
async def note_claim(session: AsyncSession, event: TeamSubmitted | TeamPlaced, now: datetime) -> None:
    await known.note_claim(session, event, now)


@on(TeamConfirmed)
async def match_order(session: AsyncSession, event: TeamConfirmed, now: datetime) -> None:
    await known.match(session, event, now)


@on(TeamAgreed)
async def start_round(session: AsyncSession, event: TeamAgreed, now: datetime) -> None:
    """The first signed agreement makes the round run."""
    await known.run(session, event.round_id, ("closed", "decided"), now)


@on(TeamStarted)
async def start_order(session: AsyncSession, event: TeamStarted, now: datetime) -> None:
    await known.start(session, event, now)


@on(TeamConcluded)
async def complete_order(session: AsyncSession, event: TeamConcluded, now: datetime) -> None:
    await known.conclude(session, event, now)


@on(TeamWithdrawn, TeamDissolved, TeamLapsed, TeamRejected, TeamDeclined)
async def free_order(session: AsyncSession, event: OfTeam, now: datetime) -> None:
    await known.free(session, event, now)


@on(TeamReinstated)
async def match_order_again(session: AsyncSession, event: TeamReinstated, now: datetime) -> None:
    await known.rematch(session, event, now)


@on(MemberReplaced)
async def replace_expert(session: AsyncSession, event: MemberReplaced, now: datetime) -> None:
    await known.replace(session, event)


@on(EntryConfirmed)
async def note_firms(session: AsyncSession, event: EntryConfirmed, now: datetime) -> None:
    await progress.serve(session, event)


@on(PersonMerged)
async def follow_expert(session: AsyncSession, event: PersonMerged, now: datetime) -> None:
    await offer.follow_merge(session, event.person_id, event.into)


@on(CyclePublished)
async def assess_round(session: AsyncSession, event: CyclePublished, now: datetime) -> None:
    """A round is assessed when all its cycles are."""
    if event.last:
        await round.assess(session, event.round_id, SYSTEM, now)


@on(MemberJoined)
async def add_expert(session: AsyncSession, event: MemberJoined, now: datetime) -> None:
    if event.role in progress.COUNTED:
        await progress.join(session, event.team_id, event.person_id)


@on(MemberLeft)
async def drop_expert(session: AsyncSession, event: MemberLeft, now: datetime) -> None:
    await progress.leave(session, event.team_id, event.person_id)

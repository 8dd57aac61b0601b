"""The budget of an award: agreed, amended, moved between lines; and the people whom it may not pay."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding import queries
from services.funding.models import Award, BudgetLine, KnownAgreement, KnownDelegate, OwnPerson, Transfer
from services.funding.rules import budget_line as rules
from services.funding.rules import final_account as final_account_rules
from services.funding.usecases import award as awards
from services.funding.usecases import round
from shared.actor import Actor
from shared.contracts.funding import TransferMade
from shared.contracts.teams import AgreedLine
from shared.db import load
from shared.errors import require
from shared.outbox import publish


async def agree(
    session: AsyncSession, team_id: UUID, lines: Sequence[AgreedLine], starts_on: date, ends_on: date
) -> None:
    """The agreement is signed: its budget and its term hold for the award. A second word of it changes nothing."""
    award = await awards.live(session, team_id)
    if award is None or await session.get(KnownAgreement, award.id) is not None:
        return
    session.add(KnownAgreement(award_id=award.id, number=1, starts_on=starts_on, ends_on=ends_on))
    _keep(session, award.id, 1, lines)


async def amend(
    session: AsyncSession, team_id: UUID, number: int, lines: Sequence[AgreedLine] | None, ends_on: date | None
) -> None:
    """All three signed a change: its lines replace the earlier ones, which stay readable, and the transfers between
    them; a change of something else leaves both alone. What was accepted already under a line that is less or gone now
    stands as an overrun."""
    award = await awards.live(session, team_id)
    known = await session.get(KnownAgreement, award.id, with_for_update=True) if award else None
    if award is None or known is None or number <= known.number:
        return
    known.ends_on = ends_on or known.ends_on
    agreed = {line.name: line.agreed_fen for line in await queries.lines(session, award.id)}
    if lines is not None and agreed != {line.name: line.amount_fen for line in lines if line.amount_fen}:
        known.number = number
        _keep(session, award.id, number, lines)


def _keep(session: AsyncSession, award_id: UUID, number: int, lines: Sequence[AgreedLine]) -> None:
    for position, line in enumerate(lines):
        if line.amount_fen:
            session.add(
                BudgetLine(
                    award_id=award_id, number=number, name=line.name, position=position, amount_fen=line.amount_fen
                )
            )


@dataclass(frozen=True, slots=True)
class Move:
    """From which line to which how much (fen), and why."""

    source: str
    target: str
    amount_fen: int
    reason: str


async def transfer(session: AsyncSession, award_id: UUID, move: Move, actor: Actor) -> Transfer:
    """Moves money between two lines, within what policy allows without an amendment."""
    award = await own(session, award_id, actor)
    policy = (await round.known(session, award.round_id)).policy
    await open_for(session, award)
    lines, moved = await queries.lines(session, award.id), await queries.transfers(session, award.id)
    moved_fen = sum(one.amount_fen for one in moved)
    rules.transfer(lines, move.source, move.target, move.amount_fen, moved_fen, policy)
    known = await session.get_one(KnownAgreement, award.id)
    made = Transfer(
        award_id=award.id,
        number=known.number,
        source=move.source,
        target=move.target,
        amount_fen=move.amount_fen,
        reason=move.reason,
        made_by=actor.id,
    )
    session.add(made)
    await session.flush()
    publish(session, TransferMade(transfer_id=made.id, **award.ids, amount_fen=move.amount_fen))
    return made


async def own(session: AsyncSession, award_id: UUID, actor: Actor) -> Award:
    """The award, locked, for those who spend its money or book for them: its payee, its lead, who keeps the team's
    accounts, and the maker at the finance desk."""
    await queries.award(session, award_id, actor)
    found = await load(session, Award, award_id, "award")
    rules.spends(await queries.spends(session, found, actor))
    return found


async def open_for(session: AsyncSession, award: Award) -> None:
    """Something may be booked on the award: it is in force, and its final account is not handed in."""
    accounted = await queries.accounted(session, award.id)
    require([*rules.of_award(award.status), *final_account_rules.open_obstacles(accounted)])


async def know_people(session: AsyncSession, team_id: UUID, keys: Iterable[object]) -> None:
    """These serve in the team. Who leaves stays known: what they advised on was their own team's work."""
    rows = [{"team_id": team_id, "key": str(key)} for key in keys]
    if rows:
        statement = sa.dialects.postgresql.insert(OwnPerson).values(rows).on_conflict_do_nothing()
        await session.execute(statement)


async def delegate(session: AsyncSession, team_id: UUID, person_id: UUID, keeps_accounts: bool) -> None:
    """Who keeps the team's accounts beside its lead; or no longer does."""
    known = await session.get(KnownDelegate, (team_id, person_id))
    if keeps_accounts and known is None:
        session.add(KnownDelegate(team_id=team_id, person_id=person_id))
    elif known is not None and not keeps_accounts:
        await session.delete(known)

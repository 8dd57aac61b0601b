"""What a report needs of orders and money, as those services tell it: local copies, filled in any order."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import KnownOrder, KnownPayment
from services.assessment.usecases.known import day_of
from shared.contracts.funding import InstalmentPaid, RepaymentConfirmed
from shared.contracts.orders import OrderPublished


async def note_order(session: AsyncSession, event: OrderPublished) -> None:
    """Published, or published once more with other words."""
    said = event.model_dump(
        include={
            "round_id",
            "number",
            "title",
            "division",
            "place",
            "host_name",
            "industry",
            "key_place",
            "direction",
            "tasks",
        }
    )
    noted = insert(KnownOrder).values(id=event.order_id, status="published", **said)
    await session.execute(noted.on_conflict_do_update(index_elements=["id"], set_={**said, "status": "published"}))


async def note_step(session: AsyncSession, order_id: UUID, status: str) -> None:
    """A published order went on. One that was never published is of no concern here."""
    own = sa.update(KnownOrder).where(KnownOrder.id == order_id).values({"status": status})
    await session.execute(own)


async def note_payment(session: AsyncSession, event: InstalmentPaid, now: datetime) -> None:
    await _note(session, event, event.instalment_id, event.amount_fen, now)


async def note_repayment(session: AsyncSession, event: RepaymentConfirmed, now: datetime) -> None:
    """What came back is less than nothing: the sum is what the payee has."""
    await _note(session, event, event.repayment_id, -event.amount_fen, now)


async def _note(
    session: AsyncSession, event: InstalmentPaid | RepaymentConfirmed, key: UUID, fen: int, now: datetime
) -> None:
    said = {"round_id": event.round_id, "team_id": event.team_id, "on": event.paid_on or day_of(now), "amount_fen": fen}
    noted = insert(KnownPayment).values({"id": key, **said})
    await session.execute(noted.on_conflict_do_nothing())

"""Files of orders."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.orders import queries
from services.orders.models import Attachment, Order
from services.orders.rules import attachment as rules
from shared.actor import Actor
from shared.contracts.orders import OrderAttachmentAdded, OrderAttachmentRemoved
from shared.files import attachments
from shared.files.examine import Received
from shared.files.store import Files
from shared.outbox import publish


async def attach(
    session: AsyncSession, files: Files, sent: Received, row: Attachment, actor: Actor, now: datetime
) -> Attachment:
    """The same file twice is one row and is said once."""
    order = await _order(session, row.noun_id)
    rules.attach(queries.runs(order, actor))
    row, new = await attachments.attach(session, Attachment, files, sent, row, now)
    if new:
        publish(session, OrderAttachmentAdded(**_ids(order), **attachments.about(row)))
    return row


async def remove(session: AsyncSession, row: Attachment, reason: str, actor: Actor, now: datetime) -> Attachment:
    order = await _order(session, row.noun_id)
    rules.remove(queries.runs(order, actor), row.uploaded_by, actor)
    if await attachments.remove(session, row, reason, actor, now):
        publish(session, OrderAttachmentRemoved(**_ids(order), **attachments.about(row)))
    return row


async def _order(session: AsyncSession, order_id: UUID) -> Order:
    return await session.get_one(Order, order_id)


def _ids(order: Order) -> dict[str, UUID]:
    return {"order_id": order.id, "round_id": order.round_id}

"""Files of orders. What a published order shows to everybody are its photos; scans carry seals and phones."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.orders import queries
from services.orders.models import Attachment
from services.orders.usecases import attachment
from shared.actor import Actor
from shared.http import Api, Attachments, add_attachment_routes

attachments = Api(tags=["orders"])


async def _seen(session: AsyncSession, order_id: UUID, actor: Actor) -> tuple[str, ...]:
    return queries.kinds_of_files(await queries.order(session, order_id, actor), actor)


add_attachment_routes(
    attachments, Attachments("order", "orders", Attachment, _seen, attachment.attach, attachment.remove)
)

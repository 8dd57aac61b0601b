"""Files and forms of orders. What a published order shows to everybody are its photos; scans carry seals and phones."""

from typing import Any
from uuid import UUID

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.orders import queries
from services.orders.forms import FORMS, order_form
from services.orders.models import Attachment, FormVersion
from services.orders.usecases import attachment
from shared.actor import Actor
from shared.http import (
    Api,
    Attachments,
    Db,
    FormVersionOut,
    Now,
    Who,
    add_attachment_routes,
    hand_out,
    handed_out,
)
from shared.identifiers import masked_phone

attachments = Api(tags=["orders"])


async def _seen(session: AsyncSession, order_id: UUID, actor: Actor) -> tuple[str, ...]:
    return queries.kinds_of_files(await queries.order(session, order_id, actor), actor)


_of_orders = Attachments("order", "orders", Attachment, FormVersion, _seen, attachment.attach, attachment.remove, FORMS)
add_attachment_routes(attachments, _of_orders)


@attachments.get("/v1/orders/{order_id}/form", response_class=Response)
async def read_order_form(order_id: UUID, db: Db, who: Who, now: Now) -> Any:
    """The order as a DOCX in the official layout, to be sealed; the phone is masked for whoever does not run it."""
    row = await queries.order(db, order_id, who)
    masked = masked_phone(row.liaison_phone)
    papers = order_form(row, masked), order_form(row, row.liaison_phone if queries.runs(row, who) else masked)
    return await hand_out(db, _of_orders, row.id, "order", papers, who, now)


@attachments.get("/v1/orders/{order_id}/forms", response_model=list[FormVersionOut])
async def list_order_forms(order_id: UUID, db: Db, who: Who) -> Any:
    """Which versions of the form were downloaded, and their sealed scans; for those who run or oversee the order."""
    row = await queries.order(db, order_id, who)
    kinds = queries.kinds_of_files(row, who)
    if "scan" not in kinds:
        return []
    current = {"order": order_form(row, masked_phone(row.liaison_phone))}
    return await handed_out(db, _of_orders, row.id, current)

"""Offers: an expert puts a ready result up; from submission on it is an order like any other."""

from typing import Annotated, Any

from services.orders import schemas
from services.orders.usecases import offer
from shared.actor import Actor
from shared.http import Api, Db, Now, allow

offers = Api(tags=["orders"])


@offers.post("/v1/offers", response_model=schemas.OrderOut, status_code=201)
async def draft_offer(body: schemas.OfferIn, db: Db, who: Annotated[Actor, allow("expert")], now: Now) -> Any:
    """专家发榜: submit, edit, cancel and read it under ``/v1/orders/{id}``."""
    return await offer.draft(db, body, who, now)

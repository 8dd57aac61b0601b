"""Matching help: suggestions with their reasons. People decide; nothing is changed."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request

from services.teams import queries, schemas
from services.teams.usecases import matching as usecase
from shared.actor import Actor
from shared.coordinates import coordinates
from shared.http import Api, Db, Now, Who, allow

matching = Api(tags=["matching"])

Offices = Annotated[Actor, allow("bureau", "district")]
Bureau = Annotated[Actor, allow("bureau")]
Most = Annotated[int, Query(ge=1, le=100)]


def _points(request: Request) -> Any:
    return coordinates(request.app.state.settings.division_coordinates)


Points = Annotated[Any, Depends(_points)]


@matching.get("/v1/orders/{order_id}/leads", response_model=schemas.LeadsOut)
async def suggest_leads(order_id: UUID, db: Db, who: Offices, now: Now, points: Points, limit: Most = 10) -> Any:
    """The leads that suit this order best, among the experts whom the caller sees."""
    order = await usecase.known_order(db, order_id, who)
    return await usecase.leads_for(db, order, points, limit, who, now)


@matching.get("/v1/people/{person_id}/orders", response_model=schemas.OrdersOut)
async def suggest_orders(person_id: UUID, db: Db, who: Who, now: Now, points: Points, limit: Most = 10) -> Any:
    """The open orders that suit this expert best: for the expert, the unit, the district and the bureau."""
    person = await queries.well_known_person(db, person_id, who)
    return await usecase.orders_for(db, person, points, limit, now)


@matching.post("/v1/rounds/{round_id}/matching", response_model=schemas.MatchingOut)
async def match_round(round_id: UUID, body: schemas.MatchingIn, db: Db, who: Bureau, now: Now, points: Points) -> Any:
    """Who could lead what in the whole round: the assignment with the greatest sum of scores, key places counting
    more. Only eligible leads, each for as many orders as they have places free."""
    await queries.seen_round(db, round_id, who)
    return await usecase.match(db, round_id, points, body.with_claims, who, now)

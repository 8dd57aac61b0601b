"""Appropriations and a round's money."""

from typing import Any
from uuid import UUID

from services.funding import queries, schemas
from services.funding.api.roles import Bureau, Office
from services.funding.usecases import ledger, round, verification
from shared.http import Api, Db

budgets = Api(tags=["appropriations"])


@budgets.post("/v1/appropriations", response_model=schemas.AppropriationOut, status_code=201)
async def set_appropriation(body: schemas.AppropriationIn, db: Db, who: Bureau) -> Any:
    """Set, increase or cut what a round was given; never below what is promised."""
    return await round.set_appropriation(db, body.round_id, body.amount_fen, body.reason, who)


@budgets.get("/v1/rounds/{round_id}/money", response_model=schemas.MoneyOut)
async def read_money(round_id: UUID, db: Db, who: Office) -> Any:
    """A round's money at a glance, computed from the ledger."""
    await queries.round(db, round_id, who)
    places = await ledger.balances(db, round_id)
    promised = ("committed", "held", "payable", "in_transit", "returned", "paid")
    return schemas.MoneyOut(
        round_id=round_id,
        **{f"{place}_fen": amount_fen for place, amount_fen in places.items()},
        awarded_fen=sum(places[place] for place in promised),
        balanced=(await verification.verify(db, round_id)).balanced,
    )

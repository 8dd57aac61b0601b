"""Appropriations and a round's money."""

from typing import Any
from uuid import UUID

from services.funding import queries, schemas
from services.funding.api.books import At
from services.funding.api.roles import Bureau, Office
from services.funding.models import Appropriation, AppropriationChange
from services.funding.rules.budget import Papers
from services.funding.usecases import ledger, round, verification
from shared.http import Api, Db, Lists, Now, Page, page

budgets = Api(tags=["appropriations"])


@budgets.post("/v1/appropriations", response_model=schemas.AppropriationSet, status_code=201)
async def set_appropriation(body: schemas.AppropriationIn, db: Db, who: Bureau) -> Any:
    """Set, increase or cut what a round was given; never below what is promised."""
    papers = Papers(body.reason, body.budget_indicator, body.document)
    return await _set(db, await round.set_appropriation(db, body.round_id, body.amount_fen, papers, who))


@budgets.get("/v1/appropriations", response_model=Page[schemas.AppropriationOut])
async def list_appropriations(db: Db, who: Office, query: Lists, round_id: UUID | None = None) -> Any:
    return await page(
        db,
        queries.appropriations(who, round_id),
        query,
        sortable={"created_at": Appropriation.created_at},
        id=Appropriation.id,
        item=schemas.AppropriationOut.model_validate,
    )


@budgets.get("/v1/appropriations/changes", response_model=Page[schemas.AppropriationChangeOut])
async def list_appropriation_changes(db: Db, who: Office, query: Lists, round_id: UUID | None = None) -> Any:
    """Every increase, cut, carry-over and lapse with its ground, who, when, indicator and document; oldest first."""
    return await page(
        db,
        queries.appropriation_changes(who, round_id),
        query,
        sortable={"id": AppropriationChange.id},
        id=AppropriationChange.id,
        item=schemas.AppropriationChangeOut.model_validate,
    )


@budgets.post("/v1/appropriations/{appropriation_id}/carry_over", response_model=schemas.AppropriationSet)
async def carry_over_appropriation(appropriation_id: UUID, body: schemas.CarryOverIn, db: Db, who: Bureau) -> Any:
    """Carry what is left over to a later round of the same division (结转)."""
    papers = Papers(body.reason, body.budget_indicator, body.document)
    return await _set(db, await round.carry_over(db, appropriation_id, body.to_round_id, body.amount_fen, papers, who))


@budgets.post("/v1/appropriations/{appropriation_id}/lapse", response_model=schemas.AppropriationSet)
async def lapse_appropriation(appropriation_id: UUID, body: schemas.LapseIn, db: Db, who: Bureau) -> Any:
    """What is left is taken back by the treasury (结余收回)."""
    papers = Papers(body.reason, body.budget_indicator, body.document)
    return await _set(db, await round.lapse(db, appropriation_id, body.amount_fen, papers, who))


@budgets.get("/v1/rounds/{round_id}/money", response_model=schemas.MoneyOut)
async def read_money(round_id: UUID, db: Db, who: Office, now: Now, moment: At) -> Any:
    """A round's money at a glance, computed from the ledger and from what the awards say; with ``at`` of an earlier
    moment only its places, from its postings."""
    await queries.round(db, round_id, who)
    if moment:
        places = await queries.balances_at(db, round_id, moment)
        balanced = places["appropriation"] * 2 == sum(places.values())
    else:
        places = await ledger.balances(db, round_id)
        balanced = (await verification.verify(db, round_id)).balanced
    return {
        **{f"{place}_fen": amount_fen for place, amount_fen in places.items()},
        "round_id": round_id,
        "at": moment and moment.at,
        "balanced": balanced,
        **queries.promised(places),
        **({} if moment else await queries.glance(db, queries.Books((round_id,)), now)),
    }


async def _set(db: Db, row: Appropriation) -> schemas.AppropriationSet:
    told = await queries.appropriation_warnings(db, row)
    shown = schemas.AppropriationOut.model_validate(row).model_dump()
    return schemas.AppropriationSet.model_validate({**shown, "warnings": told})

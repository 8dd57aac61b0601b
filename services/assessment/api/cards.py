"""Benefit cards."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment import queries, schemas
from services.assessment.models import Card
from services.assessment.rules import card as rules
from services.assessment.usecases import card
from shared.actor import Actor
from shared.http import Api, Db, Lists, Now, Page, Who, allow, history, page
from shared.http.shapes import ReasonIn, Statuses
from shared.lifecycle import actions

cards = Api(tags=["cards"])

Bureau = Annotated[Actor, allow("bureau")]
User = Annotated[Actor, allow(*rules.USERS)]


@cards.post("/v1/cards", response_model=schemas.CardDetail, status_code=201)
async def issue_card(body: schemas.CardIn, db: Db, who: Bureau, now: Now) -> Any:
    """To somebody with a benefit in force; one card for each person."""
    return await _card(db, (await card.issue(db, body.team_id, body.person_id, who, now)).id, who, now)


@cards.get("/v1/cards", response_model=Page[schemas.CardOut])
async def list_cards(
    db: Db,
    who: Who,
    query: Lists,
    round_id: UUID | None = None,
    team_id: UUID | None = None,
    person_id: UUID | None = None,
    number: Annotated[str | None, Query(max_length=40)] = None,
    status: Statuses | None = None,
) -> Any:
    wanted = {"round_id": round_id, "team_id": team_id, "person_id": person_id, "number": number, "status": status}
    return await page(
        db,
        queries.cards(who, **wanted),
        query,
        sortable={"created_at": Card.created_at},
        id=Card.id,
        item=schemas.CardOut.model_validate,
    )


@cards.get("/v1/cards/figures", response_model=schemas.CardFigures)
async def read_card_figures(db: Db, who: User, year: Annotated[int, Query(ge=2000, le=2200)]) -> Any:
    """For the December report: issued, and used for what."""
    issued, standing, used = await queries.card_figures(db, who, year)
    return schemas.CardFigures(year=year, issued=issued, standing=standing, used=used)


@cards.get("/v1/cards/{card_id}", response_model=schemas.CardDetail)
async def read_card(card_id: UUID, db: Db, who: Who, now: Now) -> Any:
    return await _card(db, card_id, who, now)


@cards.post("/v1/cards/{card_id}/use", response_model=schemas.CardDetail)
async def use_card(card_id: UUID, body: schemas.CardUseIn, db: Db, who: User, now: Now) -> Any:
    """Notes what it was shown for, where and when; the same use is noted once."""
    await card.use(db, card_id, rules.Use(**body.model_dump()), who, now)
    return await _card(db, card_id, who, now)


@cards.post("/v1/cards/{card_id}/uses/{use_id}/withdraw", response_model=schemas.CardDetail)
async def withdraw_card_use(card_id: UUID, use_id: UUID, body: ReasonIn, db: Db, who: User, now: Now) -> Any:
    """A use that was noted by mistake, by whoever noted it or the bureau; it stays readable."""
    await card.withdraw_use(db, card_id, use_id, body.reason, who, now)
    return await _card(db, card_id, who, now)


@cards.post("/v1/cards/{card_id}/revoke", response_model=schemas.CardDetail)
async def revoke_card(card_id: UUID, body: ReasonIn, db: Db, who: Bureau, now: Now) -> Any:
    """Lost, or issued wrongly; a new one may follow."""
    await card.revoke(db, card_id, body.reason, who)
    return await _card(db, card_id, who, now)


@cards.get("/v1/cards/{card_id}/history")
async def read_card_history(card_id: UUID, db: Db, who: Who) -> list[dict[str, Any]]:
    await queries.card(db, card_id, who)
    return await history(db, "card", card_id)


async def _card(db: AsyncSession, card_id: UUID, who: Actor, now: Any) -> schemas.CardDetail:
    await db.flush()
    row = await queries.card(db, card_id, who)
    listed = actions(rules.LIFECYCLE, row.status, who, {"use": lambda: rules.use_obstacles(row.facts, now)})
    plain = schemas.CardOut.model_validate(row).model_dump()
    uses = [schemas.CardUseOut.model_validate(use) for use in row.uses]
    return schemas.CardDetail(**plain, uses=uses, actions=listed)

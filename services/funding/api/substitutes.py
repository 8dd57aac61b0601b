"""Substitutes at the finance desk (代签)."""

from typing import Any
from uuid import UUID

from services.funding import queries, schemas
from services.funding.api.roles import Office, Signer
from services.funding.models import Substitute
from services.funding.usecases import substitute
from services.funding.usecases.substitute import Naming
from shared.actor import Actor
from shared.http import Api, Db, Lists, Now, Page, history, page
from shared.http.shapes import ReasonIn, Statuses

substitutes = Api(tags=["substitutes"])


@substitutes.post("/v1/substitutes", response_model=schemas.SubstituteDetail, status_code=201)
async def name_substitute(body: schemas.SubstituteIn, db: Db, who: Signer, now: Now) -> Any:
    """Name who signs for you, or, as the bureau, for another, in the rounds of your own division."""
    row = await substitute.name(db, Naming(**body.model_dump()), who, now)
    await db.flush()
    return _shown(row, who)


@substitutes.get("/v1/substitutes", response_model=Page[schemas.SubstituteOut])
async def list_substitutes(db: Db, who: Office, query: Lists, status: Statuses | None = None) -> Any:
    return await page(
        db,
        queries.substitutes(who, status),
        query,
        id=Substitute.id,
        sortable={"ends_at": Substitute.ends_at},
        item=schemas.SubstituteOut.model_validate,
    )


@substitutes.get("/v1/substitutes/{substitute_id}", response_model=schemas.SubstituteDetail)
async def read_substitute(substitute_id: UUID, db: Db, who: Office) -> Any:
    return _shown(await queries.substitute(db, substitute_id, who), who)


@substitutes.get("/v1/substitutes/{substitute_id}/history")
async def read_substitute_history(substitute_id: UUID, db: Db, who: Office) -> list[dict[str, Any]]:
    await queries.substitute(db, substitute_id, who)
    return await history(db, "substitute", substitute_id)


@substitutes.post("/v1/substitutes/{substitute_id}/revoke", response_model=schemas.SubstituteDetail)
async def revoke_substitute(substitute_id: UUID, body: ReasonIn, db: Db, who: Signer, now: Now) -> Any:
    row = await substitute.revoke(db, substitute_id, body.reason, who, now)
    await db.flush()
    return _shown(row, who)


def _shown(row: Substitute, who: Actor) -> schemas.SubstituteDetail:
    shown = schemas.SubstituteOut.model_validate(row).model_dump()
    return schemas.SubstituteDetail.model_validate({**shown, "actions": queries.substitute_actions(row, who)})

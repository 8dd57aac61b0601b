"""The budget of an award by lines."""

from typing import Any
from uuid import UUID

from services.funding import queries, schemas
from services.funding.usecases import budget_line
from services.funding.usecases.budget_line import Move
from shared.actor import Actor
from shared.http import Api, Db, Who

budget_lines = Api(tags=["expenses"])


@budget_lines.get("/v1/awards/{award_id}/budget", response_model=schemas.BudgetOut)
async def read_budget(award_id: UUID, db: Db, who: Who) -> Any:
    """The agreed lines with what was moved between them and what was spent."""
    return await _budget(db, award_id, who)


@budget_lines.post("/v1/awards/{award_id}/transfers", response_model=schemas.BudgetOut, status_code=201)
async def make_transfer(award_id: UUID, body: schemas.TransferIn, db: Db, who: Who) -> Any:
    """Moves money between two lines (预算调剂), within the policy's percentage; beyond it, amend the agreement."""
    await budget_line.transfer(db, award_id, Move(**body.model_dump()), who)
    return await _budget(db, award_id, who)


async def _budget(db: Db, award_id: UUID, who: Actor) -> dict[str, Any]:
    award = await queries.award(db, award_id, who)
    return await queries.budget_of(db, award)

"""What do I owe, by when; and who waits for whom."""

from typing import Any
from uuid import UUID

from services.teams import queries, schemas
from shared.http import Api, Db, Who

duties = Api(tags=["duties"])


@duties.get("/v1/todo", response_model=list[schemas.TodoOut])
async def list_todo(db: Db, who: Who) -> Any:
    """Everything that waits for the caller, the most pressing first (at most 500)."""
    return await queries.todo(db, who)


@duties.get("/v1/rounds/{round_id}/waiting", response_model=list[schemas.WaitingOut])
async def list_waiting(round_id: UUID, db: Db, who: Who) -> Any:
    """Who keeps the teams of this round waiting, with what and since when; the longest wait first."""
    return await queries.waiting_of(db, round_id, who)

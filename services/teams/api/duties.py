"""What do I owe, by when; and who waits for whom."""

from typing import Any
from uuid import UUID

from services.teams import queries, schemas
from shared.http import Api, Db, Who
from shared.http.pagination import Top
from shared.http.shapes import MOST_FIRST

duties = Api(tags=["duties"])


@duties.get("/v1/todo", response_model=schemas.TodoList)
async def list_todo(db: Db, who: Who, most: Top = MOST_FIRST) -> Any:
    """What waits for the caller, the most pressing first; ``left`` says how much more does."""
    return await queries.todo(db, who, most)


@duties.get("/v1/rounds/{round_id}/waiting", response_model=schemas.WaitingList)
async def list_waiting(round_id: UUID, db: Db, who: Who, most: Top = MOST_FIRST) -> Any:
    """Who keeps the teams of this round waiting, with what and since when; the longest wait first."""
    return await queries.waiting_of(db, round_id, who, most)

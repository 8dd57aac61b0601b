"""What waits here for me, by when."""

from typing import Any

from services.assessment import queries, schemas
from shared.http import Api, Db, Who
from shared.http.pagination import Top
from shared.http.shapes import MOST_FIRST

duties = Api(tags=["duties"])


@duties.get("/v1/todo", response_model=schemas.TodoList)
async def list_todo(db: Db, who: Who, most: Top = MOST_FIRST) -> Any:
    """What waits for the caller, the most pressing first; ``left`` says how much more does."""
    return await queries.todo(db, who, most)

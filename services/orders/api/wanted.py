"""What a list of orders is narrowed to, asked for in the same way wherever orders are chosen: in the list, for a file,
for a step on many."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from services.orders import queries, schemas
from shared.http import Db, Who


async def _wanted(
    wanted: Annotated[schemas.OrderFilter, Query()],
    db: Db,
    who: Who,
    filter: Annotated[UUID | None, Query(description="a saved filter; what is given beside it counts instead")] = None,
) -> schemas.SavedQuery:
    if filter is not None:
        return await queries.saved(db, filter, who, wanted)
    return schemas.SavedQuery(**wanted.model_dump(exclude_none=True))


Wanted = Annotated[schemas.SavedQuery, Depends(_wanted)]

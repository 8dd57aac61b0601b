"""Administrative divisions, for whoever fills in a form: no token needed."""

from typing import Annotated, Any

from fastapi import Path, Query

from services.orders import queries, schemas
from services.orders.models import Division
from shared.http import Api, Db, Lists, Page, page

divisions = Api(tags=["divisions"])

Year = Annotated[int | None, Query(ge=2000, le=2200, description="of the division data; the newest when not given")]


@divisions.get("/v1/divisions", public=True, response_model=Page[schemas.DivisionOut])
async def list_divisions(
    db: Db,
    query: Lists,
    q: Annotated[str | None, Query(max_length=100, description="name, pinyin, initials (wzq) or first digits")] = None,
    year: Year = None,
    within: Annotated[str | None, Query(pattern=r"^[0-9]{12}$", description="all within this division")] = None,
    level: Annotated[int | None, Query(ge=1, le=5)] = None,
) -> Any:
    statement = await queries.division_list(db, q, year, within, level)
    columns = {"code": Division.code, "level": Division.level}
    return await page(db, statement, query, sortable=columns, id=Division.code, item=schemas.DivisionOut.model_validate)


@divisions.get("/v1/divisions/{code}", public=True, response_model=schemas.DivisionOut)
async def read_division(code: Annotated[str, Path(pattern=r"^[0-9]{12}$")], db: Db, year: Year = None) -> Any:
    return await queries.division(db, code, year)

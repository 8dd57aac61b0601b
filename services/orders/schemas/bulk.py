"""The same step for many orders."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from shared.http.bulk import BulkAnswer
from shared.http.shapes import Instant

MOST_AT_ONCE = 2_000
"""Orders of one request; more are done by asking again."""

Ids = Annotated[list[UUID], Field(max_length=MOST_AT_ONCE)]


class TheseOrders(BaseModel):
    """Named orders, or without ``ids`` all that the filter of the address leaves and the step is possible for."""

    ids: Ids | None = None


class ReturnThese(TheseOrders):
    reason: Annotated[str, Field(max_length=500)]


class ExtendThese(TheseOrders):
    closes_at: Instant


class RepublishThese(TheseOrders):
    closes_at: Instant | None = None


class BulkOrders(BulkAnswer):
    """``left``: how many more the filter finds; ask again for them."""

    left: int = 0

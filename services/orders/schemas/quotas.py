"""Quotas of a round."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.orders.rules.quota import MOST
from shared.http.shapes import Division


class QuotasIn(BaseModel):
    """Orders that each county may recommend: 0 is none at all. Counties that are not named have the policy's number."""

    quotas: dict[Division, Annotated[int, Field(strict=True, ge=0, le=MOST)]]


class DistrictQuota(BaseModel):
    """``quota`` and ``left`` are null where there is no limit."""

    division: str
    name: str
    quota: int | None
    used: int
    left: int | None


class RoundQuotas(BaseModel):
    """``version`` is the round's. ``items``: the counties of the caller's division."""

    id: UUID
    version: int
    items: list[DistrictQuota]

"""Offers of experts."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.orders.schemas.base import Names, Text
from shared.http.shapes import Day, Division, Name


class OfferIn(BaseModel):
    """A ready result that an expert puts up (专家发榜). ``problem`` says what is offered, ``expected`` what it brings;
    ``division`` is where the expert works. Name and unit are published with it."""

    round_id: UUID
    title: Name
    division: Division
    expert_name: Annotated[str, Field(max_length=50)]
    expert_unit: Annotated[str, Field(max_length=200)]
    industry: Annotated[str, Field(max_length=100)] = ""
    problem: Text = ""
    expected: Text = ""
    service_forms: Names = []
    expertise: Names = []
    people_wanted: Annotated[int, Field(ge=1, le=999)] | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    asked_fen: Annotated[int, Field(strict=True, gt=0, le=10_000_000_000)] | None = None
    remark: Text = ""

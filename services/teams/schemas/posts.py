"""What a mode with posts adds to claims: the bureau's placements, and training before the post."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.teams.schemas.base import Text
from shared.http.shapes import Day, Out, Phone


class PlacementIn(BaseModel):
    """A person on a post. What the claim must make clear is taken from the post where it is left out, and may be
    written by the person before the bureau proposes."""

    order_id: UUID
    person_id: UUID
    name: Annotated[str, Field(max_length=200)] = ""
    place: Text = ""
    content: Text = ""
    starts_on: Day | None = None
    ends_on: Day | None = None
    liaison_name: Annotated[str, Field(max_length=100)] = ""
    liaison_phone: Phone = ""


class PlacementsIn(BaseModel):
    placements: Annotated[list[PlacementIn], Field(min_length=1, max_length=2000)]

    @model_validator(mode="after")
    def each_once(self) -> Self:
        if len({row.person_id for row in self.placements}) < len(self.placements):
            raise ValueError("同一人选列了两次 / a person is listed twice")
        return self


class TrainingIn(BaseModel):
    """``trained_on`` is the last day of the course; ``hours`` are class hours (学时)."""

    trained_on: Day
    course: Annotated[str, Field(max_length=200)]
    hours: Annotated[Decimal, Field(max_digits=5, decimal_places=1)]
    place: Annotated[str, Field(max_length=200)]


class RoundTraining(TrainingIn):
    """The course of many teams; without ``team_ids``: of all teams of the round that wait for it."""

    team_ids: Annotated[list[UUID], Field(max_length=2000)] | None = None


class TrainingOut(Out):
    trained_on: date
    course: str
    hours: Decimal
    place: str

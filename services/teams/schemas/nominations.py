"""Nominations by dispatching units."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from shared.http.shapes import Resource, Time


class NominationIn(BaseModel):
    """``wish`` names the posts or places that the person would like; ``grounds`` say why they are fit."""

    person_id: UUID
    wish: Annotated[str, Field(max_length=500)] = ""
    grounds: Annotated[str, Field(max_length=2000)] = ""


class NominationsIn(BaseModel):
    nominations: Annotated[list[NominationIn], Field(min_length=1, max_length=2000)]

    @model_validator(mode="after")
    def each_once(self) -> Self:
        if len({row.person_id for row in self.nominations}) < len(self.nominations):
            raise ValueError("同一人选列了两次 / a person is listed twice")
        return self


class NominationOut(Resource):
    round_id: UUID
    person_id: UUID
    person_name: str
    unit_code: str
    unit_name: str
    wish: str
    grounds: str
    nominated_at: Time
    team_id: UUID | None
    reason: str


class NominationFigures(BaseModel):
    """``units`` that nominated; people by what came of it. ``nominated`` counts everyone not withdrawn."""

    units: int
    nominated: int
    waiting: int
    matched: int
    placed: int
    unplaced: int
    withdrawn: int


class ImportedNomination(BaseModel):
    row: int
    nomination_id: UUID


class NominationImportOut(BaseModel):
    """``existing`` people were nominated before."""

    rows: int
    created: int
    existing: int
    nominations: list[ImportedNomination]

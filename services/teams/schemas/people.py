"""The expert registry. Citizen ids and phones come in and never go out."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.teams.rules.person import Registration, full_division
from shared.http.shapes import Name, Resource, Time


class PersonIn(BaseModel):
    name: Name
    gender: Literal["男", "女", ""] = ""
    citizen_id: Annotated[str, Field(max_length=18)]
    phone: Annotated[str, Field(max_length=20)]
    unit_name: Annotated[str, Field(max_length=200)] = ""
    unit_code: Annotated[str, Field(max_length=18)] = ""
    title: Annotated[str, Field(max_length=100)] = ""
    title_level: Annotated[str, Field(max_length=10)]
    honours: Annotated[list[Name], Field(max_length=20)] = []
    fields: Annotated[list[Name], Field(max_length=20)] = []
    category: Annotated[str, Field(max_length=50)] = ""
    division: Annotated[str, Field(pattern=r"^[0-9]{6,12}$")]
    health: Annotated[str, Field(max_length=50)] = ""
    willing: bool = True
    unit_agrees: bool = True

    @property
    def registration(self) -> Registration:
        fields = self.model_dump()
        lists = {"honours": tuple(self.honours), "fields": tuple(self.fields)}
        return Registration(**{**fields, **lists, "division": full_division(self.division)})


class PersonOut(Resource):
    name: str
    gender: str
    unit_name: str
    unit_code: str
    title: str
    title_level: str
    honours: list[str]
    verdicts: dict[str, bool]
    fields: list[str]
    category: str
    division: str
    willing: bool
    unit_agrees: bool


class HonourVerdict(BaseModel):
    honour: Name
    recognised: bool


class ImportedPerson(BaseModel):
    row: int
    person_id: UUID


class ImportOut(BaseModel):
    """``existing`` people were registered before; what the file says about them now was taken over (``updated``)."""

    rows: int
    created: int
    existing: int
    updated: int
    people: list[ImportedPerson]


class SuspensionOut(Resource):
    person_id: UUID
    person: str
    team_id: UUID
    team: str
    order_number: str
    starts_at: Time
    ends_at: Time

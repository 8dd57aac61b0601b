"""Substitutes."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from shared.http.shapes import ActionOut, Day, Resource, Time

Sub = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""A person, as tokens name them."""


class SubstituteIn(BaseModel):
    """Who signs for whom, in which role, from the first to the last day."""

    role: Literal["finance_maker", "finance_checker", "bureau"]
    principal: Sub
    substitute: Sub
    since: Day
    until: Day
    reason: Annotated[str, Field(max_length=500)]


class SubstituteOut(Resource):
    role: str
    principal: str
    substitute: str
    division: str
    since: date
    until: date
    reason: str
    named_by: str
    named_at: Time
    revoked_by: str | None
    revoked_at: Time | None
    revoked_reason: str | None


class SubstituteDetail(SubstituteOut):
    actions: list[ActionOut]


class SignIn(BaseModel):
    """A signature; ``on_behalf_of`` names whom a substitute stands in for."""

    on_behalf_of: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""

"""Rounds."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from shared.http.shapes import (
    ActionOut,
    Division,
    Instant,
    Name,
    Resource,
    Time,
)

Direction = Literal["demand", "supply", "both"]


KeyPlaces = Annotated[list[Division], Field(max_length=2000, description="counties and towns")]


class RoundIn(BaseModel):
    """``policy`` holds only what differs from the defaults, section by section. ``direction``: whether hosts' orders
    (demand), experts' offers (supply) or both are taken."""

    name: Name
    year: Annotated[int, Field(ge=2000, le=2200)]
    prefix: Annotated[
        str, Field(pattern=r"^[A-Z0-9]{1,12}(-[A-Z0-9]{1,12}){0,3}$", description="of order numbers: CQ-2020")
    ]
    division: Division
    direction: Direction = "demand"
    opens_at: Instant
    closes_at: Instant
    policy: dict[str, Any] = {}
    key_places: KeyPlaces = []


class RoundPatch(BaseModel):
    name: Name | None = None
    direction: Direction | None = None
    opens_at: Instant | None = None
    closes_at: Instant | None = None
    policy: dict[str, Any] | None = None
    key_places: KeyPlaces | None = None


class RoundOut(Resource):
    name: str
    year: int
    prefix: str
    division: str
    direction: str
    opens_at: Time
    closes_at: Time
    policy_hash: str


class RoundDetail(RoundOut):
    key_places: list[str]
    policy: dict[str, Any]
    actions: list[ActionOut] = []

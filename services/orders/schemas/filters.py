"""What a list of orders can be narrowed to: one grammar for the list, for exports and for saved filters."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.orders.rules.order import LIFECYCLE
from shared.http.shapes import Division, Instant, Statuses, known

_MOST_FEN = 10_000_000_000


Typed = Annotated[
    str, Field(min_length=1, max_length=100, description="words; all must be found, one character is enough")
]
Sum = Annotated[int, Field(ge=0, le=_MOST_FEN, description="fen")]


class OrderFilter(BaseModel):
    """All that is given must hold. ``status`` may name several, separated by commas; a division means all within it."""

    round_id: UUID | None = None
    year: Annotated[int, Field(ge=2000, le=2200)] | None = None
    status: Annotated[Statuses, known(LIFECYCLE)] | None = None
    division: Division | None = None
    number: Annotated[str, Field(max_length=100)] | None = None
    direction: Literal["demand", "supply"] | None = None
    kind: Annotated[str, Field(max_length=50)] | None = None
    host_code: Annotated[str, Field(max_length=18)] | None = None
    industry: Annotated[str, Field(max_length=100)] | None = None
    expertise: Annotated[str, Field(max_length=200)] | None = None
    service_form: Annotated[str, Field(max_length=200)] | None = None
    key_place: bool | None = None
    asked_from: Sum | None = None
    asked_to: Sum | None = None
    published_since: Instant | None = None
    has_team: bool | None = None
    q: Typed | None = None


class PublicFilter(BaseModel):
    """As ``OrderFilter``, of what is public. ``round`` is a round's number prefix."""

    round: Annotated[str, Field(max_length=60)] | None = None
    division: Division | None = None
    direction: Literal["demand", "supply"] | None = None
    industry: Annotated[str, Field(max_length=100)] | None = None
    key_place: bool | None = None
    q: Typed | None = None


class SavedQuery(OrderFilter):
    """A filter with its order, as it is saved: what the list does not know is refused."""

    model_config = ConfigDict(extra="forbid")

    sort: Annotated[str, Field(pattern="^-?(created_at|title|division)$")] | None = None

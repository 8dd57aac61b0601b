"""The shape of every event: CloudEvents 1.0 attributes around typed data."""

from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Fen = Annotated[int, Field(ge=0, description="money in fen (1 yuan = 100 fen)")]
Division = Annotated[str, Field(pattern=r"^\d{12}$", description="12-digit division code")]

REGISTRY: dict[str, "type[Event]"] = {}
"""Every event type by its name, e.g. ``orders.order.published.v1``."""


class Event(BaseModel):
    """Data of one event. A subclass names its type ``producer.aggregate.verb.vN``; the field ``<aggregate>_id``
    identifies the aggregate. Personal data and free text never travel; unknown fields are ignored by readers."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: ClassVar[str]
    producer: ClassVar[str]
    aggregate: ClassVar[str]
    verb: ClassVar[str]

    def __init_subclass__(cls, type: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if type:
            cls.type = type
            cls.producer, cls.aggregate, cls.verb, _version = type.split(".")
            REGISTRY[type] = cls

    @property
    def aggregate_id(self) -> UUID:
        value: UUID = getattr(self, f"{self.aggregate}_id")
        return value


class AboutFile(BaseModel):
    """What an event says of a handed-in file: never its name, which people write names of people into."""

    attachment_id: UUID
    kind: str
    form: str
    media_type: str
    size: int
    sha256: str


class OfRound(Event):
    round_id: UUID


class OfOrder(OfRound):
    order_id: UUID


class OfTeam(OfOrder):
    team_id: UUID

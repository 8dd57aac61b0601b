"""What travels around an event's data: CloudEvents 1.0 attributes, and our extensions.

``sequence`` counts the events of one aggregate, ``position`` those of one producer, ``incarnation`` how often the
producer's database was restored. Ids of the round, order and team stand outside the data, so that timelines and
reports need no joins. An envelope is written in two steps: the *head* (everything but position and data) in the
business transaction, the rest when the relay gives the event its position.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from shared.contracts.base import REGISTRY, Event

__all__ = ["Envelope", "UnknownType", "body", "head", "subject", "subject_of"]

UNREADABLE = "unreadable"
LINKS = ("round_id", "order_id", "team_id")


class UnknownType(Exception):
    """This release knows no such event; a newer one may."""

    def __init__(self, type: str) -> None:
        super().__init__(f"unknown event type {type}")


def subject(event: Event) -> str:
    """The aggregate that an event is about: ``order/<id>``."""
    return f"{event.aggregate}/{event.aggregate_id}"


def subject_of(type: str, aggregate: str) -> str:
    """Where the event is published: ``evt.<producer>.<aggregate>.<id>.<verb>``."""
    producer, _noun, verb, _version = type.split(".")
    return f"evt.{producer}.{aggregate.replace('/', '.')}.{verb}"


def head(
    event: Event,
    *,
    id: UUID,
    sequence: int,
    incarnation: int,
    time: datetime,
    business_time: datetime,
    actor: str,
    traceparent: str,
) -> str:
    """The attributes of ``event`` as a JSON object, without position and data."""
    attributes: dict[str, Any] = {
        "specversion": "1.0",
        "id": id,
        "type": event.type,
        "source": event.producer,
        "subject": subject(event),
        "time": time,
        "datacontenttype": "application/json",
        "sequence": sequence,
        "incarnation": incarnation,
        "business_time": business_time,
        "actor": actor,
        "traceparent": traceparent,
    }
    attributes.update((name, value) for name in LINKS if (value := getattr(event, name, None)) is not None)
    return orjson.dumps(attributes, default=str).decode()  # asyncpg has a UUID class of its own


def body(head: str, position: int, data: str | None) -> bytes:
    """The whole envelope as it is published. Erased data (``None``) reads ``null``."""
    return f'{head[:-1]},"position":{position},"data":{"null" if data is None else data}}}'.encode()


class Envelope:
    """An event as it arrived. Raises ``ValueError`` or ``KeyError`` when it is not one of ours."""

    __slots__ = (
        "actor",
        "aggregate",
        "data",
        "id",
        "incarnation",
        "order_id",
        "position",
        "producer",
        "raw",
        "round_id",
        "sequence",
        "team_id",
        "traceparent",
        "type",
    )

    def __init__(self, raw: bytes | str) -> None:
        attributes = orjson.loads(raw)
        self.raw = raw
        self.id = UUID(attributes["id"])
        self.type: str = attributes["type"]
        self.producer: str = attributes["source"]
        self.aggregate: str = attributes["subject"]
        self.sequence = int(attributes["sequence"])
        self.incarnation = int(attributes["incarnation"])
        self.position = int(attributes.get("position", 0))
        self.actor: str = attributes.get("actor", "")
        self.traceparent: str = attributes.get("traceparent", "")
        self.round_id, self.order_id, self.team_id = (_uuid(attributes.get(name)) for name in LINKS)
        self.data: dict[str, Any] | None = attributes["data"]

    @property
    def verb(self) -> str:
        return self.type.split(".")[2]

    @property
    def attributes(self) -> dict[str, Any]:
        """Everything, as JSON values."""
        found: dict[str, Any] = orjson.loads(self.raw)
        return found

    @property
    def business_time(self) -> datetime:
        return datetime.fromisoformat(self.attributes["business_time"])

    @property
    def time(self) -> datetime:
        """Wall time of the commit."""
        return datetime.fromisoformat(self.attributes["time"])

    @property
    def text(self) -> str:
        return self.raw if isinstance(self.raw, str) else self.raw.decode()

    def event(self) -> Event:
        """The typed data. Raises :class:`UnknownType`, or pydantic's error when the shape does not fit."""
        known = REGISTRY.get(self.type)
        if known is None:
            raise UnknownType(self.type)
        return known.model_validate(self.data)


def unreadable(producer: str, at: int, raw: bytes) -> Envelope:
    """Something on the producer's stream that is no event: kept whole, parked, for a person to look at."""
    wrapper = {
        "id": str(UUID(int=at)),
        "type": UNREADABLE,
        "source": producer,
        "subject": f"{UNREADABLE}/{at}",
        "sequence": 1,
        "incarnation": 1,
        "position": 0,
        "data": {"text": raw.decode(errors="replace")},
    }
    return Envelope(orjson.dumps(wrapper))


def _uuid(value: str | None) -> UUID | None:
    """Links help readers; one that is no id must not keep its event from being read."""
    try:
        return UUID(value) if value else None
    except ValueError:
        return None

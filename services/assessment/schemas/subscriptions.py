"""Subscriptions and deliveries. The secret is answered where it is made, and nowhere else."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.assessment.schemas.base import ReasonText
from shared.contracts.assessment import HappeningKind
from shared.http.shapes import ActionOut, CreditCode, Division, Instant, Name, Out, Resource, Time

Kinds = Annotated[list[HappeningKind], Field(max_length=50)]


class WishIn(BaseModel):
    """What it hears: kinds of happenings; ``division`` and ``round_id`` narrow them."""

    wants: Kinds
    division: Division | None = None
    round_id: UUID | None = None


class SubscriptionIn(WishIn):
    """``unit_code`` is the department's; left out, the caller's own."""

    name: Name
    address: Annotated[str, Field(max_length=2000)]
    unit_code: CreditCode = ""


class PauseIn(BaseModel):
    reason: ReasonText


class ReplayIn(BaseModel):
    """What happened from ``since`` to before ``until``; ``failed``: only what was given up."""

    since: Instant
    until: Instant
    failed: bool = False

    @model_validator(mode="after")
    def _forwards(self) -> "ReplayIn":
        if self.since >= self.until:
            raise ValueError("截止时间须晚于起始时间 / until must come after since")
        return self


class Replayed(BaseModel):
    """``left``: how many more there are for another request."""

    replayed: int
    left: int


class SubscriptionOut(Resource):
    unit_code: str
    name: str
    address: str
    wants: list[HappeningKind]
    of_division: str
    of_round: UUID | None
    former_until: Time | None
    reason: str
    created_at: Time


class SubscriptionDetail(SubscriptionOut):
    actions: list[ActionOut] = []


class SubscriptionSecret(SubscriptionDetail):
    """``secret`` verifies what is sent; it is shown this once."""

    secret: str


class TryOut(Out):
    number: int
    at: Time
    status_code: int | None
    failure: str
    took_ms: int
    answer: str


class DeliveryOut(Resource):
    """``next_try_at`` and the times of tries are wall time, ``happened_at`` is business time."""

    subscription_id: UUID
    message_id: str
    kind: str
    subject: str
    sequence: int
    team_id: UUID | None
    happened_at: Time
    tries: int
    sent: int
    next_try_at: datetime | None
    settled_at: Time | None


class DeliveryDetail(DeliveryOut):
    """``body`` is what was signed, as JSON."""

    body: dict[str, Any]
    tried: list[TryOut]
    actions: list[ActionOut] = []

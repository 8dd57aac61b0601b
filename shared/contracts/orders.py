"""Events of the orders service: rounds and orders."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from shared.contracts.base import AboutFile, Division, Fen, OfOrder, OfRound


class RoundOpened(OfRound, type="orders.round.opened.v1"):
    """The round's whole pinned policy set travels with it (shape: ``contracts.policy.PolicySet``)."""

    name: str
    year: int
    prefix: str
    division: Division
    mode: str
    direction: str
    opens_at: datetime
    closes_at: datetime
    policy: dict[str, Any]
    policy_hash: str


class RoundClosed(OfRound, type="orders.round.closed.v1"):
    pass


class RoundDecided(OfRound, type="orders.round.decided.v1"):
    pass


class RoundStarted(OfRound, type="orders.round.started.v1"):
    pass


class RoundAssessed(OfRound, type="orders.round.assessed.v1"):
    pass


class RoundArchived(OfRound, type="orders.round.archived.v1"):
    pass


class RoundQuotasSet(OfRound, type="orders.round.quotas_set.v1"):
    """How many orders each county may recommend; counties that are not named have the policy's number."""

    quotas: dict[Division, Annotated[int, Field(ge=0)]]


class OfAction(OfRound):
    action_id: UUID


class ActionPlanned(OfAction, type="orders.action.planned.v1"):
    """Some days in some counties: an action of the round's calendar."""

    name: str
    kind: str
    starts_on: date
    ends_on: date
    divisions: list[Division]


class ActionEdited(OfAction, type="orders.action.edited.v1"):
    """As it stands now."""

    name: str
    kind: str
    starts_on: date
    ends_on: date
    divisions: list[Division]


class ActionStarted(OfAction, type="orders.action.started.v1"):
    pass


class ActionFinished(OfAction, type="orders.action.finished.v1"):
    pass


class ActionCancelled(OfAction, type="orders.action.cancelled.v1"):
    pass


class OrderSubmitted(OfOrder, type="orders.order.submitted.v1"):
    pass


class OrderEndorsed(OfOrder, type="orders.order.endorsed.v1"):
    pass


class OrderRecommended(OfOrder, type="orders.order.recommended.v1"):
    pass


class OrderReturned(OfOrder, type="orders.order.returned.v1"):
    pass


class OrderMerged(OfOrder, type="orders.order.merged.v1"):
    """``into`` is the order that stays."""

    into: str


class OrderPublished(OfOrder, type="orders.order.published.v1"):
    """Everything about it that is public; the liaison is not. An offer (``direction`` supply) has no host yet:
    ``offered_by`` is the expert of the registry who offers."""

    number: str
    title: str
    division: Division
    place: str
    host_name: str
    host_code: str
    industry: str
    expertise: list[str]
    service_forms: list[str]
    people_wanted: int | None
    starts_on: date | None
    ends_on: date | None
    key_place: bool
    asked_fen: Fen
    direction: str = "demand"
    offered_by: UUID | None = None
    kind: str = ""
    tasks: list[str] = []
    action_id: UUID | None = None
    closes_at: datetime | None = None
    """Until when it can be claimed, when not until its round closes (an order that is late by exception)."""


class OrderAllowedLate(OfOrder, type="orders.order.allowed_late.v1"):
    """By the bureau's exception it may be handed in, recommended, published and claimed after its round closed."""

    until: datetime


class OrderMatched(OfOrder, type="orders.order.matched.v1"):
    team_id: str


class OrderStarted(OfOrder, type="orders.order.started.v1"):
    pass


class OrderCompleted(OfOrder, type="orders.order.completed.v1"):
    pass


class OrderUnclaimed(OfOrder, type="orders.order.unclaimed.v1"):
    pass


class OrderExtended(OfOrder, type="orders.order.extended.v1"):
    closes_at: datetime


class OrderRepublished(OfOrder, type="orders.order.republished.v1"):
    """Open to claims again: unclaimed orders by the bureau, freed ones (``reopened``) by the system."""

    closes_at: datetime | None = None


class OrderReopened(OfOrder, type="orders.order.reopened.v1"):
    """Its team withdrew, was dissolved, lapsed or lost its award before service: published again, open to claims
    until ``closes_at``."""

    closes_at: datetime | None = None


class OrderWithdrawn(OfOrder, type="orders.order.withdrawn.v1"):
    pass


class OrderCancelled(OfOrder, type="orders.order.cancelled.v1"):
    pass


class OrderAttachmentAdded(OfOrder, AboutFile, type="orders.order.attachment_added.v1"):
    pass


class OrderAttachmentRemoved(OfOrder, AboutFile, type="orders.order.attachment_removed.v1"):
    """No longer handed out; the file and who removed it stay known to the service."""

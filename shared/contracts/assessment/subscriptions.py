"""Other departments' subscriptions to what is published here, and what was sent to them. No event holds an address."""

from typing import Literal
from uuid import UUID

from shared.contracts.base import Event

HappeningKind = Literal[
    "notice.posted",
    "edition.published",
    "rating.published",
    "rating.corrected",
    "rectification.passed",
    "rectification.failed",
    "rectification.cancelled",
    "certificate.issued",
    "certificate.revoked",
    "report.issued",
]
"""What a department may subscribe to: only what everybody may read."""


class OfSubscription(Event):
    subscription_id: UUID
    unit_code: str


class SubscriptionCreated(OfSubscription, type="assessment.subscription.created.v1"):
    wants: tuple[HappeningKind, ...]


class SubscriptionVerified(OfSubscription, type="assessment.subscription.verified.v1"):
    """The receiver answered a ping: from now on it is told."""


class SubscriptionEdited(OfSubscription, type="assessment.subscription.edited.v1"):
    wants: tuple[HappeningKind, ...]


class SubscriptionRotated(OfSubscription, type="assessment.subscription.rotated.v1"):
    """It has a new secret; for a while the former one signs beside it."""


class SubscriptionPinged(OfSubscription, type="assessment.subscription.pinged.v1"):
    """A test message was asked for."""


class SubscriptionPaused(OfSubscription, type="assessment.subscription.paused.v1"):
    """Nothing is sent until it is resumed; what happens meanwhile waits. ``by_system``: tries came to nothing; then
    ``reason`` says so in the system's words. What a person wrote stays here."""

    by_system: bool
    name: str = ""
    reason: str = ""


class SubscriptionResumed(OfSubscription, type="assessment.subscription.resumed.v1"):
    pass


class SubscriptionEnded(OfSubscription, type="assessment.subscription.ended.v1"):
    """``by_system``: the receiver answered that it is gone for good."""

    by_system: bool


class OfDelivery(OfSubscription):
    """That one was delivered is no event: the delivery and its tries say it, and nothing follows from it."""

    delivery_id: UUID


class DeliveryGivenUp(OfDelivery, type="assessment.delivery.given_up.v1"):
    """After its last try, or because the subscription ended."""


class DeliveryReplayed(OfDelivery, type="assessment.delivery.replayed.v1"):
    """Sent once more, with the same id and the same bytes."""

"""Holds of an award's money, part of the award's history."""

from uuid import UUID

from shared.contracts.funding.awards import OfAward


class OfHold(OfAward):
    """``source``: grade, person, suspension or objection; without ``instalment_id`` the whole award is held."""

    hold_id: UUID
    instalment_id: UUID | None
    source: str


class AwardHoldPlaced(OfHold, type="funding.award.hold_placed.v1"):
    pass


class AwardHoldLifted(OfHold, type="funding.award.hold_lifted.v1"):
    pass


class AwardHoldExpired(OfHold, type="funding.award.hold_expired.v1"):
    """Its last day is over."""

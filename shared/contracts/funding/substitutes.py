"""Substitutes at the finance desk. Names of people never travel."""

from uuid import UUID

from shared.contracts.base import Division, Event


class OfSubstitute(Event):
    substitute_id: UUID
    role: str
    division: Division


class SubstituteNamed(OfSubstitute, type="funding.substitute.named.v1"):
    pass


class SubstituteRevoked(OfSubstitute, type="funding.substitute.revoked.v1"):
    pass


class SubstituteEnded(OfSubstitute, type="funding.substitute.ended.v1"):
    """Its last day is over."""

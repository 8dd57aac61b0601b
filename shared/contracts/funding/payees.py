"""Payee accounts."""

from uuid import UUID

from shared.contracts.base import Event


class OfPayee(Event):
    """A unit's bank account. The account number never travels."""

    payee_id: UUID
    unit_code: str


class PayeeRegistered(OfPayee, type="funding.payee.registered.v1"):
    pass


class PayeeVerified(OfPayee, type="funding.payee.verified.v1"):
    pass


class PayeeReplaced(OfPayee, type="funding.payee.replaced.v1"):
    """A newer account of the unit took its place."""


class PayeeClosed(OfPayee, type="funding.payee.closed.v1"):
    """Of no use any more: closed or refused by the bank, or under another name."""

"""Accounts from which offices pay."""

from uuid import UUID

from shared.contracts.base import Division, Event


class OfPayingAccount(Event):
    """The account number never travels."""

    paying_account_id: UUID
    division: Division


class PayingAccountRegistered(OfPayingAccount, type="funding.paying_account.registered.v1"):
    """It waits for a second person."""


class PayingAccountConfirmed(OfPayingAccount, type="funding.paying_account.confirmed.v1"):
    pass


class PayingAccountReplaced(OfPayingAccount, type="funding.paying_account.replaced.v1"):
    """A newer one of the office took its place."""

"""The final account (决算) of an award. What it says stays with it."""

from uuid import UUID

from shared.contracts.base import Fen
from shared.contracts.funding.awards import OfAward


class OfFinalAccount(OfAward):
    """``amount_fen`` is the award's."""

    final_account_id: UUID


class FinalAccountDrafted(OfFinalAccount, type="funding.final_account.drafted.v1"):
    pass


class FinalAccountEdited(OfFinalAccount, type="funding.final_account.edited.v1"):
    pass


class FinalAccountSubmitted(OfFinalAccount, type="funding.final_account.submitted.v1"):
    """From here on nothing is booked on the award."""


class FinalAccountReturned(OfFinalAccount, type="funding.final_account.returned.v1"):
    """Sent back; the reason stays with it."""


class FinalAccountAccepted(OfFinalAccount, type="funding.final_account.accepted.v1"):
    """The books of the award are closed: ``unspent_fen`` of what was received must come back."""

    received_fen: Fen
    accepted_fen: Fen
    unspent_fen: Fen


class FinalAccountReopened(OfFinalAccount, type="funding.final_account.reopened.v1"):
    """Nothing was paid back yet: the claim for unspent money is reversed."""

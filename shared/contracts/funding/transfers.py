"""Budget lines of an award."""

from uuid import UUID

from shared.contracts.funding.awards import OfAward


class TransferMade(OfAward, type="funding.transfer.made.v1"):
    """Money was moved between two lines of the budget, within what needs no amendment."""

    transfer_id: UUID

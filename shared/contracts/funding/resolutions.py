"""What became of instructions of which the bank could not say."""

from uuid import UUID

from shared.contracts.base import Fen, OfRound


class OfResolution(OfRound):
    """``result``: paid or returned. The evidence never travels."""

    resolution_id: UUID
    instruction_id: UUID
    result: str
    amount_fen: Fen


class ResolutionProposed(OfResolution, type="funding.resolution.proposed.v1"):
    pass


class ResolutionConfirmed(OfResolution, type="funding.resolution.confirmed.v1"):
    """A second person agreed: it counts as the bank's word."""


class ResolutionRejected(OfResolution, type="funding.resolution.rejected.v1"):
    pass


class ResolutionOvertaken(OfResolution, type="funding.resolution.overtaken.v1"):
    """The bank said itself what became of it."""

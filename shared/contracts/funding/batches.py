"""Payment batches."""

from uuid import UUID

from shared.contracts.base import Fen, OfRound


class OfBatch(OfRound):
    batch_id: UUID
    count: int
    sum_fen: Fen


class BatchVoided(OfBatch, type="funding.batch.voided.v1"):
    """Undone as a whole before the bank had it."""

    reason: str


class BatchSettled(OfBatch, type="funding.batch.settled.v1"):
    """The bank has said of every instruction that it was paid or returned."""

"""Appropriations."""

from uuid import UUID

from shared.contracts.base import Fen, OfRound


class AppropriationSet(OfRound, type="funding.appropriation.set.v1"):
    appropriation_id: UUID
    amount_fen: Fen

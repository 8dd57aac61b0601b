"""Appropriations."""

from uuid import UUID

from shared.contracts.base import Fen, OfRound


class AppropriationSet(OfRound, type="funding.appropriation.set.v1"):
    appropriation_id: UUID
    amount_fen: Fen


class AppropriationCarriedOver(OfRound, type="funding.appropriation.carried_over.v1"):
    """``amount_fen`` that was left goes on in ``to_round_id``, whose appropriation is set anew with it."""

    appropriation_id: UUID
    amount_fen: Fen
    to_round_id: UUID


class AppropriationLapsed(OfRound, type="funding.appropriation.lapsed.v1"):
    """``amount_fen`` that was left was taken back by the treasury."""

    appropriation_id: UUID
    amount_fen: Fen

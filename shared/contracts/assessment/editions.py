"""Editions."""

from datetime import datetime
from uuid import UUID

from shared.contracts.base import OfRound


class EditionPublished(OfRound, type="assessment.edition.published.v1"):
    edition_id: UUID
    cycle_id: UUID
    number: int
    published_at: datetime
    content_hash: str
    excellent: int
    qualified: int
    unqualified: int

"""Corrections of published ratings. What was wrong and why stays here; the edition says what is right."""

from uuid import UUID

from shared.contracts.base import OfTeam


class OfCorrection(OfTeam):
    correction_id: UUID
    assessment_id: UUID
    cycle_id: UUID


class CorrectionProposed(OfCorrection, type="assessment.correction.proposed.v1"):
    """It waits for a second person: not for the account that proposed it."""

    proposed_by: str


class CorrectionConfirmed(OfCorrection, type="assessment.correction.confirmed.v1"):
    """A second person agreed: this edition of the cycle shows it."""

    edition: int


class CorrectionRejected(OfCorrection, type="assessment.correction.rejected.v1"):
    pass


class CorrectionWithdrawn(OfCorrection, type="assessment.correction.withdrawn.v1"):
    """By whoever proposed it."""

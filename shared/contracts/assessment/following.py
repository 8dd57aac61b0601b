"""What follows from a published grade."""

from datetime import date, datetime
from uuid import UUID

from shared.contracts.base import OfTeam


class OfRectification(OfTeam):
    rectification_id: UUID
    assessment_id: UUID


class RectificationOpened(OfRectification, type="assessment.rectification.opened.v1"):
    due_at: datetime


class RectificationExtended(OfRectification, type="assessment.rectification.extended.v1"):
    due_at: datetime


class RectificationPassed(OfRectification, type="assessment.rectification.passed.v1"):
    """Releases held money and benefits; the suspension still runs its year."""


class RectificationFailed(OfRectification, type="assessment.rectification.failed.v1"):
    """The award is revoked and paid money recovered."""


class RectificationCancelled(OfRectification, type="assessment.rectification.cancelled.v1"):
    """A corrected edition took its ground away."""


class OfBenefit(OfTeam):
    benefit_id: UUID
    person_id: UUID
    kind: str


class BenefitGranted(OfBenefit, type="assessment.benefit.granted.v1"):
    pass


class BenefitHeld(OfBenefit, type="assessment.benefit.held.v1"):
    pass


class BenefitReleased(OfBenefit, type="assessment.benefit.released.v1"):
    pass


class BenefitRestored(OfBenefit, type="assessment.benefit.restored.v1"):
    """As released, for one that had been used before it was held."""


class BenefitWithdrawn(OfBenefit, type="assessment.benefit.withdrawn.v1"):
    """Rectification failed."""


class BenefitUsed(OfBenefit, type="assessment.benefit.used.v1"):
    """What for stays with the use."""

    use_id: UUID
    used_on: date


class BenefitExpired(OfBenefit, type="assessment.benefit.expired.v1"):
    pass

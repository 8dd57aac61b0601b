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


class RectificationPlanned(OfRectification, type="assessment.rectification.planned.v1"):
    """The team's plan; what it says stays here."""


class RectificationInspected(OfRectification, type="assessment.rectification.inspected.v1"):
    """Somebody looked on the spot; the finding's words stay here."""

    in_order: bool


class RectificationOverdue(OfRectification, type="assessment.rectification.overdue.v1"):
    """Its time is over and nobody has decided."""

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


class BenefitUseWithdrawn(OfBenefit, type="assessment.benefit.use_withdrawn.v1"):
    """It was noted by mistake; why stays with the use."""

    use_id: UUID


class BenefitFreed(OfBenefit, type="assessment.benefit.freed.v1"):
    """Its last use was withdrawn."""


class BenefitExpired(OfBenefit, type="assessment.benefit.expired.v1"):
    pass


class OfCard(OfTeam):
    """``team_id``: the team whose round's policy the card follows."""

    card_id: UUID
    number: str
    person_id: UUID


class CardIssued(OfCard, type="assessment.card.issued.v1"):
    valid_until: date


class CardUsed(OfCard, type="assessment.card.used.v1"):
    """``service`` is one of what the card entitles to; the rest stays with the use."""

    use_id: UUID
    service: str
    used_on: date


class CardUseWithdrawn(OfCard, type="assessment.card.use_withdrawn.v1"):
    """It was noted by mistake; why stays with the use."""

    use_id: UUID


class CardHeld(OfCard, type="assessment.card.held.v1"):
    """The person's benefits are held, or the person is suspended."""


class CardReleased(OfCard, type="assessment.card.released.v1"):
    pass


class CardExpired(OfCard, type="assessment.card.expired.v1"):
    pass


class CardRevoked(OfCard, type="assessment.card.revoked.v1"):
    pass


class OfCertificate(OfTeam):
    """``kind`` is ``benefit`` or ``service_record``; what it says stays with it, and its hash tells which content."""

    certificate_id: UUID
    number: str
    kind: str
    person_id: UUID
    content_hash: str


class CertificateIssued(OfCertificate, type="assessment.certificate.issued.v1"):
    valid_until: date | None


class CertificateSuperseded(OfCertificate, type="assessment.certificate.superseded.v1"):
    """A newer one says more."""

    replaced_by: str


class CertificateRevoked(OfCertificate, type="assessment.certificate.revoked.v1"):
    """``reason`` is a code: grade_corrected, benefit_held, benefit_withdrawn or by_hand."""

    reason: str


class CertificateExpired(OfCertificate, type="assessment.certificate.expired.v1"):
    """The last of the benefits that it states is over."""

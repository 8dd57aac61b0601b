"""Events of the assessment service: public notices, cycles, assessments, editions and their consequences."""

from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from shared.contracts.base import AboutFile, Event, OfRound, OfTeam

Grade = Literal["excellent", "qualified", "unqualified"]
NoticeKind = Literal["selection", "grades"]


class OfNotice(OfRound):
    notice_id: UUID
    kind: NoticeKind


class NoticePosted(OfNotice, type="assessment.notice.posted.v1"):
    closes_at: datetime
    snapshot_hash: str
    teams: int


class NoticeClosed(OfNotice, type="assessment.notice.closed.v1"):
    pass


class NoticeConfirmed(OfNotice, type="assessment.notice.confirmed.v1"):
    """Every entry is settled."""


class NoticeAttachmentAdded(OfRound, AboutFile, type="assessment.notice.attachment_added.v1"):
    notice_id: UUID


class NoticeAttachmentRemoved(OfRound, AboutFile, type="assessment.notice.attachment_removed.v1"):
    """No longer handed out; the file and who removed it stay known to the service."""

    notice_id: UUID


class NoticeEntryConfirmed(OfNotice, type="assessment.notice.entry_confirmed.v1"):
    """The period is over for this team without an objection, or the objection was dismissed."""

    order_id: UUID
    team_id: UUID


class NoticeEntryUpheld(OfNotice, type="assessment.notice.entry_upheld.v1"):
    """An objection against this team was upheld: it leaves the notice and is decided anew."""

    order_id: UUID
    team_id: UUID


class OfObjection(OfNotice):
    objection_id: UUID
    team_id: UUID


class ObjectionRaised(OfObjection, type="assessment.objection.raised.v1"):
    pass


class ObjectionExtended(OfObjection, type="assessment.objection.extended.v1"):
    due_at: datetime


class ObjectionAnswered(OfObjection, type="assessment.objection.answered.v1"):
    upheld: bool


class CycleOpened(OfRound, type="assessment.cycle.opened.v1"):
    cycle_id: UUID
    year: int


class CyclePublished(OfRound, type="assessment.cycle.published.v1"):
    """Every assessment of the cycle is published. ``last`` says that no team of the round has a further cycle;
    when that becomes true only later (its last team concluded), the cycle is told again with ``last``. A round
    hears ``last`` once."""

    cycle_id: UUID
    year: int
    last: bool


class OfAssessment(OfTeam):
    assessment_id: UUID
    cycle_id: UUID


class AssessmentEnrolled(OfAssessment, type="assessment.assessment.enrolled.v1"):
    pass


class AssessmentCollecting(OfAssessment, type="assessment.assessment.collecting.v1"):
    pass


class AssessmentPartSubmitted(OfAssessment, type="assessment.assessment.part_submitted.v1"):
    part: str


class AssessmentScored(OfAssessment, type="assessment.assessment.scored.v1"):
    total: Decimal


class AssessmentGraded(OfAssessment, type="assessment.assessment.graded.v1"):
    total: Decimal
    computed: Grade
    given: Grade


class AssessmentOverridden(OfAssessment, type="assessment.assessment.overridden.v1"):
    """A person gave another grade than the computed one; the reason stays here."""

    computed: Grade
    given: Grade


class AssessmentPutOnNotice(OfAssessment, type="assessment.assessment.put_on_notice.v1"):
    pass


class AssessmentReopened(OfAssessment, type="assessment.assessment.reopened.v1"):
    """An upheld objection: scored again."""


class AssessmentExcluded(OfAssessment, type="assessment.assessment.excluded.v1"):
    """Its team withdrew, was dissolved or lapsed before its grade was published."""


class AssessmentPublished(OfAssessment, type="assessment.assessment.published.v1"):
    """One team's line of an edition; its consequences follow from this event alone. A later edition (a higher
    ``edition`` for the same assessment) undoes and redoes them."""

    edition: int
    published_at: datetime
    total: Decimal
    grade: Grade
    lead_id: UUID


class EditionPublished(OfRound, type="assessment.edition.published.v1"):
    edition_id: UUID
    cycle_id: UUID
    number: int
    published_at: datetime
    content_hash: str
    excellent: int
    qualified: int
    unqualified: int


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


class BenefitWithdrawn(OfBenefit, type="assessment.benefit.withdrawn.v1"):
    """A corrected edition took its ground away."""


class CalendarDeclared(Event, type="assessment.calendar.declared.v1"):
    calendar_id: UUID
    year: int

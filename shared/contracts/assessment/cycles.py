"""Cycles and the assessments in them."""

from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from shared.contracts.base import OfRound, OfTeam

Grade = Literal["excellent", "qualified", "unqualified"]


class CycleOpened(OfRound, type="assessment.cycle.opened.v1"):
    cycle_id: UUID
    year: int


class CycleReminded(OfRound, type="assessment.cycle.reminded.v1"):
    """Parts are due soon, and ``teams`` still lack one that counts. Whoever knows people's addresses reminds them."""

    cycle_id: UUID
    year: int
    due_at: datetime
    teams: int


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


PartName = Literal["self_report", "unit_opinion", "host_rating", "beneficiary_rating", "district_score"]


class OfParts(OfAssessment):
    """``parts`` are owed until ``due_at``; ``unit_code``: the unit whose opinion is asked."""

    parts: tuple[PartName, ...] = ()
    due_at: datetime | None = None
    unit_code: str = ""


class AssessmentCollecting(OfParts, type="assessment.assessment.collecting.v1"):
    pass


class AssessmentPartSubmitted(OfAssessment, type="assessment.assessment.part_submitted.v1"):
    """``submitted_as``: the role it was handed in by; ``liaison`` by the host's phone."""

    part: str
    submitted_as: str = ""


class AssessmentPointsAdded(OfAssessment, type="assessment.assessment.points_added.v1"):
    """The bureau gave points for a manual item of the scorecard; the reason stays here."""

    code: str
    points: Decimal


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


class AssessmentReopened(OfParts, type="assessment.assessment.reopened.v1"):
    """An upheld objection: scored again. ``parts`` were never handed in."""


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

"""City review. Who scores whom is confidential: an event names the sheet, never the team or the assessor."""

from uuid import UUID

from shared.contracts.base import OfRound


class AssessorsNamed(OfRound, type="assessment.cycle.assessors_named.v1"):
    cycle_id: UUID
    assessors: int


class OfSheet(OfRound):
    sheet_id: UUID
    cycle_id: UUID


class SheetAssigned(OfSheet, type="assessment.sheet.assigned.v1"):
    pass


class SheetScored(OfSheet, type="assessment.sheet.scored.v1"):
    """``number``: which version of the score."""

    number: int


class SheetDeclared(OfSheet, type="assessment.sheet.declared.v1"):
    """The assessor is not impartial: the score no longer counts."""


class SheetWithdrawn(OfSheet, type="assessment.sheet.withdrawn.v1"):
    pass

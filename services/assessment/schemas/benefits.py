"""Benefits."""

from uuid import UUID

from shared.http.shapes import Resource


class BenefitOut(Resource):
    round_id: UUID
    team_id: UUID
    assessment_id: UUID
    person_id: UUID
    kind: str

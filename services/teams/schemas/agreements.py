"""The three-party agreement."""

from typing import Any
from uuid import UUID

from shared.http.shapes import ReasonOut, Resource, Time


class AgreementOut(Resource):
    """The text that is signed, and who has signed it."""

    team_id: UUID
    due_at: Time
    document: dict[str, Any]
    document_hash: str
    lead_signed_at: Time | None
    unit_signed_at: Time | None
    host_signed_at: Time | None
    missing: list[str]
    reasons: list[ReasonOut]

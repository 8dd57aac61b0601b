"""Proofs: documents and milestones."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from shared.http.shapes import ActionOut, Resource, Time


class ProofIn(BaseModel):
    """What is handed in: words, and files that were attached to the instalment before."""

    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""
    attachment_ids: Annotated[list[UUID], Field(max_length=20)] = []


class ProofOut(Resource):
    """``kind`` is ``milestone`` or a kind of document; ``judged_as`` the role that accepts it."""

    award_id: UUID
    instalment_id: UUID
    kind: str
    zh: str
    en: str
    judged_as: str
    status_since: Time
    note: str
    files: list[UUID]
    submitted_by: str | None
    submitted_at: Time | None
    judged_by: str | None
    judged_at: Time | None
    returned_reason: str | None


class ProofDetail(ProofOut):
    actions: list[ActionOut]

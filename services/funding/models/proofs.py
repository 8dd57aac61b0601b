"""Proofs: documents and milestones that an instalment waits for."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.funding.models.base import Base
from services.funding.rules.proof import ProofFacts
from shared.db import Row


class Proof(Row, Base):
    """One document of an instalment, or its milestone: what was handed in for it (``files`` are attachments of the
    instalment) and what was said of it. ``kind`` is ``milestone`` or a kind of document; names as the policy has them."""

    __tablename__ = "proofs"
    __table_args__ = (sa.UniqueConstraint("instalment_id", "kind"),)

    award_id: Mapped[UUID] = mapped_column(sa.ForeignKey("awards.id"), index=True)
    instalment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("instalments.id"))
    kind: Mapped[str]
    zh: Mapped[str]
    en: Mapped[str]
    judged_as: Mapped[str]
    status: Mapped[str]
    status_since: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="")
    files: Mapped[list[UUID]] = mapped_column(ARRAY(sa.Uuid()), default=list)
    submitted_by: Mapped[str | None]
    submitted_at: Mapped[datetime | None]
    judged_by: Mapped[str | None]
    judged_at: Mapped[datetime | None]
    returned_reason: Mapped[str | None]

    @property
    def facts(self) -> ProofFacts:
        return ProofFacts(self.kind, self.status, self.judged_as, self.submitted_by or "")

"""Certificates: what they say never changes, only whether they hold."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.assessment.models.base import Base
from shared.db import Row, constraint_reasons
from shared.errors import Reason


class Certificate(Row, Base):
    """A signed statement about a person of a team. ``content`` is what was signed, ``content_hash`` its SHA-256 and
    ``facts_hash`` that of what it states, without number and date; ``code`` is printed beside the number; ``rests_on``
    are the benefits that it states. ``reason`` is a key of ``rules.certificate.REASONS``, ``note`` the bureau's words."""

    __tablename__ = "certificates"
    __table_args__ = (
        sa.Index(
            "uq_certificates_one",
            "kind",
            "team_id",
            "person_id",
            unique=True,
            postgresql_where=sa.text("status = 'issued'"),
        ),
        sa.Index("ix_certificates_expires_at", "expires_at", postgresql_where=sa.text("status = 'issued'")),
        {
            "info": {
                "rights": "select, insert, update (status, reason, note, ended_at, replaced_by, person_id, version)"
            }
        },
    )

    number: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str]
    kind: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(index=True)
    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("known_teams.id"), index=True)
    round_id: Mapped[UUID] = mapped_column(index=True)
    order_id: Mapped[UUID]
    status: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    content_hash: Mapped[str]
    facts_hash: Mapped[str]
    rests_on: Mapped[list[str]] = mapped_column(JSONB)
    key: Mapped[str]
    signature: Mapped[str]
    valid_until: Mapped[date | None]
    expires_at: Mapped[datetime | None]
    issued_at: Mapped[datetime]
    issued_by: Mapped[str]
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    replaced_by: Mapped[str] = mapped_column(default="")


constraint_reasons(
    {
        "uq_certificates_one": Reason(
            "certificate.current", "该证书正在签发", "This certificate is being issued already", "/kind"
        ),
    }
)

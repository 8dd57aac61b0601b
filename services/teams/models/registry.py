"""What the registry keeps about an expert besides the person: honours and titles with evidence, units over time,
periods of availability, and pairs that a person told apart."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.teams.models.base import Base
from services.teams.rules.credential import CredentialFacts
from shared.db import Row, constraint_reasons
from shared.errors import Reason


class Credential(Row, Base):
    """An honour (荣誉称号) or title (职称) that somebody claims; ``evidence`` are ids of attached files.
    ``claimed_by`` is the role that wrote it: what the bureau's register says counts until it is refused, what
    people claim for themselves counts once verified."""

    __tablename__ = "credentials"
    __table_args__ = (
        sa.Index("uq_credentials_once", "person_id", "kind", "name", "level", unique=True),
        sa.Index("ix_credentials_status", "status", "created_at", "id"),
        sa.Index("ix_credentials_name", "kind", "name", "status"),
        sa.Index("ix_credentials_ends", "valid_until", postgresql_where=sa.column("status") == "verified"),
    )

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id"))
    kind: Mapped[str]
    name: Mapped[str]
    level: Mapped[str] = mapped_column(default="")
    issued_by: Mapped[str] = mapped_column(default="")
    issued_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    evidence: Mapped[list[str]] = mapped_column(JSONB, default=list)
    claimed_by: Mapped[str]
    status: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str] = mapped_column(default="")

    @property
    def facts(self) -> CredentialFacts:
        return CredentialFacts(self.kind, self.name, self.level, self.status, self.claimed_by)


class Employment(Row, Base):
    """The unit that a person belongs or belonged to; the current one has no ``ends_on``. ``starts_on`` is None
    where the registry never learned it."""

    __tablename__ = "employments"
    __table_args__ = (
        sa.Index("ix_employments_person", "person_id", "id"),
        sa.Index("uq_employments_current", "person_id", unique=True, postgresql_where=sa.column("ends_on").is_(None)),
    )

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id"))
    unit_name: Mapped[str]
    unit_code: Mapped[str] = mapped_column(index=True)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]


class Availability(Row, Base):
    """A period, both days included, in which a person can or cannot serve. Without any, a person can."""

    __tablename__ = "availabilities"
    __table_args__ = (sa.Index("ix_availabilities_person", "person_id", "starts_on"),)

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    available: Mapped[bool]
    note: Mapped[str] = mapped_column(default="")


class ToldApart(Row, Base):
    """Two records that look alike and are two people, as a person found; the smaller id first."""

    __tablename__ = "told_apart"
    __table_args__ = (sa.Index("uq_told_apart", "first_id", "second_id", unique=True),)

    first_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id"))
    second_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id"))
    reason: Mapped[str]
    told_by: Mapped[str]


constraint_reasons(
    {
        "uq_credentials_once": Reason(
            "credential.twice", "该称号或职称已填报", "This honour or title is claimed already", "/name"
        ),
        "uq_told_apart": Reason(
            "person.told_apart", "这两条记录已确认不是同一人", "These two were told apart already", "/other_id"
        ),
    }
)

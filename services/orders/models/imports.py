"""Summaries that the worker takes in: the resource that tells how it goes, and the file it came as."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.orders.models.base import Base
from services.orders.rules import imports as rules
from shared.actor import Actor
from shared.crypto import Encrypted
from shared.db import Row


class ImportProgress(Base):
    """How far it is. Written in short transactions beside the long one that imports, so it can be seen meanwhile
    and outlives a worker that was killed."""

    __tablename__ = "import_progress"

    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    attempts: Mapped[int] = mapped_column(default=0)
    rows: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)


class ImportFile(Base):
    """The workbook: as it came, or with the faulty cells marked. It names people and their phones, so it is stored
    like them (base64 of the file) and deleted after the policy's days."""

    __tablename__ = "import_files"

    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    content: Mapped[str] = mapped_column(Encrypted)


class Import(Row, Base):
    """One summary that is too large to be taken in while the sender waits."""

    __tablename__ = "imports"
    __table_args__ = (
        sa.Index("ix_imports_round", "round_id", "id"),
        sa.Index("ix_imports_queue", "queued_at", postgresql_where="finished_at is null"),
        sa.Index("ix_imports_files", "file_until", postgresql_where="file_until is not null"),
    )

    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("rounds.id"))
    division: Mapped[str]
    importer: Mapped[dict[str, Any]] = mapped_column(JSONB)
    file_name: Mapped[str]
    queued_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    failed: Mapped[bool] = mapped_column(default=False)
    file_until: Mapped[datetime | None]
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    fault_count: Mapped[int] = mapped_column(default=0)
    faults: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    progress: Mapped[ImportProgress] = relationship(
        primaryjoin=lambda: sa.orm.foreign(Import.id) == ImportProgress.import_id, lazy="raise", viewonly=True
    )

    @property
    def status(self) -> str:
        return rules.status(self.finished_at is not None, self.failed, self.progress.attempts)

    @property
    def rows(self) -> int:
        return self.progress.rows

    @property
    def done(self) -> int:
        return self.progress.done

    @property
    def result_file(self) -> str | None:
        return f"/v1/imports/{self.id}/file" if self.file_until else None

    @property
    def actor(self) -> Actor:
        """Who handed it in, with the rights that its token had."""
        return Actor(**{**self.importer, "roles": frozenset(self.importer["roles"])})

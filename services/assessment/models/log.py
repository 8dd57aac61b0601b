"""The public log and its signed checkpoints: append-only, by rights and by trigger."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.assessment.models.base import Base
from services.assessment.rules.chain import Entry
from shared.db import new_id


class LogEntry(Base):
    """One thing that was published. Who writes holds the log's lock, so positions have no gaps."""

    __tablename__ = "log_entries"
    __table_args__ = ({"info": {"rights": "select, insert"}},)

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    address: Mapped[str]
    document_hash: Mapped[str]
    at: Mapped[datetime]
    previous_hash: Mapped[str]
    hash: Mapped[str]

    @property
    def entry(self) -> Entry:
        return Entry(
            self.position,
            self.kind,
            str(self.subject_id),
            self.address,
            self.document_hash,
            self.at,
            self.previous_hash,
        )


class Checkpoint(Base):
    """The first ``size`` entries, signed: ``note`` is the signed text, ``root`` the hash of entry ``size`` in hex.
    ``signed_at`` is wall time, since strangers judge by it whether the log is kept."""

    __tablename__ = "log_checkpoints"
    __table_args__ = ({"info": {"rights": "select, insert"}},)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    size: Mapped[int] = mapped_column(index=True)
    root: Mapped[str]
    signed_at: Mapped[datetime]
    note: Mapped[str]

"""Which versions of a printed form were handed out, so that a sealed scan can be told from a scan of another text."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Row, new_id
from shared.errors import Malformed, Reason, Refused


class FormRow(Row):
    """One text of one form of one noun, when and by whom it was first downloaded. ``document`` is its fingerprint."""

    __table_args__ = (sa.UniqueConstraint("noun", "noun_id", "form", "document", name="uq_form_versions_document"),)

    noun: Mapped[str]
    noun_id: Mapped[UUID]
    form: Mapped[str]
    document: Mapped[str]
    downloaded_at: Mapped[datetime]
    downloaded_by: Mapped[str] = mapped_column(default="")


async def note(
    session: AsyncSession,
    model: type[FormRow],
    noun: str,
    noun_id: UUID,
    form: str,
    document: str,
    by: str,
    now: datetime,
) -> None:
    """This text was handed out; the first time counts."""
    values = {
        "id": new_id(),
        "noun": noun,
        "noun_id": noun_id,
        "form": form,
        "document": document,
        "downloaded_at": now,
        "downloaded_by": by,
        "version": 1,
    }
    await session.execute(insert(model).values(values).on_conflict_do_nothing())


def of_noun(model: type[FormRow], noun: str, noun_id: UUID) -> sa.Select[Any]:
    """Newest first."""
    return sa.select(model).where(model.noun == noun, model.noun_id == noun_id).order_by(model.downloaded_at.desc())


async def document_of(
    session: AsyncSession, model: type[FormRow], noun: str, noun_id: UUID, form: str, code: str
) -> str:
    """The fingerprint that begins with the printed ``code``. Raises :class:`Refused` when no such text of this form
    was ever handed out, :class:`Malformed` when the code is too short to tell."""
    if len(code) < 8:
        raise Malformed(
            Reason(
                "attachment.code_short", "请填写校验码（至少8位）", "Give at least 8 digits of the code", "/document"
            )
        )
    known = sa.select(model.document).where(
        model.noun == noun,
        model.noun_id == noun_id,
        model.form == form,
        model.document.startswith(code.lower(), autoescape=True),
    )
    found: str | None = (await session.execute(known)).scalars().first()
    if found is None:
        raise Refused(
            Reason(
                "attachment.unknown_version",
                "校验码与已下载的表单不符，请核对所盖章的版本",
                "The code is of no version of this form that was downloaded; check which one was sealed",
                "/document",
            )
        )
    return found

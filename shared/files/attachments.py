"""Rows for files: each service has a table of its own made with ``AttachmentRow``, and owns what stands in it.

The bytes are written before the row commits, and both under a lock on the key: a transaction that fails leaves bytes
that no row names, which ``sweep`` takes away after a day. A removed file keeps its row, its bytes and who removed it.
"""

from datetime import datetime
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from shared.actor import Actor
from shared.db import Row, constraint_reasons, load, new_id
from shared.errors import NotFound, Reason, Refused
from shared.files.examine import Received
from shared.files.store import Files

KINDS = ("scan", "photo", "evidence", "other")
MOST_OF_A_NOUN = 200
"""Files that one order, team, … may have; a backstop, since each may have 20 MiB."""


class AttachmentRow(Row):
    """A file of one noun. ``form`` and ``document`` say which printed form, in which version, a scan is of."""

    NOUNS: ClassVar[tuple[str, ...]] = ()
    """The nouns whose files this table describes; no other service may keep files under these names."""

    noun: Mapped[str]
    noun_id: Mapped[UUID]
    kind: Mapped[str]
    form: Mapped[str] = mapped_column(default="")
    document: Mapped[str] = mapped_column(default="")
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    key: Mapped[str] = mapped_column(index=True)
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[str] = mapped_column(default="")
    removed_reason: Mapped[str] = mapped_column(default="")

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> Any:
        return (
            sa.Index(
                "uq_attachments_same",
                "noun",
                "noun_id",
                "kind",
                "form",
                "sha256",
                unique=True,
                postgresql_where=sa.text("removed_at is null"),
            ),
            sa.Index("ix_attachments_noun", "noun", "noun_id", "id"),
        )


Attachment = TypeVar("Attachment", bound=AttachmentRow)


def of_noun(model: type[Attachment], noun: str, noun_id: UUID) -> sa.Select[Any]:
    """All files of one noun, removed ones included."""
    return sa.select(model).where(model.noun == noun, model.noun_id == noun_id)


async def attach(
    session: AsyncSession, model: type[Attachment], files: Files, sent: Received, row: Attachment, now: datetime
) -> tuple[Attachment, bool]:
    """Keep the file and ``row``, which says what it belongs to; the row that stands, and whether it is new.

    The same file of the same noun, kind and form is one row however often it is sent, under whatever id. Raises
    :class:`Refused` when the client's id names another file, or the noun has too many.
    """
    key = f"{row.noun}/{now.year:04d}/{sent.sha256}"
    await lock(session, key)
    if (stands := await _standing(session, model, sent, row)) is not None:
        return stands, False
    await _check_count(session, model, row)
    await files.put(key, sent.file)
    row.key, row.name, row.media_type, row.size, row.sha256 = key, sent.name, sent.media_type, sent.size, sent.sha256
    row.uploaded_at = now
    session.add(row)
    await session.flush()
    return row, True


async def _standing(
    session: AsyncSession, model: type[Attachment], sent: Received, row: Attachment
) -> Attachment | None:
    """The row that this upload made when it was sent before; a removed one stands only under its own id."""
    if row.id is not None:
        known = await session.get(model, row.id)
        if known is not None:
            said = ("noun", "noun_id", "kind", "form")
            if known.sha256 != sent.sha256 or any(getattr(known, name) != getattr(row, name) for name in said):
                raise Refused(_TAKEN)
            return known
    else:
        row.id = new_id()
    same = of_noun(model, row.noun, row.noun_id).where(
        model.kind == row.kind, model.form == row.form, model.sha256 == sent.sha256, model.removed_at.is_(None)
    )
    found: Attachment | None = (await session.execute(same)).scalar_one_or_none()
    return found


async def _check_count(session: AsyncSession, model: type[Attachment], row: Attachment) -> None:
    present = of_noun(model, row.noun, row.noun_id).where(model.removed_at.is_(None)).subquery()
    if (await session.execute(sa.select(sa.func.count()).select_from(present))).scalar_one() >= MOST_OF_A_NOUN:
        most = f"附件已达{MOST_OF_A_NOUN}个上限", f"There are {MOST_OF_A_NOUN} files already, the limit"
        raise Refused(Reason("attachment.too_many", *most, "/file"))


async def lock(session: AsyncSession, key: str) -> None:
    """Until the transaction ends, nobody else keeps or sweeps the bytes of this key."""
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))


async def find(session: AsyncSession, model: type[Attachment], noun: str, noun_id: UUID, key: UUID) -> Attachment:
    """A file of this very noun. Raises :class:`NotFound` for any other."""
    one = of_noun(model, noun, noun_id).where(model.id == key)
    row: Attachment | None = (await session.execute(one)).scalar_one_or_none()
    if row is None:
        raise NotFound("attachment")
    return row


async def remove(session: AsyncSession, row: AttachmentRow, reason: str, actor: Actor, now: datetime) -> bool:
    """Take a file out of what the noun shows; whether it was there. Row and bytes stay, with who, when and why."""
    await load(session, type(row), row.id, "attachment")
    if row.removed_at is not None:
        return False
    row.removed_at, row.removed_by, row.removed_reason = now, actor.id, reason
    return True


def about(row: AttachmentRow) -> dict[str, Any]:
    """The fields of ``shared.contracts.base.AboutFile``."""
    return {
        "attachment_id": row.id,
        "kind": row.kind,
        "form": row.form,
        "media_type": row.media_type,
        "size": row.size,
        "sha256": row.sha256,
    }


_TAKEN = Reason("attachment.id_taken", "该编号已用于另一文件", "This id was used for another file", "/id")
constraint_reasons(
    {
        "pk_attachments": _TAKEN,
        "uq_attachments_same": Reason(
            "attachment.same", "同一文件正在上传", "The same file is being uploaded", "/file"
        ),
    }
)

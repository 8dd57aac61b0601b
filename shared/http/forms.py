"""Official forms over HTTP: a filled DOCX, and which of its versions were handed out and came back sealed."""

import asyncio
from datetime import datetime
from uuid import UUID

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession

from shared.actor import Actor
from shared.documents import CODE_DIGITS, Document, render
from shared.files import attachments, versions
from shared.files.examine import DOCX
from shared.http.attachments import AttachmentOut, Attachments
from shared.http.downloads import as_file
from shared.http.shapes import Out, Time


class FormVersionOut(Out):
    """One text of a form that was downloaded. ``code`` is printed on it; ``current``: it is what the form says now."""

    form: str
    document: str
    code: str
    current: bool
    downloaded_at: Time
    downloaded_by: str
    scans: list[AttachmentOut] = []


async def hand_out(
    session: AsyncSession,
    of: Attachments,
    noun_id: UUID,
    form: str,
    papers: tuple[Document, Document],
    actor: Actor,
    now: datetime,
) -> Response:
    """The form for this caller, noted as handed out. ``papers``: as everybody may read it, whose fingerprint is the
    version's, and as this caller may."""
    common, own = papers
    await versions.note(session, of.versions, of.noun, noun_id, form, common.fingerprint, actor.id, now)
    await session.commit()  # the route only reads; that a paper was handed out is noted all the same
    content = await asyncio.to_thread(render, own, common.fingerprint)
    name = f"{common.title.replace(chr(10), '')} {common.number}".strip() + ".docx"
    return as_file(content, name, DOCX, {"X-Document-Fingerprint": common.fingerprint})


async def handed_out(
    session: AsyncSession, of: Attachments, noun_id: UUID, now_says: dict[str, Document]
) -> list[FormVersionOut]:
    """Every version that was downloaded, newest first, with its sealed scans: for callers who may see scans."""
    current = {form: paper.fingerprint for form, paper in now_says.items()}
    scans = attachments.of_noun(of.model, of.noun, noun_id).where(
        of.model.kind == "scan", of.model.removed_at.is_(None)
    )
    found = list(await session.scalars(scans.order_by(of.model.id)))
    return [
        FormVersionOut(
            form=row.form,
            document=row.document,
            code=row.document[:CODE_DIGITS],
            current=current.get(row.form) == row.document,
            downloaded_at=row.downloaded_at,
            downloaded_by=row.downloaded_by,
            scans=[
                AttachmentOut.model_validate(scan)
                for scan in found
                if (scan.form, scan.document) == (row.form, row.document)
            ],
        )
        for row in await session.scalars(versions.of_noun(of.versions, of.noun, noun_id))
    ]

"""Files and papers of notices, for the offices that read them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment import queries
from services.assessment.forms import FORMS, notice_form
from services.assessment.models import Attachment, FormVersion, Notice
from services.assessment.rules.scope import OFFICES
from services.assessment.usecases import attachment, known
from shared.actor import Actor
from shared.errors import NotFound
from shared.files.attachments import KINDS
from shared.http import Api, Attachments, Db, FormVersionOut, Now, add_attachment_routes, allow, hand_out, handed_out

attachments = Api(tags=["notices"])

Office = Annotated[Actor, allow(*OFFICES)]


async def _seen(session: AsyncSession, notice_id: UUID, actor: Actor) -> tuple[str, ...]:
    if not actor.has(*OFFICES):
        raise NotFound("notice")
    await queries.in_scope(session, Notice, notice_id, actor, "notice")
    return KINDS


_of_notices = Attachments(
    "notice", "notices", Attachment, FormVersion, _seen, attachment.attach, attachment.remove, FORMS
)
add_attachment_routes(attachments, _of_notices)


@attachments.get("/v1/notices/{notice_id}/form", response_class=Response)
async def read_notice_form(notice_id: UUID, db: Db, who: Office, now: Now) -> Any:
    """The posted notice as a DOCX in the official layout: its frozen list, personal data masked."""
    row = await queries.in_scope(db, Notice, notice_id, who, "notice")
    paper = notice_form(row, await known.round_of(db, row.round_id))
    return await hand_out(db, _of_notices, notice_id, "notice", (paper, paper), who, now)


@attachments.get("/v1/notices/{notice_id}/forms", response_model=list[FormVersionOut])
async def list_notice_forms(notice_id: UUID, db: Db, who: Office) -> Any:
    """When the paper was downloaded, and its sealed scans."""
    row = await queries.in_scope(db, Notice, notice_id, who, "notice")
    current = {"notice": notice_form(row, await known.round_of(db, row.round_id))} if row.snapshot else {}
    return await handed_out(db, _of_notices, notice_id, current)

"""Files of notices."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import Attachment, Notice
from services.assessment.rules import attachment as rules
from services.assessment.usecases import known
from shared.actor import Actor
from shared.contracts.assessment import NoticeAttachmentAdded, NoticeAttachmentRemoved
from shared.files import attachments
from shared.files.examine import Received
from shared.files.store import Files
from shared.outbox import publish


async def attach(
    session: AsyncSession, files: Files, sent: Received, row: Attachment, actor: Actor, now: datetime
) -> Attachment:
    """The same file twice is one row and is said once."""
    notice = await session.get_one(Notice, row.noun_id)
    rules.attach((await known.round_of(session, notice.round_id)).division, actor)
    row, new = await attachments.attach(session, Attachment, files, sent, row, now)
    if new:
        publish(session, NoticeAttachmentAdded(notice_id=notice.id, round_id=notice.round_id, **attachments.about(row)))
    return row


async def remove(session: AsyncSession, row: Attachment, reason: str, actor: Actor, now: datetime) -> Attachment:
    notice = await session.get_one(Notice, row.noun_id)
    rules.remove((await known.round_of(session, notice.round_id)).division, actor)
    if await attachments.remove(session, row, reason, actor, now):
        publish(
            session, NoticeAttachmentRemoved(notice_id=notice.id, round_id=notice.round_id, **attachments.about(row))
        )
    return row

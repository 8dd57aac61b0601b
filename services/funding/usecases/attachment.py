"""Files of awards and of what belongs to them."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.funding import queries
from services.funding.models import Attachment, Award, Expense, FinalAccount
from services.funding.rules import attachment as rules
from services.funding.usecases import proof
from shared.actor import Actor
from shared.contracts.funding import AwardAttachmentAdded, AwardAttachmentRemoved
from shared.db import load
from shared.files import attachments
from shared.files.examine import Received
from shared.files.store import Files
from shared.outbox import publish


async def attach(
    session: AsyncSession, files: Files, sent: Received, row: Attachment, actor: Actor, now: datetime
) -> Attachment:
    """The same file twice is one row and is said once."""
    award = await _award(session, row, actor)
    rules.attach(await queries.takes_part(session, award.id, actor))
    row, new = await attachments.attach(session, Attachment, files, sent, row, now)
    if new:
        publish(session, _event(AwardAttachmentAdded, award, row))
    return row


async def remove(session: AsyncSession, row: Attachment, reason: str, actor: Actor, now: datetime) -> Attachment:
    award = await _award(session, row, actor)
    takes_part = await queries.takes_part(session, award.id, actor)
    rests_on_it = await proof.rests_on(session, row.id) or await _receipt(session, row)
    rules.remove(takes_part, row.uploaded_by, rests_on_it, actor)
    if await attachments.remove(session, row, reason, actor, now):
        publish(session, _event(AwardAttachmentRemoved, award, row))
    return row


async def _receipt(session: AsyncSession, row: Attachment) -> bool:
    """Whether it proves an expense or a final account that is under judgement or accepted; that cannot change
    meanwhile."""
    models: dict[str, type[Expense | FinalAccount]] = {"expense": Expense, "final_account": FinalAccount}
    if row.noun not in models:
        return False
    return (await load(session, models[row.noun], row.noun_id, row.noun)).status in ("submitted", "accepted")


async def _award(session: AsyncSession, row: Attachment, actor: Actor) -> Award:
    return await session.get_one(Award, await queries.award_with_files(session, row.noun, row.noun_id, actor))


def _event(
    kind: type[AwardAttachmentAdded] | type[AwardAttachmentRemoved], award: Award, row: Attachment
) -> AwardAttachmentAdded | AwardAttachmentRemoved:
    return kind(
        **award.ids,
        amount_fen=award.amount_fen,
        noun=row.noun,
        noun_id=row.noun_id,
        **attachments.about(row),
    )

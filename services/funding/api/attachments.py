"""Files of awards and of what belongs to them."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.funding import queries
from services.funding.models import Attachment, FormVersion
from services.funding.usecases import attachment
from shared.actor import Actor
from shared.files.attachments import KINDS
from shared.http import Api, Attachments, add_attachment_routes

attachments = Api(tags=["attachments"])


def _files(noun: str, plural: str, forms: tuple[str, ...] = ()) -> Attachments:
    """The routes of a noun's files; ``forms`` are its printed forms, whose sealed scans are handed in."""

    async def seen(session: AsyncSession, noun_id: UUID, actor: Actor) -> tuple[str, ...]:
        await queries.award_with_files(session, noun, noun_id, actor)
        return KINDS

    found = Attachments(noun, plural, Attachment, FormVersion, seen, attachment.attach, attachment.remove, forms)
    add_attachment_routes(attachments, found)
    return found


_files("award", "awards")
_files("instalment", "instalments")
_files("expense", "expenses")

"""Messages to people, as development reads them."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import Message


async def messages_about(session: AsyncSession, about: str, most: int = 20) -> list[dict[str, Any]]:
    """The last text messages about this, oldest first."""
    statement = sa.select(Message).where(Message.about == about, Message.channel == "sms")
    newest = list(await session.scalars(statement.order_by(Message.id.desc()).limit(most)))
    return [{"at": one.created_at, "phone": one.address, "text": one.text, "about": about} for one in reversed(newest)]

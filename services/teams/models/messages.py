"""Messages to people."""

import sqlalchemy as sa

from services.teams.models.base import Base
from shared.messages import MessageRow


class Message(MessageRow, Base):
    """Links for liaisons, digests of what is owed."""

    __tablename__ = "messages"
    __table_args__ = (
        sa.Index("ix_messages_due", "next_try_at", postgresql_where=sa.column("next_try_at").is_not(None)),
    )

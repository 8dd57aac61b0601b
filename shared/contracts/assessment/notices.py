"""Public notices, objections, and declared working calendars."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.contracts.base import AboutFile, Event, OfRound

NoticeKind = Literal["selection", "grades"]


class OfNotice(OfRound):
    notice_id: UUID
    kind: NoticeKind


class NoticePosted(OfNotice, type="assessment.notice.posted.v1"):
    closes_at: datetime
    snapshot_hash: str
    teams: int


class NoticeClosed(OfNotice, type="assessment.notice.closed.v1"):
    pass


class NoticeConfirmed(OfNotice, type="assessment.notice.confirmed.v1"):
    """Every entry is settled."""


class NoticeAttachmentAdded(OfRound, AboutFile, type="assessment.notice.attachment_added.v1"):
    notice_id: UUID


class NoticeAttachmentRemoved(OfRound, AboutFile, type="assessment.notice.attachment_removed.v1"):
    """No longer handed out; the file and who removed it stay known to the service."""

    notice_id: UUID


class NoticeEntryConfirmed(OfNotice, type="assessment.notice.entry_confirmed.v1"):
    """The period is over for this team without an objection, or the objection was dismissed."""

    order_id: UUID
    team_id: UUID


class NoticeEntryUpheld(OfNotice, type="assessment.notice.entry_upheld.v1"):
    """An objection against this team was upheld: it leaves the notice and is decided anew."""

    order_id: UUID
    team_id: UUID


class OfObjection(OfNotice):
    objection_id: UUID
    team_id: UUID


class ObjectionRaised(OfObjection, type="assessment.objection.raised.v1"):
    pass


class ObjectionExtended(OfObjection, type="assessment.objection.extended.v1"):
    due_at: datetime


class ObjectionAnswered(OfObjection, type="assessment.objection.answered.v1"):
    upheld: bool


class CalendarDeclared(Event, type="assessment.calendar.declared.v1"):
    calendar_id: UUID
    year: int

"""One team's entry on a posted notice, one function per verb."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import Notice, NoticeEntry
from services.assessment.rules import entry as rules
from services.assessment.usecases import assessment
from shared.contracts.assessment import NoticeEntryConfirmed, NoticeEntryUpheld
from shared.outbox import publish


def about(notice: Notice) -> dict[str, object]:
    """What every event of a notice carries."""
    return {"notice_id": notice.id, "round_id": notice.round_id, "kind": notice.kind}


def hold(entry: NoticeEntry) -> None:
    """An objection was raised; who is told learns it from the objection."""
    entry.status = rules.hold(entry.status)


def release(entry: NoticeEntry) -> None:
    """The last objection was dismissed within the period: others may still object."""
    entry.status = rules.release(entry.status)


async def confirm(session: AsyncSession, notice: Notice, listed: Sequence[NoticeEntry], now: datetime) -> None:
    """What the notice said about these teams stands."""
    await assessment.confirm(session, [e.assessment_id for e in listed if e.assessment_id is not None], now)
    for entry in listed:
        entry.status = rules.confirm(entry.status)
        publish(session, NoticeEntryConfirmed(**about(notice), order_id=entry.order_id, team_id=entry.team_id))


async def uphold(session: AsyncSession, notice: Notice, entry: NoticeEntry, now: datetime) -> None:
    """The team leaves the notice: a selection is decided anew by teams, a grade is scored again here."""
    entry.status = rules.uphold(entry.status)
    publish(session, NoticeEntryUpheld(**about(notice), order_id=entry.order_id, team_id=entry.team_id))
    if entry.assessment_id is not None:
        await assessment.reopen(session, entry.assessment_id, now)


def leave(entry: NoticeEntry) -> None:
    """The team withdrew, was dissolved or lapsed."""
    entry.status = rules.leave(entry.status)

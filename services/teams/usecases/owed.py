"""What the assessment service waits for, and reminders of it: to phones and addresses that are known here."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import KnownDuty, Message, Person, Team
from services.teams.rules import reminder as rules
from services.teams.usecases import link, reminder
from shared.calendar import end_of
from shared.clock import SHANGHAI
from shared.contracts.assessment import (
    AssessmentCollecting,
    AssessmentPartSubmitted,
    AssessmentReopened,
    CorrectionProposed,
    CycleReminded,
    FollowUpOpened,
    SubscriptionPaused,
)
from shared.messages import Letter, queue, sends


async def open_parts(session: AsyncSession, event: AssessmentCollecting | AssessmentReopened, now: datetime) -> None:
    """Everybody's part of a yearly rating is owed from now on."""
    said = {"id": event.assessment_id, "team_id": event.team_id, "unit": event.unit_code, "due_at": event.due_at}
    await _owe(session, [{**said, "code": queries.PARTS[part], "since": now, "ended": ""} for part in event.parts])


async def open_visit(session: AsyncSession, event: FollowUpOpened, now: datetime) -> None:
    """The district owes a visit until the end of its day."""
    due_at = end_of(event.due_on, now.astimezone(SHANGHAI))
    said = {"id": event.follow_up_id, "team_id": event.team_id, "unit": "", "code": "visit_again", "due_at": due_at}
    await _owe(session, [{**said, "since": now}])


async def open_correction(session: AsyncSession, event: CorrectionProposed, now: datetime) -> None:
    """Another person of the bureau owes a decision."""
    said = {"id": event.correction_id, "team_id": event.team_id, "unit": "", "code": "confirm_correction"}
    await _owe(session, [{**said, "not_for": event.proposed_by, "since": now}])


async def open_receiver(session: AsyncSession, event: SubscriptionPaused, now: datetime) -> None:
    """The system gave up sending to a department, which is told at once. One that paused by itself knows."""
    if not event.by_system:
        return
    said = {"id": event.subscription_id, "code": "look_at_receiver", "unit": event.unit_code}
    await _owe(session, [{**said, "name": f"{event.name}（{event.reason}）", "since": now}])
    await reminder.hurry(session, ["look_at_receiver"], None, now)


async def _owe(session: AsyncSession, rows: list[dict[str, object]]) -> None:
    if rows:
        told = insert(KnownDuty).values(rows)
        said = {name: told.excluded[name] for name in rows[0] if name not in ("id", "code")}
        await session.execute(told.on_conflict_do_update(index_elements=["id", "code"], set_=said))


async def settle(session: AsyncSession, about: UUID) -> None:
    """It is done."""
    await session.execute(sa.delete(KnownDuty).where(KnownDuty.id == about))


async def settle_part(session: AsyncSession, event: AssessmentPartSubmitted) -> None:
    """A part was handed in. Who gave the host's rating stays known."""
    part = (KnownDuty.id == event.assessment_id, KnownDuty.code == queries.PARTS[event.part])
    if event.part == "host_rating":
        by = "liaison" if event.submitted_as == "liaison" else "host"
        await session.execute(sa.update(KnownDuty).where(*part).values(ended=by))
    else:
        await session.execute(sa.delete(KnownDuty).where(*part))


async def settle_parts(session: AsyncSession, assessment_id: UUID) -> None:
    """Nothing of a rating is owed any more. That the host's is over, unless its account gave one, stays known."""
    of, rating = KnownDuty.id == assessment_id, KnownDuty.code == queries.PARTS["host_rating"]
    await session.execute(sa.delete(KnownDuty).where(of, ~rating))
    await session.execute(sa.update(KnownDuty).where(of, rating, KnownDuty.ended != "host").values(ended="over"))


async def remind(session: AsyncSession, event: CycleReminded, now: datetime) -> None:
    """Some days before the parts are due: whoever wants digests gets one now, liaisons and leads a text message."""
    await reminder.hurry(session, queries.PARTS.values(), event.round_id, now)
    if not sends("sms"):
        return
    for team, last in await _owing(session, event.round_id, "rate_service"):
        await link.ask_to_rate(session, team, last, now)
    for team, last in await _owing(session, event.round_id, "report_year"):
        if phone := await session.scalar(sa.select(Person.phone).where(Person.id == team.lead_id)):
            text = rules.report_your_year(team.name, last)
            queue(session, Message, Letter("sms", phone, text, about=str(team.id)), now)


async def _owing(session: AsyncSession, round_id: UUID, code: str) -> list[tuple[Team, date]]:
    """The teams of which this is owed, each with the last day."""
    owing = sa.select(Team, KnownDuty.due_at).join(KnownDuty, KnownDuty.team_id == Team.id)
    owing = owing.where(Team.round_id == round_id, KnownDuty.code == code, KnownDuty.ended == "")
    found = await session.execute(owing.order_by(Team.id))
    return [(team, rules.last_day(due_at.astimezone(SHANGHAI))) for team, due_at in found if due_at]

"""Which sheets an assessor still owes, and by when. It stands here and nowhere else, since who scores whom is confidential;
what others owe for a yearly rating is told to the teams service, whose list, mail and calendar hold it."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment.models import Assessment, KnownTeam, Sheet
from services.assessment.schemas import TodoList, TodoOut
from shared.actor import Actor
from shared.http.shapes import MOST_FIRST as MOST
from shared.queries import first

_LINK = "/v1/sheets?status=assigned&assessment_id={assessment_id}"


async def todo(session: AsyncSession, actor: Actor, most: int = MOST) -> TodoList:
    """What waits for this assessor, the most pressing first."""
    if not (actor.has("reviewer") and actor.person_id):
        return TodoList(items=[], left=0)
    columns: list[Any] = [
        Assessment.id.label("assessment_id"), Assessment.team_id, KnownTeam.name.label("team"), KnownTeam.order_number,
        Assessment.round_id, Sheet.created_at.label("since"), Assessment.parts_due_at.label("due"),
    ]  # fmt: skip
    owed = sa.select(*columns).join(KnownTeam, KnownTeam.id == Assessment.team_id)
    owed = owed.join(Sheet, Sheet.assessment_id == Assessment.id)
    mine = owed.where(Assessment.status == "collecting", Sheet.person_id == actor.person_id, Sheet.status == "assigned")
    found, left = await first(session, mine.order_by("due", Assessment.team_id), most)
    return TodoList(items=[_shown(dict(row._mapping)) for row in found], left=left)


def _shown(row: dict[str, Any]) -> TodoOut:
    words = {"code": "score_sheet", "zh": "市级评审打分", "en": "Score the team as assessor"}
    return TodoOut.model_validate(row | words | {"link": _LINK.format(assessment_id=row["assessment_id"])})

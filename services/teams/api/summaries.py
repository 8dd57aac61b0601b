"""Half-year and final summaries."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.teams import queries, schemas
from services.teams.models import Summary
from services.teams.rules import summary as rules
from services.teams.usecases import summary
from shared.http import Api, Db, IfMatch, Lists, Now, Page, Who, check_version, page
from shared.http.shapes import ActionOut, ReasonIn, Statuses

summaries = Api(tags=["summaries"])

_SORTABLE = {"due_at": Summary.due_at, "submitted_at": Summary.submitted_at}


def _shown(row: Summary, now: datetime) -> schemas.SummaryOut:
    late = rules.is_late(row.submitted_at, row.due_at, now)
    shown = {name: getattr(row, name) for name in schemas.SummaryOut.model_fields if hasattr(row, name)}
    return schemas.SummaryOut.model_validate({**shown, "late": late})


@summaries.get("/v1/summaries", response_model=Page[schemas.SummaryOut])
async def list_summaries(
    db: Db,
    who: Who,
    now: Now,
    query: Lists,
    round_id: UUID | None = None,
    team_id: UUID | None = None,
    kind: Literal["half_year", "final"] | None = None,
    status: Statuses | None = None,
    late: bool | None = None,
) -> Any:
    """``late``: submitted after its day, or not submitted and its day is over."""
    statement = queries.summaries(who, now, round_id=round_id, team_id=team_id, kind=kind, status=status, late=late)
    return await page(db, statement, query, sortable=_SORTABLE, id=Summary.id, item=lambda row: _shown(row, now))


@summaries.get("/v1/summaries/{summary_id}", response_model=schemas.SummaryOut)
async def read_summary(summary_id: UUID, db: Db, who: Who, now: Now) -> Any:
    """With what the caller may do now."""
    row = await queries.summary(db, summary_id, who, now)
    found = [ActionOut.model_validate(action) for action in await queries.summary_actions(db, row, who)]
    return _shown(row, now).model_copy(update={"actions": found})


@summaries.post("/v1/teams/{team_id}/summaries", response_model=schemas.SummaryOut, status_code=201)
async def begin_final_summary(team_id: UUID, db: Db, who: Who, now: Now) -> Any:
    """The lead begins the final summary before it is owed; half-year summaries are opened by the clock."""
    return _shown(await summary.begin(db, team_id, who, now), now)


@summaries.patch("/v1/summaries/{summary_id}", response_model=schemas.SummaryOut)
async def edit_summary(summary_id: UUID, body: schemas.SummaryIn, db: Db, who: Who, now: Now, seen: IfMatch) -> Any:
    """Lead and deputies write it, section by section, until it is submitted and after it was returned."""
    row = await summary.locked(db, summary_id, who, now)
    check_version(row, seen)
    return await _done(db, await summary.edit(db, row, body.sections, body.attachments, who), now)


@summaries.post("/v1/summaries/{summary_id}/submit", response_model=schemas.SummaryOut)
async def submit_summary(summary_id: UUID, db: Db, who: Who, now: Now) -> Any:
    """Late ones are taken and stay marked as late."""
    return await _done(db, await summary.submit(db, summary_id, who, now), now)


@summaries.post("/v1/summaries/{summary_id}/accept", response_model=schemas.SummaryOut)
async def accept_summary(summary_id: UUID, db: Db, who: Who, now: Now) -> Any:
    return await _done(db, await summary.accept(db, summary_id, who, now), now)


@summaries.post("/v1/summaries/{summary_id}/return", response_model=schemas.SummaryOut)
async def return_summary(summary_id: UUID, body: ReasonIn, db: Db, who: Who, now: Now) -> Any:
    return await _done(db, await summary.return_(db, summary_id, body.reason, who, now), now)


async def _done(db: Db, row: Summary, now: datetime) -> schemas.SummaryOut:
    await db.flush()  # the version that is answered is the one after this step
    return _shown(row, now)

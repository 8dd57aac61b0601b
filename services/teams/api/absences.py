"""What the host says of a team by account, and what follows: absences and ratings."""

from typing import Annotated, Any
from uuid import UUID

from services.teams import queries, schemas
from services.teams.models import Absence, HostRating
from services.teams.usecases import absence
from shared.actor import Actor
from shared.http import Api, Db, Lists, Now, Page, Who, allow, page
from shared.http.shapes import Statuses

absences = Api(tags=["hosts"])

_SORTABLE = {"expected_on": Absence.expected_on, "reported_at": Absence.reported_at, "due_at": Absence.due_at}


@absences.post("/v1/teams/{team_id}/absences", response_model=schemas.AbsenceOut, status_code=201)
async def report_absence(
    team_id: UUID, body: schemas.AbsenceIn, db: Db, who: Annotated[Actor, allow("host")], now: Now
) -> Any:
    """The team did not come on the day it was expected. The same day said twice is one report."""
    team = await queries.locked_team(db, team_id, who)
    return await absence.report(db, team, body.expected_on, body.words, who, now)


@absences.get("/v1/absences", response_model=Page[schemas.AbsenceOut])
async def list_absences(
    db: Db,
    who: Who,
    query: Lists,
    status: Statuses | None = None,
    round_id: UUID | None = None,
    team_id: UUID | None = None,
) -> Any:
    """For the lead, the host, and district and bureau of the place."""
    statement = queries.absences(who, status, round_id, team_id)
    return await page(db, statement, query, sortable=_SORTABLE, id=Absence.id, item=schemas.AbsenceOut.model_validate)


@absences.get("/v1/absences/{absence_id}", response_model=schemas.AbsenceOut)
async def read_absence(absence_id: UUID, db: Db, who: Who) -> Any:
    return await queries.absence(db, absence_id, who)


@absences.post("/v1/absences/{absence_id}/answer", response_model=schemas.AbsenceOut)
async def answer_absence(absence_id: UUID, body: schemas.AbsenceAnswerIn, db: Db, who: Who, now: Now) -> Any:
    """The lead says what happened."""
    return await absence.answer(db, absence_id, body.words, who, now)


@absences.post("/v1/absences/{absence_id}/settle", response_model=schemas.AbsenceOut)
async def settle_absence(absence_id: UUID, body: schemas.AbsenceFindingIn, db: Db, who: Who, now: Now) -> Any:
    """The district's finding, once the lead has answered or let the time pass."""
    return await absence.settle(db, absence_id, body.upheld, body.words, who, now)


@absences.get("/v1/teams/{team_id}/ratings", response_model=Page[schemas.RatingOut])
async def list_ratings(team_id: UUID, db: Db, who: Who, query: Lists) -> Any:
    """How satisfied the host was, with its words: for the host, the lead, district and bureau."""
    await queries.heard_team(db, team_id, who)
    return await page(
        db,
        queries.ratings(team_id),
        query,
        sortable={"rated_at": HostRating.rated_at},
        id=HostRating.id,
        item=schemas.RatingOut.model_validate,
    )

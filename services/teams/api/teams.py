"""Claims and teams: forming, the roster, and what the lead does with them."""

from typing import Annotated, Any
from uuid import UUID

from starlette.responses import Response

from services.teams import queries, schemas
from services.teams.api.wanted import Wanted
from services.teams.models import Team
from services.teams.usecases import continuation, earlier, hosting, indicator, member, open_roster, team
from shared.actor import Actor
from shared.http import (
    MOST_EXPORTED,
    Api,
    Db,
    Format,
    IfMatch,
    Lists,
    Now,
    Page,
    Who,
    allow,
    check_version,
    exported,
    history,
    page,
    require_fits,
)
from shared.http.shapes import ReasonIn

teams = Api(tags=["teams"])

Expert = Annotated[Actor, allow("expert")]
Claimant = Annotated[Actor, allow("expert", "host")]
Unit = Annotated[Actor, allow("unit")]


@teams.post("/v1/teams", response_model=schemas.TeamOut, status_code=201)
async def form_team(body: schemas.TeamIn, db: Db, who: Claimant, now: Now) -> Any:
    """接单: an expert claims a host's order; a host, with its ``host`` part, claims an expert's offer."""
    if body.host:
        return await hosting.form(db, body, body.host, who, now)
    formed = await team.form(db, body, who, now)
    return await earlier.start_from(db, formed, body.start_from, who, now) if body.start_from else formed


@teams.get("/v1/teams", response_model=Page[schemas.TeamOut])
async def list_teams(db: Db, who: Who, query: Lists, wanted: Wanted) -> Any:
    """Teams that the caller may see and asks for. ``filter`` is one of the caller's saved filters; what is given
    beside it counts instead of what it says."""
    query.sort = query.sort or wanted.sort
    statement = queries.teams(who, wanted)
    columns = {"created_at": Team.created_at, "order_number": Team.order_number, "asked_fen": Team.asked_fen}
    return await page(db, statement, query, sortable=columns, id=Team.id, item=schemas.TeamOut.model_validate)


@teams.get("/v1/teams/export", response_class=Response)
async def export_teams(db: Db, who: Who, wanted: Wanted, format: Format = "xlsx") -> Any:
    """The list exactly as filtered, as a file: at most 50,000, more are refused."""
    await require_fits(db, queries.teams(who, wanted).with_only_columns(Team.id), MOST_EXPORTED)
    rows = await db.execute(queries.team_lines(who, wanted).order_by(Team.created_at, Team.id))
    return await exported(format, "teams", queries.TEAM_HEAD, [queries.team_line(row) for row in rows])


@teams.get("/v1/teams/{team_id}", response_model=schemas.TeamDetail)
async def read_team(team_id: UUID, db: Db, who: Who, now: Now) -> Any:
    """The team with its roster. ``actions`` holds the checklist before submitting: all unmet conditions."""
    return await queries.team_detail(db, await queries.seen_team(db, team_id, who), who, now)


@teams.get("/v1/teams/{team_id}/history")
async def read_team_history(team_id: UUID, db: Db, who: Who) -> list[dict[str, Any]]:
    """Who did what when."""
    await queries.seen_team(db, team_id, who)
    return await history(db, "team", team_id)


@teams.patch("/v1/teams/{team_id}", response_model=schemas.TeamOut)
async def edit_team(team_id: UUID, body: schemas.TeamPatch, db: Db, who: Who, now: Now, seen: IfMatch) -> Any:
    row = await queries.locked_team(db, team_id, who)
    check_version(row, seen)
    return await team.edit(db, row, body.model_dump(exclude_unset=True), who, now)


@teams.put("/v1/teams/{team_id}/indicators", response_model=schemas.TeamOut)
async def set_indicators(team_id: UUID, body: schemas.IndicatorsIn, db: Db, who: Who, now: Now, seen: IfMatch) -> Any:
    row = await queries.locked_team(db, team_id, who)
    check_version(row, seen)
    return await indicator.set_all(db, row, body.indicators, who, now)


@teams.post("/v1/teams/{team_id}/indicators/report", response_model=schemas.TeamOut)
async def report_indicators(team_id: UUID, body: schemas.IndicatorReports, db: Db, who: Who, now: Now) -> Any:
    return await indicator.report(db, team_id, body.reports, who, now)


@teams.post("/v1/teams/{team_id}/members", response_model=schemas.TeamOut)
async def invite_members(team_id: UUID, body: schemas.MembersIn, db: Db, who: Who, now: Now) -> Any:
    return await member.invite(db, team_id, body.members, who, now)


@teams.post("/v1/teams/{team_id}/members/{person_id}/accept", response_model=schemas.TeamOut)
async def accept_invitation(team_id: UUID, person_id: UUID, db: Db, who: Who, now: Now) -> Any:
    return await member.accept(db, team_id, person_id, who, now)


@teams.post("/v1/teams/{team_id}/members/{person_id}/decline", response_model=schemas.TeamOut)
async def decline_invitation(team_id: UUID, person_id: UUID, db: Db, who: Who, now: Now) -> Any:
    return await member.decline(db, team_id, person_id, who, now)


@teams.delete("/v1/teams/{team_id}/members/{person_id}", response_model=schemas.TeamOut)
async def remove_member(team_id: UUID, person_id: UUID, db: Db, who: Who, now: Now) -> Any:
    return await member.remove(db, team_id, person_id, who, now)


@teams.post("/v1/teams/{team_id}/leave", response_model=schemas.TeamOut)
async def leave_team(team_id: UUID, db: Db, who: Expert, now: Now) -> Any:
    """Leave a live team whose roster is open; elsewhere a replacement is needed."""
    return await open_roster.leave(db, team_id, who, now)


@teams.post("/v1/teams/{team_id}/consent", response_model=schemas.TeamOut)
async def consent_to_team(team_id: UUID, db: Db, who: Unit, now: Now) -> Any:
    """The unit consents to all of its own people in the team."""
    return await member.consent(db, team_id, who, now)


@teams.post("/v1/teams/{team_id}/replace", response_model=schemas.TeamOut)
async def replace_member(team_id: UUID, body: schemas.ReplaceIn, db: Db, who: Who, now: Now) -> Any:
    """During service: whoever joins has been invited, has accepted, and the unit has consented."""
    return await member.replace(db, team_id, body, who, now)


@teams.post("/v1/teams/{team_id}/continue", response_model=schemas.TeamOut, status_code=201)
async def continue_team(team_id: UUID, body: schemas.ContinueIn, db: Db, who: Expert, now: Now) -> Any:
    """An excellent team applies again, without the open call: answers the new claim."""
    return await continuation.use(db, team_id, body, who, now)


@teams.post("/v1/teams/{team_id}/submit", response_model=schemas.TeamOut)
async def submit_team(team_id: UUID, db: Db, who: Who, now: Now) -> Any:
    return await team.submit(db, team_id, who, now)


@teams.post("/v1/teams/{team_id}/withdraw", response_model=schemas.TeamOut)
async def withdraw_team(team_id: UUID, db: Db, who: Who, now: Now, body: ReasonIn | None = None) -> Any:
    return await team.withdraw(db, team_id, body.reason if body else "", who, now)

"""Values of indicators: reported with evidence, kept as a history, confirmed or disputed by the host."""

from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa

from services.teams import queries, schemas
from services.teams.models import Report
from services.teams.usecases import report
from shared.actor import Actor
from shared.http import Api, Db, Lists, Now, Page, Who, allow, page
from shared.http.shapes import ReasonIn

reports = Api(tags=["indicators"])

Host = Annotated[Actor, allow("host")]


@reports.get("/v1/teams/{team_id}/reports", response_model=Page[schemas.ReportOut])
async def list_reports(team_id: UUID, db: Db, who: Who, query: Lists, name: str | None = None) -> Any:
    """Every value that was reported, by whom, when and with what evidence; of one indicator with ``name``."""
    await queries.seen_team(db, team_id, who)
    statement = sa.select(Report).where(Report.team_id == team_id)
    statement = statement.where(Report.name == name) if name else statement
    columns = {"reported_at": Report.reported_at}
    return await page(db, statement, query, sortable=columns, id=Report.id, item=schemas.ReportOut.model_validate)


@reports.post("/v1/reports/{report_id}/confirm", response_model=schemas.ReportOut)
async def confirm_report(report_id: UUID, db: Db, who: Host, now: Now) -> Any:
    return await report.confirm(db, report_id, who, now)


@reports.post("/v1/reports/{report_id}/dispute", response_model=schemas.ReportOut)
async def dispute_report(report_id: UUID, body: ReasonIn, db: Db, who: Host, now: Now) -> Any:
    return await report.dispute(db, report_id, body.reason, who, now)

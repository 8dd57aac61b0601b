"""What stands in a report: rows and figures of a place and a year, as plain JSON that can be frozen."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment import queries
from services.assessment.models import Attachment, Case, Commendation, FollowUp, Report
from services.assessment.rules import commendation as commendation_rules
from services.assessment.rules import yearly
from services.assessment.rules.frozen import Document
from services.assessment.rules.notice import masked
from services.assessment.rules.report import covers_counties
from services.assessment.rules.yearly import OrderYear, TeamYear
from shared.clock import SHANGHAI
from shared.divisions import name_of

PERSON = "（个人）"
"""A commended person is not named to everybody: the title says what for."""


async def content(session: AsyncSession, report: Report, now: datetime, frozen: bool = True) -> Document:
    """The whole report. A county's as the system knows it now; the city's from the accepted reports of its counties,
    and from what the system knows where none was accepted (``sources`` says which); a sector's is the part of that."""
    rows = await _rows(session, report)
    teams = [TeamYear.of(row) for row in rows["teams"]]
    orders = [OrderYear(**row) for row in rows["orders"]]
    return {
        "kind": report.kind,
        "division": report.division,
        "sector": report.sector,
        "name": place_name(report.division),
        "year": report.year,
        "number": report.number,
        "text": masked(report.text),
        "reason": masked(report.reason) if frozen else "",
        "made_at": now.astimezone(SHANGHAI).isoformat(),
        **rows,
        **summed(teams, orders),
        "people": await queries.people(session, report.division, report.year, report.sector),
    }


def summed(teams: Sequence[TeamYear], orders: Sequence[OrderYear]) -> Document:
    """What the rows come to: together, by county, industry and programme."""

    def rows(groups: list[tuple[str, yearly.Figures]]) -> list[Document]:
        return [{"key": key, **found.document()} for key, found in groups]

    counties = yearly.by(teams, orders, lambda team: team.county, lambda order: order.county)
    served = yearly.by(teams, (), lambda team: (team.programme, team.round_year, team.county), None)
    return {
        "figures": yearly.figures(teams, orders).document(),
        "counties": [{**row, "name": place_name(row["key"])} for row in rows(counties)],
        "industries": rows(yearly.by(teams, orders, lambda team: team.industry, lambda order: order.industry)),
        "programmes": rows(yearly.by(teams, orders, lambda team: team.programme, lambda order: order.programme)),
        "served": [
            {
                "programme": programme,
                "round_year": year,
                "county": county,
                "name": place_name(county),
                "teams": found.teams,
                "experts": found.experts,
                "local_talents": found.local_talents,
            }
            for (programme, year, county), found in served
        ],
        "forms": yearly.forms(teams),
        "measured": yearly.measured(teams),
    }


async def _rows(session: AsyncSession, report: Report) -> Document:
    division, year, sector = report.division, report.year, report.sector
    teams = [team.document() for team in await queries.team_years(session, division, year, sector)]
    orders = [order.document() for order in await queries.order_years(session, division, year, sector)]
    handed_in = await queries.accepted(session, division, year) if covers_counties(division) else []
    sources = []
    for county in handed_in:
        own = {
            noun: [row for row in (county.content or {})[noun] if not sector or row["industry"] == sector]
            for noun in ("teams", "orders")
        }
        teams = [row for row in teams if not lies_in(row, county.division)] + own["teams"]
        orders = once([row for row in orders if not lies_in(row, county.division)] + own["orders"])
        sources.append({"division": county.division, "name": place_name(county.division), "report": str(county.id)})
    cases = await queries.selected_cases(session, division, year, sector)
    photos = await queries.photos(session, [case.id for case in cases])
    return {
        "sources": sources,
        "teams": sorted(teams, key=lambda row: (row["order_number"], row["team"])),
        "orders": sorted(orders, key=lambda row: (row["number"], row["title"])),
        "commendations": [_commended(row) for row in await queries.commended(session, division, year) if not sector],
        "cases": [case_document(case, [one for one in photos if one.noun_id == case.id]) for case in cases],
        "follow_ups": [_visited(row) for row in await queries.visited(session, division, year, sector)],
    }


def once(orders: Sequence[Document]) -> list[Document]:
    """Each order once. An offer lies where its expert works until a host elsewhere claims it: a county that reported
    before that counted it as open, the other county counts it as its own."""
    found: dict[str, Document] = {}
    for row in sorted(orders, key=lambda row: row["status"] in yearly.MATCHED):
        found[row["number"]] = row
    return list(found.values())


def lies_in(row: Document, division: str) -> bool:
    """Whether a row's place lies in this county."""
    return yearly.county_of(row["division"]) == division


def place_name(division: str) -> str:
    return name_of(division) or division


async def missing(session: AsyncSession, report: Report) -> list[str]:
    """Counties that have something to report and no accepted report."""
    if report.kind != "city":
        return []
    teams = await queries.team_years(session, report.division, report.year)
    orders = await queries.order_years(session, report.division, report.year)
    told = {one.division for one in await queries.accepted(session, report.division, report.year)}
    active = {team.county for team in teams} | {order.county for order in orders}
    return [place_name(county) for county in sorted(active - told)]


def _commended(row: Commendation) -> Document:
    return {
        "kind": row.kind,
        "zh": commendation_rules.KINDS[row.kind],
        "title": masked(row.title),
        "name": masked(row.name) if row.kind == "unit" else PERSON,
        "granted_by": masked(row.granted_by),
        "granted_on": row.granted_on.isoformat(),
        "reason": masked(row.reason) if row.kind == "unit" else "",
        "division": row.division,
        "county": place_name(row.division),
    }


def case_document(case: Case, photos: Sequence[Attachment]) -> Document:
    """A case as it is published; ``pictures`` are SHA-256 of what is shown, known once it was made."""
    return {
        "id": str(case.id),
        "division": case.division,
        "county": place_name(case.division),
        "title": masked(case.title),
        "text": masked(case.text),
        "attachments": [str(one.id) for one in photos],
        "pictures": [],
    }


def _visited(row: FollowUp) -> Document:
    return {
        "order_number": row.team.order_number,
        "team": masked(row.team.name),
        "county": place_name(yearly.county_of(row.team.division)),
        "months": row.months,
        "visited_on": row.visited_on.isoformat() if row.visited_on else "",
        "going_on": row.going_on or 0,
        "text": masked(row.text),
        "standing": row.standing or [],
    }


async def of_year(session: AsyncSession, division: str, year: int, sector: str) -> tuple[Document, UUID | None]:
    """The figures of a year and the issued report that they stand in, or what the system knows now."""
    report = await queries.newest_issued(session, division, year, sector)
    if report is not None and report.content is not None:
        return report.content["figures"], report.id
    teams = await queries.team_years(session, division, year, sector)
    return yearly.figures(teams, await queries.order_years(session, division, year, sector)).document(), None

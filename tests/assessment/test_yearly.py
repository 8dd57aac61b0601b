"""What a year's report counts, and what of another year or place it does not."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from services.assessment import queries
from services.assessment.models import Report
from services.assessment.rules import yearly as rules
from services.assessment.rules.yearly import OrderYear, TeamYear
from services.assessment.usecases import yearly
from shared.clock import SHANGHAI
from shared.contracts.teams import (
    AgreedIndicator,
    AgreementAmended,
    MemberJoined,
    MemberLeft,
    Serving,
    TeamConcluded,
    TeamConfirmed,
    TeamWithdrawn,
)
from tests.assessment.factories import (
    CITY,
    WANZHOU,
    TeamIds,
    Year,
    agreed,
    entry,
    put_on_notice,
    report,
    round_opened,
)
from tests.assessment.test_serving import one
from tests.assessment.test_told import order_published, paid, repaid

HERE, ELSEWHERE = "500101151002", "500102101001"


def on(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, tzinfo=SHANGHAI)


@pytest.fixture
def years(session: Any) -> Any:
    async def read(year: int, division: str = CITY) -> Sequence[TeamYear]:
        return await queries.team_years(session, division, year)

    return read


async def a_team(deliver: Any, *people: Serving, division: str = HERE, **order: Any) -> TeamIds:
    """A team that agreed, in a round of its own."""
    round = round_opened()
    ids = TeamIds(round.round_id)
    told = {"number": str(ids.order_id)[:8], "division": division}
    for event in (
        round,
        order_published(ids, **(told | order)),
        put_on_notice(ids, division=division),
        TeamConfirmed(**ids.all, amount_fen=10_000_000, people=people),
        agreed(ids),
    ):
        await deliver(event)
    return ids


async def test_somebody_in_two_teams_serves_twice_and_is_one_person(deliver: Any, session: Any, years: Any) -> None:
    both, assistant = one("member"), one("assistant")
    await a_team(deliver, one("lead"), both, assistant, one("local_talent"))
    await a_team(deliver, both.model_copy(update={"role": "lead"}), assistant)
    found = rules.figures(await years(2020), [])
    assert (found.experts, found.local_talents) == (3, 1)
    assert await queries.people(session, CITY, 2020) == 2


async def test_who_left_and_came_back_as_something_else_is_counted_once(deliver: Any, years: Any) -> None:
    lead = one("lead")
    ids = await a_team(deliver, lead)
    about = {**ids.all, "person_id": lead.person_id}
    await deliver(MemberLeft(**about, role="lead", left_on=date(2020, 6, 1)))
    again = lead.model_copy(update={"role": "member", "since": date(2020, 8, 1)})
    await deliver(MemberJoined(**about, role="member", joined=again))
    assert [team.experts for team in await years(2020)] == [1]


async def test_a_place_is_counted_once_a_year_however_many_teams_and_visits(deliver: Any, years: Any) -> None:
    for key_place in (True, False):
        ids = await a_team(deliver, key_place=key_place)
        for day in (date(2020, 12, 31), date(2021, 1, 1)):
            await deliver(entry(ids, day))
    for year in (2020, 2021):
        found = rules.figures(await years(year), [])
        assert (found.teams, found.visits, found.places, found.key_places) == (2, 2, 1, 1)


async def test_money_is_of_the_year_in_which_it_moved_and_none_of_it_of_an_earlier_one(
    deliver: Any, years: Any, clock: Any
) -> None:
    """Of a team that was over by then, money is all that counts in the year after."""
    ids = await a_team(deliver)
    await clock.set(on(2020, 12, 31))
    for event in (
        TeamConcluded(**ids.all),
        paid(ids, 6_000_000, date(2020, 12, 31)),
        paid(ids, 4_000_000, date(2021, 1, 1)),
        repaid(ids, 1_000_000, date(2021, 6, 1)),
    ):
        await deliver(event)
    found = [rules.figures(await years(year), []) for year in (2020, 2021)]
    assert [(one.paid_fen, one.returned_fen, one.held_fen) for one in found] == [
        (6_000_000, 0, 6_000_000),
        (4_000_000, 1_000_000, 9_000_000),
    ]
    assert [(one.teams, one.awarded_fen, one.indicators) for one in found] == [(1, 10_000_000, 1), (0, 0, 0)]
    assert await years(2022) == []


async def test_a_team_that_gave_up_later_was_there_in_the_year_before(deliver: Any, clock: Any, years: Any) -> None:
    ids = await a_team(deliver, one("lead", since=date(2020, 12, 1)))
    await clock.set(on(2021, 1, 15))
    await deliver(TeamWithdrawn(**ids.all))
    assert [(team.awarded_fen, team.experts) for team in await years(2020)] == [(10_000_000, 1)]
    assert await years(2021) == []


def reported(ids: TeamIds, actual: int, day: date, target: int = 100) -> Any:
    return report(ids, actual).model_copy(update={"reported_on": day, "target": Decimal(target)})


def target(name: str, value: int) -> AgreedIndicator:
    return AgreedIndicator(name=name, unit="亩", baseline=Decimal(0), target=Decimal(value))


async def test_an_indicator_stands_as_it_stood_at_the_end_of_the_year(deliver: Any, clock: Any, years: Any) -> None:
    """However late the report is made, and whatever was agreed or reported since; a value that the host confirmed in
    January was reported in December."""
    ids = await a_team(deliver)
    await deliver(reported(ids, 40, date(2020, 9, 30)))
    before = await years(2020)
    await clock.set(on(2021, 1, 10))
    await deliver(reported(ids, 60, date(2020, 12, 20)))
    await deliver(entry(ids, date(2021, 2, 1)))
    await clock.set(on(2021, 3, 1))
    terms = {"number": 1, "ends_on": date(2022, 3, 31), "agreed_days": Decimal(10), "agreed_visits": 4}
    changed = (target("示范面积", 200), target("合作社", 3))
    await deliver(AgreementAmended(**ids.all, **terms, indicators=changed))
    await deliver(reported(ids, 150, date(2021, 9, 30), 200))

    def said(teams: Sequence[TeamYear]) -> list[tuple[str, str, str]]:
        return [(one.name, one.target, one.actual) for team in teams for one in team.indicators]

    assert said(before) == [("示范面积", "100", "40")]
    assert said(await years(2020)) == [("示范面积", "100", "60")]
    assert said(await years(2021)) == [("合作社", "3", ""), ("示范面积", "200", "150")]

    await clock.set(on(2022, 2, 1))
    await deliver(AgreementAmended(**ids.all, **terms | {"number": 2}, indicators=changed[1:]))
    await deliver(entry(ids, date(2022, 3, 1)))
    assert said(await years(2021)) == [("合作社", "3", ""), ("示范面积", "200", "150")]
    assert said(await years(2022)) == [("合作社", "3", "")]


async def test_a_value_that_counts_late_counts_from_the_day_on_which_it_was_reported(
    deliver: Any, clock: Any, years: Any
) -> None:
    ids = await a_team(deliver)
    await clock.set(on(2021, 1, 5))
    terms = {"number": 1, "ends_on": date(2022, 3, 31), "agreed_days": Decimal(10), "agreed_visits": 4}
    await deliver(AgreementAmended(**ids.all, **terms, indicators=(target("示范面积", 200),)))
    await deliver(entry(ids, date(2021, 2, 1)))
    await deliver(reported(ids, 90, date(2020, 12, 20)))
    for year, actual in ((2020, "90"), (2021, "90")):
        [team] = await years(year)
        assert [one.actual for one in team.indicators] == [actual]


async def test_a_corrected_grade_takes_the_place_of_the_one_before(
    deliver: Any, api: Any, actors: Any, clock: Any, run_due_jobs: Any, years: Any
) -> None:
    ids = await a_team(deliver)
    for day in range(1, 5):
        await deliver(entry(ids, date(2020, 8, day)))
    await deliver(report(ids, 100))
    run = Year(api, actors, clock, run_due_jobs, [ids])
    await run.publish()
    assert rules.figures(await years(2020), []).excellent == 1
    wrong = [{"part": part, "score": 0} for part in ("host_rating", "beneficiary_rating")]
    await run.correct(ids, parts=wrong)
    found = rules.figures(await years(2020), [])
    assert (found.excellent, found.qualified, found.unqualified) == (0, 1, 0)
    assert [team.grade for team in await years(2021)] == [""]


async def test_an_order_that_is_gone_on_with_is_one_order_where_it_was_served_first(
    deliver: Any, session: Any, years: Any
) -> None:
    ids = await a_team(deliver)
    later = round_opened()
    again = TeamIds(later.round_id, order_id=ids.order_id)
    for event in (later, put_on_notice(again), TeamConfirmed(**again.all, amount_fen=5_000_000), agreed(again)):
        await deliver(event)
    orders = await queries.order_years(session, CITY, 2020)
    assert [order.division for order in orders] == [HERE]
    assert len(await years(2020)) == 2


async def test_an_offer_that_moved_to_another_county_is_one_order_of_the_city(deliver: Any, session: Any) -> None:
    """One county handed its report in before a host of the other claimed the offer."""
    ids = await a_team(deliver, division=ELSEWHERE, number="CQ-1")
    open_offer = OrderYear("CQ-1", "天麻", HERE, "龙驹镇", "种植业", "supply", False, "published")
    text = {"kind": "district", "year": 2020, "number": 1, "text": "全年", "drafted_by": "district"}
    frozen = {"teams": [], "orders": [open_offer.document()]}
    session.add(Report(division=WANZHOU, status="accepted", content=frozen, **text))
    await deliver(order_published(ids, number="CQ-1", division=ELSEWHERE))
    city = Report(kind="city", division=CITY, year=2020, number=1, text="", sector="", unit_code="", reason="")
    content = await yearly.content(session, city, on(2020, 12, 20))
    assert content["figures"]["orders"] == 1


def test_of_one_order_told_twice_the_one_that_found_its_team_stays() -> None:
    offered = OrderYear("CQ-1", "天麻", HERE, "龙驹镇", "种植业", "supply", False, "published").document()
    served = offered | {"division": ELSEWHERE, "status": "in_service"}
    for told in ([offered, served], [served, offered]):
        assert yearly.once(told) == [served]

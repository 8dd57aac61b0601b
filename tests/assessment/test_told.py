"""What orders and funding tell for reports: one row each, however often and in whatever order it is told."""

from datetime import date
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from services.assessment.models import KnownEntry, KnownOrder, KnownPayment, KnownTeam
from shared.contracts.funding import InstalmentPaid, RepaymentConfirmed
from shared.contracts.orders import OrderCancelled, OrderMatched, OrderPublished, OrderReopened, OrderStarted
from shared.contracts.teams import TeamConcluded
from tests.assessment.factories import TeamIds, entry, serving


def order_published(ids: TeamIds, **changes: Any) -> OrderPublished:
    fields: dict[str, Any] = {
        "number": "CQ-2020-0001",
        "title": "天麻种植",
        "division": "500101151002",
        "place": "万州区龙驹镇",
        "host_name": "合作社",
        "host_code": "N2500101053181942A",
        "industry": "种植业",
        "expertise": [],
        "service_forms": [],
        "people_wanted": None,
        "starts_on": None,
        "ends_on": None,
        "key_place": True,
        "asked_fen": 10_000_000,
        "tasks": ["技术指导"],
    }
    return OrderPublished(round_id=ids.round_id, order_id=ids.order_id, **(fields | changes))


def paid(ids: TeamIds, fen: int, on: date | None = None) -> InstalmentPaid:
    return InstalmentPaid(**ids.all, award_id=uuid4(), instalment_id=uuid4(), number=1, amount_fen=fen, paid_on=on)


def repaid(ids: TeamIds, fen: int, on: date) -> RepaymentConfirmed:
    return RepaymentConfirmed(
        **ids.all, award_id=uuid4(), repayment_id=uuid4(), recovery_id=uuid4(), amount_fen=fen, paid_on=on
    )


async def test_an_order_stands_where_its_last_step_left_it(deliver: Any, session: Any) -> None:
    ids = TeamIds(uuid4())
    own = {"round_id": ids.round_id, "order_id": ids.order_id}
    await deliver(OrderMatched(**own, team_id=str(ids.team_id)))
    assert await session.scalar(sa.select(sa.func.count()).select_from(KnownOrder)) == 0

    stands = sa.select(KnownOrder.status)
    for event, status in (
        (order_published(ids), "published"),
        (OrderMatched(**own, team_id=str(ids.team_id)), "matched"),
        (OrderReopened(**own), "published"),
        (OrderStarted(**own), "in_service"),
        (OrderCancelled(**own), "cancelled"),
    ):
        await deliver(event)
        assert (await session.scalars(stands)).all() == [status]


async def test_money_counts_once_on_the_day_it_moved_and_what_came_back_counts_less(deliver: Any, session: Any) -> None:
    """Before its team is known, too: funding and teams speak in any order."""
    ids = TeamIds(uuid4())
    first = paid(ids, 6_000_000, date(2020, 6, 1))
    for event in (first, first, paid(ids, 4_000_000, date(2021, 1, 5)), repaid(ids, 1_000_000, date(2021, 3, 1))):
        await deliver(event)
    by_year = sa.select(sa.extract("year", KnownPayment.on), sa.func.sum(KnownPayment.amount_fen)).group_by(
        sa.text("1")
    )
    assert {int(year): int(fen) for year, fen in await session.execute(by_year)} == {2020: 6_000_000, 2021: 3_000_000}


async def test_money_of_a_producer_that_names_no_day_moved_when_it_was_told(
    deliver: Any, session: Any, clock: Any
) -> None:
    await deliver(paid(TeamIds(uuid4()), 100))
    assert await session.scalar(sa.select(KnownPayment.on)) == clock.now.date()


async def test_an_entry_told_again_says_what_was_left_out_the_first_time(deliver: Any, session: Any) -> None:
    [ids] = await serving(deliver, [0])
    said = entry(ids)
    await deliver(said)
    await deliver(said.model_copy(update={"form": "现场指导", "served_units": ["N2500101053181942A"]}))
    [row] = await session.scalars(sa.select(KnownEntry))
    assert (row.beneficiaries, row.form, row.served_units) == (20, "现场指导", ["N2500101053181942A"])


async def test_a_concluded_team_ended_that_day(deliver: Any, session: Any, clock: Any) -> None:
    [ids] = await serving(deliver, [1])
    await deliver(TeamConcluded(**ids.all))
    assert await session.scalar(sa.select(KnownTeam.ended_on)) == clock.now.date()

"""What the tests of reports and cases begin with."""

from datetime import date, datetime
from typing import Any

from shared.clock import SHANGHAI
from shared.contracts.orders import OrderMatched
from shared.contracts.teams import TeamConfirmed, TeamStarted
from tests.assessment.factories import (
    WANZHOU,
    TeamIds,
    agreed,
    done,
    entry,
    put_on_notice,
    report,
    round_opened,
)
from tests.assessment.test_told import order_published, paid, repaid

PLACES = ("500101151002", "500101151003", "500102101001")
DECEMBER = datetime(2020, 12, 20, 9, tzinfo=SHANGHAI)


async def a_year(deliver: Any) -> list[TeamIds]:
    """Three teams in two counties: two served and were paid, one of them paid back; the third only waits."""
    round = round_opened()
    await deliver(round)
    teams = [TeamIds(round.round_id) for _ in PLACES]
    for number, (ids, place) in enumerate(zip(teams, PLACES, strict=True), 1):
        told = {"number": f"CQ-2020-{number:04}", "division": place, "key_place": number == 1}
        await deliver(order_published(ids, **told))
        await deliver(put_on_notice(ids, number, division=place))
        await deliver(TeamConfirmed(**ids.all, amount_fen=10_000_000))
        await deliver(OrderMatched(round_id=ids.round_id, order_id=ids.order_id, team_id=str(ids.team_id)))
        await deliver(agreed(ids))
        await deliver(TeamStarted(**ids.all))
    for ids, visits in zip(teams, (3, 1, 0), strict=True):
        for day in range(visits):
            await deliver(entry(ids, date(2020, 8, 1 + day)))
    await deliver(entry(teams[0], date(2021, 1, 5)))
    await deliver(report(teams[0], 100))
    await deliver(paid(teams[0], 6_000_000, date(2020, 9, 1)))
    await deliver(paid(teams[1], 5_000_000, date(2020, 9, 1)))
    await deliver(repaid(teams[1], 2_000_000, date(2020, 11, 1)))
    await deliver(paid(teams[0], 4_000_000, date(2021, 2, 1)))
    return teams


async def drafted(office: Any, division: str, text: str = "今年工作扎实。") -> dict[str, Any]:
    body = {"year": 2020, "division": division, "text": text}
    made: dict[str, Any] = await done(await office.post("/v1/reports", json=body), 201)
    return made


async def accepted(offices: Any, division: str) -> str:
    key: str = (await drafted(offices[division], division))["id"]
    await done(await offices[division].post(f"/v1/reports/{key}/submit"))
    await done(await offices["bureau"].post(f"/v1/reports/{key}/accept"))
    return key


async def a_case(office: Any, division: str = WANZHOU, title: str = "一株天麻富一村") -> str:
    body = {
        "year": 2020,
        "division": division,
        "title": title,
        "text": "联系人13800138000，亩产提高三成。",
        "consent": "当事人均已书面同意",
    }
    key: str = (await done(await office.post("/v1/cases", json=body), 201))["id"]
    return key

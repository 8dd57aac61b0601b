"""A draft of the year's report that was begun by mistake is dropped before it is handed in."""

from typing import Any

import pytest

from services.assessment.rules import report as rules
from services.assessment.rules.report import ReportFacts
from shared.actor import Actor
from shared.contracts.assessment import ReportWithdrawn
from shared.errors import Forbidden, NotAllowed
from tests.assessment.factories import FULING, WANZHOU, codes, done
from tests.assessment.reporting import DECEMBER, drafted


async def test_a_draft_begun_by_mistake_is_dropped_with_a_reason_and_another_begun(
    clock: Any, offices: Any, events: Any
) -> None:
    await clock.set(DECEMBER)
    own, bureau = offices[WANZHOU], offices["bureau"]
    first = await drafted(own, WANZHOU)
    where = f"/v1/reports/{first['id']}/withdraw"
    assert (await offices[FULING].post(where, json={"reason": "x"})).status_code == 404
    assert codes(await own.post(where, json={"reason": " "})) == ["report.reason"]
    dropped = await done(await own.post(where, json={"reason": "年度选错"}))
    assert (dropped["status"], dropped["reason"], dropped["actions"]) == ("withdrawn", "年度选错", [])
    assert len(await events(ReportWithdrawn)) == 1
    seen = {"If-Match": f'"{dropped["version"]}"'}
    assert codes(await own.put(f"/v1/reports/{first['id']}", json={"text": "改"}, headers=seen)) == ["report.fixed"]
    second = await drafted(own, WANZHOU)
    assert second["content"]["number"] == 1
    path = f"/v1/reports/{second['id']}"
    await done(await own.post(f"{path}/submit"))
    assert codes(await own.post(f"{path}/withdraw", json={"reason": "太迟"})) == ["report.status"]
    await done(await bureau.post(f"{path}/return", json={"reason": "年度不对"}))
    await done(await own.post(f"{path}/withdraw", json={"reason": "年度不对"}))
    third = await drafted(own, WANZHOU)
    assert third["id"] not in (first["id"], second["id"])
    assert codes(await own.post("/v1/reports", json={"year": 2020, "division": WANZHOU})) == ["report.exists"]


def test_only_its_own_office_drops_it_and_not_what_was_handed_in() -> None:
    office = Actor("d", frozenset({"district"}), division=WANZHOU)
    assert rules.withdraw(ReportFacts("drafted", WANZHOU), "年度选错", office) == "withdrawn"
    with pytest.raises(Forbidden):
        rules.withdraw(ReportFacts("drafted", FULING), "年度选错", office)
    for status in ("submitted", "accepted", "issued", "withdrawn"):
        with pytest.raises(NotAllowed):
            rules.withdraw(ReportFacts(status, WANZHOU), "年度选错", office)

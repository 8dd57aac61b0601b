"""The public notice as an official paper, and the files of a notice."""

from typing import Any

import pytest

from shared.contracts.assessment import NoticeAttachmentAdded, NoticeAttachmentRemoved
from tests.assessment.factories import TeamIds, Year, done, put_on_notice, round_opened, teams_on_notice
from tests.shared.handed_in import PDF
from tests.shared.papers import said


@pytest.fixture
def year(api: Any, actors: Any, clock: Any, run_due_jobs: Any) -> Any:
    return lambda teams: Year(api, actors, clock, run_due_jobs, teams)


async def test_the_paper_is_the_frozen_list_with_personal_data_masked(
    deliver: Any, year: Any, api: Any, actors: Any
) -> None:
    opened = round_opened()
    await deliver(opened)
    teams = [TeamIds(opened.round_id) for _ in range(2)]
    await deliver(put_on_notice(teams[0], 1))
    await deliver(put_on_notice(teams[1], 2, lead_name="张三13912345678", place="㎡<b>镇"))
    posted = await year(teams).post_notice("selection")
    answer = await api(actors.bureau).get(f"/v1/notices/{posted['id']}/form")
    text = said(answer.content)
    for part in (
        "2020年专家服务团\n拟入选团队公示",
        "共2个团队",
        "自2020年3月10日起，至2020年3月17日止",
        "CQ-2020-0001",
        "第1服务团",
        "三峡学院",
        "100,000.00",
        "㎡<b>镇",
        posted["snapshot_hash"],
        "重庆市人力资源和社会保障局（盖章处）",
        "2020年3月10日",
        "反映人信息依法保密",
    ):
        assert part in text, part
    assert "13912345678" not in text
    assert "张三139****5678" in text


async def test_a_notice_that_is_not_posted_has_no_paper_and_offices_alone_read_it(
    deliver: Any, year: Any, api: Any, actors: Any
) -> None:
    [team] = await teams_on_notice(deliver, 1)
    body = {"round_id": str(team.round_id), "kind": "selection"}
    drafted = await done(await api(actors.bureau).post("/v1/notices", json=body), 201)
    path = f"/v1/notices/{drafted['id']}"
    assert (await api(actors.bureau).get(f"{path}/form")).status_code == 404
    assert await done(await api(actors.bureau).get(f"{path}/forms")) == []
    elsewhere = api(actors.change(actors.bureau, division="510000000000"))
    assert (await elsewhere.get(f"{path}/form")).status_code == 404
    assert (await api(actors.expert).get(f"{path}/form")).status_code == 403
    assert (await api(actors.expert).get(f"{path}/attachments")).status_code == 404


async def test_the_bureau_hands_in_the_sealed_scan_and_others_do_not(
    deliver: Any, year: Any, api: Any, actors: Any, events: Any
) -> None:
    teams = await teams_on_notice(deliver, 1)
    posted = await year(teams).post_notice("selection")
    path, bureau = f"/v1/notices/{posted['id']}", api(actors.bureau)
    code = (await bureau.get(f"{path}/form")).headers["x-document-fingerprint"][:16]
    scan = {"kind": "scan", "form": "notice", "document": code}
    sending: Any = {"files": {"file": ("公示.pdf", PDF)}, "data": scan}
    assert (await api(actors.supervisor).post(f"{path}/attachments", **sending)).status_code == 403
    added = await done(await bureau.post(f"{path}/attachments", **sending), 201)
    [version] = await done(await api(actors.supervisor).get(f"{path}/forms"))
    assert ([scan["id"] for scan in version["scans"]], version["current"]) == ([added["id"]], True)
    here = f"{path}/attachments/{added['id']}"
    assert (await api(actors.supervisor).delete(here, params={"reason": "x"})).status_code == 403
    await done(await bureau.delete(here, params={"reason": "扫描不清"}))
    assert [str(event.attachment_id) for event in await events(NoticeAttachmentAdded)] == [added["id"]]
    assert len(await events(NoticeAttachmentRemoved)) == 1

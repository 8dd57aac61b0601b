"""Documents and milestones: handed in, judged, and what they open."""

from typing import Any
from uuid import uuid4

import pytest

from services.funding.rules import award, proof
from services.funding.rules.policy import Policy
from services.funding.rules.proof import ProofFacts
from shared.actor import Actor
from shared.contracts.funding import InstalmentProofAccepted, InstalmentProofReturned, InstalmentProofSubmitted
from shared.contracts.policy import SCHEDULES
from shared.contracts.policy_document import BadPolicy, policy_document, policy_set
from shared.errors import Forbidden, Refused
from tests.funding.factories import Desk
from tests.funding.test_attachments import send
from tests.shared.handed_in import PDF

MILESTONES = {"funding": {"schedule": "milestones"}}
DOCUMENTS = {
    "funding": {
        "schedule": [{"percent": 100, "gates": ["agreed", "documents"], "documents": ["receipt", "service_report"]}]
    }
}
UNIT = Actor("u", frozenset({"unit"}))
MAKER = Actor("m", frozenset({"finance_maker"}))
BUREAU = Actor("b", frozenset({"bureau"}))


async def proofs_of(desk: Desk, instalment: Any) -> list[Any]:
    return list((await desk.get(f"/v1/instalments/{instalment['id']}"))["proofs"])


async def handed_in(desk: Desk, one: Any) -> Any:
    path = f"/v1/instalments/{one['instalment_id']}"
    added = (await send(desk.api(desk.unit), path, PDF + one["kind"].encode(), kind="evidence")).json()
    body = {"note": "已完成", "attachment_ids": [added["id"]]}
    return await desk.post(desk.unit, f"/v1/proofs/{one['id']}/submit", body)


async def test_milestones_open_one_instalment_after_another(desk: Desk, events: Any) -> None:
    team = await desk.active_team(await desk.open_round(**MILESTONES))
    await desk.deliver(team.started())
    assert await desk.statuses(team) == ["due", "scheduled", "scheduled"]
    parts = await desk.instalments(team)
    assert [part["amount_fen"] for part in parts] == [3_200_000, 2_400_000, 2_400_000]
    assert [(part["zh"], part["planned_percent"]) for part in parts[1:]] == [("中期成果", 50), ("完成验收", 100)]
    [one] = await proofs_of(desk, parts[1])
    await desk.post(desk.unit, f"/v1/proofs/{one['id']}/submit", {"note": "举办培训10期"})
    await desk.post(desk.maker, f"/v1/proofs/{one['id']}/accept", status=403)
    accepted = await desk.post(desk.bureau, f"/v1/proofs/{one['id']}/accept")
    assert (accepted["status"], accepted["judged_by"]) == ("accepted", desk.bureau.id)
    assert await desk.statuses(team) == ["due", "due", "scheduled"]
    [last] = await proofs_of(desk, parts[2])
    await desk.deliver(team.graded("qualified"))
    assert await desk.statuses(team) == ["due", "due", "scheduled"]
    await desk.post(desk.unit, f"/v1/proofs/{last['id']}/submit", {"note": "验收完成"})
    await desk.post(desk.bureau, f"/v1/proofs/{last['id']}/accept")
    assert await desk.statuses(team) == ["due", "due", "due"]
    assert len(await events(InstalmentProofAccepted)) == 2
    told = [one["type"] for one in await desk.get(f"/v1/instalments/{parts[1]['id']}/history")]
    assert "funding.instalment.proof_accepted.v1" in told


async def test_a_milestone_is_sent_back_with_the_reason_and_reported_again(desk: Desk, events: Any) -> None:
    team = await desk.active_team(await desk.open_round(**MILESTONES))
    [one] = await proofs_of(desk, (await desk.instalments(team))[1])
    path = f"/v1/proofs/{one['id']}"
    assert await desk.refused(desk.unit, f"{path}/submit", {}) == ["proof.empty"]
    await desk.post(desk.unit, f"{path}/submit", {"note": "完成一半"})
    assert await desk.refused(desk.bureau, f"{path}/return", {"reason": " "}) == ["proof.reason"]
    returned = await desk.post(desk.bureau, f"{path}/return", {"reason": "缺签到表"})
    assert (returned["status"], returned["returned_reason"]) == ("returned", "缺签到表")
    again = await desk.post(desk.unit, f"{path}/submit", {"note": "已补签到表"})
    assert (again["status"], again["returned_reason"]) == ("submitted", None)
    assert len(await events(InstalmentProofReturned)) == 1
    assert len(await events(InstalmentProofSubmitted)) == 2


async def test_where_the_policy_says_so_the_district_judges_milestones(desk: Desk) -> None:
    policy = {"funding": {"schedule": "milestones", "milestones_judged_by": "district"}}
    team = await desk.active_team(await desk.open_round(**policy))
    district = desk.actors.district
    await desk.deliver(team.on_notice(uuid4()))
    [one] = await proofs_of(desk, (await desk.instalments(team))[1])
    await desk.post(desk.unit, f"/v1/proofs/{one['id']}/submit", {"note": "完成"})
    await desk.post(desk.bureau, f"/v1/proofs/{one['id']}/accept", status=403)
    elsewhere = desk.actors.change(district, division="500102000000")
    await desk.post(elsewhere, f"/v1/proofs/{one['id']}/accept", status=404)
    here = desk.actors.change(district, division="500101000000")
    assert [a["action"] for a in (await desk.get(f"/v1/proofs/{one['id']}", here))["actions"]] == ["accept", "return"]
    await desk.post(here, f"/v1/proofs/{one['id']}/accept")


async def test_an_instalment_is_due_once_all_its_documents_are_accepted(desk: Desk) -> None:
    team = await desk.active_team(await desk.open_round(**DOCUMENTS))
    [part] = await desk.instalments(team)
    receipt, report = await proofs_of(desk, part)
    assert (receipt["zh"], report["zh"]) == ("收款票据", "服务情况报告")
    assert await desk.refused(desk.unit, f"/v1/proofs/{receipt['id']}/submit", {"note": "有"}) == ["proof.no_file"]
    stranger = {"attachment_ids": [str(uuid4())]}
    assert await desk.refused(desk.unit, f"/v1/proofs/{receipt['id']}/submit", stranger) == ["proof.unknown_file"]
    for one in (receipt, report):
        assert await desk.statuses(team) == ["scheduled"]
        await handed_in(desk, one)
        await desk.post(desk.bureau, f"/v1/proofs/{one['id']}/accept", status=403)
        await desk.post(desk.maker, f"/v1/proofs/{one['id']}/accept")
    assert await desk.statuses(team) == ["due"]
    waiting = (await desk.get("/v1/proofs", status="accepted", instalment_id=part["id"]))["items"]
    assert len(waiting) == 2


async def test_a_file_that_was_judged_stays(desk: Desk) -> None:
    team = await desk.active_team(await desk.open_round(**DOCUMENTS))
    [part] = await desk.instalments(team)
    one = await handed_in(desk, (await proofs_of(desk, part))[0])
    path = f"/v1/instalments/{part['id']}/attachments/{one['files'][0]}"
    refused = await desk.api(desk.unit).delete(path, params={"reason": "错传"})
    assert [error["code"] for error in refused.json()["errors"]] == ["attachment.proof"]
    await desk.post(desk.maker, f"/v1/proofs/{one['id']}/return", {"reason": "不清晰"})
    assert (await desk.api(desk.unit).delete(path, params={"reason": "错传"})).status_code == 200
    assert await desk.refused(desk.unit, f"/v1/proofs/{one['id']}/submit", {"attachment_ids": one["files"]}) == [
        "proof.unknown_file"
    ]


def test_whoever_handed_it_in_does_not_judge_it() -> None:
    own = ProofFacts("receipt", "submitted", "finance_maker", "m")
    with pytest.raises(Refused, match=r"proof\.same_person"):
        proof.accept(own, MAKER)
    with pytest.raises(Forbidden):
        proof.return_(ProofFacts("receipt", "submitted", "finance_maker", "u"), "x", BUREAU)


def test_a_gate_opens_with_its_last_proof() -> None:
    accepted = ProofFacts("receipt", "accepted", "finance_maker")
    waiting = ProofFacts("invoice", "submitted", "finance_maker")
    assert proof.opened([]) == set()
    assert proof.opened([accepted, waiting]) == set()
    assert proof.opened([accepted, ProofFacts("milestone", "accepted", "bureau")]) == {"documents", "milestone"}


@pytest.mark.parametrize("name", sorted(SCHEDULES))
def test_a_policy_may_name_its_schedule(name: str) -> None:
    document = policy_document({"funding": {"schedule": name}})
    shares = policy_set(document).funding.schedule
    assert shares == SCHEDULES[name]
    assert sum(award.schedule(7_000_001, shares)) == 7_000_001
    assert [len(list(proof.wanted(share, Policy()))) for share in shares] == [
        int("milestone" in share.gates) for share in shares
    ]


@pytest.mark.parametrize(
    ("share", "pointer"),
    [
        ({"gates": ["paid"]}, "gates"),
        ({"gates": ["grade", "grade"]}, "gates"),
        ({"gates": ["documents"]}, "documents"),
        ({"gates": ["grade"], "documents": ["receipt"]}, "documents"),
        ({"gates": ["documents"], "documents": ["diploma"]}, "documents"),
        ({"gates": ["milestone"], "zh": "中期", "planned_percent": 50}, "zh"),
        ({"gates": ["milestone"], "zh": "中期", "en": "mid"}, "planned_percent"),
        ({"gates": ["milestone"], "zh": "中期", "en": "mid", "planned_percent": 101}, "planned_percent"),
        ({"gates": ["grade"], "zh": "中期", "en": "mid"}, "zh"),
    ],
)
def test_a_share_that_nobody_can_earn_is_no_policy(share: dict[str, Any], pointer: str) -> None:
    with pytest.raises(BadPolicy) as bad:
        policy_document({"funding": {"schedule": [{"percent": 100, **share}]}})
    assert f"/policy/funding/schedule/0/{pointer}" in [at for at, _message in bad.value.faults]


def test_milestones_follow_each_other_and_an_unknown_schedule_is_refused() -> None:
    def mile(planned: int) -> dict[str, Any]:
        return {"percent": 50, "gates": ["milestone"], "zh": "期", "en": "part", "planned_percent": planned}

    with pytest.raises(BadPolicy, match="follow each other"):
        policy_document({"funding": {"schedule": [mile(80), mile(20)]}})
    with pytest.raises(BadPolicy, match="after_grade"):
        policy_document({"funding": {"schedule": "by_moon"}})
    with pytest.raises(BadPolicy, match="bureau or district"):
        policy_document({"funding": {"milestones_judged_by": "host"}})

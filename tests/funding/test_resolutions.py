"""A payment of which the bank cannot say: one person proposes what became of it, another confirms, or the bank says it."""

from typing import Any

import pytest

from services.funding.rules import batch, resolution
from services.funding.rules.resolution import ResolutionFacts
from shared.actor import Actor
from shared.contracts.funding import InstalmentPaid, ResolutionConfirmed, ResolutionOvertaken, ResolutionRejected
from shared.errors import Forbidden, NotAllowed, Refused
from tests.funding.bank import answer, rows_of
from tests.funding.factories import AMOUNT, Desk, TeamOf
from tests.funding.reasons import refused

PAID = {"result": "paid", "voucher": "PZ-9", "reason": "银行复函：已入账"}
BACK = {"result": "returned", "reason": "银行电话答复已退回，附录音编号"}


class Unknown:
    """A payment in the bank's hands, of which it does not know."""

    def __init__(self, desk: Desk, team: TeamOf, batch_: Any, rows: list[dict[str, str]]) -> None:
        self.desk, self.team, self.batch, self.rows = desk, team, batch_, rows
        self.path = f"/v1/instructions/{batch_['instructions'][0]['instruction_id']}/resolutions"

    async def propose(self, actor: Actor, body: Any = PAID, status: int = 201) -> Any:
        return await self.desk.post(actor, self.path, body, status)

    async def status(self) -> list[str]:
        return await self.desk.statuses(self.team)


@pytest.fixture
async def unknown(desk: Desk) -> Unknown:
    round_id = await desk.open_round()
    await desk.verified_payee()
    team = await desk.qualified_team(round_id)
    await desk.approve(team)
    made = await desk.batch(round_id)
    content = (await desk.api(desk.maker).get(f"/v1/batches/{made['id']}/file")).content
    await desk.answer(made, "unknown")
    return Unknown(desk, team, made, rows_of(content))


async def test_one_proposes_and_another_confirms(unknown: Unknown, events: Any) -> None:
    desk = unknown.desk
    made = await unknown.propose(desk.maker)
    assert (made["status"], await unknown.status()) == ("proposed", ["unknown"])
    duties = (await desk.get("/v1/due", desk.checker))["items"]
    assert [one["code"] for one in duties] == ["answer", "confirm_resolution"]
    found = await desk.post(desk.checker, f"/v1/resolutions/{made['id']}/confirm")
    assert (found["status"], found["decided_by"], await unknown.status()) == ("confirmed", desk.checker.id, ["paid"])
    assert (await desk.money(unknown.team.round_id))["paid"] == AMOUNT
    (line,) = (await desk.get(f"/v1/batches/{unknown.batch['id']}", desk.maker))["instructions"]
    assert (line["voucher"], line["bank_reason"]) == ("PZ-9", PAID["reason"])
    assert (await desk.get(f"/v1/batches/{unknown.batch['id']}", desk.maker))["status"] == "settled"
    assert len(await events(ResolutionConfirmed)) == len(await events(InstalmentPaid)) == 1
    told = [one["type"] for one in await desk.get(f"/v1/resolutions/{made['id']}/history")]
    assert told[-1] == ResolutionConfirmed.type
    assert await desk.refused(desk.third, unknown.path, PAID) == ["resolution.not_unknown"]
    assert [one["id"] for one in (await desk.get("/v1/resolutions", status="confirmed"))["items"]] == [made["id"]]


async def test_nobody_resolves_alone(unknown: Unknown) -> None:
    desk = unknown.desk
    made = await unknown.propose(desk.checker, BACK)
    path = f"/v1/resolutions/{made['id']}/confirm"
    (confirm, _reject) = (await desk.get(path.removesuffix("/confirm"), desk.checker))["actions"]
    assert (confirm["allowed"], [one["code"] for one in confirm["reasons"]]) == (False, ["resolution.same_person"])
    assert await desk.refused(desk.checker, path) == ["resolution.same_person"]
    assert await desk.refused(desk.maker, path, None, 403) == ["role.missing"]
    assert await desk.refused(desk.bureau, unknown.path, BACK, 403) == ["role.missing"]
    assert await desk.refused(desk.maker, unknown.path, PAID) == ["resolution.pending"]
    await desk.post(desk.third, path)
    assert await unknown.status() == ["returned"]


async def test_a_proposal_without_evidence_or_of_another_place_is_refused(unknown: Unknown) -> None:
    desk = unknown.desk
    assert await desk.refused(desk.maker, unknown.path, {"result": "paid", "reason": " "}) == [
        "resolution.reason",
        "resolution.voucher",
    ]
    strange = desk.actors.change(desk.maker, division="510000000000")
    assert await desk.refused(strange, unknown.path, PAID, 404) == ["instruction.not_found"]
    await desk.post(desk.maker, unknown.path, {**PAID, "result": "unknown"}, 422)


async def test_what_does_not_hold_is_rejected_and_another_may_be_proposed(unknown: Unknown, events: Any) -> None:
    desk = unknown.desk
    first = await unknown.propose(desk.maker)
    path = f"/v1/resolutions/{first['id']}"
    assert await desk.refused(desk.checker, f"{path}/reject", {"reason": ""}) == ["resolution.reason"]
    await desk.post(desk.checker, f"{path}/reject", {"reason": "凭证号查无此笔"})
    assert await desk.refused(desk.checker, f"{path}/confirm") == ["resolution.status"]
    second = await unknown.propose(desk.maker, BACK)
    await desk.post(desk.maker, f"/v1/resolutions/{second['id']}/reject", {"reason": "撤回"})
    assert await unknown.status() == ["unknown"]
    assert len(await events(ResolutionRejected)) == 2


async def test_the_banks_own_word_overtakes_what_people_propose(unknown: Unknown, events: Any) -> None:
    desk = unknown.desk
    made = await unknown.propose(desk.maker, BACK)
    sent = {"file": ("later.csv", answer(unknown.rows, "成功"))}
    assert (await desk.api(desk.checker).post("/v1/answer-files", files=sent)).json()["paid"] == 1
    assert await unknown.status() == ["paid"]
    path = f"/v1/resolutions/{made['id']}"
    assert ((await desk.get(path))["status"], (await desk.get(path))["decided_by"]) == ("overtaken", "system")
    assert await desk.refused(desk.checker, f"{path}/confirm") == ["resolution.status"]
    assert len(await events(ResolutionOvertaken)) == 1


async def test_a_substitute_confirms_with_both_names_and_never_for_who_proposed(unknown: Unknown, clock: Any) -> None:
    desk, today = unknown.desk, clock.now.date().isoformat()
    made = await unknown.propose(desk.checker)
    path = f"/v1/resolutions/{made['id']}/confirm"
    clerk = desk.actors.change(desk.maker, id="clerk")
    naming = {
        "role": "finance_checker",
        "principal": desk.checker.id,
        "substitute": "clerk",
        "since": today,
        "until": today,
        "reason": "出差",
    }
    await desk.post(desk.bureau, "/v1/substitutes", naming, 201)
    await desk.post(desk.third, "/v1/substitutes", {**naming, "principal": desk.third.id}, 201)
    assert await desk.refused(clerk, path, None, 403) == ["role.missing"]
    assert await desk.refused(clerk, path, {"on_behalf_of": desk.checker.id}) == ["resolution.same_person"]
    found = await desk.post(clerk, path, {"on_behalf_of": desk.third.id})
    assert (found["decided_by"], found["decided_for"]) == ("clerk", desk.third.id)


MAKER, CHECKER = (Actor(name, frozenset({name})) for name in ("finance_maker", "finance_checker"))
OPEN = ResolutionFacts("proposed", "m", "p")


class TestRules:
    @pytest.mark.parametrize(("actor", "behalf"), [("m", ""), ("p", ""), ("x", "m"), ("x", "p"), ("m", "x")])
    def test_no_name_stands_on_both_sides(self, actor: str, behalf: str) -> None:
        who = Actor(actor, CHECKER.roles, on_behalf=behalf)
        assert refused(resolution.confirm, OPEN, who) == ["resolution.same_person"]
        assert resolution.confirm(OPEN, Actor("x", CHECKER.roles, on_behalf="y")) == "confirmed"

    def test_nobody_who_proposed_chooses_who_confirms(self) -> None:
        who = Actor("x", CHECKER.roles, on_behalf="y", named_by=frozenset({"m"}))
        assert refused(resolution.confirm, OPEN, who) == ["resolution.own_substitute"]

    def test_what_is_decided_is_decided(self) -> None:
        assert resolution.propose("unknown", "returned", "", "x") == "proposed"
        assert resolution.overtake(OPEN) == "overtaken"
        assert refused(resolution.confirm, OPEN, MAKER, kind=Forbidden) == ["resolution.role"]
        for status in ("confirmed", "rejected", "overtaken"):
            done = ResolutionFacts(status, "m")
            assert refused(resolution.confirm, done, CHECKER, kind=NotAllowed) == ["resolution.status /status"]
            assert refused(resolution.reject, done, "x", CHECKER, kind=NotAllowed) == ["resolution.status /status"]
            assert refused(resolution.overtake, done, kind=NotAllowed) == ["resolution.status /status"]

    @pytest.mark.parametrize("known", [None, "paid", "returned"])
    def test_only_the_unknown_is_resolved_by_people(self, known: str | None) -> None:
        assert refused(resolution.propose, known, "returned", "", "x") == ["resolution.not_unknown /result"]

    @pytest.mark.parametrize("said", ["paid", "returned"])
    def test_one_person_types_the_banks_first_word_but_not_the_end_of_an_unknown_one(self, said: str) -> None:
        assert batch.answer(None, said, typed=True)
        assert batch.answer("unknown", said)
        assert not batch.answer("unknown", "unknown", typed=True)
        with pytest.raises(Refused, match=r"instruction\.two_people"):
            batch.answer("unknown", said, typed=True)


async def test_the_story_of_one_payment_is_told_from_its_first_file_to_its_last(unknown: Unknown) -> None:
    desk, first = unknown.desk, unknown.batch
    await desk.resolve(first, "returned")
    [part] = await desk.instalments(unknown.team)
    await desk.post(desk.maker, f"/v1/instalments/{part['id']}/reissue")
    await desk.post(desk.checker, f"/v1/instalments/{part['id']}/approve")
    second = await desk.batch(unknown.team.round_id)
    await desk.answer(second, "paid")
    path = unknown.path.replace("/resolutions", "/history")
    told = await desk.get(path, desk.checker)
    assert [(one["batch_id"], one["sha256"], one["result"]) for one in told] == [
        (first["id"], first["sha256"], "returned"),
        (second["id"], second["sha256"], "paid"),
    ]
    assert [[found["status"] for found in one["resolutions"]] for one in told] == [["confirmed"], []]
    assert (told[0]["answered_by"], told[1]["voucher"], told[1]["bank_lines"]) == (desk.checker.id, "PZ-0", [])
    strange = desk.actors.change(desk.checker, division="510000000000")
    assert (await desk.api(strange).get(path)).status_code == 404

"""The finance desk over REST."""

from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.funding import InstalmentApproved, InstalmentChecked
from shared.contracts.teams import MemberReplaced
from tests.funding.factories import AMOUNT, OTHER_UNIT, Desk, TeamOf


class TestAppropriation:
    async def test_an_increase_is_available_at_once(self, desk: Desk) -> None:
        round_id = await desk.open_round(10_000_000)
        made = await desk.appropriate(round_id, 15_000_000)
        assert (made["amount_fen"], made["version"]) == (15_000_000, 2)
        assert await desk.money(round_id) == {"available": 15_000_000}

    async def test_a_cut_below_what_is_promised_is_refused_with_all_reasons(self, desk: Desk) -> None:
        round_id = await desk.open_round(10_000_000)
        await desk.deliver(TeamOf(round_id).proposed())
        body = {"round_id": str(round_id), "amount_fen": 7_999_999, "reason": " "}
        assert await desk.refused(desk.bureau, "/v1/appropriations", body) == [
            "appropriation.below_promised",
            "appropriation.reason",
        ]
        await desk.appropriate(round_id, 8_000_000)
        assert await desk.money(round_id) == {"reserved": AMOUNT}

    async def test_a_round_may_lose_its_whole_budget_while_nothing_is_promised(self, desk: Desk) -> None:
        round_id = await desk.open_round(10_000_000)
        await desk.appropriate(round_id, 0)
        assert await desk.money(round_id) == {}

    @pytest.mark.parametrize("amount_fen", [-1, 1.5, "80000", 10**14, None])
    async def test_an_amount_that_is_not_whole_fen_is_malformed(self, desk: Desk, amount_fen: Any) -> None:
        round_id = await desk.open_round(None)
        body = {"round_id": str(round_id), "amount_fen": amount_fen, "reason": "x"}
        await desk.post(desk.bureau, "/v1/appropriations", body, 422)

    async def test_a_round_that_is_unknown_or_of_another_province_is_not_there(self, desk: Desk) -> None:
        elsewhere = await desk.open_round(None, division="510000000000")
        for round_id in (elsewhere, uuid4()):
            await desk.appropriate(round_id, 1, 404)
            assert (await desk.api(desk.bureau).get(f"/v1/rounds/{round_id}/money")).status_code == 404

    async def test_only_the_bureau_appropriates(self, desk: Desk) -> None:
        round_id = await desk.open_round(None)
        body = {"round_id": str(round_id), "amount_fen": 1, "reason": "x"}
        for actor in (desk.maker, desk.checker, desk.unit):
            await desk.post(actor, "/v1/appropriations", body, 403)


class TestMakerAndChecker:
    async def test_a_request_names_treasury_fields_and_the_account(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        payee = await desk.verified_payee()
        team = await desk.qualified_team(round_id)
        (due,) = await desk.instalments(team)
        fields = {"budget_indicator": "渝财社2020-17", "functional_class": "2130599", "economic_class": "30227"}
        made = await desk.post(desk.maker, f"/v1/instalments/{due['id']}/request", fields)
        assert made["status"] == "requested"
        assert {name: made[name] for name in fields} == fields
        assert (made["payee_id"], made["requested_by"], made["checkers_missing"]) == (payee["id"], desk.maker.id, 1)

    async def test_without_a_verified_account_nothing_is_requested(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        team = await desk.qualified_team(round_id)
        (due,) = await desk.instalments(team)
        await desk.registered_payee()
        assert await desk.refused(desk.maker, f"/v1/instalments/{due['id']}/request") == ["payee.not_verified"]
        shown = await desk.get(f"/v1/instalments/{due['id']}", desk.maker)
        (action,) = shown["actions"]
        assert (action["action"], action["allowed"]) == ("request", False)

    async def test_what_is_not_due_is_not_requested(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        team = await desk.active_team(round_id)
        (waiting,) = await desk.instalments(team)
        assert await desk.refused(desk.maker, f"/v1/instalments/{waiting['id']}/request") == ["instalment.status"]

    async def test_one_person_with_both_roles_is_still_one_person(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        key = await desk.request(await desk.qualified_team(round_id))
        both = desk.actors.change(desk.maker, roles=frozenset({"finance_maker", "finance_checker"}))
        assert await desk.refused(both, f"/v1/instalments/{key}/approve") == ["instalment.same_person"]
        await desk.post(desk.maker, f"/v1/instalments/{key}/approve", status=403)

    async def test_a_large_payment_needs_a_third_person(self, desk: Desk, events: Any) -> None:
        round_id = await desk.open_round(funding={"second_checker_from_fen": AMOUNT})
        await desk.verified_payee()
        key = await desk.request(await desk.qualified_team(round_id))
        once = await desk.post(desk.checker, f"/v1/instalments/{key}/approve")
        assert (once["status"], once["checkers_missing"]) == ("requested", 1)
        assert await desk.refused(desk.checker, f"/v1/instalments/{key}/approve") == ["instalment.same_person"]
        twice = await desk.post(desk.third, f"/v1/instalments/{key}/approve")
        assert (twice["status"], twice["second_approved_by"]) == ("approved", desk.third.id)
        assert (len(await events(InstalmentChecked)), len(await events(InstalmentApproved))) == (1, 1)

    async def test_a_rejected_request_starts_anew_and_its_approval_is_reversed(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        team = await desk.qualified_team(round_id)
        key = await desk.approve(team)
        assert (await desk.money(round_id))["payable"] == AMOUNT
        assert await desk.refused(desk.checker, f"/v1/instalments/{key}/reject", {"reason": " "}) == [
            "instalment.reason"
        ]
        back = await desk.post(desk.checker, f"/v1/instalments/{key}/reject", {"reason": "缺少合同"})
        assert (back["status"], back["rejected_reason"], back["approved_by"]) == ("due", "缺少合同", None)
        assert (await desk.money(round_id))["committed"] == AMOUNT
        await desk.approve(team)
        back = await desk.post(desk.checker, f"/v1/instalments/{key}/reject", {"reason": "再退回"})
        assert back["status"] == "due"

    async def test_many_at_once_are_answered_row_by_row(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        good = (await desk.instalments(await desk.qualified_team(round_id)))[0]["id"]
        early = (await desk.instalments(await desk.active_team(round_id)))[0]["id"]
        unknown = str(uuid4())
        body = {"ids": [good, early, unknown]}
        answer = await desk.post(desk.maker, "/v1/instalments/request", body)
        said = {row["id"]: (row["ok"], row["status"], [r["code"] for r in row["reasons"]]) for row in answer["results"]}
        assert said == {
            good: (True, "requested", []),
            early: (False, None, ["instalment.status"]),
            unknown: (False, None, ["instalment.not_found"]),
        }
        answer = await desk.post(desk.checker, "/v1/instalments/approve", {"ids": [good, early]})
        assert sorted(row["ok"] for row in answer["results"]) == [False, True]

    async def test_a_maker_of_another_province_finds_nothing(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        (due,) = await desk.instalments(await desk.qualified_team(round_id))
        stranger = desk.actors.change(desk.maker, division="510000000000")
        nobody = desk.actors.change(desk.maker, division="")
        for actor in (stranger, nobody):
            await desk.post(actor, f"/v1/instalments/{due['id']}/request", status=404)
            assert (await desk.get("/v1/instalments", actor))["items"] == []
            assert (await desk.get("/v1/awards", actor))["items"] == []

    async def test_who_did_what_is_read_from_the_history(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        key = await desk.approve(await desk.qualified_team(round_id))
        told = await desk.get(f"/v1/instalments/{key}/history")
        assert [(entry["type"].split(".")[2], entry["actor"]) for entry in told] == [
            ("due", "system"),
            ("requested", desk.maker.id),
            ("approved", desk.checker.id),
        ]


class TestAward:
    async def test_the_bureau_revokes_with_a_reason_and_books_the_recovery(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.verified_payee()
        team = await desk.qualified_team(round_id)
        await desk.pay(team)
        key = (await desk.award(team))["id"]
        assert await desk.refused(desk.bureau, f"/v1/awards/{key}/revoke", {"reason": ""}) == ["award.reason"]
        revoked = await desk.post(desk.bureau, f"/v1/awards/{key}/revoke", {"reason": "虚报服务记录"})
        assert (revoked["status"], revoked["money"]["recoverable_fen"]) == ("revoked", AMOUNT)
        await desk.repay(key)
        recovered = await desk.award(team)
        assert (recovered["status"], recovered["money"]["recovered_fen"]) == ("recovered", AMOUNT)
        assert await desk.money(round_id) == {"available": 92_000_000, "recovered": AMOUNT}

    async def test_an_award_without_payments_has_nothing_to_recover(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        team = await desk.active_team(round_id)
        key = (await desk.award(team))["id"]
        await desk.post(desk.bureau, f"/v1/awards/{key}/revoke", {"reason": "团队失联"})
        assert (await desk.get("/v1/recoveries", award_id=key))["items"] == []
        assert await desk.money(round_id) == {"available": 100_000_000}

    async def test_a_unit_sees_its_own_awards_and_nobody_elses(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        own = await desk.active_team(round_id)
        await desk.active_team(round_id, unit=OTHER_UNIT)
        seen = (await desk.get("/v1/awards", desk.unit))["items"]
        assert [one["team_id"] for one in seen] == [str(own.team_id)]
        assert (await desk.get(f"/v1/awards/{seen[0]['id']}", desk.unit))["actions"] == []
        for path in (f"/v1/rounds/{round_id}/money", "/v1/ledger/verify", "/v1/ledger/accounts", "/v1/batches"):
            assert (await desk.api(desk.unit).get(path)).status_code == 403

    async def test_a_lead_sees_the_award_of_its_own_team(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        own, other, first, later = TeamOf(round_id), TeamOf(round_id), uuid4(), uuid4()
        for team, lead in ((own, first), (other, uuid4())):
            await desk.deliver(team.proposed())
            await desk.deliver(team.on_notice(lead))

        async def seen_by(person: Any) -> list[str]:
            lead = desk.actors.change(desk.actors.expert, person=str(person))
            return [one["team_id"] for one in (await desk.get("/v1/awards", lead))["items"]]

        assert await seen_by(first) == [str(own.team_id)]
        await desk.deliver(MemberReplaced(**own.ids, left_id=first, joined_id=later, role="lead"))
        await desk.deliver(MemberReplaced(**own.ids, left_id=uuid4(), joined_id=uuid4(), role="member"))
        assert (await seen_by(first), await seen_by(later)) == ([], [str(own.team_id)])


class TestLedgerOverRest:
    async def test_every_fen_of_the_appropriation_stands_in_one_place(self, desk: Desk) -> None:
        round_id = await desk.open_round(50_000_000)
        await desk.verified_payee()
        await desk.pay(await desk.qualified_team(round_id))
        await desk.deliver((await desk.active_team(round_id)).graded("unqualified"))
        await desk.deliver(TeamOf(round_id).proposed())
        money = await desk.get(f"/v1/rounds/{round_id}/money")
        places = ("available", "reserved", "held", "paid", "committed", "payable", "in_transit", "returned")
        assert sum(money[f"{place}_fen"] for place in places) == money["appropriation_fen"] == 50_000_000
        assert money["awarded_fen"] == money["paid_fen"] + money["held_fen"] == 2 * AMOUNT

    async def test_accounts_are_named_in_both_languages(self, desk: Desk) -> None:
        round_id = await desk.open_round(50_000_000)
        found = (await desk.get("/v1/ledger/accounts", round_id=str(round_id)))["items"]
        assert {(one["place"], one["zh"], one["balance_fen"]) for one in found} == {
            ("appropriation", "预算下达", 50_000_000),
            ("available", "可用预算", 50_000_000),
        }

    async def test_verification_counts_what_it_replayed(self, desk: Desk) -> None:
        round_id = await desk.open_round()
        await desk.deliver(TeamOf(round_id).proposed())
        found = await desk.get("/v1/ledger/verify", desk.checker)
        assert found == {"balanced": True, "transactions": 2, "postings": 4, "differences": []}

"""What goes back and what does not match, as sentences: year-end, recoveries, repayments, outstanding items, answers."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from services.funding.rules import answer_file, batch, budget, item, recovery, repayment
from services.funding.rules.budget import BudgetFacts, Papers, RoundFacts
from services.funding.rules.item import Counterpart, ItemFacts
from services.funding.rules.recovery import Arrears, RecoveryFacts
from services.funding.rules.repayment import RepaymentFacts
from services.funding.rules.template import Table
from shared.actor import SYSTEM, Actor
from shared.errors import Forbidden, NotAllowed
from shared.spreadsheet import Cells
from tests.funding.reasons import refused, said

BUREAU, MAKER, CHECKER = (Actor(name, frozenset({name})) for name in ("bureau", "finance_maker", "finance_checker"))
DUE = date(2026, 3, 31)
OWED = RecoveryFacts("opened", 100, DUE)
PART = replace(OWED, status="partly", repaid_fen=40)
PAPERS = Papers("年终", "指标", "文号")
BUDGET = BudgetFacts(1_000, 400)
HERE, LATER = RoundFacts("500000000000", 2020), RoundFacts("500000000000", 2021)


class TestYearEnd:
    def test_what_is_left_goes_on_or_lapses_to_the_last_fen(self) -> None:
        budget.carry_over(BUDGET, 400, PAPERS, HERE, LATER)
        budget.lapse(BUDGET, 1, PAPERS)
        for amount_fen in (0, 401, -1):
            assert refused(budget.lapse, BUDGET, amount_fen, PAPERS) == ["appropriation.not_left /amount_fen"]

    def test_every_paper_is_asked_for_at_once(self) -> None:
        assert refused(budget.carry_over, BUDGET, 401, Papers(" "), HERE, HERE) == [
            "appropriation.not_left /amount_fen",
            "appropriation.reason /reason",
            "appropriation.budget_indicator /budget_indicator",
            "appropriation.document /document",
            "appropriation.later_round /to_round_id",
        ]

    @pytest.mark.parametrize("into", [HERE, RoundFacts("500000000000", 2019), RoundFacts("510000000000", 2021)])
    def test_only_into_a_later_round_of_the_division(self, into: RoundFacts) -> None:
        assert refused(budget.carry_over, BUDGET, 1, PAPERS, HERE, into) == ["appropriation.later_round /to_round_id"]

    def test_the_refusal_says_how_much_is_left_in_yuan(self) -> None:
        (reason,) = budget.left_over_obstacles(BudgetFacts(10**9, 123_456), 0, PAPERS)
        assert ("（1,234.56 元）" in reason.zh, "(1,234.56 yuan)" in reason.en) == (True, True)


class TestRecovery:
    def test_it_is_planned_to_the_fen_on_days_of_their_own(self) -> None:
        recovery.plan(OWED, [(DUE, 60), (date(2026, 4, 30), 40)])
        found = refused(recovery.plan, OWED, [(DUE, 60), (DUE, 39)])
        assert found == ["plan.total /instalments", "plan.same_day /instalments"]
        (wrong,) = recovery.plan_obstacles(replace(OWED, amount_fen=123_456), [(DUE, 111)])
        assert ("合计1.11元，须等于应收回1,234.56元" in wrong.zh, "1.11 yuan, 1,234.56 must" in wrong.en) == (
            True,
            True,
        )

    @pytest.mark.parametrize("status", ["recovered", "written_off", "reversed"])
    def test_what_is_closed_takes_nothing_more(self, status: str) -> None:
        closed = replace(OWED, status=status)
        assert closed.owed_fen == 0
        assert refused(recovery.plan, closed, [(DUE, 100)]) == ["recovery.closed /status"]
        assert said(recovery.repayment_obstacles(closed, 1, DUE, DUE)) == ["recovery.closed /status"]
        assert refused(recovery.propose_write_off, closed, "x") == ["recovery.closed /status"]
        for act in (
            (recovery.repay, closed),
            (recovery.complete, closed),
            (recovery.write_off, closed, BUREAU),
            (recovery.reverse, closed, "x", BUREAU),
        ):
            assert refused(*act, kind=NotAllowed) == ["recovery.status /status"]

    def test_nobody_pays_back_more_than_is_owed_and_not_yet_registered(self) -> None:
        pending = replace(PART, pending_fen=20)
        assert said(recovery.repayment_obstacles(pending, 40, DUE, DUE)) == []
        (reason,) = recovery.repayment_obstacles(pending, 41, DUE, DUE)
        assert said([reason]) == ["repayment.too_much /amount_fen"]
        assert ("0.40元" in reason.zh, "0.40 yuan" in reason.en) == (True, True)

    def test_nothing_was_paid_tomorrow(self) -> None:
        tomorrow = DUE + timedelta(days=1)
        assert said(recovery.repayment_obstacles(PART, 1, tomorrow, DUE)) == ["repayment.future /paid_on"]

    def test_its_number_names_it_and_no_slip_of_the_pen_does(self) -> None:
        key = UUID("0199a2b4-c5d6-7e8f-9012-345678901234")
        own = recovery.number(key)
        assert (len(own), own[:2], int(own[2:]) % 97) == (14, "SH", 1)
        spaced = f"{own[:6]} {own[6:10]}-{own[10:]}"
        for text in (own, own.lower(), f"退回结余{spaced}谢谢", "".join(chr(ord(char) + 0xFEE0) for char in own)):
            assert recovery.named(text) == own
        other = recovery.number(UUID("0199a2b4-c5d6-7e8f-9012-345678901235"))
        for text in (
            "",
            "SH",
            own[2:],
            f"X{own}",
            f"{own}0",
            own[:-1],
            f"{own} {other}",
            own[:5] + own[6] + own[5] + own[7:],
        ):
            assert recovery.named(text) is None
        assert recovery.named(f"{own}/{own}") == own

    def test_the_whole_or_the_earliest_part_of_the_plan_is_expected(self) -> None:
        planned = replace(OWED, plan=((DUE, 30), (date(2026, 4, 30), 70)))
        assert recovery.expected(OWED) == {100}
        assert recovery.expected(planned) == {100, 30}
        assert recovery.expected(replace(planned, status="partly", repaid_fen=10)) == {90, 20}
        assert recovery.expected(replace(planned, pending_fen=30)) == {70}
        assert recovery.expected(replace(planned, pending_fen=100)) == set()
        assert recovery.expected(replace(OWED, status="reversed")) == set()

    def test_it_comes_back_in_parts(self) -> None:
        assert (recovery.repay(OWED), recovery.repay(PART), recovery.complete(PART)) == (
            "partly",
            "partly",
            "recovered",
        )
        assert (OWED.owed_fen, PART.owed_fen) == (100, 60)

    def test_the_earliest_dues_are_settled_first(self) -> None:
        plan = ((date(2026, 4, 30), 60), (DUE, 40))
        planned = replace(OWED, plan=plan)
        assert planned.dues == plan
        assert recovery.arrears(planned, DUE) == Arrears(0, 0, DUE)
        assert recovery.arrears(planned, date(2026, 4, 1)) == Arrears(40, 1, DUE)
        assert recovery.arrears(replace(planned, repaid_fen=10), date(2026, 5, 1)) == Arrears(90, 31, DUE)
        assert recovery.arrears(replace(planned, repaid_fen=40), date(2026, 4, 30)) == Arrears(0, 0, date(2026, 4, 30))
        assert recovery.arrears(replace(planned, repaid_fen=70), date(2026, 5, 2)) == Arrears(30, 2, date(2026, 4, 30))
        assert recovery.arrears(OWED, date(2026, 4, 2)) == Arrears(100, 2, DUE)
        assert recovery.arrears(replace(OWED, status="written_off"), date(2027, 1, 1)) == Arrears(0, 0, None)

    def test_two_people_write_off_what_nobody_waits_for(self) -> None:
        recovery.propose_write_off(PART, "单位注销")
        proposed = replace(PART, write_off_by="finance_maker")
        for actor in (BUREAU, CHECKER):
            assert recovery.write_off(proposed, actor) == "written_off"
        assert refused(recovery.propose_write_off, replace(PART, pending_fen=1), " ") == [
            "recovery.reason /reason",
            "recovery.pending",
        ]
        assert refused(recovery.write_off, replace(PART, pending_fen=1), BUREAU) == [
            "recovery.not_proposed",
            "recovery.pending",
        ]
        assert refused(recovery.write_off, replace(PART, write_off_by="bureau"), BUREAU) == ["recovery.same_person"]
        assert refused(recovery.write_off, proposed, MAKER, kind=Forbidden) == ["recovery.role"]

    def test_two_people_reverse_it_while_nothing_came(self) -> None:
        proposed = replace(OWED, write_off_by="finance_maker")
        assert recovery.reverse(proposed, "误判", BUREAU) == "reversed"
        for facts in (replace(proposed, pending_fen=1), replace(proposed, repaid_fen=1)):
            assert refused(recovery.reverse, facts, " ", BUREAU) == ["recovery.reason /reason", "recovery.repaid"]
        assert refused(recovery.reverse, OWED, "x", BUREAU) == ["recovery.not_proposed"]
        assert refused(recovery.reverse, replace(OWED, write_off_by="bureau"), "x", BUREAU) == ["recovery.same_person"]
        assert refused(recovery.reverse, replace(proposed, ground="unspent"), "x", BUREAU) == ["recovery.of_account"]
        assert refused(recovery.reverse, OWED, "x", CHECKER, kind=Forbidden) == ["recovery.role"]
        assert refused(recovery.reverse, PART, "x", BUREAU, kind=NotAllowed) == ["recovery.status /status"]


class TestRepayment:
    SEEN = RepaymentFacts("registered", "finance_checker")

    def test_another_person_confirms_also_what_the_bank_shows(self) -> None:
        assert repayment.confirm(replace(self.SEEN, registered_by="m"), CHECKER) == "confirmed"
        assert refused(repayment.confirm, RepaymentFacts("registered", "m", CHECKER.id), CHECKER) == [
            "repayment.same_person"
        ]
        assert (said(repayment.show_obstacles(True)), repayment.show_obstacles(False)) == (
            ["repayment.reference_used /reference"],
            [],
        )
        assert refused(repayment.confirm, self.SEEN, CHECKER) == ["repayment.same_person"]
        assert repayment.reject(self.SEEN, "未到账", CHECKER) == "rejected"
        assert refused(repayment.reject, self.SEEN, " ", CHECKER) == ["repayment.reason /reason"]

    def test_others_and_later_steps_are_refused(self) -> None:
        for act in ((repayment.confirm, self.SEEN, MAKER), (repayment.reject, self.SEEN, "x", MAKER)):
            assert refused(*act, kind=Forbidden) == ["repayment.role"]
        done = replace(self.SEEN, status="confirmed")
        for act in ((repayment.confirm, done, CHECKER), (repayment.reject, done, "x", CHECKER)):
            assert refused(*act, kind=NotAllowed) == ["repayment.status /status"]


class TestItem:
    OPEN = ItemFacts("open", 100)

    def test_it_is_matched_with_a_settled_instruction_of_its_amount(self) -> None:
        assert item.opened() == "open"
        for result in ("paid", "returned"):
            assert item.match(self.OPEN, Counterpart(100, result), MAKER) == "matched"
        assert item.match(self.OPEN, None, SYSTEM) == "matched"
        for result in (None, "unknown"):
            assert refused(item.match, self.OPEN, Counterpart(99, result), MAKER) == [
                "item.unsettled /instruction_id",
                "item.amount /instruction_id",
            ]

    def test_it_is_matched_with_nothing_that_another_line_shows(self) -> None:
        for result, direction, shown, code in (
            ("paid", "out", True, "twice"),
            ("returned", "in", True, "twice"),
            ("paid", "in", False, "refund"),
        ):
            other = Counterpart(100, result, direction, shown)
            assert refused(item.match, self.OPEN, other, MAKER) == [f"item.{code} /instruction_id"]
        for result, direction in (("paid", "out"), ("returned", "out"), ("returned", "in")):
            assert item.match(self.OPEN, Counterpart(100, result, direction), MAKER) == "matched"
        other = Counterpart(100, "paid", "out", elsewhere=True)
        assert refused(item.match, self.OPEN, other, MAKER) == ["item.account /instruction_id"]
        missing = replace(self.OPEN, queue="ledger")
        assert refused(item.match, missing, Counterpart(100, "paid"), MAKER) == ["item.not_shown /instruction_id"]
        assert item.match(missing, None, SYSTEM) == "matched"

    def test_or_somebody_says_what_it_was(self) -> None:
        assert item.explain(self.OPEN, "银行误填", CHECKER) == "explained"
        assert refused(item.explain, self.OPEN, " ", CHECKER) == ["item.reason /reason"]
        for act in ((item.explain, self.OPEN, "x", BUREAU), (item.match, self.OPEN, None, BUREAU)):
            assert refused(*act, kind=Forbidden) == ["item.role"]
        closed = replace(self.OPEN, status="matched")
        for act in ((item.explain, closed, "x", CHECKER), (item.match, closed, None, CHECKER)):
            assert refused(*act, kind=NotAllowed) == ["item.status /status"]

    def test_only_what_came_in_pays_a_recovery_back(self) -> None:
        assert item.pay_back(self.OPEN, "in", CHECKER) == "matched"
        for direction in ("out", ""):
            assert refused(item.pay_back, self.OPEN, direction, CHECKER) == ["item.not_incoming /recovery_id"]

    def test_its_age_is_counted_in_whole_days(self) -> None:
        now = datetime(2026, 3, 31, 9, tzinfo=UTC)
        ages = [item.age(now - timedelta(days=days), now) for days in (-1, 0, 3, 4, 10, 11, 30, 31, 400)]
        assert ages == [
            (0, "3"),
            (0, "3"),
            (3, "3"),
            (4, "10"),
            (10, "10"),
            (11, "30"),
            (30, "30"),
            (31, "over"),
            (400, "over"),
        ]


class TestBatch:
    def test_it_is_settled_with_its_last_definite_answer(self) -> None:
        assert batch.settle("sent") == "settled"
        assert batch.settle_obstacles(["paid", "returned"]) == []
        for results in (["paid", None], ["unknown"]):
            assert said(batch.settle_obstacles(results)) == ["batch.unanswered"]
        assert refused(batch.settle, "settled", kind=NotAllowed) == ["batch.status /status"]


KEY = UUID("0199a2b4-c5d6-7e8f-9012-345678901234")
KNOWN = {KEY: answer_file.Known(KEY, 12_345, "6222000011112222", ("csv", 1))}
TABLE = Table(
    "csv",
    columns={name: (name,) for name in ("reference", "result", "amount", "account")},
    words={"成功": "paid", "失败": "returned"},
)
GOOD = {"reference": KEY.hex, "result": "成功", "amount": "123.45", "account": "6222 0000 1111 2222"}


def read(*rows: dict[str, str], table: Table = TABLE, template: tuple[str, int] = ("csv", 1)) -> list[answer_file.Said]:
    cells = [Cells(number, dict(row)) for number, row in enumerate(rows, 2)]
    return answer_file.read(cells, table, template, KNOWN)


class TestAnswerFile:
    def test_a_row_that_fits_its_instruction_counts(self) -> None:
        more = {"voucher": "V" * 50, "reason": "R" * 300}
        (one,) = read({**GOOD, **more, "reference": f"'{KEY}"})
        assert one == answer_file.Said(2, str(KEY), KEY, "paid", 12_345, "6222000011112222", "V" * 40, "R" * 200)
        (bare,) = read(GOOD)
        assert (bare.voucher, bare.bank_reason) == (None, None)

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"reference": "0" * 32}, "unknown"),
            ({"reference": "我不知道"}, "unknown"),
            ({"result": "好像"}, "word"),
            ({"amount": "123.456"}, "amount_form"),
            ({"amount": "123.46"}, "amount"),
            ({"account": "6222000011112223"}, "account"),
        ],
    )
    def test_what_differs_is_named_with_its_row(self, changed: dict[str, str], code: str) -> None:
        one, other = read(GOOD, {**GOOD, **changed})
        assert one.faults == ()
        assert said(other.faults) == [f"answer.{code} /rows/3"]
        assert other.faults[0].zh.startswith("第3行：")
        assert other.faults[0].en.startswith("row 3: ")

    def test_another_template_answers_nothing_and_columns_that_are_not_there_say_nothing(self) -> None:
        assert said(read(GOOD, template=("csv", 2))[0].faults) == ["answer.template /rows/2"]
        few = replace(TABLE, columns={"reference": ("r",), "result": ("s",)})
        (one,) = read({"reference": KEY.hex, "result": "失败", "amount": "9", "account": "x"}, table=few)
        assert (one.faults, one.result, one.amount_fen) == ((), "returned", None)

    def test_of_rows_that_contradict_each_other_none_counts(self) -> None:
        torn = read(GOOD, {**GOOD, "result": "失败"})
        assert [said(one.faults) for one in torn] == [
            ["answer.contradiction /rows/2"],
            ["answer.contradiction /rows/3"],
        ]
        assert [one.faults for one in read(GOOD, GOOD)] == [(), ()]
        alone = [read(row)[0] for row in (GOOD, {**GOOD, "result": "失败"})]
        assert replace(torn[0], faults=()) == alone[0]
        assert replace(torn[1], faults=()) == replace(alone[1], row=3)

    def test_a_reference_is_ours_by_its_form(self) -> None:
        assert answer_file.key(f" {KEY} ") == answer_file.key(KEY.hex) == KEY
        assert answer_file.key("z" * 32) is answer_file.key(KEY.hex[:-1]) is answer_file.key("") is None

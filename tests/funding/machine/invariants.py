"""What must hold after each step, whatever was done: every rule of the house about money."""

from collections import defaultdict
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from hypothesis.stateful import invariant, precondition

from services.funding.models import (
    Award,
    Batch,
    Expense,
    Fapiao,
    FinalAccount,
    Hold,
    Instalment,
    Instruction,
    LedgerAccount,
    OutstandingItem,
    Proof,
    Recovery,
    Repayment,
    Resolution,
    Substitute,
)
from services.funding.models.instalments import SIGNATURES
from services.funding.queries import books
from services.funding.rules import (
    award,
    batch,
    expense,
    final_account,
    hold,
    instalment,
    item,
    proof,
    recovery,
    repayment,
    resolution,
    substitute,
)
from services.funding.usecases import verification
from shared.contracts.base import REGISTRY
from shared.outbox import outbox
from tests.funding.machine.audit import Audit
from tests.funding.machine.world import LEADER, SECOND

LIVES: dict[str, tuple[Any, Any, str, dict[str, str]]] = {
    "instalment": (
        instalment.LIFECYCLE,
        Instalment,
        "instalment_id",
        {
            "due": "due",
            "requested": "request",
            "checked": "",
            "approved": "approve",
            "rejected": "reject",
            "batched": "batch",
            "unbatched": "unbatch",
            "paid": "pay",
            "returned": "return",
            "unknown": "lose",
            "reissued": "reissue",
            "held": "hold",
            "resumed": "resume",
            "cancelled": "cancel",
            "reinstated": "reinstate",
            "booked": "book",
        },
    ),
    "award": (
        award.LIFECYCLE,
        Award,
        "award_id",
        {
            "reserved": "reserve",
            "refused": "refuse",
            "committed": "commit",
            "activated": "activate",
            "settled": "settle",
            "closed": "close",
            "released": "release",
            "revoked": "revoke",
            "recovered": "recover",
            "reinstated": "reinstate",
        },
    ),
    "award.hold": (hold.LIFECYCLE, Hold, "hold_id", {"placed": "", "lifted": "lift", "expired": "expire"}),
    "expense": (
        expense.LIFECYCLE,
        Expense,
        "expense_id",
        {
            "drafted": "",
            "edited": "edit",
            "submitted": "submit",
            "accepted": "accept",
            "returned": "return",
            "withdrawn": "withdraw",
        },
    ),
    "batch": (batch.LIFECYCLE, Batch, "batch_id", {"settled": "settle", "voided": "void"}),
    "item": (item.LIFECYCLE, OutstandingItem, "item_id", {"opened": "", "matched": "match", "explained": "explain"}),
    "recovery": (
        recovery.LIFECYCLE,
        Recovery,
        "recovery_id",
        {
            "opened": "",
            "repaid": "repay",
            "completed": "complete",
            "written_off": "write_off",
            "reversed": "reverse",
            "forgiven": "forgive",
        },
    ),
    "final_account": (
        final_account.LIFECYCLE,
        FinalAccount,
        "final_account_id",
        {
            "drafted": "",
            "edited": "edit",
            "submitted": "submit",
            "returned": "return",
            "accepted": "accept",
            "reopened": "reopen",
        },
    ),
    "resolution": (
        resolution.LIFECYCLE,
        Resolution,
        "resolution_id",
        {"proposed": "", "confirmed": "confirm", "rejected": "reject", "overtaken": "overtake"},
    ),
    "instalment.proof": (
        proof.LIFECYCLE,
        Proof,
        "proof_id",
        {"submitted": "submit", "accepted": "accept", "returned": "return"},
    ),
    "substitute": (
        substitute.LIFECYCLE,
        Substitute,
        "substitute_id",
        {"named": "", "ended": "end", "revoked": "revoke"},
    ),
    "repayment": (
        repayment.LIFECYCLE,
        Repayment,
        "repayment_id",
        {"registered": "", "confirmed": "confirm", "rejected": "reject"},
    ),
}
"""The nouns whose whole life can be told from their events: verb of the event → action of the lifecycle."""
ANEW = {"reinstate": "cancelled"}
"""What a reinstated award had paid back is promised once more: an instalment whose life begins with that step."""
FIRST = {"instalment": "scheduled", "batch": "sent", "instalment.proof": "wanted"}
"""Where a life begins that no event begins."""
PARTS = ("hold", "proof")
"""Nouns of which the events of another tell: ``award.hold_placed``."""


class Invariants(Audit):
    def __init__(self) -> None:
        self.settled: dict[UUID, str] = {}
        self.lives: dict[tuple[str, str], str] = {}
        self.instants: list[tuple[Any, list[dict[str, int]]]] = []
        self.seen = 0
        super().__init__()

    def teardown(self) -> None:
        """What it came to is counted, so that a rule that is never reached shows."""
        self.world.happened.update(f"{noun} {status}" for (noun, _key), status in self.lives.items())

    @precondition(lambda self: self.changed)
    @invariant()
    def every_rule_about_money_holds(self) -> None:
        self.the_ledger_verifies()
        self.nothing_is_promised_that_was_not_appropriated()
        self.every_instruction_settles_once_and_every_instalment_is_paid_once()
        self.different_people_sign()
        self.awards_stay_within_their_band_and_one_per_team()
        self.a_fapiao_is_used_once_and_no_more_is_spent_than_came()
        self.no_more_comes_back_than_was_owed()
        self.the_events_tell_every_life_once()
        self.the_past_stays_as_it_was()
        self.nothing_is_due_before_its_documents_are_accepted()
        self.two_people_resolve_what_the_bank_cannot_say()
        self.what_the_bank_booked_is_matched_or_queued()
        self.the_reconciliation_says_what_ledger_and_statements_say()
        self.closed_books_stay_closed()
        self.a_reversal_mirrors_what_it_takes_back()
        self.what_leaves_a_round_arrives_or_goes_back()
        self.changed = False
        self.world.happened["verified"] += 1

    def the_ledger_verifies(self) -> None:
        async def check() -> list[Any]:
            async with self.world.database.reading() as session:
                return [
                    difference
                    for round_id in self.rounds
                    for difference in (await verification.verify(session, round_id)).differences
                ]

        assert self.world.run(check()) == []

    def nothing_is_promised_that_was_not_appropriated(self) -> None:
        columns = (LedgerAccount.round_id, LedgerAccount.place, LedgerAccount.balance_fen)
        sums: dict[UUID, int] = defaultdict(int)
        for row in self.rows(*columns, where=self.own(LedgerAccount)):
            sums[row.round_id] += row.balance_fen
            assert row.balance_fen >= 0 or row.place == "appropriation"
        assert not any(sums.values())

    def every_instruction_settles_once_and_every_instalment_is_paid_once(self) -> None:
        lines = self.rows(Instruction.id, Instruction.instalment_id, Instruction.result, where=self.instructed())
        for line in lines:
            assert self.settled.setdefault(line.id, line.result or "") in ("", "unknown", line.result)
            self.settled[line.id] = line.result or ""
        paid = [line.instalment_id for line in lines if line.result == "paid"]
        assert len(paid) == len(set(paid))
        said = self.rows(Instalment.id, where=sa.and_(self.own(Instalment), Instalment.status == "paid"))
        assert {row.id for row in said} == set(paid)

    def different_people_sign(self) -> None:
        names = [getattr(Instalment, f"{one}_{which}") for which in ("by", "for") for one in SIGNATURES]
        where = sa.and_(
            self.own(Instalment), Instalment.status.in_(("approved", "in_batch", "unknown", "paid", "returned"))
        )
        for row in self.rows(Instalment.id, Instalment.amount_fen, *names, where=where):
            known = [name for name in row[2:] if name]
            assert len(set(known)) == len(known), "a name stands twice under a payment"
            needed = 4 if row.amount_fen >= LEADER else 3 if row.amount_fen >= SECOND else 2
            assert len([name for name in row[2:6] if name]) == needed

    def awards_stay_within_their_band_and_one_per_team(self) -> None:
        where = sa.and_(self.own(Award), Award.status.not_in(("refused", "released")))
        live = self.rows(Award.id, Award.team_id, Award.amount_fen, where=where)
        assert all(5_000_000 <= row.amount_fen <= 20_000_000 for row in live)
        assert len({row.team_id for row in live}) == len(live)

    def a_fapiao_is_used_once_and_no_more_is_spent_than_came(self) -> None:
        of_ours = Fapiao.expense_id.in_(sa.select(Expense.id).where(self.own(Expense)))
        used = [row.key for row in self.rows(Fapiao.key, where=sa.and_(of_ours, ~Fapiao.released))]
        assert len(used) == len(set(used))
        came: dict[UUID, int] = defaultdict(int)
        places = LedgerAccount.place.in_(("paid", "recoverable", "recovered"))
        for row in self.rows(
            LedgerAccount.award_id, LedgerAccount.balance_fen, where=sa.and_(self.own(LedgerAccount), places)
        ):
            came[row.award_id] += row.balance_fen
        for row in self.rows(
            Expense.award_id, Expense.amount_fen, where=sa.and_(self.own(Expense), Expense.status == "accepted")
        ):
            came[row.award_id] -= row.amount_fen
        assert all(left >= 0 for left in came.values())

    def no_more_comes_back_than_was_owed(self) -> None:
        came: dict[UUID, int] = defaultdict(int)
        confirmed = sa.and_(self.own(Repayment), Repayment.status == "confirmed")
        for row in self.rows(Repayment.recovery_id, Repayment.amount_fen, where=confirmed):
            came[row.recovery_id] += row.amount_fen
        owed = 0
        for row in self.rows(
            Recovery.id, Recovery.amount_fen, Recovery.repaid_fen, Recovery.status, where=self.own(Recovery)
        ):
            assert came[row.id] == row.repaid_fen <= row.amount_fen
            owed += row.amount_fen - row.repaid_fen if row.status in recovery.OPEN else 0
        assert sum(places["recoverable"] for places in self._now()) == owed

    def the_events_tell_every_life_once(self) -> None:
        """Told event by event from its first status each life takes only steps of its table, and ends where the row is:
        no change is said twice, none is left out."""
        told = self.rows(outbox.c.id, outbox.c.type, outbox.c.data, where=outbox.c.id > self.read_to)
        for row in told:
            self.read_to = row.id
            self._tell(row.type, REGISTRY[row.type].model_validate_json(row.data))
        for noun, (_lifecycle, model, _key, _verbs) in LIVES.items():
            for row in self.rows(model.id, model.status, where=self._ours(noun, model)):
                assert self.lives.get((noun, str(row.id)), FIRST.get(noun)) == row.status, f"{noun} {row.id}"

    def _ours(self, noun: str, model: Any) -> Any:
        """The rows of this example: by their round, by their award, or because it told of them."""
        if hasattr(model, "round_id"):
            return self.own(model)
        if hasattr(model, "award_id"):
            return model.award_id.in_(sa.select(Award.id).where(self.own(Award)))
        return sa.cast(model.id, sa.Text).in_([key for told, key in self.lives if told == noun])

    def _tell(self, kind: str, event: Any) -> None:
        _service, name, verb, _version = kind.split(".")
        part, _, of_part = verb.partition("_")
        noun, verb = (f"{name}.{part}", of_part) if part in PARTS else (name, verb)
        lifecycle, _model, key, verbs = LIVES.get(noun, (None, None, "", {}))
        if lifecycle is None or verb not in verbs:
            return
        self.world.happened[kind] += 1
        life = (noun, str(getattr(event, key)))
        before = self.lives.get(life, ANEW.get(verbs[verb], next(iter(lifecycle.statuses))))
        if not verbs[verb]:
            assert life not in self.lives or verb == "checked", f"{kind} is told twice"
            self.lives[life] = before
            return
        steps = [step for step in lifecycle.steps if step.action == verbs[verb] and before in step.before]
        assert steps, f"{kind} is told while {before}"
        self.lives[life] = steps[0].after

    def the_past_stays_as_it_was(self) -> None:
        """Whatever is booked later, what stood where at an earlier moment is what was read at that moment."""
        self.seen += 1
        if self.seen % 5 == 1:
            moment = self.rows(sa.func.clock_timestamp(), where=sa.true())[0][0]
            self.instants.append((moment, self._at(moment)))
            assert self._now() == self.instants[-1][1]
        moment, then = self.instants[self.seen % len(self.instants)]
        assert self._at(moment) == then

    def _at(self, moment: Any) -> list[dict[str, int]]:
        async def read() -> list[dict[str, int]]:
            async with self.world.database.reading() as session:
                return [await books.balances_at(session, key, books.Moment(moment, booked=True)) for key in self.rounds]

        found: list[dict[str, int]] = self.world.run(read())
        return found

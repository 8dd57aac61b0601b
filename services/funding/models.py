"""Tables of the funding service. Amounts are whole fen (bigint). What the database itself guards (append-only ledger,
balanced transactions, balances that follow from postings) stands in the migration as triggers."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.funding.rules import award as award_rules
from services.funding.rules.award import AwardFacts, GradeFacts
from services.funding.rules.instalment import InstalmentFacts
from services.funding.rules.payee import PayeeFacts
from services.funding.rules.policy import Policy
from shared.contracts.policy_document import policy_set
from shared.crypto import Encrypted
from shared.db import TYPES, Row, constraint_reasons, new_id, new_metadata
from shared.errors import Reason


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = TYPES


_ENDED = ", ".join(f"'{status}'" for status in award_rules.ENDED)


class Appropriation(Row, Base):
    """What a round was given, as last set; every change is a booking with its ground."""

    __tablename__ = "appropriations"
    __table_args__ = (sa.CheckConstraint("amount_fen >= 0", name="not_negative"),)

    round_id: Mapped[UUID] = mapped_column(unique=True)
    amount_fen: Mapped[int]
    reason: Mapped[str]

    @property
    def status(self) -> str:
        """An appropriation has no lifecycle: it is set, and set again."""
        return "set"


class Award(Row, Base):
    """The money of one proposal of a team. ``short_fen`` is what the budget lacked when it was refused."""

    __tablename__ = "awards"
    __table_args__ = (
        sa.UniqueConstraint("team_id", "proposal"),
        sa.CheckConstraint("amount_fen > 0", name="positive"),
        sa.Index("uq_awards_live_team", "team_id", unique=True, postgresql_where=sa.text(f"status not in ({_ENDED})")),
        sa.Index("ix_awards_round_id_status", "round_id", "status"),
    )

    round_id: Mapped[UUID]
    order_id: Mapped[UUID]
    team_id: Mapped[UUID]
    proposal: Mapped[int]
    amount_fen: Mapped[int]
    short_fen: Mapped[int] = mapped_column(default=0)
    lead_id: Mapped[UUID | None]
    status: Mapped[str]
    payee_unit_code: Mapped[str | None]
    payee_unit_name: Mapped[str | None]
    agreed_at: Mapped[datetime | None]
    begun_at: Mapped[datetime | None]
    concluded_at: Mapped[datetime | None]
    hold_reason: Mapped[str | None]
    ended_reason: Mapped[str | None]

    def facts(self, instalments: "list[Instalment]", recoverable_fen: int = 0) -> AwardFacts:
        statuses = tuple(instalment.status for instalment in instalments)
        return AwardFacts(self.status, self.amount_fen, statuses, self.concluded_at is not None, recoverable_fen)


class Payee(Row, Base):
    """One bank account of a unit. The number is encrypted; equality goes by its keyed hash."""

    __tablename__ = "payees"
    __table_args__ = (
        sa.Index("uq_payees_verified_unit", "unit_code", unique=True, postgresql_where=sa.text("status = 'verified'")),
        sa.Index(
            "uq_payees_registered_unit", "unit_code", unique=True, postgresql_where=sa.text("status = 'registered'")
        ),
        sa.CheckConstraint("verified_by is null or verified_by <> registered_by", name="two_people"),
    )

    unit_code: Mapped[str] = mapped_column(index=True)
    unit_name: Mapped[str]
    bank_name: Mapped[str]
    bank_code: Mapped[str]
    account: Mapped[str] = mapped_column(Encrypted())
    account_hash: Mapped[str]
    account_end: Mapped[str]
    status: Mapped[str]
    registered_by: Mapped[str]
    usable_from: Mapped[datetime]
    verified_by: Mapped[str | None]
    verified_at: Mapped[datetime | None]

    @property
    def facts(self) -> PayeeFacts:
        return PayeeFacts(self.status, self.registered_by, self.usable_from)


class Instalment(Row, Base):
    """One payment of an award. The three names are the people (``sub``) of the present request; they differ."""

    __tablename__ = "instalments"
    __table_args__ = (
        sa.UniqueConstraint("award_id", "number"),
        sa.CheckConstraint("amount_fen > 0", name="positive"),
        sa.CheckConstraint(
            "approved_by <> requested_by and second_approved_by <> requested_by and second_approved_by <> approved_by",
            name="different_people",
        ),
        sa.Index("ix_instalments_round_id_status", "round_id", "status"),
    )

    award_id: Mapped[UUID] = mapped_column(sa.ForeignKey("awards.id"))
    round_id: Mapped[UUID]
    order_id: Mapped[UUID]
    team_id: Mapped[UUID]
    number: Mapped[int]
    amount_fen: Mapped[int]
    gates: Mapped[list[str]] = mapped_column(ARRAY(sa.Text()))
    status: Mapped[str]
    payee_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("payees.id"))
    budget_indicator: Mapped[str | None]
    functional_class: Mapped[str | None]
    economic_class: Mapped[str | None]
    requested_by: Mapped[str | None]
    approved_by: Mapped[str | None]
    second_approved_by: Mapped[str | None]
    rejected_reason: Mapped[str | None]
    voucher: Mapped[str | None]
    due_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]

    @property
    def facts(self) -> InstalmentFacts:
        people = (self.requested_by, self.approved_by, self.second_approved_by)
        return InstalmentFacts(self.status, self.amount_fen, tuple(self.gates), tuple(p for p in people if p))

    def forget_signatures(self) -> None:
        """A new request starts without the signatures of the last one."""
        self.requested_by = self.approved_by = self.second_approved_by = None


class Batch(Row, Base):
    """A bank file with its control figures. The content names accounts: encrypted."""

    __tablename__ = "batches"
    __table_args__ = (sa.UniqueConstraint("round_id", "number"),)

    round_id: Mapped[UUID]
    number: Mapped[int]
    count: Mapped[int]
    sum_fen: Mapped[int]
    sha256: Mapped[str]
    content: Mapped[str] = mapped_column(Encrypted())
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    status: Mapped[str]


class Instruction(Row, Base):
    """One line of a batch. An instalment has at most one that the bank has not returned: never paid twice."""

    __tablename__ = "instructions"
    __table_args__ = (
        sa.Index(
            "uq_instructions_unreturned",
            "instalment_id",
            unique=True,
            postgresql_where=sa.text("result is distinct from 'returned'"),
        ),
        sa.CheckConstraint("result in ('paid', 'returned', 'unknown')", name="result"),
        sa.CheckConstraint("amount_fen > 0", name="positive"),
    )

    batch_id: Mapped[UUID] = mapped_column(sa.ForeignKey("batches.id"), index=True)
    instalment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("instalments.id"))
    team_id: Mapped[UUID]
    payee_id: Mapped[UUID] = mapped_column(sa.ForeignKey("payees.id"))
    amount_fen: Mapped[int]
    result: Mapped[str | None]
    voucher: Mapped[str | None]
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None]

    @property
    def status(self) -> str:
        return self.result or "sent"


class LedgerAccount(Base):
    """A place of one round, or of one award. Its balance only follows from postings."""

    __tablename__ = "ledger_accounts"
    __table_args__ = (
        sa.UniqueConstraint("round_id", "award_id", "place", postgresql_nulls_not_distinct=True),
        sa.CheckConstraint("(award_id is null) = (place in ('appropriation', 'available'))", name="owner"),
        sa.CheckConstraint(
            "case when place = 'appropriation' then balance_fen <= 0 else balance_fen >= 0 end", name="never_negative"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    round_id: Mapped[UUID]
    award_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("awards.id"), index=True)
    place: Mapped[str]
    balance_fen: Mapped[int] = mapped_column(server_default="0")


class LedgerTransaction(Base):
    """One business event in the ledger: append-only. ``opened_in`` is the database transaction that made it; only
    there can it take postings."""

    __tablename__ = "ledger_transactions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    round_id: Mapped[UUID] = mapped_column(index=True)
    award_id: Mapped[UUID | None] = mapped_column(index=True)
    instalment_id: Mapped[UUID | None]
    event: Mapped[str]
    reverses_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("ledger_transactions.id"), unique=True)
    reason: Mapped[str | None]
    actor: Mapped[str]
    business_time: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    opened_in: Mapped[int] = mapped_column(server_default=sa.text("(pg_current_xact_id()::text)::bigint"))


class LedgerPosting(Base):
    """One side of a transaction, debit positive: append-only."""

    __tablename__ = "ledger_postings"
    __table_args__ = (sa.CheckConstraint("amount_fen <> 0", name="something"),)

    id: Mapped[int] = mapped_column(sa.Identity(always=True), primary_key=True)
    transaction_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_transactions.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_accounts.id"), index=True)
    amount_fen: Mapped[int]


constraint_reasons({
    "ck_ledger_accounts_never_negative": Reason(
        "ledger.negative", "余额不足，账户不得为负", "Not enough money: no account may go below zero"),
    "uq_awards_live_team": Reason("award.team_has_one", "该专家服务团已有资助", "The team has an award already"),
    "uq_payees_verified_unit": Reason(
        "payee.unit_has_one", "该单位已有核实账户", "The unit has a verified account already"),
    "uq_payees_registered_unit": Reason(
        "payee.pending", "该单位已有待核实账户", "An account of this unit awaits verification already"),
    "uq_instructions_unreturned": Reason(
        "instalment.sent_already", "该分期已送银行且未退回", "This instalment is with the bank or paid already"),
    "uq_ledger_transactions_reverses_id": Reason(
        "ledger.reversed_already", "该记账已冲销", "This booking is reversed already"),
})  # fmt: skip


# Known from other services


class KnownRound(Base):
    """From ``orders.round.opened``: whose round it is and its pinned policy set."""

    __tablename__ = "known_rounds"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    year: Mapped[int]
    division: Mapped[str]
    policy_document: Mapped[dict[str, Any]] = mapped_column(JSONB)

    @property
    def policy(self) -> Policy:
        return policy_set(self.policy_document).funding

    @property
    def band_fen(self) -> tuple[int, int]:
        """Least and greatest award; it stands with the claims that it limits."""
        teams = policy_set(self.policy_document).teams
        return teams.band_min_fen, teams.band_max_fen


class KnownAssessment(Base):
    """From ``assessment.assessment.published`` and the rectifications: a team's grade as last published."""

    __tablename__ = "known_assessments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    team_id: Mapped[UUID] = mapped_column(index=True)
    edition: Mapped[int]
    grade: Mapped[str]
    rectified: Mapped[bool]

    @property
    def facts(self) -> GradeFacts:
        return GradeFacts(self.grade, self.rectified)

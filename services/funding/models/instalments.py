"""Instalments."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.funding.models.base import Base, different_people
from services.funding.rules.instalment import InstalmentFacts
from services.funding.rules.treasury import TreasuryFields
from shared.db import Row, constraint_reasons
from shared.errors import Reason

SIGNATURES = ("requested", "approved", "second_approved", "third_approved")


class Instalment(Row, Base):
    """One payment of an award. ``…_by`` are the people (``sub``) who signed the present request, ``…_for`` those in
    whose place a substitute signed. ``treasury_book`` is the division and year in which a voucher's number is given once.
    A milestone's instalment has its name, and when in the term it is planned."""

    __tablename__ = "instalments"
    __table_args__ = (
        sa.UniqueConstraint("award_id", "number"),
        sa.CheckConstraint("amount_fen > 0", name="positive"),
        sa.CheckConstraint(different_people(*SIGNATURES), name="different_people"),
        sa.UniqueConstraint("treasury_book", "treasury_voucher"),
        sa.Index("ix_instalments_round_id_status", "round_id", "status"),
    )

    award_id: Mapped[UUID] = mapped_column(sa.ForeignKey("awards.id"))
    round_id: Mapped[UUID]
    order_id: Mapped[UUID]
    team_id: Mapped[UUID]
    number: Mapped[int]
    amount_fen: Mapped[int]
    gates: Mapped[list[str]] = mapped_column(ARRAY(sa.Text()))
    zh: Mapped[str] = mapped_column(server_default="", default="")
    en: Mapped[str] = mapped_column(server_default="", default="")
    planned_percent: Mapped[int | None]
    status: Mapped[str]
    payee_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("payees.id"))
    budget_indicator: Mapped[str | None]
    functional_class: Mapped[str | None]
    economic_class: Mapped[str | None]
    requested_by: Mapped[str | None]
    approved_by: Mapped[str | None]
    second_approved_by: Mapped[str | None]
    third_approved_by: Mapped[str | None]
    requested_for: Mapped[str | None]
    approved_for: Mapped[str | None]
    second_approved_for: Mapped[str | None]
    third_approved_for: Mapped[str | None]
    treasury_voucher: Mapped[str | None]
    treasury_book: Mapped[str | None]
    rejected_reason: Mapped[str | None]
    voucher: Mapped[str | None]
    due_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]

    @property
    def facts(self) -> InstalmentFacts:
        signed = (self.requested_by, self.approved_by, self.second_approved_by, self.third_approved_by)
        places = (self.requested_for, self.approved_for, self.second_approved_for, self.third_approved_for)
        return InstalmentFacts(
            self.status, self.amount_fen, tuple(self.gates), tuple(filter(None, signed)), tuple(filter(None, places))
        )

    @property
    def treasury(self) -> TreasuryFields:
        return TreasuryFields(self.budget_indicator, self.functional_class, self.economic_class)

    def sign(self, by: str, on_behalf: str) -> None:
        """The next signature of the present request, the maker's first."""
        place = next(one for one in SIGNATURES if not getattr(self, f"{one}_by"))
        setattr(self, f"{place}_by", by)
        setattr(self, f"{place}_for", on_behalf or None)

    def forget_signatures(self) -> None:
        """A new request starts without the signatures of the last one."""
        for one in SIGNATURES:
            setattr(self, f"{one}_by", None)
            setattr(self, f"{one}_for", None)


constraint_reasons(
    {
        "uq_instalments_treasury_book_treasury_voucher": Reason(
            "instalment.voucher_taken",
            "该年度此凭证号已登记在另一笔拨付",
            "This year's number is entered for another payment",
            "/voucher",
        ),
    }
)

"""Payee accounts."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.funding.models.base import Base, different_people
from services.funding.rules.payee import PayeeFacts
from shared.crypto import Encrypted
from shared.db import Row, constraint_reasons
from shared.errors import Reason


class Payee(Row, Base):
    """One bank account of a unit. ``…_for``: in whose place a substitute signed. The number is encrypted; equality goes by its keyed hash."""

    __tablename__ = "payees"
    __table_args__ = (
        sa.Index("uq_payees_verified_unit", "unit_code", unique=True, postgresql_where=sa.text("status = 'verified'")),
        sa.Index(
            "uq_payees_registered_unit", "unit_code", unique=True, postgresql_where=sa.text("status = 'registered'")
        ),
        sa.CheckConstraint(different_people("registered", "verified"), name="two_people"),
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
    registered_for: Mapped[str | None]
    division: Mapped[str] = mapped_column(default="", server_default="")
    """Of the office that registered it; empty when the unit did."""
    usable_from: Mapped[datetime]
    verified_by: Mapped[str | None]
    verified_for: Mapped[str | None]
    verified_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    closed_as: Mapped[str | None]
    closed_reason: Mapped[str | None]

    @property
    def facts(self) -> PayeeFacts:
        return PayeeFacts(
            self.status,
            self.registered_by,
            self.usable_from,
            self.unit_name,
            self.closed_as or "",
            self.registered_for or "",
        )


constraint_reasons(
    {
        "uq_payees_verified_unit": Reason(
            "payee.unit_has_one", "该单位已有核实账户", "The unit has a verified account already"
        ),
        "uq_payees_registered_unit": Reason(
            "payee.pending", "该单位已有待核实账户", "An account of this unit awaits verification already"
        ),
    }
)

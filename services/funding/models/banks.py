"""What is known of banks: the formats of their files, and the accounts from which is paid."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.funding.models.base import Base, different_people
from services.funding.rules.instruction import Payer
from services.funding.rules.paying_account import PayingAccountFacts
from services.funding.rules.template import TemplateFacts
from shared.crypto import Encrypted
from shared.db import Row, constraint_reasons
from shared.errors import Reason


class BankTemplate(Row, Base):
    """One version of a template that an office wrote; those that everybody has are files (``shared/data``)."""

    __tablename__ = "bank_templates"
    __table_args__ = (
        sa.UniqueConstraint("division", "code", "number"),
        sa.CheckConstraint("confirmed_by is null or confirmed_by <> proposed_by", name="two_people"),
    )

    division: Mapped[str]
    code: Mapped[str]
    number: Mapped[int]
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
    status: Mapped[str]
    proposed_by: Mapped[str]
    confirmed_by: Mapped[str | None]

    @property
    def facts(self) -> TemplateFacts:
        return TemplateFacts(self.status, self.proposed_by)


class PayingAccount(Row, Base):
    """An account of an office from which is paid, and whose statements come in. ``…_for`` are those in whose place a
    substitute signed. ``confirmed_by`` is empty of what was in use before a second person was asked for."""

    __tablename__ = "paying_accounts"
    __table_args__ = (
        sa.Index(
            "uq_paying_accounts_present", "division", unique=True, postgresql_where=sa.text("status = 'confirmed'")
        ),
        sa.Index(
            "uq_paying_accounts_waiting", "division", unique=True, postgresql_where=sa.text("status = 'registered'")
        ),
        sa.CheckConstraint(different_people("registered", "confirmed"), name="two_people"),
    )

    division: Mapped[str]
    holder: Mapped[str]
    bank_name: Mapped[str]
    bank_code: Mapped[str]
    account: Mapped[str] = mapped_column(Encrypted())
    account_hash: Mapped[str]
    account_end: Mapped[str]
    template_code: Mapped[str]
    status: Mapped[str]
    registered_by: Mapped[str]
    registered_for: Mapped[str | None]
    confirmed_by: Mapped[str | None]
    confirmed_for: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]

    @property
    def facts(self) -> PayingAccountFacts:
        return PayingAccountFacts(self.status, self.registered_by, self.registered_for or "")

    @property
    def payer(self) -> Payer:
        return Payer(self.holder, self.bank_name, self.bank_code, self.account)


constraint_reasons(
    {
        "uq_paying_accounts_present": Reason(
            "paying_account.one",
            "刚有他人登记付款账户，请刷新",
            "Somebody registered a paying account just now; read it again",
        ),
        "uq_paying_accounts_waiting": Reason(
            "paying_account.one",
            "刚有他人登记付款账户，请刷新",
            "Somebody registered a paying account just now; read it again",
        ),
        "uq_bank_templates_division_code_number": Reason(
            "template.changed", "刚有他人修改该模板，请刷新", "Somebody changed this template just now; read it again"
        ),
    }
)

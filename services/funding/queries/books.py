"""The ledger."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.funding.models import LedgerAccount
from services.funding.queries.base import rounds_of
from services.funding.rules import ledger as ledger_rules
from shared.actor import Actor
from shared.queries import filtered


def accounts(actor: Actor, round_id: UUID | None, award_id: UUID | None) -> sa.Select[Any]:
    statement = sa.select(LedgerAccount).where(LedgerAccount.round_id.in_(rounds_of(actor)))
    return filtered(statement, LedgerAccount, round_id=round_id, award_id=award_id)


def account_words(account: LedgerAccount) -> dict[str, Any]:
    """An account as people read it: its names and a positive balance."""
    place = ledger_rules.CHART[account.place]
    balance_fen = ledger_rules.natural(account.place, account.balance_fen)
    return {"zh": place.zh, "en": place.en, "balance_fen": balance_fen}

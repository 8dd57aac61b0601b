"""Outstanding items."""

from uuid import UUID

from shared.contracts.base import Event, Fen


class OfItem(Event):
    """``queue`` and ``code`` say what kind of difference it is; what the bank wrote never travels."""

    item_id: UUID
    round_id: UUID | None = None
    queue: str
    code: str
    amount_fen: Fen


class ItemOpened(OfItem, type="funding.item.opened.v1"):
    """Ledger, instruction and bank do not agree."""


class ItemMatched(OfItem, type="funding.item.matched.v1"):
    pass


class ItemExplained(OfItem, type="funding.item.explained.v1"):
    pass

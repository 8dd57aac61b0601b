"""Excel in."""

from uuid import UUID

from pydantic import BaseModel

from shared.http.shapes import (
    ReasonOut,
)


class ImportedRow(BaseModel):
    row: int
    order_id: UUID


class WarningOut(ReasonOut):
    """Something odd about a row that is imported all the same."""


class ImportAnswer(BaseModel):
    rows: int
    created: int
    updated: int
    unchanged: int
    warnings: list[WarningOut]
    orders: list[ImportedRow]

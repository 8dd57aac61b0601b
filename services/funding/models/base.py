"""What the tables of this service share. Amounts are whole fen (bigint). What the database itself guards (append-only
ledger, balanced transactions, balances that follow from postings) stands in the migrations as triggers."""

from itertools import combinations

from sqlalchemy.orm import DeclarativeBase

from shared.db import TYPES, new_metadata


def different_people(*signatures: str) -> str:
    """A condition in SQL: no name stands twice among these signatures, neither as who signed (``…_by``) nor as in whose
    place (``…_for``)."""
    return " and ".join(
        f"{one}_{a} <> {other}_{b}"
        for one, other in combinations(signatures, 2)
        for a in ("by", "for")
        for b in ("by", "for")
    )


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = TYPES

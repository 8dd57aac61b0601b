"""What the tables of this service share. Amounts are whole fen (bigint). What the database itself guards (append-only
ledger, balanced transactions, balances that follow from postings) stands in the migrations as triggers."""

from sqlalchemy.orm import DeclarativeBase

from shared.db import TYPES, new_metadata


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = TYPES

"""What the tables of this service share."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

from shared.db import TYPES, new_metadata


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = TYPES


Points = sa.Numeric(5, 2)

WITHDRAWN = "withdrawn_by, withdrawn_at, withdrawn_reason"
"""What may be written to a use once it was noted."""

"""The same step for many orders."""

from typing import Annotated

from pydantic import Field

from shared.http.bulk import These
from shared.http.shapes import Instant


class ReturnThese(These):
    reason: Annotated[str, Field(max_length=500)]


class ExtendThese(These):
    closes_at: Instant


class RepublishThese(These):
    closes_at: Instant | None = None

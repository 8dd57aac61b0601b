"""Texts and scores."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from shared.http.shapes import Day

Text = Annotated[str, Field(max_length=5000)]


ReasonText = Annotated[str, Field(max_length=500)]


Score = Annotated[Decimal, Field(max_digits=5, decimal_places=2)]


Days = Annotated[list[Day], Field(max_length=200)]

"""Kinds of values that several shapes share."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from shared.errors import Reason
from shared.http.shapes import ReasonOut

Text = Annotated[str, Field(max_length=2000)]
Fen = Annotated[int, Field(strict=True, ge=0, le=10**13)]
Measure = Annotated[Decimal, Field(max_digits=16, decimal_places=4, ge=-(10**11), le=10**11)]


def spoken(reasons: Iterable[Reason]) -> list[ReasonOut]:
    """Reasons as they are answered inside a resource."""
    return [ReasonOut.model_validate(reason) for reason in reasons]

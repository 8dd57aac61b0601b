"""What the shapes of this service share. Every amount is whole fen."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

Amount = Annotated[int, Field(strict=True, ge=0, le=10**13, description="whole fen")]
Positive = Annotated[int, Field(strict=True, gt=0, le=10**13, description="whole fen, more than none")]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Ids = Annotated[list[UUID], Field(min_length=1, max_length=1000)]
Ground = Literal["closed", "rejected", "name_mismatch", "other"]
"""Why an account is of no use any more."""


def only_when_returned(result: str, ground: str | None) -> None:
    """What was paid went to an account of which nothing is wrong. Raises ValueError."""
    if ground and result != "returned":
        raise ValueError("仅退回可有账户原因 / only what was returned has a ground")


BankName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^=+\-@\t\r\n][^\t\r\n]*$"),
]
"""A name that stands in a bank file: never read as a formula, never more than one line."""

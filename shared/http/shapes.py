"""Shapes that every service's requests and answers are made of."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from shared.clock import SHANGHAI
from shared.identifiers import credit_code_error, phone_error


def _checked(check: Any) -> AfterValidator:
    def validate(value: str) -> str:
        if value and (reason := check(value)):
            raise ValueError(f"{reason.zh} / {reason.en}")
        return value

    return AfterValidator(validate)


Name = Annotated[str, Field(min_length=1, max_length=200)]
Division = Annotated[str, Field(pattern=r"^\d{12}$", description="12-digit division code")]
CreditCode = Annotated[str, _checked(credit_code_error)]
Phone = Annotated[str, BeforeValidator(lambda value: str(value).strip()), _checked(phone_error)]
Instant = Annotated[AwareDatetime, AfterValidator(lambda at: at.astimezone(SHANGHAI))]
"""A moment that comes in with its zone."""
Time = Annotated[datetime, AfterValidator(lambda at: at.astimezone(SHANGHAI))]
"""A moment as it is answered: in the zone of the business clock."""


class Out(BaseModel):
    """An answer, read from a row."""

    model_config = ConfigDict(from_attributes=True)


class Resource(Out):
    """What every resource answers first; ``version`` is its ETag."""

    id: UUID
    version: int
    status: str


class ReasonOut(Out):
    """A reason as it is answered inside a resource (checklists, bulk rows)."""

    code: str
    zh: str
    en: str
    pointer: str = ""


class ActionOut(Out):
    """A step that the caller's role has from here; ``reasons`` say why it would be refused now: the checklist."""

    action: str
    zh: str
    en: str
    allowed: bool
    reasons: list[ReasonOut]


class ReasonIn(BaseModel):
    """Why a step is taken, in the words of the person who takes it."""

    reason: Annotated[str, Field(max_length=500)]

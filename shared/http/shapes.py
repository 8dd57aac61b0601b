"""Shapes that every service's requests and answers are made of."""

from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from shared.clock import SHANGHAI
from shared.identifiers import credit_code_error, phone_error
from shared.lifecycle import Lifecycle

Item = TypeVar("Item")


def _checked(check: Any) -> AfterValidator:
    def validate(value: str) -> str:
        if value and (reason := check(value)):
            raise ValueError(f"{reason.zh} / {reason.en}")
        return value

    return AfterValidator(validate)


def _within_years(value: Any) -> Any:
    # Beyond them a zone or a term added to it leaves the calendar of the language itself.
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(
            f"年份须在{FIRST_YEAR}至{LAST_YEAR}之间 / the year must lie between {FIRST_YEAR} and {LAST_YEAR}"
        )
    return value


FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Years that the system takes for a date at all; what fits a round or term is for the rules."""

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Division = Annotated[str, Field(pattern=r"^[0-9]{12}$", description="12-digit division code")]
CreditCode = Annotated[str, _checked(credit_code_error)]
Statuses = Annotated[str, Field(max_length=200, pattern=r"^[a-z_]+(,[a-z_]+)*$")]
"""A filter: one status, or several separated by commas."""


def known(lifecycle: Lifecycle) -> AfterValidator:
    """For such a filter: a status that the noun never has is refused, not searched for in vain."""

    def all_known(statuses: str) -> str:
        if strange := sorted(set(statuses.split(",")) - set(lifecycle.statuses)):
            named = ", ".join(strange)
            raise ValueError(f"没有这种状态：{named} / no such status: {named}")
        return statuses

    return AfterValidator(all_known)


Phone = Annotated[str, BeforeValidator(lambda value: str(value).strip()), _checked(phone_error)]
Instant = Annotated[AwareDatetime, AfterValidator(_within_years), AfterValidator(lambda at: at.astimezone(SHANGHAI))]
"""A moment that comes in with its zone."""
Day = Annotated[date, AfterValidator(_within_years)]
"""A date that comes in."""
Time = Annotated[datetime, AfterValidator(lambda at: at.astimezone(SHANGHAI))]
"""A moment as it is answered: in the zone of the business clock."""


class Out(BaseModel):
    """An answer, read from a row."""

    model_config = ConfigDict(from_attributes=True)


MOST_FIRST = 500
"""Rows of a list that is read from its top only."""


class First(BaseModel, Generic[Item]):
    """The first rows of a list that is read from its top; ``left``: how many more there are."""

    items: list[Item]
    left: int


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


class TodoOut(Out):
    """One thing that waits for the caller. ``link`` leads to where it is done; what is not about a team has none, and
    ``team`` then says what it is about."""

    code: str
    zh: str
    en: str
    team_id: UUID | None
    team: str
    order_number: str
    round_id: UUID | None
    since: Time
    due: Time | None
    link: str


class TodoList(First[TodoOut]):
    """The most pressing first."""

"""What the liaison sees and says behind the link."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.teams.rules.absence import MOST_WORDS
from services.teams.rules.entry import Verdict
from shared.http.shapes import Day, Out, ReasonOut, Resource, Time

Words = Annotated[str, Field(max_length=MOST_WORDS)]


class Confirmations(BaseModel):
    """``versions``: of the entries as they were shown; one that was put right meanwhile is left to be looked at.
    ``satisfaction``: a rating said together with them, as in ``RatingIn``."""

    confirmed: Annotated[list[UUID], Field(max_length=1000)] = []
    disputed: Annotated[list[UUID], Field(max_length=1000)] = []
    versions: Annotated[dict[UUID, int], Field(max_length=1000)] = {}
    satisfaction: Annotated[int, Field(ge=0, le=100)] | None = None
    comment: Words = ""

    @property
    def verdicts(self) -> dict[UUID, Verdict]:
        """An entry that stands in both lists is disputed."""
        return {**dict.fromkeys(self.confirmed, "confirm"), **dict.fromkeys(self.disputed, "dispute")}


class RatingIn(BaseModel):
    """``satisfaction``: the points of one of the round's words."""

    satisfaction: Annotated[int, Field(ge=0, le=100)]
    comment: Words = ""


class AbsenceIn(BaseModel):
    expected_on: Day
    words: Words = ""


class AbsenceAnswerIn(BaseModel):
    words: Words


class AbsenceFindingIn(BaseModel):
    """``upheld``: the team stayed away without a good reason."""

    upheld: bool
    words: Words


class AbsenceOut(Resource):
    team_id: UUID
    expected_on: date
    words: str
    reported_at: Time
    reported_by: str
    due_at: Time
    answer: str
    answered_at: Time | None
    upheld: bool | None
    finding: str
    settled_at: Time | None


class RatingOut(Out):
    """How satisfied the host was; the newest counts."""

    id: UUID
    team_id: UUID
    satisfaction: int
    comment: str
    rated_at: Time
    rated_by: str


class PhotoOut(Out):
    id: UUID
    size: int


class ConfirmationEntry(Out):
    id: UUID
    version: int
    served_on: date
    name: str
    form: str
    days: Decimal
    beneficiaries: int
    problem: str
    photos: list[PhotoOut]
    blocked: bool
    """It cannot be confirmed yet: a photo is asked for and missing."""


class WordOut(Out):
    zh: str
    en: str
    points: int


class Reported(Out):
    expected_on: date
    status: str


class RatingDue(BaseModel):
    """The rating of the year: the words to rate by, the last day on which it counts, the points that this liaison gave
    so far. ``closed``: why none is asked for."""

    words: list[WordOut]
    rate_by: date | None
    rated: int | None
    closed: ReasonOut | None


class ConfirmationOut(BaseModel):
    """What the liaison sees behind the link."""

    team: str
    lead: str
    unit: str
    order_number: str
    place: str
    helpline: str
    today: date
    expires_at: Time
    entries: list[ConfirmationEntry]
    rating: RatingDue
    absences: list[Reported]


class ConfirmationDone(BaseModel):
    """``skipped``: chosen, but settled or put right meanwhile. ``waiting``: entries that wait still. ``rated``: whether a
    rating was taken."""

    confirmed: int
    disputed: int
    skipped: int = 0
    waiting: int = 0
    rated: bool = False


class LinkAsked(BaseModel):
    """``phone`` is masked."""

    phone: str

"""The review of a round: panel, assignments, score sheets, ranking. Phones never go to a reviewer."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.teams.schemas.base import Text
from services.teams.schemas.teams import IndicatorOut
from shared.http.shapes import Name, Out, ReasonOut, Resource, Time

Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Points = Annotated[Decimal, Field(max_digits=5, decimal_places=2, ge=-999, le=999)]
"""Whether they lie within the sheet's bounds is for the rules, which name every item at once."""


class SeatIn(BaseModel):
    """Without ``fields`` those of the registry count; without ``most`` the policy's number. 0 gives no more claims."""

    person_id: UUID
    fields: Annotated[list[Name], Field(max_length=20)] = []
    most: Annotated[int, Field(ge=0, le=10_000)] | None = None


class PanelIn(BaseModel):
    reviewers: Annotated[list[SeatIn], Field(min_length=1, max_length=500)]


class SeatOut(Out):
    person_id: UUID
    name: str
    unit_name: str
    fields: list[str]
    most: int
    load: int
    scored: int


class PanelOut(Resource):
    round_id: UUID
    closed_at: Time | None
    reason: str
    reviewers: list[SeatOut]


class AssignmentOut(Out):
    """``review_id`` is of no use after a dry run: nothing was made."""

    review_id: UUID
    team_id: UUID
    team: str
    person_id: UUID
    reviewer: str
    fit: Decimal


class ConflictOut(Out):
    team_id: UUID
    team: str
    person_id: UUID
    reviewer: str
    reasons: list[ReasonOut]


class ReviewerLoadOut(Out):
    person_id: UUID
    reviewer: str
    load: int
    most: int


class AssignmentsOut(Out):
    """The new assignments, everybody's load with them, and the pairs that had to keep apart."""

    made: list[AssignmentOut]
    loads: list[ReviewerLoadOut]
    conflicts: list[ConflictOut]


class AppointIn(BaseModel):
    """One reviewer by hand, in place of ``replaces`` or in addition."""

    person_id: UUID
    replaces: UUID | None = None
    reason: Annotated[str, Field(max_length=500)]


class MarkIn(BaseModel):
    code: Annotated[str, Field(max_length=50)]
    points: Points
    comment: Words = ""


class ScoreIn(BaseModel):
    marks: Annotated[list[MarkIn], Field(max_length=100)]
    comment: Words = ""


class ReviewScoreIn(ScoreIn):
    review_id: UUID


class ScoresIn(BaseModel):
    scores: Annotated[list[ReviewScoreIn], Field(min_length=1, max_length=500)]


class SheetItemOut(Out):
    code: str
    zh: str
    en: str
    weight: int
    guidance: str


class SheetOut(Out):
    """The sheet that a score is given on: its hash is its version."""

    hash: str
    items: list[SheetItemOut]
    comment_below: int
    comment_above: int


class KeptSheetOut(Out):
    hash: str
    items: list[SheetItemOut]


class MarkOut(Out):
    code: str
    points: Decimal
    comment: str


class ScoreOut(Out):
    number: int
    sheet: str
    marks: list[MarkOut]
    comment: str
    total: Decimal
    handed_in_at: Time


class ReviewOut(Resource):
    """``reviewer`` is shown to the bureau and to oneself."""

    round_id: UUID
    team_id: UUID
    order_number: str
    team: str
    person_id: UUID
    reviewer: str
    due_at: Time
    scored_at: Time | None
    total: Decimal | None
    scores: int
    reason: str


class ClaimMemberOut(Out):
    name: str
    role: str
    unit_name: str
    title: str
    title_level: str
    honours: list[str]
    fields: list[str]


class ClaimOut(Out):
    """A claim as its reviewers read it: without phones and without the liaison."""

    team_id: UUID
    name: str
    order_number: str
    order_title: str
    host_name: str
    place: str
    content: str
    targets: str
    starts_on: date | None
    ends_on: date | None
    agreed_days: Decimal | None
    agreed_visits: int | None
    asked_fen: int
    own_fen: int
    talent_plan: str
    members: list[ClaimMemberOut]
    indicators: list[IndicatorOut]


class OtherScoreOut(Out):
    """What another reviewer gave, without a name; shown to whoever has handed in a score of their own."""

    total: Decimal
    marks: list[MarkOut]
    comment: str


class ReviewDetail(ReviewOut):
    """``versions`` are the review's own scores, newest last. ``others`` is None until one's own is handed in."""

    claim: ClaimOut
    sheet: SheetOut
    versions: list[ScoreOut]
    others: list[OtherScoreOut] | None


class StandingOut(Out):
    """Points to two decimals; ``items`` are the means by item. Without enough scores there is no rank."""

    team_id: UUID
    order_id: UUID
    team: str
    reviews: int
    raw: Decimal | None
    normalised: Decimal | None
    spread: Decimal
    disagreement: bool
    discussed: bool
    items: dict[str, Decimal]
    rank: int | None
    order_rank: int | None
    tied: bool
    reasons: list[ReasonOut]


class RankingOut(Out):
    """``status``: reviewing (by the scores so far) or closed (as it stood then)."""

    status: str
    claims: list[StandingOut]


class CheckOut(Out):
    code: str
    zh: str
    en: str
    met: bool
    reasons: list[ReasonOut]


class ScreeningOut(Out):
    """Every rule's result for one claim; ``exception`` are the bureau's words, if it made one."""

    team_id: UUID
    order_number: str
    team: str
    status: str
    eligible: bool
    exception: str | None
    checks: list[CheckOut]


class RemarkIn(BaseModel):
    reason: Text


class RemarkOut(Resource):
    team_id: UUID
    kind: str
    words: str
    made_by: str
    made_at: Time

"""Claims, teams, their rosters and what the bureau decides about them."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.teams.rules.team import LIFECYCLE
from services.teams.schemas.base import Fen, Measure, Text
from services.teams.schemas.decisions import EarlierClaim
from services.teams.schemas.hosting import HostIn
from services.teams.schemas.posts import TrainingOut
from shared.http.shapes import ActionOut, CreditCode, Day, Name, Out, Phone, ReasonOut, Resource, Statuses, Time, known

TeamStatuses = Annotated[Statuses, known(LIFECYCLE)]


class TeamFilter(BaseModel):
    """What a list of teams, its file, and a step on many may ask for."""

    round_id: UUID | None = None
    order_id: UUID | None = None
    status: TeamStatuses | None = None
    division: Annotated[str | None, Field(pattern=r"^[0-9]{6,12}$")] = None
    q: Annotated[
        str | None, Field(max_length=100, description="words of the name, the order's number, the lead's name")
    ] = None


class SavedQuery(TeamFilter):
    """A filter with its order, as it is saved: what the list does not know is refused."""

    model_config = ConfigDict(extra="forbid")

    sort: Annotated[str, Field(pattern="^-?(created_at|order_number|asked_fen)$")] | None = None


class TeamIn(BaseModel):
    """``start_from``: an earlier claim of the caller, whose text and people are taken over as a start. ``host`` is given
    by a host that claims an expert's offer, and only then."""

    order_id: UUID
    name: Name
    start_from: UUID | None = None
    host: HostIn | None = None


class BudgetLineIn(BaseModel):
    """What the award may be spent on."""

    name: Name
    amount_fen: Fen


class TeamPatch(BaseModel):
    """The six clear points, the money, and what the agreement needs. Days count in halves; days and visits are those of
    one year of service, however many years the team serves; money in fen."""

    model_config = ConfigDict(extra="forbid")

    place: Text = ""
    content: Text = ""
    starts_on: Day | None = None
    ends_on: Day | None = None
    targets: Text = ""
    liaison_name: Annotated[str, Field(max_length=100)] = ""
    liaison_phone: Phone = ""
    agreed_days: Annotated[Decimal, Field(ge=0, le=9999, multiple_of=Decimal("0.5"))] | None = None
    agreed_visits: Annotated[int, Field(ge=0, le=9999)] | None = None
    asked_fen: Fen = 0
    own_fen: Fen = 0
    payee_unit_code: CreditCode = ""
    payee_unit_name: Annotated[str, Field(max_length=200)] = ""
    talent_plan: Text = ""
    budget: Annotated[list[BudgetLineIn], Field(max_length=50)] = []


class MemberOut(Out):
    person_id: UUID
    name: str
    unit_name: str
    unit_code: str
    title: str
    role: str
    status: str
    unit_consented: bool
    joined_at: Time | None
    left_at: Time | None


class IndicatorOut(Out):
    id: UUID
    name: str
    unit: str
    baseline: Decimal
    target: Decimal
    actual: Decimal | None


class TeamOut(Resource):
    round_id: UUID
    order_id: UUID
    order_number: str
    division: str
    host_name: str
    name: str
    lead_id: UUID
    place: str
    starts_on: date | None
    ends_on: date | None
    asked_fen: int
    own_fen: int
    amount_fen: int
    short_fen: int
    proposal: int
    continues_id: UUID | None
    placed: bool


class TeamDetail(TeamOut):
    """``liaison_phone`` is masked; ``members`` is the roster, ``former_members`` its history; since ``cleared_at`` a
    dissolved team could come back."""

    content: str
    targets: str
    liaison_name: str
    liaison_phone: str
    agreed_days: Decimal | None
    agreed_visits: int | None
    agreed_on: date | None
    payee_unit_code: str
    payee_unit_name: str
    talent_plan: str
    budget: list[BudgetLineIn]
    ending: ReasonOut | None
    cleared_at: Time | None
    members: list[MemberOut]
    former_members: list[MemberOut]
    indicators: list[IndicatorOut]
    continuation: str | None
    training: TrainingOut | None
    earlier_claims: list[EarlierClaim]
    warnings: list[ReasonOut]
    actions: list[ActionOut]


class MemberIn(BaseModel):
    person_id: UUID
    role: Literal["member", "local_talent", "assistant"] = "member"


class MembersIn(BaseModel):
    members: Annotated[list[MemberIn], Field(min_length=1, max_length=100)]


class ProposalIn(BaseModel):
    """``reason`` is needed where the decision differs from the ranking, or gives more than was asked."""

    amount_fen: Fen
    reason: Annotated[str, Field(max_length=2000)] = ""


class RoundProposal(ProposalIn):
    team_id: UUID


class RoundProposals(BaseModel):
    proposals: Annotated[list[RoundProposal], Field(min_length=1, max_length=2000)]

    @model_validator(mode="after")
    def each_once(self) -> Self:
        if len({row.team_id for row in self.proposals}) < len(self.proposals):
            raise ValueError("同一团队列了两次 / a team is listed twice")
        return self


class ReplaceIn(BaseModel):
    left: UUID
    joined: UUID
    role: Literal["lead", "member", "local_talent", "assistant"]


class ContinueIn(BaseModel):
    round_id: UUID
    asked_fen: Fen


class IndicatorIn(BaseModel):
    name: Name
    unit: Annotated[str, Field(max_length=50)] = ""
    baseline: Measure = Decimal(0)
    target: Measure


class IndicatorsIn(BaseModel):
    indicators: Annotated[list[IndicatorIn], Field(max_length=50)]

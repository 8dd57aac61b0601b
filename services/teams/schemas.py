"""Shapes of requests and answers. Citizen ids and phones come in and never go out."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.teams.rules.entry import Verdict
from services.teams.rules.person import Registration, full_division
from shared.http.shapes import ActionOut, CreditCode, Day, Name, Out, Phone, ReasonOut, Resource, Time

Text = Annotated[str, Field(max_length=2000)]
Fen = Annotated[int, Field(strict=True, ge=0, le=10**13)]
Measure = Annotated[Decimal, Field(max_digits=16, decimal_places=4, ge=-(10**11), le=10**11)]


# People


class PersonIn(BaseModel):
    name: Name
    gender: Literal["男", "女", ""] = ""
    citizen_id: Annotated[str, Field(max_length=18)]
    phone: Annotated[str, Field(max_length=20)]
    unit_name: Annotated[str, Field(max_length=200)] = ""
    unit_code: Annotated[str, Field(max_length=18)] = ""
    title: Annotated[str, Field(max_length=100)] = ""
    title_level: Annotated[str, Field(max_length=10)]
    honours: Annotated[list[Name], Field(max_length=20)] = []
    fields: Annotated[list[Name], Field(max_length=20)] = []
    category: Annotated[str, Field(max_length=50)] = ""
    division: Annotated[str, Field(pattern=r"^[0-9]{6,12}$")]
    health: Annotated[str, Field(max_length=50)] = ""
    willing: bool = True
    unit_agrees: bool = True

    @property
    def registration(self) -> Registration:
        fields = self.model_dump()
        lists = {"honours": tuple(self.honours), "fields": tuple(self.fields)}
        return Registration(**{**fields, **lists, "division": full_division(self.division)})


class PersonOut(Resource):
    name: str
    gender: str
    unit_name: str
    unit_code: str
    title: str
    title_level: str
    honours: list[str]
    verdicts: dict[str, bool]
    fields: list[str]
    category: str
    division: str
    willing: bool
    unit_agrees: bool


class HonourVerdict(BaseModel):
    honour: Name
    recognised: bool


class ImportedPerson(BaseModel):
    row: int
    person_id: UUID


class ImportOut(BaseModel):
    """``existing`` people were registered before; what the file says about them now was taken over (``updated``)."""

    rows: int
    created: int
    existing: int
    updated: int
    people: list[ImportedPerson]


# Claims and teams


class TeamIn(BaseModel):
    order_id: UUID
    name: Name


class TeamPatch(BaseModel):
    """The six clear points, the money, and what the agreement needs. Days count in halves; money in fen."""

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


class TeamDetail(TeamOut):
    """``liaison_phone`` is masked; ``members`` is the roster, ``former_members`` its history."""

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
    ending: ReasonOut | None
    members: list[MemberOut]
    former_members: list[MemberOut]
    indicators: list[IndicatorOut]
    continuation: str | None
    actions: list[ActionOut]


class MemberIn(BaseModel):
    person_id: UUID
    role: Literal["member", "local_talent"] = "member"


class MembersIn(BaseModel):
    members: Annotated[list[MemberIn], Field(min_length=1, max_length=100)]


class ProposalIn(BaseModel):
    amount_fen: Fen


class RoundProposal(ProposalIn):
    team_id: UUID


class RoundProposals(BaseModel):
    proposals: Annotated[list[RoundProposal], Field(min_length=1, max_length=2000)]


class ReplaceIn(BaseModel):
    left: UUID
    joined: UUID
    role: Literal["lead", "member", "local_talent"]


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


class IndicatorReport(BaseModel):
    name: Name
    actual: Measure


class IndicatorReports(BaseModel):
    reports: Annotated[list[IndicatorReport], Field(min_length=1, max_length=50)]


class AgreementOut(Resource):
    """The text that is signed, and who has signed it."""

    team_id: UUID
    due_at: Time
    document: dict[str, Any]
    document_hash: str
    lead_signed_at: Time | None
    unit_signed_at: Time | None
    host_signed_at: Time | None
    missing: list[str]
    reasons: list[ReasonOut]


# Service entries


class EntryIn(BaseModel):
    """``id`` is made by whoever writes the entry, so that sending it twice counts once."""

    id: UUID
    served_on: Day
    person_id: UUID
    form: Annotated[str, Field(max_length=100)]
    days: Annotated[Decimal, Field(max_digits=5, decimal_places=1)]
    beneficiaries: Annotated[int, Field(ge=0, le=10**7)] = 0
    problem: Text = ""


class EntriesIn(BaseModel):
    entries: Annotated[list[EntryIn], Field(min_length=1, max_length=1000)]


class EntryAnswer(BaseModel):
    id: UUID
    status: Literal["recorded", "duplicate", "refused"]
    reasons: list[ReasonOut] = []


class EntryAnswers(BaseModel):
    results: list[EntryAnswer]


class EntryOut(Resource):
    team_id: UUID
    person_id: UUID
    served_on: date
    form: str
    days: Decimal
    beneficiaries: int
    problem: str
    settled_at: Time | None


class EntryIds(BaseModel):
    ids: Annotated[list[UUID], Field(min_length=1, max_length=1000)]


class LinkOut(BaseModel):
    """The link itself goes to the liaison's phone only."""

    id: UUID
    status: Literal["sent"]
    entries: int
    expires_at: Time


class Confirmations(BaseModel):
    confirmed: Annotated[list[UUID], Field(max_length=1000)] = []
    disputed: Annotated[list[UUID], Field(max_length=1000)] = []

    @property
    def verdicts(self) -> dict[UUID, Verdict]:
        """An entry that stands in both lists is disputed."""
        return {**dict.fromkeys(self.confirmed, "confirm"), **dict.fromkeys(self.disputed, "dispute")}


class ConfirmationEntry(Out):
    id: UUID
    served_on: date
    name: str
    form: str
    days: Decimal
    beneficiaries: int
    problem: str


class ConfirmationOut(BaseModel):
    """What the liaison sees behind the link."""

    team: str
    order_number: str
    place: str
    expires_at: Time
    entries: list[ConfirmationEntry]


class ConfirmationDone(BaseModel):
    confirmed: int
    disputed: int


class SuspensionOut(Resource):
    person_id: UUID
    team_id: UUID
    starts_at: Time
    ends_at: Time

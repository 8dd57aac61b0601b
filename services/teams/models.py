"""Tables of the teams service. People's citizen ids and phones are ciphertext, equality is a keyed hash."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.teams.rules.agreement import PARTIES, AgreementFacts, Party
from services.teams.rules.entry import EntryFacts
from services.teams.rules.member import MemberFacts
from services.teams.rules.person import PersonFacts
from services.teams.rules.team import HOLDING
from shared.crypto import Encrypted
from shared.db import TYPES, Row, constraint_reasons, new_metadata
from shared.errors import Reason


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = TYPES


ENDED = ("rejected", "concluded", "withdrawn", "dissolved", "lapsed")


class Person(Row, Base):
    """An expert of the registry. Nothing personal beyond name, unit and title leaves this table; what is ciphertext
    is not even read unless asked for."""

    __tablename__ = "people"
    __table_args__ = (
        sa.Index("uq_people_citizen_key", "citizen_key", unique=True),
        sa.Index("ix_people_list", "created_at", "id"),
    )

    name: Mapped[str]
    gender: Mapped[str]
    citizen_id: Mapped[str] = mapped_column(Encrypted(), deferred=True, deferred_raiseload=True)
    citizen_key: Mapped[str]
    phone: Mapped[str] = mapped_column(Encrypted(), deferred=True, deferred_raiseload=True)
    unit_name: Mapped[str]
    unit_code: Mapped[str] = mapped_column(index=True)
    title: Mapped[str]
    title_level: Mapped[str]
    honours: Mapped[list[str]] = mapped_column(JSONB)
    verdicts: Mapped[dict[str, bool]] = mapped_column(JSONB, default=dict)
    fields: Mapped[list[str]] = mapped_column(JSONB)
    category: Mapped[str]
    division: Mapped[str] = mapped_column(index=True)
    health: Mapped[str]
    willing: Mapped[bool]
    unit_agrees: Mapped[bool]

    @property
    def status(self) -> str:
        """Registered people have no lifecycle of their own."""
        return "registered"

    @property
    def facts(self) -> PersonFacts:
        return PersonFacts(self.name, self.title_level, tuple(self.honours), self.verdicts, self.willing)


class Team(Row, Base):
    """A claim, and the team it becomes. Money in fen. ``proposal`` counts the bureau's proposals."""

    __tablename__ = "teams"
    __table_args__ = (
        sa.Index("ix_teams_list", "created_at", "id"),
        sa.Index(
            "uq_teams_order_taken", "round_id", "order_id", unique=True,
            postgresql_where=sa.column("status").in_(HOLDING),
        ),
        sa.Index(
            "uq_teams_one_claim", "round_id", "order_id", "lead_id", unique=True,
            postgresql_where=sa.column("status").not_in(ENDED),
        ),
    )  # fmt: skip

    round_id: Mapped[UUID] = mapped_column(index=True)
    order_id: Mapped[UUID] = mapped_column(index=True)
    order_number: Mapped[str]
    division: Mapped[str] = mapped_column(index=True)
    host_code: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    lead_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id"), index=True)
    status: Mapped[str] = mapped_column(index=True)
    place: Mapped[str] = mapped_column(default="")
    content: Mapped[str] = mapped_column(default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    targets: Mapped[str] = mapped_column(default="")
    liaison_name: Mapped[str] = mapped_column(default="")
    liaison_phone: Mapped[str] = mapped_column(Encrypted(), default="")
    agreed_days: Mapped[Decimal | None] = mapped_column(sa.Numeric(6, 1))
    agreed_visits: Mapped[int | None]
    asked_fen: Mapped[int] = mapped_column(default=0)
    own_fen: Mapped[int] = mapped_column(default=0)
    payee_unit_code: Mapped[str] = mapped_column(default="")
    payee_unit_name: Mapped[str] = mapped_column(default="")
    talent_plan: Mapped[str] = mapped_column(default="")
    amount_fen: Mapped[int] = mapped_column(default=0)
    proposal: Mapped[int] = mapped_column(default=0)
    short_fen: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")
    agreed_on: Mapped[date | None]
    continues_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("teams.id"))
    roster_changed_at: Mapped[datetime | None]


class Member(Row, Base):
    """A person's place in a team; those who left stay in the history. ``live_place`` numbers the person's
    places in teams that hold people (proposed to serving): its unique index guards the limit."""

    __tablename__ = "members"
    __table_args__ = (
        sa.Index("uq_members_live_place", "person_id", "live_place", unique=True),
        sa.Index(
            "uq_members_once", "team_id", "person_id", unique=True,
            postgresql_where=sa.column("status").in_(("invited", "accepted")),
        ),
    )  # fmt: skip

    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id"))
    role: Mapped[str]
    status: Mapped[str]
    position: Mapped[int]
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    unit_consented_at: Mapped[datetime | None]
    joined_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    live_place: Mapped[int | None] = mapped_column(sa.SmallInteger)

    def facts(self, person: Person, other_teams: int = 0, suspended_until: datetime | None = None) -> MemberFacts:
        return MemberFacts(
            person_id=str(self.person_id),
            role=self.role,
            status=self.status,
            person=person.facts,
            division=person.division,
            unit_code=person.unit_code,
            unit_consented=self.unit_consented_at is not None,
            serving=self.joined_at is not None and self.left_at is None,
            other_teams=other_teams,
            suspended_until=suspended_until,
        )


class Agreement(Row, Base):
    """The three-party agreement of a confirmed team. ``document`` is the text that is being signed, frozen by
    the first signature together with its hash."""

    __tablename__ = "agreements"

    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"), index=True)
    lead_unit_code: Mapped[str]
    lead_unit_name: Mapped[str]
    due_at: Mapped[datetime]
    document: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    document_hash: Mapped[str] = mapped_column(default="")
    lead_signed_at: Mapped[datetime | None]
    unit_signed_at: Mapped[datetime | None]
    host_signed_at: Mapped[datetime | None]
    closed: Mapped[bool] = mapped_column(default=False)

    @property
    def signed(self) -> frozenset[Party]:
        return frozenset(party for party in PARTIES if getattr(self, f"{party}_signed_at") is not None)

    def facts(self, team: Team) -> AgreementFacts:
        return AgreementFacts(
            lead_id=str(team.lead_id),
            lead_unit_code=self.lead_unit_code,
            host_code=team.host_code,
            payee_unit_code=team.payee_unit_code,
            payee_unit_name=team.payee_unit_name,
            talent_plan=team.talent_plan,
            signed=self.signed,
            team_confirmed=team.status == "confirmed" and not self.closed,
            due_at=self.due_at,
        )


class Entry(Row, Base):
    """A service entry; ``id`` is made by the client, so that the same entry sent twice counts once."""

    __tablename__ = "entries"
    __table_args__ = (sa.Index("ix_entries_team_status", "team_id", "status"),)

    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"))
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id"))
    status: Mapped[str]
    served_on: Mapped[date]
    form: Mapped[str]
    days: Mapped[Decimal] = mapped_column(sa.Numeric(5, 1))
    beneficiaries: Mapped[int]
    problem: Mapped[str]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str] = mapped_column(default="")

    @property
    def facts(self) -> EntryFacts:
        return EntryFacts(self.served_on, str(self.person_id), self.form, self.days, self.beneficiaries)


class Indicator(Row, Base):
    """A measurable target: baseline, target, and the actual value as last reported."""

    __tablename__ = "indicators"
    __table_args__ = (sa.Index("uq_indicators_name", "team_id", "name", unique=True),)

    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"))
    position: Mapped[int]
    name: Mapped[str]
    unit: Mapped[str]
    baseline: Mapped[Decimal] = mapped_column(sa.Numeric(16, 4))
    target: Mapped[Decimal] = mapped_column(sa.Numeric(16, 4))
    actual: Mapped[Decimal | None] = mapped_column(sa.Numeric(16, 4))


class ConfirmationLink(Row, Base):
    """A one-time link sent to the liaison's phone: ``id`` is the nonce that the signed token carries."""

    __tablename__ = "confirmation_links"

    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Suspension(Row, Base):
    """A person may not apply from ``starts_at`` until ``ends_at``, because of one assessment."""

    __tablename__ = "suspensions"
    __table_args__ = (
        sa.Index(
            "uq_suspensions_ground", "assessment_id", "person_id", unique=True,
            postgresql_where=sa.column("status") != "lifted",
        ),
        sa.Index("ix_suspensions_person", "person_id"),
    )  # fmt: skip

    assessment_id: Mapped[UUID]
    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"))
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id"))
    status: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class Continuation(Row, Base):
    """The right of an excellent team to apply again without the open call."""

    __tablename__ = "continuations"
    __table_args__ = (
        sa.Index(
            "uq_continuations_ground", "assessment_id", unique=True,
            postgresql_where=sa.column("status") != "withdrawn",
        ),
    )  # fmt: skip

    assessment_id: Mapped[UUID]
    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"), index=True)
    status: Mapped[str]
    claim_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("teams.id"))


# Known from other services


class KnownRound(Base):
    """A round as its events tell it; ``phase`` is the last of them: open, closed, decided, …"""

    __tablename__ = "known_rounds"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    year: Mapped[int]
    division: Mapped[str]
    direction: Mapped[str]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    phase: Mapped[str]
    policy: Mapped[dict[str, Any]] = mapped_column(JSONB)


class KnownOrder(Base):
    """A published order. ``published`` while open to claims; ``closes_at`` when not the round's."""

    __tablename__ = "known_orders"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID]
    number: Mapped[str]
    title: Mapped[str]
    division: Mapped[str]
    place: Mapped[str]
    host_name: Mapped[str]
    host_code: Mapped[str]
    published: Mapped[bool]
    closes_at: Mapped[datetime | None]


class KnownGrade(Base):
    """The newest published edition of each assessment that this service has acted upon."""

    __tablename__ = "known_grades"

    assessment_id: Mapped[UUID] = mapped_column(primary_key=True)
    edition: Mapped[int]
    grade: Mapped[str]


constraint_reasons(
    {
        "uq_people_citizen_key": Reason(
            "person.registered", "该证件号码已登记", "This citizen id is registered already", "/citizen_id"
        ),
        "uq_teams_order_taken": Reason(
            "team.order_taken",
            "该订单已有拟入选或已确认的团队",
            "Another team is proposed or confirmed for this order",
            "/order_id",
        ),
        "uq_teams_one_claim": Reason(
            "team.claimed_already",
            "您已申报该订单",
            "You have a claim on this order already",
            "/order_id",
        ),
        "uq_members_live_place": Reason(
            "team.person_busy",
            "团队中有人已在其他在服务或拟入选的团队中，达到上限",
            "Someone of the team already leads or serves in another live or proposed team, the limit",
            "/members",
        ),
        "uq_members_once": Reason(
            "member.listed_already", "该专家已在名单中", "This expert is on the roster already", "/members"
        ),
        "uq_indicators_name": Reason(
            "indicator.name_twice", "指标名称重复", "Two indicators have the same name", "/indicators"
        ),
    }
)

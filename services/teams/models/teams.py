"""Claims, the teams they become, the places in them, and the right to continue. Money in fen."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.teams.models.base import Base
from services.teams.models.people import Person
from services.teams.rules.member import MemberFacts
from services.teams.rules.team import ENDED, HOLDING
from shared.crypto import Encrypted
from shared.db import Row, Standing, constraint_reasons
from shared.errors import Reason

CHARACTERS = "string_to_array(lower((teams.name || ' ') || teams.order_number), null)"
"""Of a team's name and its order's number, each character: words of one and two are found by them."""


class Team(Standing, Base):
    """A claim, and the team it becomes. Money in fen. ``proposal`` counts the bureau's proposals."""

    __tablename__ = "teams"
    __table_args__ = (
        sa.Index("ix_teams_list", "created_at", "id"),
        sa.Index(
            "ix_teams_characters",
            sa.text(CHARACTERS.replace("teams.", "")),
            postgresql_using="gin",
            postgresql_with={"gin_pending_list_limit": 128},
        ),
        sa.Index(
            "uq_teams_order_taken",
            "round_id",
            "order_id",
            unique=True,
            postgresql_where=sa.column("status").in_(HOLDING),
        ),
        sa.Index(
            "uq_teams_one_claim",
            "round_id",
            "order_id",
            "lead_id",
            "host_code",
            unique=True,
            postgresql_where=sa.column("status").not_in(ENDED),
        ),
    )

    round_id: Mapped[UUID] = mapped_column(index=True)
    order_id: Mapped[UUID] = mapped_column(index=True)
    order_number: Mapped[str]
    division: Mapped[str] = mapped_column(index=True)
    host_code: Mapped[str] = mapped_column(index=True)
    host_name: Mapped[str] = mapped_column(default="")
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
    budget: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default="[]")
    amount_fen: Mapped[int] = mapped_column(default=0)
    proposal: Mapped[int] = mapped_column(default=0)
    short_fen: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")
    cleared_at: Mapped[datetime | None]
    """Dissolved; since then the ground of it is gone, and whether it comes back waits for the bureau."""
    agreed_on: Mapped[date | None]
    """The third signature; where the mode signs no agreement, the confirmation. Service may be recorded from then."""
    continues_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("teams.id"))
    training_due: Mapped[bool] = mapped_column(default=False)
    """Confirmed for a post that asks for training first, and not trained yet."""
    placed: Mapped[bool] = mapped_column(default=False)
    """Formed by the bureau for a nominated person who matched nobody."""
    roster_changed_at: Mapped[datetime | None]
    lead_offered_to: Mapped[UUID | None]


class Member(Row, Base):
    """A person's place in a team; those who left stay in the history. ``live_place`` numbers the person's
    places in teams that hold people (proposed to serving): its unique index guards the limit."""

    __tablename__ = "members"
    __table_args__ = (
        sa.Index("uq_members_live_place", "person_id", "live_place", unique=True),
        sa.Index(
            "uq_members_once",
            "team_id",
            "person_id",
            unique=True,
            postgresql_where=sa.column("status").in_(("invited", "accepted")),
        ),
    )

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
    leave_asked_at: Mapped[datetime | None]
    leave_reason: Mapped[str] = mapped_column(default="", server_default="")
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


class Continuation(Row, Base):
    """The right of an excellent team to apply again without the open call."""

    __tablename__ = "continuations"
    __table_args__ = (
        sa.Index(
            "uq_continuations_ground",
            "assessment_id",
            unique=True,
            postgresql_where=sa.column("status") != "withdrawn",
        ),
    )

    assessment_id: Mapped[UUID]
    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"), index=True)
    status: Mapped[str]
    claim_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("teams.id"))


constraint_reasons(
    {
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
    }
)

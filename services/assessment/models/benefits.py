"""Benefits and their uses."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from services.assessment.models.base import WITHDRAWN, Base
from services.assessment.rules.benefit import BenefitFacts
from services.assessment.rules.use import UseFacts
from shared.db import Row, constraint_reasons
from shared.errors import Reason


class Benefit(Row, Base):
    """A policy benefit that a grade gives to a person of the team. ``granted_at``: the first grant, from which the term
    runs; ``most_uses`` (0: any number) as the round's policy says; ``team``, ``order_number`` and ``person`` are names that a query fills."""

    __tablename__ = "benefits"
    __table_args__ = (
        sa.UniqueConstraint("assessment_id", "person_id", "kind"),
        sa.Index(
            "ix_benefits_expires_at", "expires_at", postgresql_where=sa.text("status in ('granted', 'used', 'held')")
        ),
    )

    assessment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("assessments.id"))
    round_id: Mapped[UUID] = mapped_column(index=True)
    order_id: Mapped[UUID]
    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("known_teams.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    status: Mapped[str]
    granted_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    uses: Mapped[int] = mapped_column(sa.SmallInteger, default=0, server_default="0")
    most_uses: Mapped[int] = mapped_column(sa.SmallInteger, default=0, server_default="0")
    team: Mapped[str] = query_expression()
    order_number: Mapped[str] = query_expression()
    person: Mapped[str] = query_expression()
    used: Mapped[list["BenefitUse"]] = relationship(lazy="raise", order_by="BenefitUse.used_on")

    @property
    def facts(self) -> BenefitFacts:
        return BenefitFacts(self.status, self.uses, self.most_uses, self.granted_at, self.expires_at)


class BenefitUse(Row, Base):
    """What a benefit was used for; only that it was withdrawn is ever written to it. ``noted_by`` is the actor, ``office``
    the actor's unit or division."""

    __tablename__ = "benefit_uses"
    __table_args__ = (
        sa.Index(
            "uq_benefit_uses_benefit_id_reference",
            "benefit_id",
            "reference",
            unique=True,
            postgresql_where=sa.text("withdrawn_at is null"),
        ),
        {"info": {"rights": f"select, insert, update ({WITHDRAWN}, version)"}},
    )

    benefit_id: Mapped[UUID] = mapped_column(sa.ForeignKey("benefits.id"))
    used_on: Mapped[date]
    purpose: Mapped[str]
    reference: Mapped[str]
    office: Mapped[str]
    noted_by: Mapped[str]
    withdrawn_by: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(default="", server_default="")

    @property
    def facts(self) -> UseFacts:
        return UseFacts(self.noted_by, self.withdrawn_at is not None)


constraint_reasons(
    {
        "uq_benefit_uses_benefit_id_reference": Reason(
            "benefit.noted_already",
            "该文号的使用记录已登记",
            "A use with this reference was noted already",
            "/reference",
        ),
    }
)

"""The budget of an award by lines, whom its team consists of, and who keeps its accounts."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.funding.models.base import Base
from shared.db import Row


class KnownAgreement(Base):
    """From ``teams.team.agreed`` and ``agreement_amended``: the term of an award, and which text of the agreement is in
    force."""

    __tablename__ = "known_agreements"

    award_id: Mapped[UUID] = mapped_column(sa.ForeignKey("awards.id"), primary_key=True)
    number: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class BudgetLine(Base):
    """A line of the budget, as the agreement's text ``number`` says. The lines of earlier texts stay."""

    __tablename__ = "budget_lines"
    __table_args__ = (sa.CheckConstraint("amount_fen > 0", name="positive"),)

    award_id: Mapped[UUID] = mapped_column(sa.ForeignKey("awards.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    amount_fen: Mapped[int]


class Transfer(Row, Base):
    """Money moved from one line to another under one text of the agreement."""

    __tablename__ = "transfers"
    __table_args__ = (
        sa.CheckConstraint("amount_fen > 0", name="positive"),
        sa.CheckConstraint("source <> target", name="two_lines"),
    )

    award_id: Mapped[UUID] = mapped_column(sa.ForeignKey("awards.id"), index=True)
    number: Mapped[int]
    source: Mapped[str]
    target: Mapped[str]
    amount_fen: Mapped[int]
    reason: Mapped[str]
    made_by: Mapped[str]


class OwnPerson(Base):
    """Somebody who serves or served in a team: a registry id, or a keyed hash by which they are known again."""

    __tablename__ = "own_people"

    team_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)


class KnownDelegate(Base):
    """From ``teams.team.delegated``: who keeps a team's accounts (right ``finance``)."""

    __tablename__ = "known_delegates"

    team_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)

"""Benefit cards, their uses, and the counters that number papers."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.assessment.models.base import WITHDRAWN, Base
from services.assessment.rules.card import CardFacts
from services.assessment.rules.use import UseFacts
from shared.db import Row, constraint_reasons
from shared.errors import Reason


class Serial(Base):
    """The last number given of a kind of paper in a year."""

    __tablename__ = "serials"

    prefix: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class Card(Row, Base):
    """A benefit card. ``entitles`` as the policy said when it was issued; ``reason`` of its revocation."""

    __tablename__ = "cards"
    __table_args__ = (
        sa.Index("uq_cards_one", "person_id", unique=True, postgresql_where=sa.text("status in ('issued', 'held')")),
        sa.Index("ix_cards_expires_at", "expires_at", postgresql_where=sa.text("status in ('issued', 'held')")),
    )

    number: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    name: Mapped[str]
    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("known_teams.id"), index=True)
    round_id: Mapped[UUID]
    order_id: Mapped[UUID]
    status: Mapped[str]
    entitles: Mapped[list[str]] = mapped_column(JSONB)
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    expires_at: Mapped[datetime]
    issued_by: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    uses: Mapped[list["CardUse"]] = relationship(lazy="raise", order_by="CardUse.used_on")

    @property
    def facts(self) -> CardFacts:
        return CardFacts(self.status, tuple(self.entitles), self.valid_from, self.expires_at)


class CardUse(Row, Base):
    """What a card was used for; only that it was withdrawn is ever written to it. ``office``: the unit or division of ``noted_by``."""

    __tablename__ = "card_uses"
    __table_args__ = (
        sa.Index(
            "uq_card_uses_card_id_used_on_service_place_reference",
            "card_id",
            "used_on",
            "service",
            "place",
            "reference",
            unique=True,
            postgresql_where=sa.text("withdrawn_at is null"),
        ),
        {"info": {"rights": f"select, insert, update ({WITHDRAWN}, version)"}},
    )

    card_id: Mapped[UUID] = mapped_column(sa.ForeignKey("cards.id"))
    service: Mapped[str]
    purpose: Mapped[str]
    place: Mapped[str]
    used_on: Mapped[date]
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
        "uq_cards_one": Reason("card.exists", "该人员已有英才卡", "This person has a card already", "/person_id"),
        "uq_card_uses_card_id_used_on_service_place_reference": Reason(
            "card.noted_already", "该次使用已登记", "This use was noted already", "/used_on"
        ),
    }
)

"""The review of a round: its panel, who reads which claim, their scores, and what the panel found."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.teams.models.base import Base
from services.teams.rules.ranking import Standing
from services.teams.rules.review import ACTIVE
from shared.db import Row, constraint_reasons
from shared.errors import Reason


class Panel(Row, Base):
    """The review of a round. ``closed_by`` is the token's subject."""

    __tablename__ = "panels"
    __table_args__ = (sa.Index("uq_panels_round", "round_id", unique=True),)

    round_id: Mapped[UUID]
    status: Mapped[str]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")


class Panelist(Row, Base):
    """A reviewer of a panel: subjects, and the most claims to be given."""

    __tablename__ = "panelists"
    __table_args__ = (sa.Index("uq_panelists_person", "panel_id", "person_id", unique=True),)

    panel_id: Mapped[UUID] = mapped_column(sa.ForeignKey("panels.id"))
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id"), index=True)
    fields: Mapped[list[str]] = mapped_column(JSONB)
    most: Mapped[int]


class ScoreSheet(Base):
    """A version of the score sheet, by its hash."""

    __tablename__ = "score_sheets"

    hash: Mapped[str] = mapped_column(primary_key=True)
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)


class Review(Row, Base):
    """One reviewer's reading of one claim. ``reason``: why it was given by hand, or how it ended; ``total`` and
    ``scores`` (how many versions) are the newest score's."""

    __tablename__ = "reviews"
    __table_args__ = (
        sa.Index(
            "uq_reviews_once", "team_id", "person_id", unique=True, postgresql_where=sa.column("status").in_(ACTIVE)
        ),
        sa.Index("ix_reviews_person", "person_id", "status"),
        sa.Index("ix_reviews_round", "round_id", "team_id"),
    )

    round_id: Mapped[UUID]
    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"))
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("people.id"))
    status: Mapped[str]
    due_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    scored_at: Mapped[datetime | None]
    total: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 2))
    scores: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")


class Score(Row, Base):
    """A score as it was handed in; later ones stand beside it. ``marks``: points and comment by item."""

    __tablename__ = "scores"
    __table_args__ = (sa.Index("uq_scores_number", "review_id", "number", unique=True),)

    review_id: Mapped[UUID] = mapped_column(sa.ForeignKey("reviews.id"))
    number: Mapped[int]
    sheet: Mapped[str] = mapped_column(sa.ForeignKey("score_sheets.hash"))
    marks: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    comment: Mapped[str]
    total: Mapped[Decimal] = mapped_column(sa.Numeric(5, 2))
    handed_in_at: Mapped[datetime]


class Finding(Row, Base):
    """What the panel found about a claim when it closed."""

    __tablename__ = "findings"
    __table_args__ = (
        sa.Index("uq_findings_team", "team_id", unique=True),
        sa.Index("ix_findings_round", "round_id", "order_id"),
    )

    round_id: Mapped[UUID]
    order_id: Mapped[UUID]
    team_id: Mapped[UUID] = mapped_column(sa.ForeignKey("teams.id"))
    reviews: Mapped[int]
    raw: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 2))
    normalised: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 2))
    spread: Mapped[Decimal] = mapped_column(sa.Numeric(5, 2))
    disagreement: Mapped[bool]
    items: Mapped[dict[str, str]] = mapped_column(JSONB)
    rank: Mapped[int | None]
    order_rank: Mapped[int | None]
    tied: Mapped[bool]

    def standing(self, label: str) -> Standing:
        return Standing(
            claim_id=str(self.team_id),
            order_id=str(self.order_id),
            label=label,
            reviews=self.reviews,
            raw=self.raw,
            normalised=self.normalised,
            spread=self.spread,
            disagreement=self.disagreement,
            items={code: Decimal(points) for code, points in self.items.items()},
            rank=self.rank,
            order_rank=self.order_rank,
            tied=self.tied,
        )


constraint_reasons(
    {
        "uq_panels_round": Reason(
            "panel.named_already",
            "评审组刚由他人设立，请刷新后重试",
            "The panel was just named by someone else",
            "/round_id",
        ),
        "uq_reviews_once": Reason(
            "review.assigned_already",
            "该专家已在评审此申报",
            "This reviewer has the claim already",
            "/person_id",
        ),
        "uq_scores_number": Reason(
            "review.score_changed", "评分刚被更新，请刷新后重试", "The score was just changed; read it again", "/marks"
        ),
    }
)

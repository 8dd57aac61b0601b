"""Known from other services."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.funding.models.base import Base
from services.funding.rules.award import GradeFacts
from services.funding.rules.policy import Policy
from shared.contracts.policy_document import policy_set


class KnownRound(Base):
    """From ``orders.round.opened``: whose round it is and its pinned policy set."""

    __tablename__ = "known_rounds"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    year: Mapped[int]
    division: Mapped[str]
    policy_document: Mapped[dict[str, Any]] = mapped_column(JSONB)

    @property
    def policy(self) -> Policy:
        return policy_set(self.policy_document).funding

    @property
    def band_fen(self) -> tuple[int, int]:
        """Least and greatest award; it stands with the claims that it limits."""
        teams = policy_set(self.policy_document).teams
        return teams.band_min_fen, teams.band_max_fen


class KnownAssessment(Base):
    """From ``assessment.assessment.published`` and the rectifications: a team's grade as last published."""

    __tablename__ = "known_assessments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    team_id: Mapped[UUID] = mapped_column(index=True)
    edition: Mapped[int]
    grade: Mapped[str]
    rectified: Mapped[bool]
    failed: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Its rectification failed, and no corrected edition has cancelled it."""

    @property
    def facts(self) -> GradeFacts:
        return GradeFacts(self.grade, self.rectified)

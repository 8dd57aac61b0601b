"""Events of the teams service: the right of an excellent team to apply again without the open call."""

from uuid import UUID

from shared.contracts.base import Fen, OfTeam


class ContinuationGranted(OfTeam, type="teams.team.continuation_granted.v1"):
    """Rated excellent: the team may apply again without the open call."""


class ContinuationWithdrawn(OfTeam, type="teams.team.continuation_withdrawn.v1"):
    """A corrected edition took its ground away."""


class ContinuationRestored(OfTeam, type="teams.team.continuation_restored.v1"):
    """Rated excellent after all, and the claim that rests on the right goes on."""


class ContinuationApplied(OfTeam, type="teams.team.continuation_applied.v1"):
    """``team_id`` is the new claim, ``continues`` the excellent team that it continues."""

    continues: UUID
    asked_fen: Fen

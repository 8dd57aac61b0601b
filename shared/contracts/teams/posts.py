"""Events of the teams service about named posts: nominations, mutual choice, placements, training."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from shared.contracts.base import OfRound, OfTeam


class OfNomination(OfRound):
    """A person whom a unit put forward for a round."""

    nomination_id: UUID
    person_id: UUID


class PersonNominated(OfNomination, type="teams.nomination.nominated.v1"):
    unit_code: str


class NominationWithdrawn(OfNomination, type="teams.nomination.withdrawn.v1"):
    pass


class NominationMatched(OfNomination, type="teams.nomination.matched.v1"):
    """A claim of their own is confirmed."""

    team_id: UUID


class NominationPlaced(OfNomination, type="teams.nomination.placed.v1"):
    """The post on which the bureau placed them is confirmed."""

    team_id: UUID


class NominationReleased(OfNomination, type="teams.nomination.released.v1"):
    """The team that had them ended."""


class NominationUnplaced(OfNomination, type="teams.nomination.unplaced.v1"):
    """The round is decided, and nobody has them."""


class TeamAccepted(OfTeam, type="teams.team.accepted.v1"):
    """The host accepts the claim: with the expert's own claim this is the mutual choice."""


class TeamDeclined(OfTeam, type="teams.team.declined.v1"):
    """The host declines the claim (its words stay here)."""


class TeamPlaced(OfTeam, type="teams.team.placed.v1"):
    """The bureau formed this claim for a nominated person on a free post; the person has still to accept."""

    person_id: UUID


class TeamTrained(OfTeam, type="teams.team.trained.v1"):
    """Trained before the post."""

    trained_on: date
    hours: Decimal

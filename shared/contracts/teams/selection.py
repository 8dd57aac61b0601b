"""Events of the teams service about how claims are chosen: reviews, decisions, appeals."""

from uuid import UUID

from shared.contracts.base import OfRound, OfTeam


class TeamDecided(OfTeam, type="teams.team.decided.v1"):
    """What became of the claim: selected, reserve or not_selected. The reasons stay with the decision."""

    decision_id: UUID
    outcome: str


class TeamReadmitted(OfTeam, type="teams.team.readmitted.v1"):
    """Rejected before, shortlisted again: an appeal was upheld, or its turn has come in the reserve."""


class TeamRemarked(OfTeam, type="teams.team.remarked.v1"):
    """The bureau put something on record about the claim: ``exception`` or ``discussion``."""

    kind: str


class OfPanel(OfRound):
    """The review of a round. Who reviews what is confidential: none of these names an order, a team or a person."""

    panel_id: UUID


class PanelNamed(OfPanel, type="teams.panel.named.v1"):
    reviewers: int


class PanelClosed(OfPanel, type="teams.panel.closed.v1"):
    claims: int


class PanelReopened(OfPanel, type="teams.panel.reopened.v1"):
    pass


class OfReview(OfRound):
    review_id: UUID


class ReviewAssigned(OfReview, type="teams.review.assigned.v1"):
    pass


class ReviewScored(OfReview, type="teams.review.scored.v1"):
    """``number``: 1, 2, … : a score may be handed in again until the review is closed."""

    number: int


class ReviewDeclared(OfReview, type="teams.review.declared.v1"):
    """The reviewer is not impartial: the claim goes to someone else."""


class ReviewWithdrawn(OfReview, type="teams.review.withdrawn.v1"):
    pass


class ReviewOverdue(OfReview, type="teams.review.overdue.v1"):
    """A reminder: the score may still be handed in."""


class OfAppeal(OfTeam):
    appeal_id: UUID


class AppealLodged(OfAppeal, type="teams.appeal.lodged.v1"):
    pass


class AppealUpheld(OfAppeal, type="teams.appeal.upheld.v1"):
    pass


class AppealDismissed(OfAppeal, type="teams.appeal.dismissed.v1"):
    pass


class AppealWithdrawn(OfAppeal, type="teams.appeal.withdrawn.v1"):
    pass

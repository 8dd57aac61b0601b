"""A team that lost its award by a failed rectification, and was dissolved for it, comes back when a corrected edition
takes the ground away. Pure.

Only what followed by itself is undone by itself. Nobody's rule is broken for it: whoever serves elsewhere by now, and an
order that another team has, stay as they are, and the bureau decides.
Source: domain.md §4, a new edition undoes and redoes its consequences.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from services.teams.rules.policy import PolicySet
from services.teams.rules.roster import person_busy
from services.teams.rules.team import AWARD_REVOKED, LIFECYCLE, order_held
from shared.actor import Actor
from shared.errors import Reason, require


@dataclass(frozen=True, slots=True)
class ReinstatementFacts:
    """``cleared``: the ground of its dissolution is gone. ``order_free``: no other team has its order; ``order_open``: the
    order waits for a team. ``archived``: its round. ``busy``: names of its people who have reached the limit of live teams
    elsewhere. ``trained``: it had been trained for its post."""

    status: str
    cleared: bool
    order_free: bool = True
    order_open: bool = True
    archived: bool = False
    busy: tuple[str, ...] = ()
    trained: bool = False


def clear(status: str, reason: str) -> bool:
    """Whether the end of a failed rectification takes the ground from this team's dissolution."""
    return status == "dissolved" and reason == AWARD_REVOKED


def reinstate_obstacles(team: ReinstatementFacts, limit: int) -> Iterable[Reason]:
    """The ground is gone, the order waits for a team, its people are free, and the round is not archived. ``limit``: live
    teams that a person may be in."""
    if not team.cleared:
        yield Reason(
            "team.ground_stands", "解散的依据仍然成立，不能恢复", "The ground of its dissolution stands", "/status"
        )
    if not team.order_free:
        yield order_held()
    elif not team.order_open:
        yield Reason(
            "team.order_closed",
            "该订单已撤回、取消或完成",
            "The order was withdrawn, cancelled or completed",
            "/order_id",
        )
    for name in team.busy:
        yield person_busy(name, limit)
    if team.archived:
        yield Reason("team.round_archived", "该批次已归档", "The round is archived", "/round_id")


def reinstate(team: ReinstatementFacts, policy: PolicySet, actor: Actor) -> str:
    """By itself with the correction, or by the bureau once what stood in the way is gone. It stands where it had come
    before service; the clock or its first visit leads on from there."""
    status = LIFECYCLE.after("reinstate", team.status, actor, policy.switches)
    require(reinstate_obstacles(team, policy.teams.live_teams_per_person))
    return "trained" if team.trained else status

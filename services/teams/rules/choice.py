"""Mutual choice (双向选择): the expert claims, the host accepts or declines ★. Accepting one claim ends no other: only
the confirmed team has the post."""

from services.teams.rules.claim import TeamFacts
from services.teams.rules.policy import PolicySet
from services.teams.rules.rights import speaks_for_host
from services.teams.rules.team import LIFECYCLE
from shared.actor import Actor
from shared.errors import NotFound, reason_given, require


def accept(team: TeamFacts, policy: PolicySet, actor: Actor) -> str:
    """The host takes the expert who claimed its post."""
    status = LIFECYCLE.after("accept", team.status, actor, policy.switches)
    _host_only(team, actor)
    return status


def decline(team: TeamFacts, policy: PolicySet, actor: Actor, reason: str) -> str:
    """The host does not take the expert, always with a reason."""
    status = LIFECYCLE.after("decline", team.status, actor, policy.switches)
    _host_only(team, actor)
    require(reason_given("team.reason_missing", reason))
    return status


def _host_only(team: TeamFacts, actor: Actor) -> None:
    """Another host's claim is not there for this one."""
    if not speaks_for_host(team.order.host_code, actor):
        raise NotFound("team")

"""Mutual choice (双向选择): the expert claims, the host accepts or declines ★. Accepting one claim ends no other: only
the confirmed team has the post."""

from collections.abc import Iterator

from services.teams.rules.claim import TeamFacts
from services.teams.rules.policy import PolicySet
from services.teams.rules.team import LIFECYCLE
from shared.actor import Actor
from shared.errors import NotFound, Reason, require


def accept(team: TeamFacts, policy: PolicySet, actor: Actor) -> str:
    """The host takes the expert who claimed its post."""
    status = LIFECYCLE.after("accept", team.status, actor, policy.switches)
    _host_only(team, actor)
    return status


def decline(team: TeamFacts, policy: PolicySet, actor: Actor, reason: str) -> str:
    """The host does not take the expert, always with a reason."""
    status = LIFECYCLE.after("decline", team.status, actor, policy.switches)
    _host_only(team, actor)
    require(_reason_given(reason))
    return status


def _host_only(team: TeamFacts, actor: Actor) -> None:
    """Another host's claim is not there for this one."""
    if actor.unit != team.order.host_code:
        raise NotFound("team")


def _reason_given(reason: str) -> Iterator[Reason]:
    if not reason.strip():
        yield Reason("team.reason_missing", "须说明理由", "A reason must be given", "/reason")

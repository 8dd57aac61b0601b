"""Who comes and goes: assistants, whom the host names, and, where the mode keeps the roster of a live team open,
experts who join and leave as they like ★."""

from collections.abc import Collection, Iterable
from datetime import datetime

from services.teams.rules import member as member_rules
from services.teams.rules import roster
from services.teams.rules.claim import TeamFacts
from services.teams.rules.member import ASSISTANT, LEAD, MemberFacts
from services.teams.rules.policy import TeamsPolicy
from services.teams.rules.rights import speaks_for_host
from shared.actor import Actor
from shared.errors import Forbidden, Reason, require


def invite_obstacles(
    team: TeamFacts, roles: Collection[str], policy: TeamsPolicy, actor: Actor, live: bool
) -> Iterable[Reason]:
    """The host names assistants, and experts of a live team whose roster is open; everybody else is invited by the
    lead, who names no assistants."""
    if speaks_for_host(team.order.host_code, actor):
        if set(roles) - {ASSISTANT} and not (live and policy.open_roster):
            yield Reason(
                "member.host_names_assistants",
                "需求单位只能指定助手",
                "The host names assistants only",
                "/members",
            )
    elif ASSISTANT in roles:
        yield Reason("member.assistant_by_host", "助手由需求单位指定", "Assistants are named by the host", "/members")


def joins(place: MemberFacts, policy: TeamsPolicy, live: bool) -> bool:
    """Whether this person begins to serve at once: in a live team with an open roster, having accepted, with the
    consent of the unit where there is one."""
    ready = place.status == "accepted" and (place.unit_consented or not place.unit_code)
    return live and policy.open_roster and ready and not place.serving


def join(team: TeamFacts, place: MemberFacts, policy: TeamsPolicy, now: datetime) -> None:
    """Another expert serves from now on; the counts and every condition of the person hold."""
    serving = [member for member in team.roster if member.serving and member.person_id != place.person_id]
    require(roster.replacement_obstacles(serving, place, team.order.division, policy, now))


def own_place(team: TeamFacts, actor: Actor) -> MemberFacts:
    """Where this actor serves in the team. Raises :class:`Forbidden` for anyone who does not."""
    own = next((member for member in team.roster if member.person_id == actor.person and member.serving), None)
    if own is None:
        raise Forbidden(Reason("member.not_serving", "您不在该团队服务", "You do not serve in this team"))
    return own


def leave(team: TeamFacts, own: MemberFacts, policy: TeamsPolicy, live: bool) -> str:
    """An expert or assistant leaves a live team whose roster is open. Returns the status of the place."""
    require(leave_obstacles(team, own, policy, live))
    return member_rules.leave(own)


def leave_obstacles(team: TeamFacts, own: MemberFacts, policy: TeamsPolicy, live: bool) -> Iterable[Reason]:
    """The roster is open, the lead hands over first, and the counts hold without this person."""
    if not (live and policy.open_roster):
        yield Reason(
            "team.roster_fixed",
            "该项目服务期间不能自行退出，须办理成员更换",
            "Nobody leaves by themselves in this mode; a replacement is needed",
            "/status",
        )
    if own.role == LEAD:
        yield Reason("member.lead_stays", "领衔专家须先移交", "The lead hands over first", "/role")
    else:
        yield from roster.count_obstacles([m for m in team.roster if m.serving and m != own], policy)

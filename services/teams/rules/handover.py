"""Handing over the lead within a team, and asking to leave it."""

import dataclasses
from collections.abc import Iterable
from datetime import datetime

from services.teams.rules import roster
from services.teams.rules.claim import TeamFacts
from services.teams.rules.member import ACCEPTED, LEAD, MEMBER, MemberFacts
from services.teams.rules.policy import TeamsPolicy
from services.teams.rules.rights import lead_only
from services.teams.rules.team import LIVE, ROSTER_OPEN
from shared.actor import Actor
from shared.errors import Forbidden, Reason, reason_given, require


def hand_over(team: TeamFacts, to: MemberFacts | None, policy: TeamsPolicy, actor: Actor, now: datetime) -> None:
    """The lead offers the lead to a colleague of the team, who must be fit to lead; until it is taken over nothing
    changes."""
    lead_only(team, actor)
    require(hand_over_obstacles(team, to, policy, now))


def hand_over_obstacles(
    team: TeamFacts, to: MemberFacts | None, policy: TeamsPolicy, now: datetime
) -> Iterable[Reason]:
    """While the roster may change; the team without the change of roles must still be 1+N+1 after it."""
    if team.status not in ROSTER_OPEN:
        yield Reason(
            "team.roster_closed",
            "申报审议期间名单不能变动",
            "The roster does not change while the claim is being judged",
            "/status",
        )
    if to is None or to.status != ACCEPTED or to.role == LEAD:
        yield Reason("handover.person", "须为已入团的其他成员", "It must be another accepted person", "/person_id")
        return
    swapped = [_swapped(member, to) for member in team.roster if member.status == ACCEPTED]
    if team.status in LIVE:
        yield from roster.count_obstacles([member for member in swapped if member.serving], policy)
    new_lead = dataclasses.replace(to, role=LEAD)
    yield from roster.member_obstacles(new_lead, team.order.division, policy, now, "/person_id")


def _swapped(member: MemberFacts, to: MemberFacts) -> MemberFacts:
    """The old lead stays on as a member."""
    if member.person_id == to.person_id:
        return dataclasses.replace(member, role=LEAD)
    return dataclasses.replace(member, role=MEMBER) if member.role == LEAD else member


def take_over(
    team: TeamFacts, offered_to: str, to: MemberFacts | None, policy: TeamsPolicy, actor: Actor, now: datetime
) -> None:
    """The colleague takes the lead over. What was true when it was offered must still be."""
    if not offered_to or actor.person != offered_to:
        raise Forbidden(Reason("handover.not_offered", "未向您移交领衔", "The lead was not offered to you"))
    require(hand_over_obstacles(team, to, policy, now))


def ask_to_leave(team: TeamFacts, place: MemberFacts | None, reason: str, actor: Actor) -> None:
    """Whoever serves in a live team says so when they cannot go on; they stay until the lead has found another."""
    require(_ask_obstacles(team, place, reason, actor))


def _ask_obstacles(team: TeamFacts, place: MemberFacts | None, reason: str, actor: Actor) -> Iterable[Reason]:
    if place is None or place.person_id != actor.person or not place.serving:
        yield Reason("member.not_serving", "您不在该团队服务", "You do not serve in this team", "/person_id")
    elif place.role == LEAD:
        yield Reason(
            "member.lead_stays",
            "领衔专家须先移交领衔或撤回团队",
            "The lead hands over first, or withdraws the team",
            "/role",
        )
    if team.status not in LIVE:
        yield Reason("team.not_live", "仅限在服务的团队", "Only in a live team", "/status")
    yield from reason_given("team.reason_missing", reason)

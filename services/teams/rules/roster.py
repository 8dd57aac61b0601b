"""The 1+N+1 of a team: one lead, members from any field, local talent trained on the job ★."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from services.teams.rules import person as people
from services.teams.rules.member import ASSISTANT, EXPERTS, LEAD, LOCAL_TALENT, MEMBER, MemberFacts
from services.teams.rules.policy import TeamsPolicy
from shared.errors import Reason

COUNTY = 6
"""Digits of a division code that name the district or county."""


def obstacles(roster: Sequence[MemberFacts], division: str, policy: TeamsPolicy, now: datetime) -> Iterable[Reason]:
    """Everything that keeps this roster from claiming an order of ``division`` (12 digits), all at once.
    Counted are those who accepted; an unanswered invitation is an obstacle of its own."""
    yield from count_obstacles([m for m in roster if m.status == "accepted"], policy)
    for place, member in enumerate(roster):
        yield from member_obstacles(member, division, policy, now, f"/members/{place}")


def member_obstacles(
    member: MemberFacts, division: str, policy: TeamsPolicy, now: datetime, pointer: str
) -> Iterable[Reason]:
    """What one person must meet in this role: honour and title of a lead, home of local talent ★, acceptance
    and consent, live-team limit, no suspension."""
    if member.role == LEAD:
        yield from people.lead_obstacles(member.person, policy, pointer)
    yield from home_obstacles(member, division, pointer)
    yield from readiness_obstacles(member, pointer)
    yield from standing_obstacles(member, policy, now, pointer)


def home_obstacles(member: MemberFacts, division: str, pointer: str) -> Iterable[Reason]:
    """Local talent is from the order's own district ★."""
    if member.role == LOCAL_TALENT and member.division[:COUNTY] != division[:COUNTY]:
        yield Reason(
            "team.local_talent_elsewhere",
            f"当地人才{member.person.name}不在订单所在区县（{division[:COUNTY]}）",
            f"Local talent {member.person.name} is not from the order's district {division[:COUNTY]}",
            f"{pointer}/division",
        )


def count_obstacles(serving: Sequence[MemberFacts], policy: TeamsPolicy) -> Iterable[Reason]:
    """Exactly one lead, at least one member, at least one local talent, and as many assistants of the host as the
    mode wants."""
    leads, members, local, assistants = (
        sum(m.role == role for m in serving) for role in (LEAD, MEMBER, LOCAL_TALENT, ASSISTANT)
    )
    if assistants < policy.min_assistants:
        yield Reason(
            "team.assistants_few",
            f"需求单位须指定至少{policy.min_assistants}名助手，现有{assistants}名",
            f"The host must name at least {policy.min_assistants} assistant(s), has {assistants}",
            "/members",
        )
    if leads != policy.leads:
        yield Reason(
            "team.leads",
            f"须有{policy.leads}名领衔专家，现有{leads}名",
            f"Needs exactly {policy.leads} lead, has {leads}",
            "/members",
        )
    if members < policy.min_members:
        yield Reason(
            "team.members_few",
            f"至少须有{policy.min_members}名成员，现有{members}名",
            f"Needs at least {policy.min_members} member(s), has {members}",
            "/members",
        )
    if members > policy.max_members:
        yield Reason(
            "team.members_many",
            f"成员最多{policy.max_members}名，现有{members}名",
            f"At most {policy.max_members} members, has {members}",
            "/members",
        )
    if local < policy.min_local_talents:
        yield Reason(
            "team.local_talents_few",
            f"至少须有{policy.min_local_talents}名当地人才，现有{local}名",
            f"Needs at least {policy.min_local_talents} local talent(s), has {local}",
            "/members",
        )


def warnings(roster: Sequence[MemberFacts], policy: TeamsPolicy) -> Iterable[Reason]:
    """What is unusual and refuses nothing: experts *normally* have certain title levels ★."""
    for place, member in enumerate(roster):
        if member.role in EXPERTS and policy.normal_levels and member.person.title_level not in policy.normal_levels:
            levels = "、".join(policy.normal_levels)
            yield Reason(
                "team.level_unusual",
                f"{member.person.name}的职称级别为{member.person.title_level}，一般应为{levels}",
                f"{member.person.name} has the title level {member.person.title_level}, normally it is {levels}",
                f"/members/{place}",
            )


def readiness_obstacles(member: MemberFacts, pointer: str) -> Iterable[Reason]:
    """Everyone has accepted, and everyone's unit has consented (a person without a unit decides alone)."""
    name = member.person.name
    if member.status != "accepted":
        yield Reason("team.member_not_accepted", f"{name}尚未接受邀请", f"{name} has not accepted", f"{pointer}/status")
    if member.unit_code and not member.unit_consented:
        yield Reason(
            "team.unit_not_consented",
            f"{name}的派出单位尚未同意",
            f"The unit of {name} has not consented",
            f"{pointer}/unit_consented",
        )


def standing_obstacles(member: MemberFacts, policy: TeamsPolicy, now: datetime, pointer: str) -> Iterable[Reason]:
    """Nobody leads or serves in more live teams than policy says; the lead, and whoever else the policy
    suspends, must not be suspended ★."""
    name, until = member.person.name, member.suspended_until
    if member.other_teams >= policy.live_teams_per_person:
        yield person_busy(name, policy.live_teams_per_person, pointer)
    if until is not None and until > now and member.role in {LEAD, *policy.suspended_roles}:
        yield Reason(
            "team.person_suspended",
            f"{name}被暂停申报资格至{until:%Y-%m-%d}",
            f"{name} is suspended until {until:%Y-%m-%d}",
            pointer,
        )


def person_busy(name: str, limit: int, pointer: str = "/members") -> Reason:
    """The wording of the live-team limit."""
    return Reason(
        "team.person_busy",
        f"{name}已在{limit}个在服务或拟入选的团队中，达到上限",
        f"{name} already leads or serves in {limit} live or proposed team(s), the limit",
        pointer,
    )


def replacement_obstacles(
    remaining: Sequence[MemberFacts], joining: MemberFacts, division: str, policy: TeamsPolicy, now: datetime
) -> Iterable[Reason]:
    """A member may be replaced during service; 1+N+1 holds at every moment, and whoever joins meets every
    condition that the one who leaves had met."""
    yield from count_obstacles([*remaining, joining], policy)
    yield from member_obstacles(joining, division, policy, now, "/joined")

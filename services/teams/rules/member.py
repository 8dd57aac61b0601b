"""One person's place in a team: invited, accepted, and how it ends."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.teams.rules.person import PersonFacts
from services.teams.rules.policy import TeamsPolicy
from shared.actor import SYSTEM, Actor
from shared.errors import Forbidden, Reason, require
from shared.lifecycle import Lifecycle, Step

LEAD, MEMBER, LOCAL_TALENT, ASSISTANT = "lead", "member", "local_talent", "assistant"
EXPERTS = (LEAD, MEMBER)
"""Roles that bring expertise: the others are trained or help."""
INVITED, ACCEPTED = "invited", "accepted"
ROLES = {LEAD: "领衔专家", MEMBER: "成员", LOCAL_TALENT: "当地人才", ASSISTANT: "助手"}

CONSENT = Step("consent", (INVITED, ACCEPTED), ACCEPTED, ("unit",), "同意派出", "Consent")
"""Not a step of the place: a unit consents beside the person's own answer."""

LIFECYCLE = Lifecycle(
    "member",
    {
        "invited": "已邀请",
        "accepted": "已接受",
        "declined": "已谢绝",
        "expired": "邀请过期",
        "removed": "已移除",
        "left": "已退出",
    },
    (
        Step("accept", ("invited",), "accepted", ("expert",), "接受邀请", "Accept"),
        Step("decline", ("invited", "accepted"), "declined", ("expert",), "谢绝或退出", "Decline"),
        Step("expire", ("invited",), "expired", ("system",), "邀请过期", "Expire"),
        Step("remove", ("invited", "accepted"), "removed", ("expert", "host"), "移除", "Remove"),
        Step("leave", ("accepted",), "left", ("system",), "退出", "Leave"),
    ),
)


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """A place in a team. ``other_teams`` counts the live (or proposed) teams that the person leads or serves
    in besides this one; ``suspended_until`` is the end of a running suspension."""

    person_id: str
    role: str
    status: str
    person: PersonFacts
    division: str
    unit_code: str
    unit_consented: bool = False
    serving: bool = False
    other_teams: int = 0
    suspended_until: datetime | None = None


def invitation_ends(policy: TeamsPolicy, now: datetime) -> datetime:
    """An invitation stays open for the policy's number of days."""
    return now + timedelta(days=policy.invitation_days)


def accept(member: MemberFacts, actor: Actor) -> str:
    """Only the invited person accepts."""
    status = LIFECYCLE.after("accept", member.status, actor)
    _only_oneself(member, actor)
    return status


def decline(member: MemberFacts, actor: Actor, roster_open: bool) -> str:
    """Only the invited person declines; an acceptance can be taken back while the roster may change."""
    status = LIFECYCLE.after("decline", member.status, actor)
    _only_oneself(member, actor)
    require(decline_obstacles(member, roster_open))
    return status


def decline_obstacles(member: MemberFacts, roster_open: bool) -> Iterable[Reason]:
    """A lead who has accepted withdraws the claim instead; whoever serves is replaced instead."""
    if member.role == LEAD and member.status != INVITED:
        yield _lead_stays()
    if member.serving or (member.status == ACCEPTED and not roster_open):
        yield Reason(
            "member.team_submitted",
            "团队已申报，退出须由领衔专家办理成员更换",
            "The claim has been submitted; leaving needs a replacement by the lead",
            "/status",
        )


def remove(member: MemberFacts, actor: Actor, roster_open: bool) -> str:
    """The lead takes a place back while the roster may change."""
    status = LIFECYCLE.after("remove", member.status, actor)
    require([_lead_stays()] if member.role == LEAD else decline_obstacles(member, roster_open))
    return status


def _lead_stays() -> Reason:
    return Reason(
        "member.lead_stays",
        "领衔专家不能退出或移除，请撤回申报",
        "The lead cannot leave the claim; withdraw it instead",
        "/role",
    )


def expire(member: MemberFacts) -> str:
    """An unanswered invitation ends by itself."""
    return LIFECYCLE.after("expire", member.status, SYSTEM)


def leave(member: MemberFacts) -> str:
    """A replaced member leaves; the history stays."""
    return LIFECYCLE.after("leave", member.status, SYSTEM)


def _only_oneself(member: MemberFacts, actor: Actor) -> None:
    if actor.person != member.person_id:
        raise Forbidden(
            Reason("member.only_oneself", "只能由被邀请的专家本人办理", "Only the invited expert may answer")
        )

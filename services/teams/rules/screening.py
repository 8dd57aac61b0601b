"""Eligibility screening (资格审查) before a claim is shortlisted: the checklist of submitting, rule by rule. Only the
window does not count, which has closed by then."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from services.teams.rules import person as people
from services.teams.rules import roster
from services.teams.rules.claim import TeamFacts, clear_point_obstacles, continuation_obstacles, money_obstacles
from services.teams.rules.member import LEAD
from services.teams.rules.policy import TeamsPolicy
from shared.errors import Reason

Rule = Callable[[TeamFacts, TeamsPolicy, datetime], Iterable[Reason]]


@dataclass(frozen=True, slots=True)
class Check:
    """One rule's result; met when there are no reasons."""

    code: str
    zh: str
    en: str
    reasons: tuple[Reason, ...]

    @property
    def met(self) -> bool:
        return not self.reasons


def _counts(team: TeamFacts, policy: TeamsPolicy, now: datetime) -> Iterable[Reason]:
    return roster.count_obstacles([m for m in team.roster if m.status == "accepted"], policy)


def _lead(team: TeamFacts, policy: TeamsPolicy, now: datetime) -> Iterable[Reason]:
    for place, member in enumerate(team.roster):
        if member.role == LEAD:
            yield from people.lead_obstacles(member.person, policy, f"/members/{place}")


def _home(team: TeamFacts, policy: TeamsPolicy, now: datetime) -> Iterable[Reason]:
    for place, member in enumerate(team.roster):
        yield from roster.home_obstacles(member, team.order.division, f"/members/{place}")


def _readiness(team: TeamFacts, policy: TeamsPolicy, now: datetime) -> Iterable[Reason]:
    for place, member in enumerate(team.roster):
        yield from roster.readiness_obstacles(member, f"/members/{place}")


def _standing(team: TeamFacts, policy: TeamsPolicy, now: datetime) -> Iterable[Reason]:
    for place, member in enumerate(team.roster):
        yield from roster.standing_obstacles(member, policy, now, f"/members/{place}")


def _clear_points(team: TeamFacts, policy: TeamsPolicy, now: datetime) -> Iterable[Reason]:
    return clear_point_obstacles(team, policy)


def _money(team: TeamFacts, policy: TeamsPolicy, now: datetime) -> Iterable[Reason]:
    return money_obstacles(team.asked_fen, policy, "/asked_fen")


def _continuation(team: TeamFacts, policy: TeamsPolicy, now: datetime) -> Iterable[Reason]:
    return continuation_obstacles(team)


RULES: tuple[tuple[str, str, str, Rule], ...] = (
    ("roster", "团队人数（1+N+1）", "Size of the team (1+N+1)", _counts),
    ("lead", "领衔专家条件", "Honour and title of the lead", _lead),
    ("local_talent", "当地人才属地", "Home of the local talents", _home),
    ("readiness", "本人接受与单位同意", "Acceptance and units' consent", _readiness),
    ("standing", "在服务团队数与资格暂停", "Other teams and suspensions", _standing),
    ("clear_points", "六个明确", "The six clear points", _clear_points),
    ("money", "申请金额", "Money asked", _money),
    ("continuation", "续期资格", "Right to continue", _continuation),
)


def screen(team: TeamFacts, policy: TeamsPolicy, now: datetime) -> tuple[Check, ...]:
    """Every rule with its result."""
    return tuple(Check(code, zh, en, tuple(rule(team, policy, now))) for code, zh, en, rule in RULES)


def obstacles(team: TeamFacts, policy: TeamsPolicy, now: datetime) -> Iterable[Reason]:
    """All that keeps a claim from being shortlisted, unless the bureau has put an exception on record."""
    for check in screen(team, policy, now):
        yield from check.reasons

"""How satisfied the host is (满意度评价), in plain words that stand for points."""

from collections.abc import Iterable

from services.teams.rules.policy import TeamsPolicy
from shared.errors import Reason

RATEABLE = ("serving", "concluded")
"""Whoever has served may be rated."""


def rate_obstacles(points: int, team_status: str, policy: TeamsPolicy) -> Iterable[Reason]:
    """One of the round's words, about a team that has served."""
    if team_status not in RATEABLE:
        yield Reason("rating.not_served", "团队尚未开始服务，不能评价", "The team has not begun to serve", "/status")
    if points not in [word.points for word in policy.satisfaction]:
        words = "、".join(word.zh for word in policy.satisfaction)
        yield Reason("rating.word", f"请选择：{words}", "Choose one of the words", "/satisfaction")

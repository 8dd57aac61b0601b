"""How satisfied the host is (满意度评价), in plain words that stand for points of the rating of the year."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.teams.rules.policy import TeamsPolicy
from shared.errors import Reason

RATEABLE = ("serving", "concluded")
"""Whoever has served may be rated."""


@dataclass(frozen=True)
class Asked:
    """The host's rating of one year, as assessment waits for it until ``due_at``. ``ended``: ``liaison`` when it came by
    phone, which may say it anew, ``host`` when by the host's account, which stands, ``over`` when it is scored."""

    due_at: datetime | None
    ended: str = ""


def open_obstacles(team_status: str, asked: Asked | None, now: datetime) -> Iterable[Reason]:
    """A rating is asked for, and would count."""
    if team_status not in RATEABLE:
        yield Reason("rating.not_served", "团队尚未开始服务，不能评价", "The team has not begun to serve", "/status")
    elif asked is None:
        yield Reason("rating.none_due", "目前没有需要您评价的年度考核", "No rating of a year is due now")
    elif asked.ended == "host":
        yield Reason(
            "rating.by_host",
            "贵单位已用单位账号提交年度评价，无需再评",
            "Your organisation's account has given the rating of the year; nothing more is needed",
        )
    elif asked.ended == "over" or (asked.due_at is not None and now >= asked.due_at):
        yield Reason(
            "rating.over", "年度评价已截止，不再接受评价", "The rating of the year is over; none is taken any more"
        )


def word_obstacles(points: int, policy: TeamsPolicy) -> Iterable[Reason]:
    """One of the round's words."""
    if points not in [word.points for word in policy.satisfaction]:
        words = "、".join(word.zh for word in policy.satisfaction)
        yield Reason("rating.word", f"请选择：{words}", "Choose one of the words", "/satisfaction")

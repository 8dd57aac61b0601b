"""The link on the liaison's phone: who may have it sent, how often, when it opens nothing, and what it says."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from services.teams.rules.policy import TeamsPolicy
from services.teams.rules.rating import RATEABLE
from shared.actor import Actor
from shared.errors import Forbidden, Reason

SAME_REQUEST = timedelta(minutes=10)
"""A second request within this time is the first one tapped again."""


def sender_only(lead_id: str, actor: Actor) -> None:
    """The lead, the district and the bureau may have a link sent."""
    if not actor.has("district", "bureau") and actor.person != lead_id:
        raise Forbidden(
            Reason(
                "link.sender",
                "仅限领衔专家、区县或市人社局发送",
                "Only the lead, the district or the bureau may send it",
            )
        )


def board_only(lead_id: str, host_code: str, actor: Actor) -> None:
    """The host, the lead, the district and the bureau may print a code for the host's notice board."""
    if not (actor.has("host") and actor.unit and actor.unit == host_code):
        sender_only(lead_id, actor)


def board_obstacles(phone: str) -> Iterable[Reason]:
    """A code leads to the liaison's phone."""
    if not phone:
        yield Reason("link.no_phone", "未填写基层联络人员电话", "The liaison's phone is missing", "/liaison_phone")


def send_obstacles(phone: str, waiting: int, team_status: str) -> Iterable[Reason]:
    """There is someone to ask, and something to ask about: entries to confirm, or service to rate."""
    yield from board_obstacles(phone)
    if not waiting and team_status not in RATEABLE:
        yield Reason("link.nothing_open", "没有待确认的服务记录", "No entry waits for confirmation", "/entries")


def pause_obstacles(last: datetime | None, now: datetime, policy: TeamsPolicy) -> Iterable[Reason]:
    """Sent to many at once, a liaison is not flooded; a person may still send to this one team."""
    days = policy.link_pause_days
    if last is not None and now < last + timedelta(days=days):
        yield Reason(
            "link.sent_lately",
            f"{days}天内已发送过短信",
            f"A message went to this liaison within the last {days} days",
        )


def tapped_again(asked: Sequence[datetime], now: datetime) -> bool:
    """Whether this is the same request as the last one."""
    return any(now - at < SAME_REQUEST for at in asked)


def request_obstacles(asked: Sequence[datetime], now: datetime, policy: TeamsPolicy) -> Iterable[Reason]:
    """A liaison asks for a few links a day."""
    if sum(now - at < timedelta(days=1) for at in asked) >= policy.link_requests_per_day:
        yield Reason(
            "link.asked_often",
            f"今日索取次数已达上限，请明天再试或拨打{policy.helpline}",
            f"That was asked for too often today; try tomorrow or call {policy.helpline}",
        )


def use_obstacles(works: bool, expires_at: datetime, same_phone: bool, now: datetime) -> Iterable[Reason]:
    """A link works until it expires, on the phone of the present liaison."""
    if not same_phone:
        yield Reason("link.replaced", "联络人员已变更，该链接失效", "The liaison has changed; this link has ended")
    elif not works or now >= expires_at:
        yield Reason("link.expired", "该链接已过期，请索取新链接", "This link has expired; ask for a new one")


def verdict_obstacles(verdicts: int) -> Iterable[Reason]:
    """An answer says something."""
    if not verdicts:
        yield Reason("link.nothing_chosen", "请至少选择一条记录", "Choose at least one entry", "/confirmed")


def message(team: str, waiting: int, url: str, days: int, rate_by: date | None = None) -> str:
    """The text message; Chinese, since it goes to villages. ``rate_by``: the last day for the year's rating, when that is
    what it is about."""
    what = f"{team}有{waiting}条服务记录请您确认" if waiting else f"{team}服务确认页面，专家未到可在此反映"
    what = f"{team}年度考核：请您在{rate_by.month}月{rate_by.day}日前评价服务" if rate_by else what
    return f"【接单】{what}，{days}天内有效，无需登录：{url}"

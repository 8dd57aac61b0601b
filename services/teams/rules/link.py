"""The liaison's one-time link: who may have it sent, when, and what it says."""

from collections.abc import Iterable
from datetime import datetime

from shared.actor import Actor
from shared.errors import Forbidden, Reason


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


def send_obstacles(phone: str, waiting: int) -> Iterable[Reason]:
    """There is someone to ask, and something to ask about."""
    if not phone:
        yield Reason("link.no_phone", "未填写基层联络人员电话", "The liaison's phone is missing", "/liaison_phone")
    if not waiting:
        yield Reason("link.nothing_open", "没有待确认的服务记录", "No entry waits for confirmation", "/entries")


def use_obstacles(used_at: datetime | None) -> Iterable[Reason]:
    """A link settles entries once."""
    if used_at is not None:
        yield Reason("link.used", "该链接已使用，请联系领衔专家重新发送", "This link has been used; ask for a new one")


def verdict_obstacles(verdicts: int) -> Iterable[Reason]:
    """An empty answer would spend the link for nothing."""
    if not verdicts:
        yield Reason("link.nothing_chosen", "请至少选择一条记录", "Choose at least one entry", "/confirmed")


def message(team: str, waiting: int, url: str, days: int) -> str:
    """The text message; Chinese, since it goes to villages."""
    return f"【接单】{team}有{waiting}条服务记录请您确认，{days}天内有效，无需登录：{url}"

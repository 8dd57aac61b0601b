"""What a claim must meet, all unmet conditions at once: the checklist before submitting and before a proposal.

The six clear points (六个明确) are mandatory to submit ★: lead and members, place, content, time, expected targets,
local liaison.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from services.teams.rules import nomination, roster
from services.teams.rules.member import MemberFacts
from services.teams.rules.policy import TeamsPolicy
from shared.calendar import months_later
from shared.errors import Reason


@dataclass(frozen=True, slots=True)
class ClaimedOrder:
    """What a claim looks at in its order and round. ``round_open``: opened by the bureau and not closed."""

    division: str
    host_code: str
    published: bool
    round_open: bool
    opens_at: datetime
    closes_at: datetime
    direction: str = "demand"
    """``supply``: an expert offers, and hosts claim; then division and host are the claim's own."""

    @property
    def offer(self) -> bool:
        return self.direction == "supply"


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """What the regulation looks at in a claim or team. Money in fen. ``delegates``: who else may do what, by person.
    ``continues`` is ``""`` for a claim in the open call, else whether the right to continue still stands. ``nominated``
    is None where units are not asked to nominate; ``placed``: formed by the bureau, so that nobody has submitted it."""

    status: str
    lead_id: str
    order: ClaimedOrder
    roster: tuple[MemberFacts, ...] = ()
    place: str = ""
    content: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    targets: str = ""
    liaison_name: str = ""
    liaison_phone: str = ""
    agreed_days: Decimal | None = None
    agreed_visits: int | None = None
    asked_fen: int = 0
    own_fen: int = 0
    continues: Literal["", "open", "withdrawn"] = ""
    delegates: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    nominated: bool | None = None
    placed: bool = False


def submit_obstacles(team: TeamFacts, policy: TeamsPolicy, now: datetime) -> Iterable[Reason]:
    """Every unmet condition at once: the checklist that the lead sees before submitting."""
    yield from continuation_obstacles(team)
    if not team.continues:
        yield from window_obstacles(team.order, now)
    yield from nomination_obstacles(team)
    yield from roster.obstacles(team.roster, team.order.division, policy, now)
    yield from clear_point_obstacles(team, policy)
    yield from money_obstacles(team.asked_fen, policy, "/asked_fen")


def continuation_obstacles(team: TeamFacts) -> Iterable[Reason]:
    """A claim without the open call stands as long as the right that it rests on."""
    if team.continues == "withdrawn":
        yield Reason(
            "team.continuation_withdrawn",
            "续期资格已因更正发布而取消",
            "The right to continue was withdrawn by a corrected edition",
        )


def window_obstacles(order: ClaimedOrder, now: datetime) -> Iterable[Reason]:
    """Claims are possible while the order is published and its round's window is open."""
    if not order.published:
        yield Reason("team.order_not_open", "该订单当前不接受申报", "The order is not open to claims", "/order_id")
    if not order.round_open or not order.opens_at <= now < order.closes_at:
        yield Reason(
            "team.window_closed",
            f"申报时间为{order.opens_at:%Y-%m-%d %H:%M}至{order.closes_at:%Y-%m-%d %H:%M}",
            f"Claims are possible from {order.opens_at:%Y-%m-%d %H:%M} to {order.closes_at:%Y-%m-%d %H:%M}",
            "/order_id",
        )


_CLEAR_POINTS = (
    ("place", "服务地点", "place"),
    ("content", "服务内容", "content"),
    ("starts_on", "服务开始时间", "start date"),
    ("ends_on", "服务结束时间", "end date"),
    ("targets", "预期目标", "expected targets"),
    ("liaison_name", "基层联络人员", "local liaison"),
    ("liaison_phone", "联络人员电话", "liaison's phone"),
    ("agreed_days", "约定年服务天数", "agreed days a year"),
    ("agreed_visits", "约定年服务次数", "agreed visits a year"),
)


def clear_point_obstacles(team: TeamFacts, policy: TeamsPolicy) -> Iterable[Reason]:
    """六个明确 ★, or as many of them as the mode asks for."""
    for name, zh, en in _CLEAR_POINTS:
        if name in policy.clear_points and not getattr(team, name):
            yield Reason(f"team.{name}_missing", f"须明确{zh}", f"The {en} must be clear", f"/{name}")
    if team.starts_on and team.ends_on and team.ends_on <= team.starts_on:
        yield Reason("team.term", "服务结束时间须晚于开始时间", "The term must end after it starts", "/ends_on")
    due = term_end(team.starts_on, policy)
    if due and team.ends_on and team.ends_on != due:
        yield Reason(
            "team.term_length",
            f"服务期限须为{policy.term_months}个月，至{due}",
            f"The term is {policy.term_months} months, until {due}",
            "/ends_on",
        )


def term_end(starts_on: date | None, policy: TeamsPolicy) -> date | None:
    """The last day of a term of the mode's fixed length; None where the parties choose."""
    if starts_on is None or not policy.term_months:
        return None
    return months_later(starts_on, policy.term_months) - timedelta(days=1)


def money_obstacles(amount_fen: int, policy: TeamsPolicy, pointer: str) -> Iterable[Reason]:
    """Each team gets 50,000–200,000 yuan ★ (fen here)."""
    if not policy.band_min_fen <= amount_fen <= policy.band_max_fen:
        low, high, asked = (f"{fen / 100:,.2f}" for fen in (policy.band_min_fen, policy.band_max_fen, amount_fen))
        yield Reason(
            "team.amount_outside_band",
            f"金额{asked}元不在{low}至{high}元之间",
            f"{asked} yuan is not between {low} and {high} yuan",
            pointer,
        )


def propose_obstacles(team: TeamFacts, policy: TeamsPolicy, amount_fen: int | None, now: datetime) -> Iterable[Reason]:
    """Without an amount (the checklist): only what does not depend on it."""
    if amount_fen is not None:
        yield from money_obstacles(amount_fen, policy, "/amount_fen")
    yield from continuation_obstacles(team)
    yield from nomination_obstacles(team)
    if team.placed:
        yield from roster.obstacles(team.roster, team.order.division, policy, now)
        yield from clear_point_obstacles(team, policy)
        return
    for place, member in enumerate(team.roster):
        yield from roster.standing_obstacles(member, policy, now, f"/members/{place}")


def nomination_obstacles(team: TeamFacts) -> Iterable[Reason]:
    """The lead is a nominated person, where units are asked to nominate."""
    for member in team.roster:
        if member.person_id == team.lead_id:
            yield from nomination.claim_obstacles(team.nominated, member.person.name)

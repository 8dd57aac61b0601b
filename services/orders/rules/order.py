"""An order (订单): one need of a village or town, from draft to completion."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.orders.rules import content, offer
from services.orders.rules.intake import term_faults
from services.orders.rules.policy import Policy
from services.orders.rules.quota import Quota, quota_obstacles
from shared.actor import Actor
from shared.errors import Forbidden, NotFound, Reason, only_for, reason_given, require
from shared.lifecycle import Lifecycle, Step

ANY_CONTENT = Policy()
"""A mode that lists neither kinds nor activities."""
ENDED = ("completed", "merged", "withdrawn", "cancelled")
BEFORE_PUBLICATION = ("draft", "returned", "submitted", "endorsed", "recommended")
AFTER_CLOSE = ("closed", "decided", "running")
"""Statuses of a round in which one order may still be late by exception."""
WAITING = ("published", "unclaimed")
"""Statuses of an order that waits for a team."""
SHOWN = ("published", "unclaimed", "matched", "in_service", "completed")
"""Everybody may read these; the others are their host's and the offices' of their division."""

LIFECYCLE = Lifecycle(
    "order",
    {
        "draft": "草稿", "submitted": "已提交", "endorsed": "乡镇已审核", "recommended": "区县已推荐",
        "returned": "已退回", "published": "已发布", "unclaimed": "无人接单", "matched": "已对接",
        "in_service": "服务中", "completed": "已完成", "merged": "已合并", "withdrawn": "已撤回", "cancelled": "已取消",
    },
    (
        Step("submit", ("draft", "returned"), "submitted", ("host", "town", "district", "bureau", "expert"), "提交", "Submit"),
        Step("endorse", ("submitted",), "endorsed", ("town",), "审核", "Endorse"),
        Step("recommend", ("submitted", "endorsed"), "recommended", ("district",), "推荐", "Recommend", "recommendation", skip=True),
        Step("return", ("submitted", "endorsed", "recommended"), "returned", ("town", "district", "bureau"), "退回", "Return"),
        Step("merge", BEFORE_PUBLICATION, "merged", ("district", "bureau"), "合并重复", "Merge"),
        Step("publish", ("recommended",), "published", ("bureau",), "发布", "Publish"),
        Step("match", ("published", "unclaimed", "in_service", "completed"), "matched", ("system",), "对接", "Match"),
        Step("start", ("matched",), "in_service", ("system",), "开始服务", "Start"),
        Step("complete", ("in_service",), "completed", ("system",), "完成", "Complete"),
        Step("reopen", ("matched", "in_service", "unclaimed"), "published", ("system",), "重新开放", "Reopen"),
        Step("go_unclaimed", ("published",), "unclaimed", ("system",), "无人接单", "Go unclaimed"),
        Step("extend", ("unclaimed",), "published", ("bureau",), "延长", "Extend"),
        Step("republish", ("unclaimed", "withdrawn"), "published", ("bureau",), "重新发布", "Republish"),
        Step("withdraw", ("published", "unclaimed"), "withdrawn", ("bureau",), "撤回", "Withdraw"),
        Step("cancel", (*BEFORE_PUBLICATION, "published", "unclaimed"), "cancelled", ("host", "bureau", "expert"), "取消", "Cancel"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What the regulation looks at."""

    status: str
    division: str
    host_code: str
    title: str
    problem: str
    expected: str
    liaison_name: str
    liaison_phone: str
    asked_fen: int | None
    round_status: str
    round_closes_at: datetime
    switches: tuple[str, ...] | None = None
    """The optional rows that the round's mode turns on; None: all."""
    direction: str = offer.DEMAND
    round_direction: str = offer.BOTH
    offered_by: str = ""
    expert_name: str = ""
    expert_unit: str = ""
    kind: str = ""
    tasks: tuple[str, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    late_until: datetime | None = None
    """Until when the bureau lets it go on although its round is closed."""


EVERYWHERE = ("operator", "service")
"""Whoever runs the system, and its machines: every order."""
OVERSEERS = ("supervisor", "finance_maker", "finance_checker", "reviewer", "department")
"""Who reads what is not published yet, within the token's division."""


def runs(division: str, host_code: str, offered_by: str, actor: Actor) -> bool:
    """Hosts act for their own unit, experts for their own offer; towns, districts and bureaus within their division."""
    own_host = actor.has("host") and bool(actor.unit) and actor.unit == host_code
    own_division = actor.has("town", "district", "bureau") and actor.covers(division)
    return own_host or own_division or offer.own(offered_by, actor)


def oversees(division: str, actor: Actor) -> bool:
    """Who reads an order of this division before it is published, without running it."""
    return actor.has(*EVERYWHERE) or (actor.has(*OVERSEERS) and actor.covers(division))


def check_scope(order: OrderFacts, actor: Actor) -> None:
    """Whoever runs the order. To others what they may not read is not there."""
    if actor.has("system") or runs(order.division, order.host_code, order.offered_by, actor):
        return
    if order.status not in SHOWN and not oversees(order.division, actor):
        raise NotFound("order")
    raise Forbidden(_NOT_YOURS)


def check_drafts(order: OrderFacts, actor: Actor) -> None:
    """Who may write a new order like this one."""
    if not runs(order.division, order.host_code, order.offered_by, actor):
        raise Forbidden(_NOT_YOURS)


_NOT_YOURS = Reason("order.scope", "不在本单位或本辖区内", "Not of your unit or division")


def on(switch: str, order: OrderFacts) -> bool:
    """Whether the round's mode turns this row on."""
    return order.switches is None or switch in order.switches


def switches(order: OrderFacts, actor: Actor) -> Collection[str] | None:
    """The optional rows as they stand for this order and office."""
    return offer.switches(order.direction, order.switches, actor)


def submit_obstacles(order: OrderFacts, now: datetime, policy: Policy = ANY_CONTENT) -> Iterator[Reason]:
    """Complete, of what the round's mode offers, and while its round takes orders."""
    yield from window_obstacles(order, now)
    yield from offer.direction_obstacles(order.direction, order.round_direction)
    yield from completeness(order, policy)


def completeness(order: OrderFacts, policy: Policy = ANY_CONTENT) -> Iterator[Reason]:
    """What is handed in names the need, the wanted results, the liaison and, where money is paid, the money; an offer
    its expert."""
    yield from term_faults(order.starts_on, order.ends_on)
    if order.direction == offer.SUPPLY:
        yield from offer.submit_obstacles(
            order.title, order.problem, order.expected, order.expert_name, order.expert_unit
        )
        return
    for value, pointer, zh, en in (
        (order.title, "/title", "缺少需求名称", "The title is missing"),
        (order.problem, "/problem", "缺少需求描述", "The problem is not described"),
        (order.expected, "/expected", "缺少期望成果", "The wanted results are missing"),
        (order.liaison_name, "/liaison_name", "缺少联系人", "The liaison is missing"),
        (order.liaison_phone, "/liaison_phone", "缺少联系电话", "The liaison's phone is missing"),
        (order.asked_fen or not on("award", order), "/asked_fen", "缺少申请支持经费", "The money asked is missing"),
    ):
        if not value:
            yield Reason("order.incomplete", zh, en, pointer)
    yield from content.obstacles(order.division, order.kind, order.tasks, None, policy, needed=True)


def intake_obstacles(round_status: str) -> Iterator[Reason]:
    """A round takes orders while it is prepared and while it is open."""
    if round_status not in ("draft", "open"):
        yield Reason("order.round_closed", "该批次已不再受理需求", "The round no longer takes orders", "/round_id")


def window_obstacles(order: OrderFacts, now: datetime) -> Iterator[Reason]:
    """While the round takes orders; after that only an order that the bureau lets be late."""
    if not is_late(order, now):
        yield from intake_obstacles(order.round_status)


def is_late(order: OrderFacts, now: datetime) -> bool:
    """Allowed to go on after its round was closed, until its own time."""
    return order.round_status in AFTER_CLOSE and order.late_until is not None and now < order.late_until


def submit(order: OrderFacts, policy: Policy, actor: Actor, now: datetime) -> str:
    """The host hands in its order, or an office above it on behalf of the hosts that its summary names."""
    check_scope(order, actor)
    after = LIFECYCLE.after("submit", order.status, actor, order.switches)
    require(submit_obstacles(order, now, policy))
    return after


def endorse_obstacles(order: OrderFacts, policy: Policy, now: datetime) -> Iterator[Reason]:
    """Only where the policy wants it."""
    if not policy.town_endorsement:
        yield Reason("order.no_endorsement", "本批次不须乡镇审核", "This round needs no town's endorsement", "/status")
    yield from window_obstacles(order, now)


def endorse(order: OrderFacts, policy: Policy, actor: Actor, now: datetime) -> str:
    """The town endorses, where policy says so."""
    check_scope(order, actor)
    after = LIFECYCLE.after("endorse", order.status, actor, order.switches)
    require(endorse_obstacles(order, policy, now))
    return after


def endorsement_obstacles(order: OrderFacts, policy: Policy) -> Iterator[Reason]:
    """Only an endorsed order where the policy wants a town's endorsement; an offer comes from no town."""
    if policy.town_endorsement and order.status == "submitted" and order.direction == offer.DEMAND:
        yield Reason("order.not_endorsed", "须先经乡镇审核", "Its town must endorse it first", "/status")


def recommend_obstacles(order: OrderFacts, policy: Policy, quota: Quota, now: datetime) -> Iterator[Reason]:
    """Endorsed where policy wants it, in time, and within the district's quota."""
    yield from endorsement_obstacles(order, policy)
    yield from window_obstacles(order, now)
    yield from quota_obstacles(quota)


def recommend(order: OrderFacts, policy: Policy, actor: Actor, now: datetime, quota: Quota = Quota()) -> str:
    """Each district screens and recommends its own ★, as many as its quota allows."""
    check_scope(order, actor)
    after = LIFECYCLE.after("recommend", order.status, actor, order.switches)
    require(recommend_obstacles(order, policy, quota, now))
    return after


def return_(order: OrderFacts, reason: str, actor: Actor, now: datetime) -> str:
    """Sent back with a reason; the host may mend and submit it again."""
    check_scope(order, actor)
    after = LIFECYCLE.after("return", order.status, actor, order.switches)
    require(reason_given("order.reason", reason))
    return after


def merge(order: OrderFacts, into: OrderFacts, actor: Actor, now: datetime) -> str:
    """A duplicate ends as a pointer to the order that stays."""
    check_scope(order, actor)
    after = LIFECYCLE.after("merge", order.status, actor, order.switches)
    if into.status in ("merged", "cancelled", "withdrawn") or into.direction != order.direction:
        require(
            [
                Reason(
                    "order.merge_target",
                    "保留的订单已失效或发榜方向不同",
                    "The order that should stay has ended or is of the other direction",
                    "/into",
                )
            ]
        )
    return after


def publish_obstacles(order: OrderFacts, policy: Policy, now: datetime) -> Iterator[Reason]:
    """Published to all of society while the round is open ★, or late by exception; endorsed where policy wants it
    and no district has looked at it."""
    yield from endorsement_obstacles(order, policy)
    yield from offer.direction_obstacles(order.direction, order.round_direction)
    if order.round_status != "open" and not is_late(order, now):
        yield Reason("order.round_not_open", "批次未开放", "The round is not open", "/round_id")


def publish(order: OrderFacts, policy: Policy, actor: Actor, now: datetime) -> str:
    """The municipal bureau publishes; the order gets its number. An offer needs no district's recommendation."""
    check_scope(order, actor)
    after = LIFECYCLE.after("publish", order.status, actor, switches(order, actor))
    require(publish_obstacles(order, policy, now))
    return after


def allow_late_obstacles(
    order: OrderFacts, policy: Policy, reason: str, until: datetime, now: datetime
) -> Iterator[Reason]:
    """For an order that is not published yet, once its round is closed, for a reason, and not for ever."""
    if order.status not in BEFORE_PUBLICATION:
        yield Reason("order.published", "仅限未发布的订单", "Only for an order that is not published yet", "/status")
    if order.round_status not in AFTER_CLOSE:
        yield Reason(
            "order.not_late",
            "仅在批次截止后、考核前可特批逾期",
            "Only after the round was closed, before it is assessed",
            "/round_id",
        )
    if not 0 < (until - now).total_seconds() <= policy.late_days * 86_400:
        most = policy.late_days
        yield Reason("order.late_until", f"期限须在今后{most}天以内", f"At most {most} days from now", "/until")
    yield from reason_given("order.reason", reason)


def allow_late(
    order: OrderFacts, policy: Policy, reason: str, until: datetime, actor: Actor, now: datetime
) -> datetime:
    """The bureau lets one order be handed in, recommended, published and claimed until a day after the window."""
    check_scope(order, actor)
    if not actor.has("bureau"):
        raise Forbidden(only_for("order.role", ("bureau",), "特批逾期", "allow_late"))
    require(allow_late_obstacles(order, policy, reason, until, now))
    return until


def match(order: OrderFacts, actor: Actor, now: datetime) -> str:
    """A confirmed team takes the order; an excellent team that continues takes its own again."""
    return LIFECYCLE.after("match", order.status, actor, order.switches)


def start(order: OrderFacts, actor: Actor, now: datetime) -> str:
    """Its team serves."""
    return LIFECYCLE.after("start", order.status, actor, order.switches)


def complete(order: OrderFacts, actor: Actor, now: datetime) -> str:
    """Its team is concluded."""
    return LIFECYCLE.after("complete", order.status, actor, order.switches)


def reopen(order: OrderFacts, actor: Actor, now: datetime) -> str:
    """Its team withdrew, was dissolved, lapsed, or lost its award before service; or a claim handed in before the
    window ended became known only after it: open to claims again."""
    return LIFECYCLE.after("reopen", order.status, actor, order.switches)


def go_unclaimed(order: OrderFacts, actor: Actor, now: datetime) -> str:
    """Nobody took it before the window ended."""
    return LIFECYCLE.after("go_unclaimed", order.status, actor, order.switches)


def extend(order: OrderFacts, policy: Policy, closes_at: datetime, actor: Actor, now: datetime) -> str:
    """The bureau leaves an unclaimed order open for longer, within what the policy allows."""
    check_scope(order, actor)
    after = LIFECYCLE.after("extend", order.status, actor, order.switches)
    require(extension_obstacles(policy, closes_at, now))
    return after


def extension_obstacles(policy: Policy, closes_at: datetime, now: datetime) -> Iterator[Reason]:
    """Open for some days more, as many as the policy allows."""
    most = policy.unclaimed_extension_days
    if not timedelta(0) < closes_at - now <= timedelta(days=most):
        yield Reason("order.extension", f"延长须在{most}天以内", f"At most {most} days from now", "/closes_at")


def open_until(order: OrderFacts, policy: Policy, now: datetime) -> datetime:
    """Until when an order that is open to claims again can be claimed: its round's window, or when that has ended,
    as many days as the policy allows an unclaimed order."""
    if order.round_status == "open" and now < order.round_closes_at:
        return order.round_closes_at
    return now + timedelta(days=policy.unclaimed_extension_days)


def republish(order: OrderFacts, policy: Policy, closes_at: datetime | None, actor: Actor, now: datetime) -> str:
    """The bureau publishes an unclaimed or withdrawn order anew, until a day of its choice or as ``open_until``."""
    check_scope(order, actor)
    after = LIFECYCLE.after("republish", order.status, actor, order.switches)
    if closes_at is not None:
        require(extension_obstacles(policy, closes_at, now))
    return after


def withdraw(order: OrderFacts, reason: str, actor: Actor, now: datetime) -> str:
    """The bureau takes a published order back, with a reason."""
    check_scope(order, actor)
    after = LIFECYCLE.after("withdraw", order.status, actor, order.switches)
    require(reason_given("order.reason", reason))
    return after


def cancel(order: OrderFacts, reason: str, actor: Actor, now: datetime) -> str:
    """The host or the bureau ends it before a team has it, with a reason."""
    check_scope(order, actor)
    after = LIFECYCLE.after("cancel", order.status, actor, order.switches)
    require(reason_given("order.reason", reason))
    return after


def standing_before(action: str, switches: Collection[str] | None) -> tuple[str, ...]:
    """The statuses from which this step is possible in a round: where an office finds its work."""
    steps = {status: LIFECYCLE.possible(status, switches) for status in LIFECYCLE.statuses}
    return tuple(status for status, found in steps.items() if any(step.action == action for step in found))


def edit_obstacles(order: OrderFacts, actor: Actor, now: datetime) -> Iterator[Reason]:
    """A published order is what society read: it is no longer edited. What an office has endorsed or recommended is
    edited by that office or one above it; the host first has it returned."""
    if order.status not in BEFORE_PUBLICATION:
        yield Reason("order.published", "已发布的订单不能修改", "A published order can no longer be edited", "/status")
    keepers = {"endorsed": ("town", "district", "bureau"), "recommended": ("district", "bureau")}.get(order.status)
    if keepers and not actor.has(*keepers):
        label = LIFECYCLE.statuses[order.status]
        yield Reason(
            "order.screened", f"{label}，须先退回才能修改", f"It is {order.status}: have it returned first", "/status"
        )
    yield from window_obstacles(order, now)

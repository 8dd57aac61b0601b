"""A subscription (数据推送订阅): another department is told by machine what is published here.

Nothing is sent to an address before its receiver has answered a signed ping: whoever names a stranger's address gains
nothing. It is paused when the tries of a message came to nothing, and ends when its receiver says that it is gone.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta

from shared.actor import SYSTEM, Actor
from shared.errors import Reason, reason_given, require
from shared.lifecycle import Lifecycle, Step

_OWNERS = ("department", "bureau")
LIFECYCLE = Lifecycle(
    "subscription",
    {"created": "待验证", "active": "有效", "paused": "暂停", "ended": "终止"},
    (
        Step("verify", ("created",), "active", ("system",), "验证通过", "Verify"),
        Step("edit", ("created",), "created", _OWNERS, "修改", "Edit"),
        Step("edit", ("active",), "active", _OWNERS, "修改", "Edit"),
        Step("edit", ("paused",), "paused", _OWNERS, "修改", "Edit"),
        Step("rotate", ("created",), "created", _OWNERS, "更换密钥", "Change the secret"),
        Step("rotate", ("active",), "active", _OWNERS, "更换密钥", "Change the secret"),
        Step("rotate", ("paused",), "paused", _OWNERS, "更换密钥", "Change the secret"),
        Step("ping", ("created",), "created", _OWNERS, "测试推送", "Send a test"),
        Step("ping", ("active",), "active", _OWNERS, "测试推送", "Send a test"),
        Step("ping", ("paused",), "paused", _OWNERS, "测试推送", "Send a test"),
        Step("pause", ("active",), "paused", (*_OWNERS, "system"), "暂停", "Pause"),
        Step("resume", ("paused",), "active", _OWNERS, "恢复", "Resume"),
        Step("end", ("created", "active", "paused"), "ended", (*_OWNERS, "system"), "终止", "End"),
    ),
)

SCOPE = "webhooks:write"
"""What a department's token must hold beside its role."""
MOST = 20
"""Subscriptions of one department that have not ended."""
OVERLAP = timedelta(hours=24)
"""For so long the former secret signs beside a new one."""


@dataclass(frozen=True, slots=True)
class SubscriptionFacts:
    """``pinging``: a ping of it still waits to be answered."""

    status: str
    pinging: bool = False


def unit_obstacles(unit_code: str, actor: Actor) -> Iterator[Reason]:
    """A department subscribes for itself, a bureau on behalf of any."""
    if not unit_code:
        yield Reason("subscription.unit", "请指明订阅部门", "Name the department", "/unit_code")
    elif not actor.has("bureau") and unit_code != actor.unit:
        yield Reason("subscription.not_own", "只能为本部门订阅", "Only for your own department", "/unit_code")


def create(unit_code: str, standing: int, wants: Collection[str], address: Collection[Reason], actor: Actor) -> str:
    """One more for the department, of something, to an address that may be called. ``standing``: those it has already;
    ``address``: what speaks against the address."""
    require([*unit_obstacles(unit_code, actor), *create_obstacles(standing, wants), *address])
    return "created"


def create_obstacles(standing: int, wants: Collection[str]) -> Iterator[Reason]:
    """Not too many, and something is wanted."""
    if standing >= MOST:
        yield Reason("subscription.many", f"每个部门最多{MOST}个订阅", f"At most {MOST} for one department")
    yield from wants_obstacles(wants)


def wants_obstacles(wants: Collection[str]) -> Iterator[Reason]:
    """Something must be wanted."""
    if not wants:
        yield Reason("subscription.wants", "请至少选择一类事项", "Want at least one kind", "/wants")


def verify(facts: SubscriptionFacts) -> str:
    """Its receiver answered a ping."""
    return LIFECYCLE.after("verify", facts.status, SYSTEM)


def edit(facts: SubscriptionFacts, wants: Collection[str], actor: Actor) -> str:
    """What it wants; a new address is a new subscription."""
    status = LIFECYCLE.after("edit", facts.status, actor)
    require(wants_obstacles(wants))
    return status


def rotate(facts: SubscriptionFacts, actor: Actor) -> str:
    """A new secret, shown once."""
    return LIFECYCLE.after("rotate", facts.status, actor)


def ping(facts: SubscriptionFacts, actor: Actor) -> str:
    """A signed test message, one at a time: nobody floods an address that has not answered."""
    status = LIFECYCLE.after("ping", facts.status, actor)
    require(ping_obstacles(facts))
    return status


def ping_obstacles(facts: SubscriptionFacts) -> Iterator[Reason]:
    """The one before must have been answered or given up."""
    if facts.pinging:
        yield Reason("subscription.pinging", "上一次测试推送尚未结束", "The test before is still under way")


def pause(facts: SubscriptionFacts, reason: str, actor: Actor) -> str:
    """Nothing is sent until it is resumed."""
    status = LIFECYCLE.after("pause", facts.status, actor)
    require(reason_given("subscription.reason", reason))
    return status


def resume(facts: SubscriptionFacts, actor: Actor) -> str:
    """What waited is sent now, in its order."""
    return LIFECYCLE.after("resume", facts.status, actor)


def end(facts: SubscriptionFacts, reason: str, actor: Actor) -> str:
    """For good; what still waited is given up."""
    status = LIFECYCLE.after("end", facts.status, actor)
    require(reason_given("subscription.reason", reason))
    return status

"""A delivery (推送): one public happening on its way to one subscriber, tried until it is taken or given up."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.actor import SYSTEM, Actor
from shared.errors import Reason, require
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "delivery",
    {"waiting": "待推送", "delivered": "已送达", "given_up": "已放弃"},
    (
        Step("deliver", ("waiting",), "delivered", ("system",), "送达", "Deliver"),
        Step("give_up", ("waiting",), "given_up", ("system",), "放弃", "Give up"),
        Step("replay", ("delivered", "given_up"), "waiting", ("department", "bureau"), "重新推送", "Replay"),
    ),
)

PAUSES = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=14),
    timedelta(hours=24),
    timedelta(hours=30),
)
"""Between ten tries: 76 hours and 36 minutes at least, over a long weekend."""
JITTER = 0.1
"""A pause is longer by up to this share, so that what failed together does not come back together."""


@dataclass(frozen=True, slots=True)
class DeliveryFacts:
    """``tries`` so far, since it was written or replayed; ``subscription``: its status."""

    status: str
    tries: int
    subscription: str


def waiting() -> str:
    """Written down with what happened; sent after the commit."""
    return "waiting"


def deliver(facts: DeliveryFacts) -> str:
    """The receiver answered with success."""
    return LIFECYCLE.after("deliver", facts.status, SYSTEM)


def give_up(facts: DeliveryFacts) -> str:
    """After the last try, or because nobody is there any more."""
    return LIFECYCLE.after("give_up", facts.status, SYSTEM)


def replay(facts: DeliveryFacts, actor: Actor) -> str:
    """The same bytes under the same id once more, to a subscription that has not ended."""
    status = LIFECYCLE.after("replay", facts.status, actor)
    require(replay_obstacles(facts))
    return status


def replay_obstacles(facts: DeliveryFacts) -> Iterator[Reason]:
    """Somebody must be there to receive it."""
    if facts.subscription == "ended":
        yield Reason("delivery.subscription_ended", "订阅已终止", "The subscription has ended")


def next_try(tries: int, now: datetime, chance: float, asked: float = 0.0) -> datetime | None:
    """When to try again after ``tries`` tries; None after the last. ``chance`` from 0 to 1 sets the jitter, ``asked``
    are the seconds that the receiver asked for, which only ever lengthen the pause."""
    if tries > len(PAUSES):
        return None
    pause = PAUSES[tries - 1] * (1 + JITTER * chance)
    return now + max(pause, timedelta(seconds=asked))

"""Training before the post (岗前培训) ★: recorded by the bureau; no service counts before it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.teams.rules.policy import PolicySet
from services.teams.rules.team import LIFECYCLE
from shared.actor import Actor
from shared.errors import Reason, require

MOST_HOURS = Decimal(1000)


@dataclass(frozen=True, slots=True)
class TrainingFacts:
    """One course as held. ``hours`` are class hours (学时)."""

    trained_on: date
    course: str
    hours: Decimal
    place: str


def train(status: str, training: TrainingFacts, policy: PolicySet, actor: Actor, today: date) -> str:
    """The bureau records that the team's people were trained; from that day they may begin."""
    after = LIFECYCLE.after("train", status, actor, policy.switches)
    require(train_obstacles(training, today))
    return after


def train_obstacles(training: TrainingFacts, today: date) -> Iterator[Reason]:
    """A course that was held, with its hours and place."""
    if training.trained_on > today:
        yield Reason(
            "training.future", "培训结束日期不能晚于今天", "The last day of training is in the future", "/trained_on"
        )
    if not training.course.strip():
        yield Reason("training.course_missing", "须填写培训内容", "The course must be named", "/course")
    if not Decimal(0) < training.hours <= MOST_HOURS:
        yield Reason(
            "training.hours",
            f"学时须大于0且不超过{MOST_HOURS}",
            f"Hours are more than 0, at most {MOST_HOURS}",
            "/hours",
        )
    if not training.place.strip():
        yield Reason("training.place_missing", "须填写培训地点", "The place must be named", "/place")


def service_obstacles(due: bool, trained_on: date | None, served_on: date) -> Iterator[Reason]:
    """No service before the training, where the mode asks for one. ``due``: it is still to be held."""
    if due:
        yield Reason("entry.not_trained", "尚未完成岗前培训，不能上岗服务", "Not trained for the post yet")
    elif trained_on is not None and served_on < trained_on:
        yield Reason(
            "entry.before_training",
            f"服务日期早于岗前培训完成日期（{trained_on}）",
            f"Before the training was completed ({trained_on})",
            "/served_on",
        )

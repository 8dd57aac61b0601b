"""A commendation (表彰) of a person or a unit, entered by an office for the year's report."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from shared.actor import Actor
from shared.errors import Forbidden, Reason, require
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "commendation",
    {"entered": "已登记", "withdrawn": "已撤销"},
    (Step("withdraw", ("entered",), "withdrawn", ("bureau", "district"), "撤销", "Withdraw"),),
)
KINDS = {"person": "个人", "unit": "单位"}


@dataclass(frozen=True, slots=True)
class CommendationFacts:
    """What is entered. ``division``: the county, or the city, that it is counted in."""

    status: str
    division: str
    name: str
    title: str
    reason: str
    granted_on: date


def check_office(division: str, actor: Actor) -> None:
    """Districts and bureaus, each within its own division."""
    if not (actor.has("bureau", "district") and actor.covers(division)):
        raise Forbidden(Reason("commendation.office", "仅限本辖区人社部门", "Only the offices of the division"))


def enter(facts: CommendationFacts, entered: bool, today: date, actor: Actor) -> str:
    """Who, what for, and not in the future. ``entered``: the same one stands already."""
    check_office(facts.division, actor)
    require(enter_obstacles(facts, entered, today))
    return next(iter(LIFECYCLE.statuses))


def enter_obstacles(facts: CommendationFacts, entered: bool, today: date) -> Iterator[Reason]:
    """A name, a title, a reason, a day that has come; once."""
    for name, zh in (("name", "受表彰对象"), ("title", "表彰名称"), ("reason", "表彰事由")):
        if not getattr(facts, name).strip():
            yield Reason(f"commendation.{name}", f"请填写{zh}", f"The {name} is missing", f"/{name}")
    if facts.granted_on > today:
        yield Reason("commendation.day", "表彰日期不能晚于今天", "The day has not come", "/granted_on")
    if entered:
        yield Reason("commendation.exists", "该表彰已登记", "This commendation was entered already", "/title")


def withdraw(facts: CommendationFacts, reason: str, actor: Actor) -> str:
    """Entered wrongly, or taken back: with a reason."""
    check_office(facts.division, actor)
    status = LIFECYCLE.after("withdraw", facts.status, actor)
    if not reason.strip():
        require([Reason("commendation.why", "请说明撤销理由", "Say why it is withdrawn", "/reason")])
    return status

"""An exemplary case (典型案例) that a district or a unit hands in for the year's report, with pictures.

Who is named or shown agreed to it; when they no longer do, it is withdrawn, and no report that is issued later has it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.actor import Actor
from shared.errors import Forbidden, Reason, require
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "case",
    {"handed_in": "已报送", "selected": "已选用", "declined": "未选用", "withdrawn": "已撤回"},
    (
        Step("select", ("handed_in", "declined"), "selected", ("bureau",), "选用", "Select"),
        Step("decline", ("handed_in", "selected"), "declined", ("bureau",), "不选用", "Decline"),
        Step("withdraw", ("handed_in", "selected", "declined"), "withdrawn", ("district", "unit", "bureau"),
             "撤回", "Withdraw"),
    ),
)  # fmt: skip
OPEN = ("handed_in", "selected", "declined")


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """``consent``: how who is named or shown agreed."""

    status: str
    title: str
    text: str
    consent: str
    division: str
    unit_code: str


def check_own(case: CaseFacts, actor: Actor) -> None:
    """Districts of the place, bureaus above it, and the unit that hands it in."""
    office = actor.has("bureau", "district") and actor.covers(case.division)
    if not office and not (actor.has("unit") and actor.unit and actor.unit == case.unit_code):
        raise Forbidden(Reason("case.own", "仅限本辖区或本单位", "Only of the own division or unit"))


def hand_in(case: CaseFacts, place: str, years: tuple[int, int], same: bool, actor: Actor) -> str:
    """With the consent of everybody who is named or shown. ``place``: the division in which it happened; ``years``: the
    one of whose report it is to be, and this one; ``same``: a case of this title, of the same team or handed in by the
    same office or unit, stands for that year already."""
    check_own(case, actor)
    require([*hand_in_obstacles(case, place, *years), *same_obstacles(same)])
    return next(iter(LIFECYCLE.statuses))


def same_obstacles(same: bool) -> Iterator[Reason]:
    """The same case is handed in once; a new version after the old one is withdrawn."""
    if same:
        yield Reason(
            "case.exists",
            "该年度已报送同一标题的案例；如需修改，请先撤回原案例",
            "A case of this title is handed in for this year already; withdraw it first to change it",
            "/title",
        )


def hand_in_obstacles(case: CaseFacts, place: str, year: int, this_year: int) -> Iterator[Reason]:
    """A title, a text, the consent, the county in which it happened, and a year that has begun."""
    if year > this_year:
        yield Reason("case.year", "该年度尚未开始", "The year has not begun", "/year")
    for name, zh in (("title", "标题"), ("text", "正文")):
        if not getattr(case, name).strip():
            yield Reason(f"case.{name}", f"请填写{zh}", f"The {name} is missing", f"/{name}")
    if not case.consent.strip():
        yield Reason(
            "case.consent", "须说明案例中所涉人员的同意情况", "Say how who is named or shown agreed", "/consent"
        )
    if case.division[6:] != "000000":
        yield Reason("case.division", "请填写区县代码", "Name the county", "/division")
    elif place[:6] != case.division[:6]:
        yield Reason("case.place", "该团队不在此区县服务", "The team serves in another county", "/division")


def select(case: CaseFacts, actor: Actor) -> str:
    """For publication in the year's reports of its county and of the city."""
    return LIFECYCLE.after("select", case.status, actor)


def decline(case: CaseFacts, reason: str, actor: Actor) -> str:
    """Not published, with a reason."""
    return _reasoned("decline", case, reason, actor)


def withdraw(case: CaseFacts, reason: str, actor: Actor) -> str:
    """Taken back by who handed it in, with a reason: for instance when somebody no longer agrees."""
    check_own(case, actor)
    return _reasoned("withdraw", case, reason, actor)


def _reasoned(action: str, case: CaseFacts, reason: str, actor: Actor) -> str:
    status = LIFECYCLE.after(action, case.status, actor)
    if not reason.strip():
        require([Reason("case.reason", "请说明理由", "Give the reason", "/reason")])
    return status


def attach(case: CaseFacts, actor: Actor) -> None:
    """Pictures and papers, by who handed it in, until it is withdrawn."""
    check_own(case, actor)
    if case.status not in OPEN:
        require([Reason("case.closed", "案例已撤回", "The case was withdrawn", "/status")])

"""The year's report (年度工作报告) of a county or of the city: the district hands its own in, the bureau accepts it or
gives it back, and what is issued is frozen and public.

The figures of a county's report are frozen when it is handed in; the city's report adds up those that were accepted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from shared.actor import Actor
from shared.errors import Forbidden, Reason, require
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "report",
    {"drafted": "起草中", "submitted": "已报送", "returned": "已退回", "accepted": "已采纳", "issued": "已发布"},
    (
        Step("submit", ("drafted", "returned"), "submitted", ("district",), "报送", "Hand in"),
        Step("return", ("submitted",), "returned", ("bureau",), "退回修改", "Return"),
        Step("accept", ("submitted",), "accepted", ("bureau",), "采纳", "Accept"),
        Step("issue", ("drafted", "accepted"), "issued", ("bureau",), "发布", "Issue"),
    ),
)
EDITABLE = ("drafted", "returned")
SETTLED = ("accepted", "issued")
"""What a report says from here on is the office's word; before, it is the concern of those who write and check it."""
KINDS = {"district": "区县", "city": "全市"}


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """``missing``: names of counties that have something to report and no accepted report, for the city's."""

    status: str
    kind: str
    division: str
    text: str = ""
    missing: Sequence[str] = field(default=())


def kind_of(division: str) -> str:
    """A county reports as a district; whatever lies above it as the city."""
    return "city" if division[4:] == "00000000" or division[2:] == "0000000000" else "district"


def draft_obstacles(year: int, this_year: int, division: str, unfinished: bool) -> Iterator[Reason]:
    """A year that has begun, a county or a city, and one report at a time."""
    if year > this_year:
        yield Reason("report.year", "该年度尚未开始", "The year has not begun", "/year")
    if division[6:] != "000000":
        yield Reason("report.division", "仅区县或以上可编报", "A county or what lies above it reports", "/division")
    if unfinished:
        yield Reason("report.exists", "该年度报告正在办理", "The report of this year is under way", "/year")


def draft(year: int, this_year: int, division: str, unfinished: bool, actor: Actor) -> str:
    """The office of the place drafts its own; the bureau that of any place of its division."""
    check_office(division, actor)
    require(draft_obstacles(year, this_year, division, unfinished))
    return "drafted"


def check_office(division: str, actor: Actor) -> None:
    """Districts and bureaus, each within its own division."""
    if not (actor.has("bureau", "district") and actor.covers(division)):
        raise Forbidden(Reason("report.office", "仅限本辖区人社部门", "Only the offices of the division"))


def edit(facts: ReportFacts, actor: Actor) -> None:
    """The words may change until it is handed in, and once it was given back."""
    check_office(facts.division, actor)
    if facts.status not in EDITABLE:
        require([Reason("report.fixed", "已报送的报告不能修改", "It was handed in already", "/status")])


def submit(facts: ReportFacts, actor: Actor) -> str:
    """With some words about the year: the figures say how much, not how."""
    status = LIFECYCLE.after("submit", facts.status, actor)
    require(submit_obstacles(facts))
    return status


def submit_obstacles(facts: ReportFacts) -> Iterator[Reason]:
    """A county's report, with a text."""
    if facts.kind != "district":
        yield Reason("report.city", "全市报告直接发布", "The city's report is not handed in: issue it")
    if not facts.text.strip():
        yield Reason("report.text", "请填写年度工作情况", "Write about the year", "/text")


def return_(facts: ReportFacts, reason: str, actor: Actor) -> str:
    """Given back with what is wrong."""
    status = LIFECYCLE.after("return", facts.status, actor)
    if not reason.strip():
        require([Reason("report.reason", "请说明退回原因", "Say what is wrong", "/reason")])
    return status


def accept(facts: ReportFacts, actor: Actor) -> str:
    """Its frozen figures go into the city's report."""
    return LIFECYCLE.after("accept", facts.status, actor)


def issue(facts: ReportFacts, reason: str, actor: Actor) -> str:
    """Frozen and public. The city's waits for every county that has something to report, unless the bureau says why
    it goes without: then their figures are the system's own."""
    status = LIFECYCLE.after("issue", facts.status, actor)
    require(issue_obstacles(facts, reason))
    return status


def issue_obstacles(facts: ReportFacts, reason: str = "") -> Iterator[Reason]:
    """A county's report was accepted; the city's has all of its counties', or a reason."""
    if facts.kind == "district" and facts.status == "drafted":
        yield Reason("report.not_accepted", "区县报告采纳后方可发布", "A county's report is accepted first")
    if facts.kind == "city" and facts.missing and not reason.strip():
        names = "、".join(facts.missing)
        yield Reason(
            "report.missing", f"尚无采纳的区县报告：{names}；如先行发布请说明理由",
            f"No accepted report of: {names}; say why if it goes without", "/reason",
        )  # fmt: skip

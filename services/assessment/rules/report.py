"""The year's report (年度工作报告) of a county, of the city or of a sector: the district hands its own in, a department
that of its sector, the bureau accepts it or gives it back, and what is issued is frozen and public.

The figures of what is handed in are frozen then; the city's report, and a sector's in it, add up the counties' that were
accepted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from shared.actor import Actor
from shared.errors import Forbidden, Reason, reason_given, require
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "report",
    {
        "drafted": "起草中",
        "submitted": "已报送",
        "returned": "已退回",
        "accepted": "已采纳",
        "issued": "已发布",
        "withdrawn": "已撤销",
    },
    (
        Step("submit", ("drafted", "returned"), "submitted", ("district", "department"), "报送", "Hand in"),
        Step(
            "withdraw", ("drafted", "returned"), "withdrawn", ("bureau", "district", "department"), "撤销", "Withdraw"
        ),
        Step("return", ("submitted",), "returned", ("bureau",), "退回修改", "Return"),
        Step("accept", ("submitted",), "accepted", ("bureau",), "采纳", "Accept"),
        Step("issue", ("drafted", "accepted"), "issued", ("bureau",), "发布", "Issue"),
    ),
)
EDITABLE = ("drafted", "returned")
SETTLED = ("accepted", "issued")
"""What a report says from here on is the office's word; before, it is the concern of those who write and check it."""
KINDS = {"district": "区县", "sector": "行业", "city": "全市"}


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """``sector``: the industry it is about, empty for all of them; ``unit_code``: of the department that writes it, empty
    for an office's; ``missing``: names of counties that have something to report and no accepted report, for the city's."""

    status: str
    division: str
    sector: str = ""
    unit_code: str = ""
    text: str = ""
    missing: Sequence[str] = field(default=())

    @property
    def kind(self) -> str:
        return "sector" if self.sector else "city" if covers_counties(self.division) else "district"

    @property
    def is_handed_in(self) -> bool:
        """What a county or a department writes goes to the bureau; the bureau's own does not."""
        return bool(self.unit_code) or not covers_counties(self.division)


def covers_counties(division: str) -> bool:
    """A city, or whatever lies above it."""
    return division[4:] == "00000000" or division[2:] == "0000000000"


def draft_obstacles(report: ReportFacts, years: tuple[int, int], known: bool, unfinished: str) -> Iterator[Reason]:
    """A year that has begun, a county or a city, a sector that orders name, and one report at a time."""
    if years[0] > years[1]:
        yield Reason("report.year", "该年度尚未开始", "The year has not begun", "/year")
    if report.division[6:] != "000000":
        yield Reason("report.division", "仅区县或以上可编报", "A county or what lies above it reports", "/division")
    if report.sector and not known:
        yield Reason("report.sector", "本辖区没有该行业的订单", "No order here is of this sector", "/sector")
    if report.unit_code and not report.sector:
        yield Reason("report.sector", "行业部门须写明行业", "A department names its sector", "/sector")
    if unfinished:
        zh, en = f"该年度报告正在办理：{unfinished}", f"The report of this year is under way: {unfinished}"
        yield Reason("report.exists", zh, en, "/year")


def draft(report: ReportFacts, years: tuple[int, int], known: bool, unfinished: str, actor: Actor) -> str:
    """The office of the place drafts its own, the bureau that of any place of its division, a department its sector's.
    ``years``: the one of the report, and this one; ``known``: whether orders here are of the sector; ``unfinished``: number
    and id of the report under way, if any."""
    check_own(report, actor)
    require(draft_obstacles(report, years, known, unfinished))
    return "drafted"


def check_own(report: ReportFacts, actor: Actor) -> None:
    """Districts and bureaus, each within its own division, and the department that writes it."""
    office = actor.has("bureau", "district")
    own = actor.has("department") and bool(actor.unit) and actor.unit == report.unit_code
    if not ((office or own) and actor.covers(report.division)):
        raise Forbidden(
            Reason(
                "report.office",
                "仅限本辖区人社部门或编报的行业部门",
                "Only the offices of the division or its department",
            )
        )


def edit(facts: ReportFacts, actor: Actor) -> None:
    """The words may change until it is handed in, and once it was given back."""
    check_own(facts, actor)
    if facts.status not in EDITABLE:
        require([Reason("report.fixed", "已报送的报告不能修改", "It was handed in already", "/status")])


def withdraw(facts: ReportFacts, reason: str, actor: Actor) -> str:
    """Begun by mistake, of another year or place: dropped with a reason before it is handed in; another may be begun."""
    check_own(facts, actor)
    status = LIFECYCLE.after("withdraw", facts.status, actor)
    require(reason_given("report.reason", reason))
    return status


def submit(facts: ReportFacts, actor: Actor) -> str:
    """With some words about the year: the figures say how much, not how."""
    check_own(facts, actor)
    status = LIFECYCLE.after("submit", facts.status, actor)
    require(submit_obstacles(facts))
    return status


def submit_obstacles(facts: ReportFacts) -> Iterator[Reason]:
    """A county's or a department's report, with a text."""
    if not facts.is_handed_in:
        yield Reason("report.city", "市级报告直接发布", "The bureau's own report is not handed in: issue it")
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
    """What was handed in was accepted; the city's has all of its counties', or a reason."""
    if facts.is_handed_in and facts.status == "drafted":
        yield Reason("report.not_accepted", "报送的报告采纳后方可发布", "What is handed in is accepted first")
    if facts.kind == "city" and facts.missing and not reason.strip():
        names = "、".join(facts.missing)
        yield Reason(
            "report.missing",
            f"尚无采纳的区县报告：{names}；如先行发布请说明理由",
            f"No accepted report of: {names}; say why if it goes without",
            "/reason",
        )

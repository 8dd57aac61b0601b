"""Objections (异议): written, within the period, by a named person or unit; confidential."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from services.assessment.rules.policy import Policy
from shared.actor import Actor
from shared.calendar import Calendar
from shared.errors import Reason, require
from shared.identifiers import credit_code_error, phone_error
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "objection",
    {"raised": "待答复", "extended": "已延期", "answered": "已答复"},
    (
        Step("extend", ("raised", "extended"), "extended", ("supervisor",), "延期", "Extend"),
        Step("answer", ("raised", "extended"), "answered", ("supervisor",), "答复", "Answer"),
    ),
)


@dataclass(frozen=True, slots=True)
class Objector:
    """A person gives name and phone, a unit its name and 18-character code."""

    name: str
    phone: str | None
    unit_code: str | None


@dataclass(frozen=True, slots=True)
class ObjectionFacts:
    status: str
    due_at: datetime
    extensions: int


def is_open(status: str) -> bool:
    """Not answered yet."""
    return status != "answered"


def raised(
    notice_status: str, closes_at: datetime | None, entry_status: str, objector: Objector, text: str, now: datetime
) -> str:
    """An objection counts when the notice is open, the team still stands on it, the objector is named and says what is
    wrong."""
    require(raise_obstacles(notice_status, closes_at, entry_status, objector, text, now))
    return "raised"


def raise_obstacles(
    notice_status: str, closes_at: datetime | None, entry_status: str, objector: Objector, text: str, now: datetime
) -> Iterator[Reason]:
    """Within the period, about a team on the list, in writing, by somebody named."""
    if notice_status != "posted" or closes_at is None or now >= closes_at:
        yield Reason("objection.period", "不在公示期内", "Objections are possible only during the notice")
    elif entry_status not in ("listed", "held"):
        yield Reason("objection.entry", "该团队已不在公示之列", "This team has left the notice", "/team_id")
    yield from written_obstacles(objector, text)


def written_obstacles(objector: Objector, text: str) -> Iterator[Reason]:
    """What is wrong with the writing itself. A person gives name and phone, a unit its name and code."""
    if not text.strip():
        yield Reason("objection.text", "请写明异议内容", "Say what you object to", "/text")
    if not objector.name.strip():
        yield Reason("objection.name", "请填写姓名或单位名称", "Give your name or your unit's", "/name")
    if objector.phone is None and objector.unit_code is None:
        yield Reason(
            "objection.objector",
            "个人异议请留联系电话，单位异议请填统一社会信用代码",
            "A person gives a phone number, a unit its unified social credit code",
            "/phone",
        )
    if objector.phone is not None and (reason := phone_error(objector.phone, "/phone")):
        yield reason
    if objector.unit_code is not None and (reason := credit_code_error(objector.unit_code, "/unit_code")):
        yield reason


def due(from_day: date, policy: Policy, calendar: Calendar) -> date:
    """The last day of the time to answer (10 working days by default)."""
    return calendar.add_working_days(from_day, policy.objection_answer_days)


def extend(facts: ObjectionFacts, policy: Policy, actor: Actor, now: datetime) -> str:
    """Once (policy), and only while the time to answer has not run out."""
    status = LIFECYCLE.after("extend", facts.status, actor)
    require(extend_obstacles(facts, policy, now))
    return status


def extend_obstacles(facts: ObjectionFacts, policy: Policy, now: datetime) -> Iterator[Reason]:
    """Not more often than policy allows, and before the time has run out."""
    if facts.extensions >= policy.objection_extensions:
        yield Reason(
            "objection.extensions",
            f"最多延期{policy.objection_extensions}次",
            f"At most {policy.objection_extensions} extension(s)",
        )
    if now >= facts.due_at:
        yield Reason("objection.overdue", "答复期限已过，不能再延期", "The time to answer has run out")


def answer(facts: ObjectionFacts, text: str, actor: Actor) -> str:
    """Every objection is answered in writing, upheld or dismissed; a late answer is still owed."""
    status = LIFECYCLE.after("answer", facts.status, actor)
    if not text.strip():
        require([Reason("objection.answer", "请填写答复意见", "Write the answer", "/text")])
    return status

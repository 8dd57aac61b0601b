"""Public notices (公示): a list shown to society for some working days, open to objections.

The list is frozen and fingerprinted when it is posted. An objection holds back only its own entry; everybody
else is confirmed when the period ends.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.assessment.rules.frozen import Document
from services.assessment.rules.policy import Policy
from shared.actor import SYSTEM, Actor
from shared.calendar import Calendar
from shared.errors import Reason, Refused, require
from shared.lifecycle import Lifecycle, Step

KINDS = {"selection": "拟入选团队公示", "grades": "年度考核结果公示"}

LIFECYCLE = Lifecycle(
    "notice",
    {"drafted": "草拟", "posted": "公示中", "closed": "公示期满", "confirmed": "已确认"},
    (
        Step("post", ("drafted",), "posted", ("bureau",), "发布公示", "Post"),
        Step("close", ("posted",), "closed", ("system",), "公示期满", "Close"),
        Step("confirm", ("closed",), "confirmed", ("system",), "全部确认", "Confirm"),
    ),
)

_CITIZEN_ID = re.compile(r"(?<!\d)(\d{6})\d{8}(\d{3}[\dXx])(?![\dXx])")
_PHONE = re.compile(r"(?<!\d)(1\d{2})\d{4}(\d{4})(?!\d)")


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """``entries``: teams that the list shows; ``open_entries``: those listed or held back."""

    status: str
    kind: str
    entries: int
    open_entries: int
    closes_at: datetime | None


def called(shown: Mapping[str, Any]) -> str:
    """What people call a posted notice by its frozen list: 2020年拟入选团队公示, 2020年度考核结果公示（第2次，重新公示）."""
    kind, year = shown["kind"], shown["year"]
    which = _which(shown.get("number", 1), shown.get("again", False))
    return f"{year}{'' if KINDS[kind].startswith('年') else '年'}{KINDS[kind]}{which}"


def _which(number: int, again: bool) -> str:
    said = [f"第{number}次"] * (number > 1) + ["重新公示"] * again
    return f"（{'，'.join(said)}）" if said else ""


def drafted() -> str:
    """Where a notice begins."""
    return "drafted"


def post(facts: NoticeFacts, policy: Policy, calendar: Calendar, actor: Actor, now: datetime) -> str:
    """A list that names somebody, once the calendar covers the period and the longest time to answer."""
    status = LIFECYCLE.after("post", facts.status, actor)
    require(post_obstacles(facts, policy, calendar, now))
    return status


def post_obstacles(facts: NoticeFacts, policy: Policy, calendar: Calendar, now: datetime) -> Iterator[Reason]:
    """Somebody to show, and a calendar that reaches to the last possible answer."""
    if not facts.entries:
        yield Reason("notice.empty", "没有可公示的团队", "There is no team to put on notice")
    try:
        last = last_day(now, policy, calendar)
        calendar.add_working_days(last, policy.objection_answer_days * (1 + policy.objection_extensions))
    except Refused as unknown_year:
        yield from unknown_year.reasons


def close(facts: NoticeFacts, now: datetime) -> str:
    """The clock closes a notice at the end of its last working day, never earlier."""
    status = LIFECYCLE.after("close", facts.status, SYSTEM)
    if facts.closes_at is None or now < facts.closes_at:
        raise Refused(Reason("notice.still_open", "公示期未满", "The period is not over"))
    return status


def confirm(facts: NoticeFacts) -> str:
    """Confirmed once every entry is settled: confirmed, upheld or left."""
    status = LIFECYCLE.after("confirm", facts.status, SYSTEM)
    if facts.open_entries:
        raise Refused(Reason("notice.unsettled", "仍有待处理的异议", "Objections are still open"))
    return status


def last_day(posted_at: datetime, policy: Policy, calendar: Calendar) -> date:
    """The last working day of the period; the day of posting does not count."""
    return calendar.add_working_days(posted_at.date(), policy.notice_working_days)


@dataclass(frozen=True, slots=True)
class Shown:
    """What society may see of one team. ``grade`` and ``total`` only on a notice of grades."""

    team_id: str
    order_number: str
    team: str
    lead: str
    unit: str
    place: str
    amount_fen: int | None = None
    total: str | None = None
    grade: str | None = None
    computed: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """The how-manieth notice of a round it is, and whether it shows teams that an earlier one showed; ``scale``: what the
    grades mean, on a notice of grades."""

    round: str
    number: int = 1
    again: bool = False
    scale: Mapping[str, str] | None = None


def snapshot(kind: str, year: int, posted_at: datetime, last: date, rows: Sequence[Shown], issue: Issue) -> Document:
    """The frozen list: only what may be public, in order of the order numbers, with personal data masked."""
    return {
        **({"scale": dict(issue.scale)} if issue.scale else {}),
        "round": issue.round,
        "number": issue.number,
        "again": issue.again,
        "kind": kind,
        "title": f"{KINDS[kind]}{_which(issue.number, issue.again)}",
        "year": year,
        "posted_at": posted_at.isoformat(),
        "last_day": last.isoformat(),
        "entries": [_shown(row) for row in sorted(rows, key=lambda r: (r.order_number, r.team))],
    }


def _shown(row: Shown) -> dict[str, Any]:
    fields = {
        "team_id": row.team_id,
        "order_number": row.order_number,
        "team": masked(row.team),
        "lead": masked(row.lead),
        "unit": masked(row.unit),
        "place": masked(row.place),
        "amount_fen": row.amount_fen,
        "total": row.total,
        "grade": row.grade,
        "computed": row.computed,
        "reason": row.reason and masked(row.reason),
    }
    return {name: value for name, value in fields.items() if value is not None}


def masked(text: str) -> str:
    """The text without the middle of any citizen id or mobile number that somebody typed into it."""
    return _PHONE.sub(r"\1****\2", _CITIZEN_ID.sub(r"\1********\2", text))

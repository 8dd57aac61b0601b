"""The team did not come (未到岗): said by the host, answered by the lead, settled by the district."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.teams.rules.policy import TeamsPolicy
from services.teams.rules.rights import LEAD_ONLY, speaks_for_host
from shared.actor import Actor
from shared.calendar import end_of
from shared.errors import Forbidden, NotFound, Reason, require
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "absence",
    {"reported": "待说明", "answered": "已说明", "settled": "已处理"},
    (
        Step("answer", ("reported",), "answered", ("expert",), "说明情况", "Answer"),
        Step("settle", ("reported", "answered"), "settled", ("district", "bureau"), "处理", "Settle"),
    ),
)

MOST_WORDS = 500
"""Characters of what someone says about it."""


@dataclass(frozen=True, slots=True)
class AbsenceFacts:
    status: str
    lead_id: str
    division: str
    due_at: datetime


def report_obstacles(
    expected_on: date, today: date, serves: bool, agreed_on: date | None, ends_on: date | None
) -> Iterable[Reason]:
    """The day lies in the time of service, and is over or today."""
    if not serves:
        yield Reason("absence.team_not_serving", "团队不在服务期", "The team is not serving")
    if expected_on > today:
        yield Reason("absence.future", "日期不能晚于今天", "That day is still to come", "/expected_on")
    if (agreed_on and expected_on < agreed_on) or (ends_on and expected_on > ends_on):
        yield Reason(
            "absence.outside_term", "日期不在服务期内", "That day is outside the time of service", "/expected_on"
        )


def report(actor: Actor, host_code: str) -> str:
    """The host, or its liaison through the link, says that the team did not come."""
    if not actor.has("liaison") and not speaks_for_host(host_code, actor):
        raise Forbidden(Reason("absence.host_only", "仅限受援单位反映", "Only the host reports this"))
    return "reported"


def due(now: datetime, policy: TeamsPolicy) -> datetime:
    """Until when the lead answers: the end of the last day."""
    return end_of((now + timedelta(days=policy.absence_answer_days)).date(), now)


def answer(absence: AbsenceFacts, words: str, actor: Actor) -> str:
    """The lead says what happened."""
    status = LIFECYCLE.after("answer", absence.status, actor)
    if not actor.person or actor.person != absence.lead_id:
        raise Forbidden(LEAD_ONLY)
    require(_words_missing(words))
    return status


def settle(absence: AbsenceFacts, words: str, actor: Actor, now: datetime) -> str:
    """The district finds whether it stands, with its words; unanswered ones after the lead's time is over."""
    status = LIFECYCLE.after("settle", absence.status, actor)
    if not actor.covers(absence.division):
        raise NotFound("absence")
    require([*_unanswered(absence, now), *_words_missing(words)])
    return status


def _unanswered(absence: AbsenceFacts, now: datetime) -> Iterable[Reason]:
    if absence.status == "reported" and now < absence.due_at:
        yield Reason("absence.answer_awaited", "领衔专家说明期限未到", "The lead may still answer in time", "/status")


def _words_missing(words: str) -> Iterable[Reason]:
    if not words.strip():
        yield Reason("absence.words_missing", "请填写说明", "Words must be given", "/words")

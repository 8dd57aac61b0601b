"""Who owes what, and by when: one list of selects for a person's own page and for the view of a whole round. What the
assessment service waits for stands here too, as its events tell it: one list, one digest, one calendar for everybody.

A duty names who must act by role and by what identifies them: a person of the registry, a unit's or host's code, or
a division. ``since`` is when it began to wait, ``due`` the last moment, if there is one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from services.teams.models import (
    Absence,
    Agreement,
    Amendment,
    Appeal,
    Entry,
    KnownDuty,
    KnownOrder,
    KnownRound,
    Member,
    Person,
    Report,
    Review,
    Summary,
    Team,
)
from services.teams.queries.sight import ON_ROSTER
from services.teams.rules import summary as summary_rules
from services.teams.rules.team import LIFECYCLE, LIVE

_NOBODY = sa.null()
_WINDOW = sa.func.coalesce(KnownOrder.closes_at, KnownRound.closes_at)


@dataclass(frozen=True)
class Duty:
    """``select`` yields team_id, person_id, unit, division, since, due, about, not_for: whom it concerns, in one of three
    ways, but for the one who may not do it. ``confidential``: shown to nobody else; ``link`` leads to where it is done."""

    code: str
    zh: str
    en: str
    role: str
    select: Callable[[], sa.Select[Any]]
    confidential: bool = False
    link: str = "/teams/v1/teams/{team_id}"


def _rows(
    person: Any = _NOBODY,
    unit: Any = _NOBODY,
    division: Any = _NOBODY,
    since: Any = Team.status_since,
    due: Any = _NOBODY,
    about: Any = _NOBODY,
    not_for: Any = _NOBODY,
) -> sa.Select[Any]:
    return sa.select(
        Team.id.label("team_id"),
        Team.name.label("team"),
        Team.order_number.label("order_number"),
        Team.round_id.label("round_id"),
        sa.cast(person, sa.Uuid).label("person_id"),
        sa.cast(unit, sa.Text).label("unit"),
        sa.cast(division, sa.Text).label("division"),
        since.label("since"),
        sa.cast(due, sa.DateTime(timezone=True)).label("due"),
        sa.cast(about, sa.Uuid).label("about"),
        sa.cast(not_for, sa.Text).label("not_for"),
    ).select_from(Team)


def _answer() -> sa.Select[Any]:
    rows = _rows(person=Member.person_id, since=Member.invited_at, due=Member.expires_at)
    return rows.join(Member, Member.team_id == Team.id).where(Member.status == "invited")


def _consent() -> sa.Select[Any]:
    rows = _rows(unit=Person.unit_code, since=Member.invited_at).join(Member, Member.team_id == Team.id)
    waiting = (Member.status.in_(ON_ROSTER), Member.unit_consented_at.is_(None), Person.unit_code != "")
    return rows.join(Person, Person.id == Member.person_id).where(*waiting, Team.status == "forming").distinct()


def _take_over() -> sa.Select[Any]:
    return _rows(person=Team.lead_offered_to, since=Team.roster_changed_at).where(Team.lead_offered_to.is_not(None))


def _replace() -> sa.Select[Any]:
    rows = _rows(person=Team.lead_id, since=Member.leave_asked_at).join(Member, Member.team_id == Team.id)
    return rows.where(Member.leave_asked_at.is_not(None), Member.left_at.is_(None), Team.status.in_(LIVE))


def _submit() -> sa.Select[Any]:
    rows = _rows(person=Team.lead_id, due=_WINDOW).join(KnownOrder, KnownOrder.id == Team.order_id)
    return rows.join(KnownRound, KnownRound.id == Team.round_id).where(Team.status == "forming")


def _of_office(status: str) -> Callable[[], sa.Select[Any]]:
    return lambda: _rows(division=Team.division).where(Team.status == status)


def _next_is(action: str, **whose: Any) -> Callable[[], sa.Select[Any]]:
    """Claims whose next step on the main road is this one: its own row is on in the round, and those between where
    the claim stands and it are off."""
    road = [step for step in LIFECYCLE.steps if step.skip or step.action == action]
    steps = [next(step for step in road if step.action == action)]
    while earlier := next((step for step in road if step.skip and step.after in steps[0].before), None):
        steps.insert(0, earlier)
    last = steps[-1]
    on = [_on(last.switch)] if last.switch else []
    ways = [
        sa.and_(Team.status.in_(step.before), *(sa.not_(_on(later.switch)) for later in steps[at:-1]))
        for at, step in enumerate(steps)
    ]
    whose = whose or {"division": Team.division}
    return lambda: _rows(**whose).join(KnownRound, KnownRound.id == Team.round_id).where(sa.or_(*ways), *on)


def _on(switch: str) -> sa.ColumnElement[bool]:
    found: sa.ColumnElement[bool] = KnownRound.policy["switches"].contains([switch])
    return found


def _train() -> sa.Select[Any]:
    ready = sa.or_(Team.status == "agreed", sa.and_(Team.status == "confirmed", Team.agreed_on.is_not(None)))
    return _rows(division=Team.division).where(Team.training_due, ready)


def _sign(party: str) -> Callable[[], sa.Select[Any]]:
    def select() -> sa.Select[Any]:
        rows = _rows(**_party(party), due=Agreement.due_at).join(Agreement, Agreement.team_id == Team.id)
        unsigned = getattr(Agreement, f"{party}_signed_at").is_(None)
        return rows.where(Team.status == "confirmed", Agreement.closed.is_(False), unsigned)

    return select


def _sign_amendment(party: str) -> Callable[[], sa.Select[Any]]:
    def select() -> sa.Select[Any]:
        rows = _rows(**_party(party), since=Amendment.created_at, due=Amendment.due_at)
        rows = rows.join(Amendment, Amendment.team_id == Team.id)
        if party == "unit":
            rows = rows.join(Agreement, Agreement.team_id == Team.id)
        return rows.where(Amendment.status == "signing", getattr(Amendment, f"{party}_signed_at").is_(None))

    return select


def _party(party: str) -> dict[str, Any]:
    """How each of the three parties is known."""
    if party == "lead":
        return {"person": Team.lead_id}
    return {"unit": Agreement.lead_unit_code if party == "unit" else Team.host_code}


def _score() -> sa.Select[Any]:
    rows = _rows(person=Review.person_id, since=Review.created_at, due=Review.due_at)
    return rows.join(Review, Review.team_id == Team.id).where(Review.status == "assigned")


def _answer_appeal() -> sa.Select[Any]:
    rows = _rows(division=Team.division, since=Appeal.lodged_at).join(Appeal, Appeal.team_id == Team.id)
    return rows.where(Appeal.status == "lodged")


def _settle() -> sa.Select[Any]:
    rows = _rows(unit=Team.host_code, since=sa.func.min(Entry.created_at)).join(Entry, Entry.team_id == Team.id)
    return rows.where(Entry.status == "recorded").group_by(Team.id)


def _answer_absence() -> sa.Select[Any]:
    rows = _rows(person=Team.lead_id, since=Absence.reported_at, due=Absence.due_at)
    return rows.join(Absence, Absence.team_id == Team.id).where(Absence.status == "reported")


def _settle_absence() -> sa.Select[Any]:
    rows = _rows(division=Team.division, since=Absence.status_since).join(Absence, Absence.team_id == Team.id)
    return rows.where(Absence.status == "answered")


def _settle_reports() -> sa.Select[Any]:
    """Only where values count once the host confirmed them."""
    asked = sa.cast(KnownRound.policy["teams"]["reports_confirmed"].astext, sa.Boolean)
    rows = _rows(unit=Team.host_code, since=sa.func.min(Report.reported_at)).join(Report, Report.team_id == Team.id)
    rows = rows.join(KnownRound, KnownRound.id == Team.round_id)
    return rows.where(Report.status == "reported", asked).group_by(Team.id)


def _write_summary() -> sa.Select[Any]:
    rows = _rows(person=Team.lead_id, since=Summary.status_since, due=Summary.due_at)
    rows = rows.join(Summary, Summary.team_id == Team.id)
    return rows.where(Summary.status.in_(summary_rules.WRITTEN), Team.status.in_(summary_rules.OWED_WHILE))


def _accept_summary() -> sa.Select[Any]:
    rows = _rows(division=Team.division, since=Summary.status_since).join(Summary, Summary.team_id == Team.id)
    return rows.where(Summary.status == "submitted")


def _heard(code: str, **whose: Any) -> Callable[[], sa.Select[Any]]:
    """What the assessment service waits for, of a team."""

    def select() -> sa.Select[Any]:
        rows = _rows(
            **whose, since=KnownDuty.since, due=KnownDuty.due_at, about=KnownDuty.id, not_for=KnownDuty.not_for
        )
        return rows.join(KnownDuty, KnownDuty.team_id == Team.id).where(KnownDuty.code == code, KnownDuty.ended == "")

    return select


def _look_at_receiver() -> sa.Select[Any]:
    """Of a department, not of a team."""
    nothing = sa.cast(_NOBODY, sa.Uuid)
    return sa.select(
        nothing.label("team_id"),
        KnownDuty.name.label("team"),
        sa.literal("").label("order_number"),
        nothing.label("round_id"),
        nothing.label("person_id"),
        KnownDuty.unit.label("unit"),
        sa.cast(_NOBODY, sa.Text).label("division"),
        KnownDuty.since.label("since"),
        KnownDuty.due_at.label("due"),
        KnownDuty.id.label("about"),
        KnownDuty.not_for.label("not_for"),
    ).where(KnownDuty.code == "look_at_receiver")


def _reinstate() -> sa.Select[Any]:
    return _rows(division=Team.division, since=Team.cleared_at).where(Team.cleared_at.is_not(None))


_PARTY_ROLES = {"lead": "expert", "unit": "unit", "host": "host"}

DUTIES: tuple[Duty, ...] = (
    Duty("answer_invitation", "答复入团邀请", "Answer the invitation", "expert", _answer),
    Duty("consent", "同意派出本单位人员", "Consent to your people", "unit", _consent),
    Duty("submit", "完善并提交申报", "Complete and submit the claim", "expert", _submit),
    Duty("take_over", "答复领衔移交", "Answer the offer of the lead", "expert", _take_over),
    Duty("replace", "安排接替要求退出的成员", "Replace whoever asked to leave", "expert", _replace),
    Duty(
        "accept_claim", "答复岗位申报", "Accept or decline the claim", "host", _next_is("accept", unit=Team.host_code)
    ),
    Duty("recommend", "审核推荐申报", "Recommend the claim", "district", _next_is("recommend")),
    Duty("shortlist", "确定入围", "Shortlist the claim", "bureau", _next_is("shortlist")),
    Duty(
        "score",
        "评审打分",
        "Read and score the claim",
        "reviewer",
        _score,
        confidential=True,
        link="/teams/v1/reviews?status=assigned&team_id={team_id}",
    ),
    Duty(
        "answer_appeal",
        "办理复核申请",
        "Answer the appeal",
        "bureau",
        _answer_appeal,
        link="/teams/v1/appeals?status=lodged&team_id={team_id}",
    ),
    Duty("propose", "拟定入选名单", "Decide on the claim", "bureau", _next_is("propose")),
    Duty("await_money", "资金预留", "Reserve the money", "system", _of_office("proposed")),
    Duty("await_notice", "公示期满", "End of the public notice", "bureau", _of_office("on_notice")),
    *(
        Duty("sign_agreement", "签署三方协议", "Sign the agreement", role, _sign(party))
        for party, role in _PARTY_ROLES.items()
    ),
    *(
        Duty("sign_amendment", "签署变更协议", "Sign the change of the agreement", role, _sign_amendment(party))
        for party, role in _PARTY_ROLES.items()
    ),
    Duty("train", "组织岗前培训", "Hold the training before the post", "bureau", _train),
    Duty(
        "reinstate",
        "考核更正后恢复或维持解散",
        "Reinstate the team after a corrected rating, or leave it dissolved",
        "bureau",
        _reinstate,
    ),
    Duty("confirm_entries", "确认服务记录", "Confirm service entries", "host", _settle),
    Duty("confirm_reports", "确认指标完成值", "Confirm reported values", "host", _settle_reports),
    Duty("write_summary", "提交小结或总结", "Submit the summary", "expert", _write_summary),
    Duty("accept_summary", "审核小结或总结", "Judge the summary", "district", _accept_summary),
    Duty("answer_absence", "说明未到岗情况", "Say why the team did not come", "expert", _answer_absence),
    Duty("settle_absence", "处理未到岗反映", "Settle a reported absence", "district", _settle_absence),
    *(
        Duty(code, zh, en, role, _heard(code, **whose), link="/assessment/v1/assessments/{about}")
        for code, zh, en, role, whose in (
            ("report_year", "提交年度自评", "Report on your year", "expert", {"person": Team.lead_id}),
            ("give_opinion", "出具派出单位意见", "Give your opinion", "unit", {"unit": KnownDuty.unit}),
            ("rate_service", "评价服务满意度", "Rate the service", "host", {"unit": Team.host_code}),
            ("rate_for_people", "填报群众满意度", "Enter what people say", "district", {"division": Team.division}),
            ("score_team", "区县评分", "Score the team", "district", {"division": Team.division}),
        )
    ),
    Duty(
        "visit_again",
        "服务结束后回访",
        "Visit the place again",
        "district",
        _heard("visit_again", division=Team.division),
        link="/assessment/v1/follow-ups/{about}",
    ),
    Duty(
        "confirm_correction",
        "复核考核结果更正",
        "Confirm or reject a correction of a published rating",
        "bureau",
        _heard("confirm_correction", division=Team.division),
        confidential=True,
        link="/assessment/v1/corrections/{about}",
    ),
    Duty(
        "look_at_receiver",
        "数据推送已暂停，请检查接收端后恢复",
        "Deliveries are paused: look at the receiver, then resume",
        "department",
        _look_at_receiver,
        confidential=True,
        link="/assessment/v1/subscriptions/{about}",
    ),
)
PARTS = {
    "self_report": "report_year",
    "unit_opinion": "give_opinion",
    "host_rating": "rate_service",
    "beneficiary_rating": "rate_for_people",
    "district_score": "score_team",
}
"""The duty that each part of a yearly rating is."""

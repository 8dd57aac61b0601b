"""A service entry: one visit or session, written by the team; it counts once the host confirmed it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from services.teams.rules.policy import TeamsPolicy
from services.teams.rules.rights import speaks_for_host
from shared.actor import Actor
from shared.errors import Forbidden, Reason
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "entry",
    {"recorded": "待确认", "confirmed": "已确认", "disputed": "有异议", "withdrawn": "已撤回"},
    (
        Step("edit", ("recorded", "disputed"), "recorded", ("expert",), "更正", "Put right"),
        Step("withdraw", ("recorded", "disputed"), "withdrawn", ("expert",), "撤回", "Withdraw"),
        Step("confirm", ("recorded", "disputed"), "confirmed", ("host", "liaison"), "确认", "Confirm"),
        Step("dispute", ("recorded",), "disputed", ("host", "liaison"), "有异议", "Dispute"),
    ),
)

LIAISON = Actor(id="liaison", roles=frozenset({"liaison"}))
"""Whoever holds the one-time link that was sent to the liaison's phone. No token can claim this role."""

Verdict = Literal["confirm", "dispute"]

HALF_DAY = Decimal("0.5")
LONGEST = Decimal(31)
"""Days of one entry: a longer stay is written as several entries, so that each month can be confirmed."""


@dataclass(frozen=True, slots=True)
class EntryFacts:
    served_on: date
    person_id: str
    form: str
    days: Decimal
    beneficiaries: int


Stay = tuple[date, date | None]
"""From the day someone joined the team to the day they left it."""


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """The team that an entry belongs to: whether and since when service may be recorded, until when, by whom.
    ``people`` are all who ever served, with the days on which they belonged to the team."""

    open: bool
    agreed_on: date | None
    ends_on: date | None
    people: Mapping[str, Sequence[Stay]]


def record_obstacles(entry: EntryFacts, team: ServiceFacts, today: date) -> Iterable[Reason]:
    """An entry lies between the agreement and today, within the term, by someone of the team."""
    if not team.open:
        yield Reason("entry.team_not_serving", "团队不在服务期，不能登记服务记录", "The team is not serving")
    if entry.served_on > today:
        yield Reason("entry.future", "服务日期不能晚于今天", "The day of service is in the future", "/served_on")
    if team.agreed_on and entry.served_on < team.agreed_on:
        yield Reason(
            "entry.before_agreement",
            "服务日期早于协议签订（或团队确认）日期",
            "Before the agreement was signed (or the team confirmed)",
            "/served_on",
        )
    if team.ends_on and entry.served_on > team.ends_on:
        yield Reason("entry.after_term", "服务日期晚于服务期", "After the agreed term", "/served_on")
    if entry.person_id not in team.people:
        yield Reason("entry.not_of_team", "服务人员不是团队成员", "Not a member of the team", "/person_id")
    elif not (team.agreed_on and entry.served_on < team.agreed_on) and not any(
        joined <= entry.served_on and (left is None or entry.served_on <= left)
        for joined, left in team.people[entry.person_id]
    ):
        yield Reason(
            "entry.not_serving_then",
            "该日期服务人员不在团队内（尚未加入或已被接替）",
            "Not of the team on that day: not joined yet, or replaced",
            "/person_id",
        )
    if not Decimal(0) < entry.days <= LONGEST or entry.days % HALF_DAY:
        yield Reason(
            "entry.days",
            f"服务天数须为半天的整数倍，且不超过{LONGEST}天",
            f"Days come in halves, more than 0, at most {LONGEST}",
            "/days",
        )
    if entry.beneficiaries < 0:
        yield Reason(
            "entry.beneficiaries",
            "服务对象人数不能为负",
            "Beneficiaries cannot be negative",
            "/beneficiaries",
        )
    if not entry.form.strip():
        yield Reason("entry.form_missing", "须填写服务形式", "The form of service must be given", "/form")


def full(confirmed: int, policy: TeamsPolicy) -> bool:
    """Whether the last entry that the mode allows is confirmed (a lecture has one): the team is done."""
    return 0 < policy.most_entries <= confirmed


def changed() -> Reason:
    """The same client-made id with other content: the first one stands."""
    return Reason(
        "entry.changed",
        "该编号的服务记录已存在且内容不同",
        "An entry with this id exists with other content",
        "/id",
    )


def edit(status: str, own: bool, actor: Actor) -> str:
    """Whoever wrote it or leads puts an entry right until the host confirmed it; it waits for the host again. That is
    also the answer to a dispute."""
    after = LIFECYCLE.after("edit", status, actor)
    _writer_only(own)
    return after


def withdraw(status: str, own: bool, actor: Actor) -> str:
    """Whoever wrote it or leads takes an entry back that the host has not confirmed."""
    after = LIFECYCLE.after("withdraw", status, actor)
    _writer_only(own)
    return after


def _writer_only(own: bool) -> None:
    if not own:
        raise Forbidden(
            Reason("entry.writer_only", "仅限登记人或领衔专家", "Only whoever wrote the entry, or the lead or a deputy")
        )


def photo_obstacles(photos: int, policy: TeamsPolicy, pointer: str = "") -> Iterable[Reason]:
    """Where the policy asks for it, an entry is confirmed by what can be seen of it."""
    if policy.entry_photo and not photos:
        yield Reason(
            "entry.photo_missing", "该服务记录须先上传照片", "A photo of this visit must be handed in first", pointer
        )


def settle(verdict: Verdict, status: str, actor: Actor, host_code: str) -> str:
    """What the host says about an entry."""
    return confirm(status, actor, host_code) if verdict == "confirm" else dispute(status, actor, host_code)


def confirm(status: str, actor: Actor, host_code: str) -> str:
    """The host (or its liaison through the link) confirms; a disputed entry may be confirmed after all."""
    after = LIFECYCLE.after("confirm", status, actor)
    _host_only(actor, host_code)
    return after


def dispute(status: str, actor: Actor, host_code: str) -> str:
    """The host says that this did not take place as written."""
    after = LIFECYCLE.after("dispute", status, actor)
    _host_only(actor, host_code)
    return after


def _host_only(actor: Actor, host_code: str) -> None:
    if not actor.has("liaison") and not speaks_for_host(host_code, actor):
        raise Forbidden(Reason("entry.host_only", "仅限受援单位确认", "Only the host confirms service"))

"""A substitute (代签): named before, by whom, for whom, for which role, from when until when. Whoever signs for another
signs with both names. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from shared.actor import SYSTEM, Actor
from shared.calendar import end_of
from shared.errors import Forbidden, Reason, reason_given, require
from shared.lifecycle import Lifecycle, Step

ROLES = ("finance_maker", "finance_checker", "bureau")
"""Roles in which somebody may sign for another."""
NONE = Reason(
    "substitute.none", "没有为该人代签的有效指定", "Not named as a substitute of this person now", "/on_behalf_of"
)
MOST_DAYS = 366
"""A substitution is for an absence; a longer one is a change of post."""

LIFECYCLE = Lifecycle(
    "substitute",
    {"named": "已指定", "ended": "已到期", "revoked": "已撤销"},
    (
        Step("end", ("named",), "ended", ("system",), "到期", "End"),
        Step("revoke", ("named",), "revoked", ROLES, "撤销指定", "Revoke"),
    ),
)


@dataclass(frozen=True, slots=True)
class SubstituteFacts:
    """``substitute`` may sign for ``principal`` (both ``sub``) in ``role``, in rounds of ``division``, from
    ``starts_at`` until before ``ends_at``."""

    status: str
    role: str
    principal: str
    substitute: str
    division: str
    starts_at: datetime
    ends_at: datetime


def name_obstacles(
    role: str, principal: str, substitute: str, days: tuple[date, date], reason: str, actor: Actor, now: datetime
) -> list[Reason]:
    """``days`` are the first and the last. A person names for a role of their own, the bureau for anybody; nobody
    names themselves."""
    first, last = days
    found = list(reason_given("substitute.reason", reason))
    if actor.id == principal and not actor.has(role):
        found.append(Reason("substitute.role", "只能就本人的角色指定代签人", "Only for a role of your own", "/role"))
    if principal == substitute:
        found.append(Reason("substitute.same", "代签人不能是本人", "Nobody stands in for themselves", "/substitute"))
    elif actor.id == substitute:
        found.append(Reason("substitute.self", "不能指定自己为代签人", "Nobody names themselves", "/substitute"))
    if last < first or end_of(last, now) <= now:
        found.append(
            Reason(
                "substitute.until",
                "结束日期须在今天和开始日期之后",
                "The last day lies ahead, and not before the first",
                "/until",
            )
        )
    elif (last - first).days >= MOST_DAYS:
        found.append(Reason("substitute.long", f"代签期限不超过{MOST_DAYS}天", f"At most {MOST_DAYS} days", "/until"))
    return found


def name(
    role: str, principal: str, substitute: str, days: tuple[date, date], reason: str, actor: Actor, now: datetime
) -> str:
    """A person, or the bureau, names who signs for whom; returns the first status."""
    if actor.id != principal and not actor.has("bureau"):
        raise Forbidden(
            Reason(
                "substitute.scope",
                "只能为本人指定代签人，或由市局指定",
                "Only for yourself, or by the bureau",
                "/principal",
            )
        )
    require(name_obstacles(role, principal, substitute, days, reason, actor, now))
    return next(iter(LIFECYCLE.statuses))


def revoke_obstacles(substitute: SubstituteFacts, reason: str, actor: Actor) -> list[Reason]:
    """By the person stood in for, or the bureau, with the reason."""
    found = list(reason_given("substitute.reason", reason))
    if actor.id != substitute.principal and not actor.has("bureau"):
        found.append(
            Reason("substitute.not_yours", "仅限被代签人或市局撤销", "Only by the person stood in for, or the bureau")
        )
    return found


def revoke(substitute: SubstituteFacts, reason: str, actor: Actor) -> str:
    """From now on nothing is signed for the other; what was signed stands."""
    status = LIFECYCLE.after("revoke", substitute.status, actor)
    require(revoke_obstacles(substitute, reason, actor))
    return status


def end(substitute: SubstituteFacts) -> str:
    """Its last day is over."""
    return LIFECYCLE.after("end", substitute.status, SYSTEM)


def apart(same: Reason, actor: Actor, names: Iterable[str | None]) -> list[Reason]:
    """``names`` are those of the people who acted before, and in whose place: ``same`` when the actor, or whom they
    stand in for, is among them; and none of them may have chosen this substitute."""
    signed, noun = {name for name in names if name}, same.code.partition(".")[0]
    found = []
    if actor.named_by & signed:
        found.append(
            Reason(
                f"{noun}.own_substitute",
                "此前经办或签字的人不得为本事项指定代签人",
                "Whoever acted on it before named this substitute",
            )
        )
    if actor.is_among(*signed):
        found.append(same)
    return found


def acts(substitute: SubstituteFacts, division: str, now: datetime) -> bool:
    """Whether it holds now, in a round of this division."""
    inside = Actor("", division=substitute.division).covers(division)
    return substitute.status == "named" and substitute.starts_at <= now < substitute.ends_at and inside

"""Benefit cards (英才卡): issued by the bureau to somebody with a benefit in force, held while the person's benefits are
held or the person is suspended, expired by the clock."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.assessment.rules.use import UseFacts, withdraw_obstacles
from shared.actor import SYSTEM, Actor
from shared.calendar import months_later
from shared.errors import Reason, reason_given, require
from shared.lifecycle import Lifecycle, Step

PREFIX = "YC"
"""英才: how the number of a card begins."""
USERS = ("bureau", "district", "department")
"""Offices where a card is used, and which note it."""

LIFECYCLE = Lifecycle(
    "card",
    {"none": "未发", "issued": "有效", "held": "暂停", "expired": "到期", "revoked": "注销"},
    (
        Step("issue", ("none",), "issued", ("bureau",), "发卡", "Issue"),
        Step("use", ("issued",), "issued", USERS, "使用", "Use"),
        *(
            Step("withdraw_use", (status,), status, USERS, "撤回使用登记", "Withdraw a use")
            for status in ("issued", "held", "expired", "revoked")
        ),
        Step("hold", ("issued",), "held", ("system",), "暂停", "Hold"),
        Step("release", ("held",), "issued", ("system",), "恢复", "Release"),
        Step("revoke", ("issued", "held"), "revoked", ("bureau",), "注销", "Revoke"),
        Step("expire", ("issued", "held"), "expired", ("system",), "到期", "Expire"),
    ),
)
"""``none`` is where a person without a card stands; it is never stored."""


@dataclass(frozen=True, slots=True)
class CardFacts:
    status: str
    entitles: tuple[str, ...]
    valid_from: date
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Use:
    """What for (one of what the card entitles to), where, when, and the office's file number, if it has one."""

    service: str
    purpose: str
    place: str
    used_on: date
    reference: str = ""


def issue(benefits: Collection[str], actor: Actor) -> str:
    """By the bureau, to a person with a benefit in force."""
    status = LIFECYCLE.after("issue", "none", actor)
    require(issue_obstacles(benefits))
    return status


def issue_obstacles(benefits: Collection[str]) -> Iterator[Reason]:
    """``benefits``: where the person's benefits stand."""
    if not {"granted", "used"}.intersection(benefits):
        yield Reason(
            "card.no_benefit",
            "该人员没有有效的政策待遇，不能发卡",
            "No benefit of this person is in force",
            "/person_id",
        )


def valid_until(valid_from: date, years: int) -> date:
    """The last day: the day before the anniversary; of 29 February, 27 February."""
    return months_later(valid_from, 12 * years) - timedelta(days=1)


def stands(status: str, benefits: Collection[str], suspended: bool) -> str | None:
    """What must happen to a card now: ``hold``, ``release`` or nothing. It is held while its person is suspended, while
    one of the person's benefits is held, and when all were withdrawn."""
    held = suspended or "held" in benefits or (bool(benefits) and set(benefits) == {"withdrawn"})
    if status == "issued" and held:
        return "hold"
    return "release" if status == "held" and not held else None


def use(facts: CardFacts, use: Use, actor: Actor, now: datetime) -> str:
    """Noted by the office where it was shown."""
    status = LIFECYCLE.after("use", facts.status, actor)
    require([*use_obstacles(facts, now), *entry_obstacles(facts, use, now)])
    return status


def withdraw_use(status: str, use: UseFacts, reason: str, actor: Actor) -> str:
    """It was noted by mistake: it counts no more."""
    after = LIFECYCLE.after("withdraw_use", status, actor)
    require(withdraw_obstacles("card", use, reason, actor))
    return after


def use_obstacles(facts: CardFacts, now: datetime) -> Iterator[Reason]:
    """Within its validity."""
    if now >= facts.expires_at:
        yield Reason("card.over", "该卡已过有效期", "The card has expired", "/valid_until")


def entry_obstacles(facts: CardFacts, use: Use, now: datetime) -> Iterator[Reason]:
    """What is wrong with the note of the use itself."""
    if use.service not in facts.entitles:
        names = "、".join(facts.entitles)
        yield Reason("card.service", f"该卡服务事项为：{names}", f"The card entitles to: {names}", "/service")
    if not facts.valid_from <= use.used_on <= now.date():
        yield Reason("card.used_on", "使用日期应在发卡之后且不晚于今天", "Used between issue and today", "/used_on")


def hold(status: str) -> str:
    """The person's benefits are held, or the person is suspended."""
    return LIFECYCLE.after("hold", status, SYSTEM)


def release(status: str) -> str:
    """What held it is over."""
    return LIFECYCLE.after("release", status, SYSTEM)


def revoke(status: str, reason: str, actor: Actor) -> str:
    """Lost, or issued wrongly; a new one may follow."""
    after = LIFECYCLE.after("revoke", status, actor)
    require(reason_given("card.reason", reason))
    return after


def expire(status: str) -> str:
    """Its last day is over."""
    return LIFECYCLE.after("expire", status, SYSTEM)

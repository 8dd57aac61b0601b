"""Benefits (政策待遇): a qualified grade or better grants them, an unqualified one holds them until the team has
rectified. Where a benefit stands follows from the grade in force, from what became of the rectification, from its uses
and from its term alone, so a corrected edition leaves it as if the wrong one had never been."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.assessment.rules.policy import Policy
from services.assessment.rules.use import UseFacts, withdraw_obstacles
from shared.actor import SYSTEM, Actor
from shared.calendar import end_of, months_later
from shared.errors import Reason, require
from shared.lifecycle import Lifecycle, Step

OFFICES = ("bureau", "department")
"""Who notes a use: the office that granted something because of the benefit."""

WORDS = {
    "early_title_evaluation": ("提前一年申报职称评审", "Title evaluation one year early"),
    "programme_priority": ("人才项目优先支持", "Priority in talent programmes"),
}
"""What a kind of benefit is called; a bureau's own kinds are called as its policy names them."""

LIFECYCLE = Lifecycle(
    "benefit",
    {
        "none": "未产生",
        "granted": "已授予",
        "used": "已使用",
        "held": "暂缓",
        "expired": "已过期",
        "withdrawn": "已取消",
    },
    (
        Step("grant", ("none", "withdrawn"), "granted", ("system",), "授予", "Grant"),
        Step("use", ("granted", "used"), "used", OFFICES, "使用", "Use"),
        *(
            Step("withdraw_use", (status,), status, OFFICES, "撤回使用登记", "Withdraw a use")
            for status in ("used", "held", "expired", "withdrawn")
        ),
        Step("free", ("used",), "granted", ("system",), "恢复可用", "Free"),
        Step("hold", ("none", "granted", "used", "withdrawn"), "held", ("system",), "暂缓", "Hold"),
        Step("release", ("held",), "granted", ("system",), "解除暂缓", "Release"),
        Step("restore", ("held", "withdrawn"), "used", ("system",), "恢复为已使用", "Restore as used"),
        Step("withdraw", ("held",), "withdrawn", ("system",), "取消", "Withdraw"),
        Step("expire", ("granted", "used", "held"), "expired", ("system",), "过期", "Expire"),
    ),
)
"""``none`` is where a benefit stands before any published grade; it is never stored."""


@dataclass(frozen=True, slots=True)
class BenefitFacts:
    """``uses`` so far of ``most_uses`` (0: any number); ``granted_at`` is the first grant, from which the term runs."""

    status: str
    uses: int = 0
    most_uses: int = 0
    granted_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """What the benefit was used for, when, and the office's file number."""

    used_on: date
    purpose: str
    reference: str


def none() -> str:
    """Where a benefit stands before its first step."""
    return "none"


def ground(grade: str, rectification: str | None) -> str:
    """Where a benefit belongs: ``granted``, ``held`` or ``withdrawn``. ``rectification``: its status, None without one
    (or a cancelled one)."""
    if grade != "unqualified" or rectification == "passed":
        return "granted"
    return "withdrawn" if rectification == "failed" else "held"


def steps(facts: BenefitFacts, belongs: str) -> tuple[str, ...]:
    """The steps that lead to where the benefit belongs; one that has expired stays so."""
    back = "restore" if facts.uses else "grant" if facts.status in ("none", "withdrawn") else "release"
    ways: dict[str, dict[str, tuple[str, ...]]] = {
        "none": {"granted": ("grant",), "held": ("hold",), "withdrawn": ("hold", "withdraw")},
        "granted": {"held": ("hold",), "withdrawn": ("hold", "withdraw")},
        "used": {"held": ("hold",), "withdrawn": ("hold", "withdraw")},
        "held": {"granted": (back,), "withdrawn": ("withdraw",)},
        "withdrawn": {"granted": (back,), "held": ("hold",)},
    }
    return ways.get(facts.status, {}).get(belongs, ())


def serves_in(joined_on: date, left_on: date | None, to_the_end: bool, year: int) -> bool:
    """Whether somebody's time in the team earns what the grade of this year gives: joined by the end of the year, and
    stayed until then or until the team itself ended."""
    last = date(year, 12, 31)
    return joined_on <= last and (left_on is None or to_the_end or left_on > last)


def term(kind: str, policy: Policy) -> tuple[int, int]:
    """Years of validity and number of uses of this kind (0: without end, any number), as a set pinned before terms
    were said leaves it."""
    return next(((of.years, of.uses) for of in policy.benefit_terms if of.kind == kind), (0, 0))


def expires_at(granted_at: datetime, years: int) -> datetime | None:
    """The end of the last day: the day before the first grant's, so many years later; None without a term."""
    if not years:
        return None
    return end_of(months_later(granted_at.date(), 12 * years) - timedelta(days=1), granted_at)


def grant(status: str) -> str:
    """A published grade of qualified or better grants it."""
    return LIFECYCLE.after("grant", status, SYSTEM)


def hold(status: str) -> str:
    """A published unqualified grade holds it until the team has rectified."""
    return LIFECYCLE.after("hold", status, SYSTEM)


def release(status: str) -> str:
    """Rectified, or corrected to qualified or better."""
    return LIFECYCLE.after("release", status, SYSTEM)


def restore(status: str) -> str:
    """As release, for one that has been used before."""
    return LIFECYCLE.after("restore", status, SYSTEM)


def withdraw(status: str) -> str:
    """Rectification failed."""
    return LIFECYCLE.after("withdraw", status, SYSTEM)


def expire(status: str) -> str:
    """Its term is over."""
    return LIFECYCLE.after("expire", status, SYSTEM)


def use(facts: BenefitFacts, use: Use, actor: Actor, now: datetime) -> str:
    """Noted by the office where it was used."""
    status = LIFECYCLE.after("use", facts.status, actor)
    require([*use_obstacles(facts, now), *entry_obstacles(facts, use, now)])
    return status


def withdraw_use(facts: BenefitFacts, use: UseFacts, reason: str, actor: Actor) -> str:
    """It was noted by mistake: it counts no more."""
    status = LIFECYCLE.after("withdraw_use", facts.status, actor)
    require(withdraw_obstacles("benefit", use, reason, actor))
    return status


def free(status: str) -> str:
    """Its last use was withdrawn: as if it had not been used."""
    return LIFECYCLE.after("free", status, SYSTEM)


def use_obstacles(facts: BenefitFacts, now: datetime) -> Iterator[Reason]:
    """As often as the policy says, and within its term."""
    if facts.most_uses and facts.uses >= facts.most_uses:
        yield Reason(
            "benefit.used_up",
            f"该待遇限使用{facts.most_uses}次，已用完",
            f"This benefit may be used {facts.most_uses} time(s), and has been",
            "/uses",
        )
    if facts.expires_at is not None and now >= facts.expires_at:
        yield Reason("benefit.over", "该待遇已过有效期", "The term of this benefit is over", "/expires_at")


def entry_obstacles(facts: BenefitFacts, use: Use, now: datetime) -> Iterator[Reason]:
    """What is wrong with the note of the use itself."""
    granted_on = facts.granted_at.astimezone(now.tzinfo).date() if facts.granted_at else date.min
    if not granted_on <= use.used_on <= now.date():
        yield Reason(
            "benefit.used_on", "使用日期应在授予之后且不晚于今天", "Used between the grant and today", "/used_on"
        )

"""A correction (更正) of a published rating: one person of the bureau proposes it and sees what would change; another
confirms just that, and a new edition shows it, or gives it back. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from services.assessment.rules.assessment import Part, part_obstacles
from services.assessment.rules.frozen import Document
from services.assessment.rules.grading import GRADES
from services.assessment.rules.policy import Policy
from shared.actor import Actor
from shared.errors import Reason, reason_given, require
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "correction",
    {"proposed": "待确认", "confirmed": "已更正", "rejected": "已退回", "withdrawn": "已撤回"},
    (
        Step("confirm", ("proposed",), "confirmed", ("bureau",), "确认更正", "Confirm"),
        Step("reject", ("proposed",), "rejected", ("bureau",), "退回", "Reject"),
        Step("withdraw", ("proposed",), "withdrawn", ("bureau",), "撤回", "Withdraw"),
    ),
)
MOST_SAID = 20
"""Lines that a refusal names one by one."""


@dataclass(frozen=True, slots=True)
class CorrectionFacts:
    status: str
    proposed_by: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was wrong and what is right: parts that were handed in wrongly, another grade than the computed one, or facts
    that changed since (then neither); why, and what it rests on."""

    assessment_id: UUID
    parts: tuple[Part, ...]
    grade: str | None
    reason: str
    evidence: str = ""
    objection_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a team stands in its cycle: total, place by total, results and satisfaction, and the grade given."""

    total: Decimal
    rank: int
    grade: str

    def document(self) -> Document:
        return {"total": format(self.total, "f"), "rank": self.rank, "grade": self.grade}


def propose_obstacles(wanted: Wanted, upheld: bool) -> Iterator[Reason]:
    """Everything against it at once; a part is pointed to by its place. ``upheld``: an objection to grades of the cycle
    that it rests on was found right; true where it rests on none."""
    yield from reason_given("correction.reason", wanted.reason)
    for place, part in enumerate(wanted.parts):
        for obstacle in part_obstacles(part):
            yield replace(obstacle, pointer=f"/parts/{place}{obstacle.pointer}")
    if not upheld:
        yield Reason(
            "correction.objection",
            "所依据的异议不是本年度考核中成立的异议",
            "The objection that it rests on is none of this cycle that was upheld",
            "/objection_id",
        )


def propose(wanted: Wanted, upheld: bool) -> str:
    """Somebody of the bureau says what is wrong, and why; returns the first status."""
    require(propose_obstacles(wanted, upheld))
    return next(iter(LIFECYCLE.statuses))


def change_obstacles(lines: Sequence[Document]) -> Iterator[Reason]:
    """An edition that shows nothing new is none: the total or the grade of some team changes."""
    if not any(line["before"][name] != line["after"][name] for line in lines for name in ("total", "grade")):
        yield Reason(
            "correction.nothing",
            "按现有事实，更正后没有一个团队的总分或等次改变，无须更正",
            "By today's facts no total and no grade would change: there is nothing to correct",
        )


def confirm_obstacles(facts: CorrectionFacts, actor: Actor) -> Iterator[Reason]:
    """A second person: what was published is not changed by one alone."""
    if actor.is_among(facts.proposed_by):
        yield Reason("correction.same_person", "提出人与确认人必须是不同的人", "Whoever proposed it cannot confirm it")


def confirm(facts: CorrectionFacts, actor: Actor) -> str:
    """Another person has seen what changes: it is published."""
    status = LIFECYCLE.after("confirm", facts.status, actor)
    require(confirm_obstacles(facts, actor))
    return status


def same_obstacles(shown: Sequence[Document], now: Sequence[Document]) -> Iterator[Reason]:
    """What is confirmed is what was shown when it was proposed. Where the facts changed since, both are said, and it is
    proposed anew."""
    then, today = ({line["assessment_id"]: line for line in lines} for lines in (shown, now))
    differing = [key for key in {**then, **today} if then.get(key) != today.get(key)]
    for key in differing[:MOST_SAID]:
        team = (then.get(key) or today[key])["team"]
        zh, en = zip(_said(then.get(key)), _said(today.get(key)), strict=True)
        yield Reason(
            "correction.changed",
            f"“{team}”：提出时为{zh[0]}；按现有事实为{zh[1]}。请退回或撤回后重新提出",
            f"{team}: when it was proposed {en[0]}; by today's facts {en[1]}. Give it back and propose it anew",
            "/lines",
        )
    if (more := len(differing) - MOST_SAID) > 0:
        yield Reason("correction.changed", f"另有{more}个团队", f"and {more} more teams", "/lines")


def _said(line: Document | None) -> tuple[str, str]:
    if line is None:
        return "不变", "unchanged"
    zh, en = [], []
    for place in (line["before"], line["after"]):
        zh.append(f"{place['total']}分、第{place['rank']}名、{GRADES[place['grade']]}")
        en.append(f"{place['total']} points, place {place['rank']}, {place['grade']}")
    follows = line["follows"]
    return (
        "→".join(zh) + "".join(f"，{one['zh']}" for one in follows),
        " → ".join(en) + "".join(f", {one['en']}" for one in follows),
    )


def reject(facts: CorrectionFacts, reason: str, actor: Actor) -> str:
    """Another person does not agree, and says why; it may be proposed anew."""
    status = LIFECYCLE.after("reject", facts.status, actor)
    require([*reject_obstacles(facts, actor), *reason_given("correction.reason", reason)])
    return status


def reject_obstacles(facts: CorrectionFacts, actor: Actor) -> Iterator[Reason]:
    """Whoever proposed it takes it back instead."""
    if actor.is_among(facts.proposed_by):
        yield Reason("correction.same_person", "提出人请使用“撤回”", "Whoever proposed it withdraws it")


def withdraw_obstacles(facts: CorrectionFacts, actor: Actor) -> Iterator[Reason]:
    """By whoever proposed it."""
    if not actor.is_among(facts.proposed_by):
        yield Reason("correction.not_yours", "仅限提出人撤回", "Only whoever proposed it takes it back")


def withdraw(facts: CorrectionFacts, actor: Actor) -> str:
    """Whoever proposed it thought better of it."""
    status = LIFECYCLE.after("withdraw", facts.status, actor)
    require(withdraw_obstacles(facts, actor))
    return status


def follows(before: str, after: str, rectification: str | None, policy: Policy, years: int) -> list[dict[str, str]]:
    """What a changed grade brings, in words. ``rectification``: where the one of the grade before stands, if any;
    ``years`` of suspension as the round's policy says."""
    if before == after:
        return []
    found = [_ENDS[rectification or "open"]] if before == "unqualified" else []
    if before == "excellent":
        found.append(("取消续期申请资格", "the right to continue ends"))
    if after == "excellent":
        found.append(("取得续期申请资格", "may apply to continue"))
    if after == "unqualified":
        days = policy.rectification_days
        found += [
            (f"限期{days}天整改", f"must rectify within {days} days"),
            ("未拨付的资金、政策待遇和英才卡暂缓", "money not yet paid, benefits and cards are held"),
            (f"领衔专家暂停申报{years}年", f"the lead is suspended for {years} year(s)"),
        ]
    found.append(("载明原等次的证书撤销", "certificates that state the old grade are revoked"))
    return [{"zh": zh, "en": en} for zh, en in found]


_LIFTED = (
    "撤销限期整改，恢复暂缓的资金、待遇和英才卡，取消领衔专家的暂停申报",
    "rectification is cancelled, what was held is released, the lead's suspension is lifted",
)
_ENDS: Mapping[str, tuple[str, str]] = {
    "open": _LIFTED,
    "extended": _LIFTED,
    "passed": (
        "撤销已合格的整改，取消领衔专家的暂停申报",
        "the rectification that was passed is cancelled, the lead's suspension is lifted",
    ),
    "failed": (
        "撤销整改不合格的认定，恢复已撤销的资助和已取消的待遇，取消领衔专家的暂停申报",
        "the failed rectification is cancelled, the revoked award and benefits come back, "
        "the lead's suspension is lifted",
    ),
}

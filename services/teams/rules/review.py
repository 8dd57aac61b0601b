"""One reviewer's reading of one claim (评审): assigned, scored on the policy's sheet, or given back."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from services.teams.rules.panel import closed_reason
from services.teams.rules.policy import ScoreItem, TeamsPolicy
from shared.actor import Actor
from shared.errors import NotFound, Reason, reason_given, require
from shared.lifecycle import Lifecycle, Step

ACTIVE = ("assigned", "scored")
"""Reviews that count towards the reviewers that a claim needs."""

LIFECYCLE = Lifecycle(
    "review",
    {"assigned": "待评审", "scored": "已评分", "conflicted": "已回避", "withdrawn": "已撤销"},
    (
        Step("score", ("assigned", "scored"), "scored", ("reviewer",), "提交评分", "Hand in a score"),
        Step("declare", ("assigned", "scored"), "conflicted", ("reviewer",), "申明回避", "Declare a conflict"),
        Step("withdraw", ("assigned", "scored"), "withdrawn", ("bureau",), "撤销评审任务", "Withdraw"),
    ),
)

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Mark:
    """Points of 100 for one item of the sheet, with a comment where the policy wants one."""

    code: str
    points: Decimal
    comment: str = ""


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """A review, and whether its round's panel still works."""

    status: str
    reviewer: str
    panel_open: bool


def assign() -> str:
    """A reviewer is given a claim to read."""
    return next(iter(LIFECYCLE.statuses))


def sheet_hash(sheet: Sequence[ScoreItem]) -> str:
    """SHA-256 of the sheet as canonical JSON, hex: which version of it a score was given on."""
    text = json.dumps([asdict(item) for item in sheet], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def score(review: ReviewFacts, marks: Sequence[Mark], policy: TeamsPolicy, actor: Actor) -> str:
    """The reviewer hands in all marks at once, late or not, and may do so again until the review is closed."""
    status = LIFECYCLE.after("score", review.status, actor)
    own(review, actor)
    require(score_obstacles(review, marks, policy))
    return status


def score_obstacles(review: ReviewFacts, marks: Sequence[Mark], policy: TeamsPolicy) -> Iterable[Reason]:
    """Every item once, 0 to 100 points, with a comment where they are unusually low or high."""
    if not review.panel_open:
        yield closed_reason()
    given: dict[str, list[int]] = {}
    for place, mark in enumerate(marks):
        given.setdefault(mark.code, []).append(place)
    for item in policy.score_sheet:
        places = given.pop(item.code, [])
        if not places:
            yield Reason(
                "review.item_missing", f"“{item.zh}”未评分", f"'{item.en}' has no points", f"/marks/{item.code}"
            )
        for place in places[1:]:
            yield Reason(
                "review.item_twice", f"“{item.zh}”评了两次", f"'{item.en}' has points twice", f"/marks/{place}/code"
            )
        for place in places:
            yield from _mark_obstacles(item, marks[place], policy, f"/marks/{place}")
    for code, places in given.items():
        yield Reason(
            "review.item_unknown", f"评分表没有“{code}”", f"The sheet has no item '{code}'", f"/marks/{places[0]}/code"
        )


def _mark_obstacles(item: ScoreItem, mark: Mark, policy: TeamsPolicy, pointer: str) -> Iterable[Reason]:
    if not 0 <= mark.points <= 100:
        yield Reason(
            "review.points",
            f"“{item.zh}”应为0至100分",
            f"'{item.en}' takes 0 to 100 points",
            f"{pointer}/points",
        )
    elif not policy.comment_below <= mark.points <= policy.comment_above and not mark.comment.strip():
        low, high = policy.comment_below, policy.comment_above
        yield Reason(
            "review.comment_missing",
            f"“{item.zh}”低于{low}分或高于{high}分须说明理由",
            f"'{item.en}' below {low} or above {high} points needs a comment",
            f"{pointer}/comment",
        )


def total(marks: Mapping[str, Decimal], sheet: Sequence[ScoreItem]) -> Decimal:
    """The weighted mean of the items, 0 to 100, to two decimals half up."""
    weights = sum(item.weight for item in sheet)
    weighed = sum((marks[item.code] * item.weight for item in sheet), Decimal(0))
    return (weighed / weights).quantize(_CENT, ROUND_HALF_UP)


def declare(review: ReviewFacts, reason: str, actor: Actor) -> str:
    """A reviewer who is not impartial says so, and why, until the review is closed; whatever was scored no longer
    counts."""
    status = LIFECYCLE.after("declare", review.status, actor)
    own(review, actor)
    require(_end_obstacles(review, reason))
    return status


def withdraw(review: ReviewFacts, reason: str, actor: Actor) -> str:
    """The bureau takes a claim back from a reviewer, always with a reason."""
    status = LIFECYCLE.after("withdraw", review.status, actor)
    require(_end_obstacles(review, reason))
    return status


def _end_obstacles(review: ReviewFacts, reason: str) -> Iterable[Reason]:
    if not review.panel_open:
        yield closed_reason()
    yield from reason_given("review.reason_missing", reason)


def own(review: ReviewFacts, actor: Actor) -> None:
    """Another reviewer's claim is not there."""
    if not actor.person or actor.person != review.reviewer:
        raise NotFound("review")


def late(status: str, due_at: datetime, reminded_at: datetime | None, now: datetime) -> bool:
    """Whether a reviewer is to be reminded, once."""
    return status == "assigned" and reminded_at is None and now >= due_at

"""Who may read what: the pairs that an assignment may choose from, how well they fit, and what it lacks.

The choice itself is made by ``shared.balanced``.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from services.teams.rules.conflict import Claim, Reviewer, conflicts
from services.teams.rules.policy import TeamsPolicy
from shared.balanced import Pair
from shared.errors import Reason, reason_given


def pairs(
    reviewers: Sequence[Reviewer], claims: Sequence[Claim], policy: TeamsPolicy, today: date
) -> tuple[dict[Pair, float], dict[Pair, tuple[Reason, ...]]]:
    """The pairs that may be, each with its fit from 0 to 1, and those that may not, each with its conflicts."""
    free: dict[Pair, float] = {}
    barred: dict[Pair, tuple[Reason, ...]] = {}
    for c, claim in enumerate(claims):
        for r, reviewer in enumerate(reviewers):
            found = tuple(conflicts(reviewer, claim, policy, today))
            if found:
                barred[r, c] = found
            elif reviewer.person_id not in claim.readers:
                free[r, c] = fit(reviewer.fields, claim.subjects)
    return free, barred


def fit(fields: Sequence[str], subjects: Sequence[str]) -> float:
    """How much of a claim's subjects a reviewer knows, from 0 to 1: the mean of each subject's best match. A word
    that contains the other is a full match (茶学 and 茶学与制茶), else the share of common pairs of characters."""
    if not subjects or not fields:
        return 0.0
    return sum(max(_likeness(subject, field) for field in fields) for subject in subjects) / len(subjects)


def _likeness(one: str, other: str) -> float:
    if one and other and (one in other or other in one):
        return 1.0
    first, second = _bigrams(one), _bigrams(other)
    if not first or not second:
        return 0.0
    return 2 * len(first & second) / (len(first) + len(second))


def _bigrams(text: str) -> frozenset[str]:
    return frozenset(text[n : n + 2] for n in range(len(text) - 1))


def shortfalls(
    claims: Sequence[Claim],
    reviewers: Sequence[Reviewer],
    missing: Mapping[int, int],
    barred: Mapping[Pair, tuple[Reason, ...]],
) -> Iterable[Reason]:
    """Which claims cannot get enough reviewers (``missing``: place of the claim → how many), and why."""
    for place, lacking in sorted(missing.items()):
        claim = claims[place]
        kept_away = [r for r in range(len(reviewers)) if (r, place) in barred]
        may = len(reviewers) - len(kept_away)
        needed = claim.needed + len(claim.readers)
        if may < needed:
            zh = f"评审组{len(reviewers)}人中{len(kept_away)}人须回避，仅{may}人可评，需{needed}人"
            en = f"{len(kept_away)} of {len(reviewers)} reviewers have a conflict, {may} may read it, {needed} are needed"
        else:
            zh = f"可评的{may}名专家已达评审数量上限"
            en = f"the {may} reviewers who may read it have as many claims as they may be given"
        yield Reason(
            "assignment.reviewers_short",
            f"{claim.label}缺{lacking}名评审专家：{zh}",
            f"{claim.label} lacks {lacking} reviewer(s): {en}",
            f"/claims/{claim.claim_id}",
        )


def appoint_obstacles(
    reviewer: Reviewer | None, claims: Sequence[Claim], reason: str, policy: TeamsPolicy, today: date
) -> Iterable[Reason]:
    """What keeps one reviewer from one claim that is given by hand: conflicts refuse there as well. ``claims`` holds
    the claim while it is shortlisted."""
    if not claims:
        yield Reason(
            "review.not_shortlisted", "仅入围的申报需要评审", "Only shortlisted claims are reviewed", "/team_id"
        )
    if reviewer is None:
        yield Reason("panel.not_named", "此人不在本批次评审组", "Not on the panel of this round", "/person_id")
    else:
        if reviewer.load >= reviewer.most:
            yield Reason(
                "panel.load_full",
                f"{reviewer.name}已有{reviewer.load}份评审任务，达到上限",
                f"{reviewer.name} has {reviewer.load} claims, the limit",
                "/person_id",
            )
        for claim in claims:
            yield from conflicts(reviewer, claim, policy, today)
            if reviewer.person_id in claim.readers:
                yield Reason(
                    "review.assigned_already",
                    "该专家已在评审此申报",
                    "This reviewer has the claim already",
                    "/person_id",
                )
    yield from reason_given("review.reason_missing", reason)

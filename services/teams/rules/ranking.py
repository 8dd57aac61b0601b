"""From scores to a ranking that can be explained.

Reviewers differ in how severe they are: their scores are standardised, as ``shared.standard_scores`` says, and rounded
once, to two decimals half up.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from services.teams.rules.policy import TeamsPolicy
from shared.errors import Reason
from shared.standard_scores import moments, moments_by, standardised

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Score:
    """One reviewer's newest score of one claim: the total, and the points of each item."""

    reviewer: str
    claim_id: str
    total: Decimal
    points: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Standing:
    """What the panel found about one claim. Ranks are None without enough scores. ``spread``: between the highest
    and the lowest normalised score. ``items``: mean points of each item. ``tied``: others share the rank."""

    claim_id: str
    order_id: str
    label: str
    reviews: int = 0
    raw: Decimal | None = None
    normalised: Decimal | None = None
    spread: Decimal = Decimal(0)
    disagreement: bool = False
    items: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    rank: int | None = None
    order_rank: int | None = None
    tied: bool = False


def normalise(scores: Sequence[Score], least: int) -> list[Decimal]:
    """Every score on the panel's scale, in the order given (see the module), not yet rounded."""
    if not scores:
        return []
    said = [(score.reviewer, score.total) for score in scores]
    own, panel = moments_by(said), moments([total for _, total in said])
    return [standardised(total, own[reviewer], panel, least) for reviewer, total in said]


def mean(values: Iterable[Decimal]) -> Decimal:
    """To two decimals, half up."""
    listed = list(values)
    return (sum(listed, Decimal(0)) / len(listed)).quantize(_CENT, ROUND_HALF_UP)


def rank(claims: Sequence[Standing], scores: Sequence[Score], policy: TeamsPolicy) -> list[Standing]:
    """The claims of a round with what the panel found, best first; those without enough scores come last, without a
    rank. The normalised mean decides, then the raw mean, then the items by their weight; claims that are equal in
    all of that share a rank, and the next rank is left out (1, 2, 2, 4)."""
    adjusted: dict[str, list[Decimal]] = defaultdict(list)
    given: dict[str, list[Score]] = defaultdict(list)
    for score, value in zip(scores, normalise(scores, policy.normalise_from), strict=True):
        adjusted[score.claim_id].append(value)
        given[score.claim_id].append(score)
    found = [_standing(claim, given[claim.claim_id], adjusted[claim.claim_id], policy) for claim in claims]
    enough = [one for one in found if one.reviews >= max(1, policy.reviewers_per_claim)]
    ranked = _numbered(enough, policy)
    last = sorted((one for one in found if one not in enough), key=lambda one: (one.label, one.claim_id))
    return [*ranked, *last]


def _standing(claim: Standing, given: Sequence[Score], adjusted: Sequence[Decimal], policy: TeamsPolicy) -> Standing:
    if not given:
        return claim
    spread = (max(adjusted) - min(adjusted)).quantize(_CENT, ROUND_HALF_UP)
    items = [item.code for item in policy.score_sheet]
    means = {code: mean(s.points[code] for s in given) for code in items if all(code in s.points for s in given)}
    return replace(
        claim,
        reviews=len(given),
        raw=mean(score.total for score in given),
        normalised=mean(adjusted),
        spread=spread,
        disagreement=spread >= policy.disagreement_points,
        items=MappingProxyType(means),
    )


def _numbered(enough: Sequence[Standing], policy: TeamsPolicy) -> list[Standing]:
    weighty = [item.code for item in sorted(policy.score_sheet, key=lambda item: -item.weight)]

    def merit(one: Standing) -> tuple[Decimal, ...]:
        nothing = Decimal(0)
        return (-(one.normalised or nothing), -(one.raw or nothing), *(-one.items.get(c, nothing) for c in weighty))

    ordered = sorted(enough, key=lambda one: (merit(one), one.label, one.claim_id))
    merits = [merit(one) for one in ordered]
    times, first = Counter(merits), {worth: place for place, worth in reversed(list(enumerate(merits, 1)))}
    of_order: dict[str, list[tuple[Decimal, ...]]] = defaultdict(list)
    for one, worth in zip(ordered, merits, strict=True):
        of_order[one.order_id].append(worth)
    return [
        replace(one, rank=first[worth], order_rank=of_order[one.order_id].index(worth) + 1, tied=times[worth] > 1)
        for one, worth in zip(ordered, merits, strict=True)
    ]


def explain(standing: Standing, policy: TeamsPolicy) -> list[Reason]:
    """Why a claim stands where it stands, in words."""
    if standing.rank is None or standing.normalised is None or standing.raw is None:
        needed = policy.reviewers_per_claim
        return [
            Reason(
                "ranking.incomplete",
                f"已有{standing.reviews}名专家评分，须{needed}名，暂无名次",
                f"{standing.reviews} of {needed} scores are in: no rank yet",
            )
        ]
    found = [
        Reason(
            "ranking.place",
            f"{standing.reviews}名专家评分，均分{standing.raw}，标准化后{standing.normalised}，"
            f"全批次第{standing.rank}名{'（并列）' if standing.tied else ''}，本订单第{standing.order_rank}名",
            f"{standing.reviews} reviewers, mean {standing.raw}, normalised {standing.normalised}: rank "
            f"{standing.rank}{' (tied)' if standing.tied else ''} of the round, {standing.order_rank} of its order",
        )
    ]
    if standing.disagreement:
        found.append(
            Reason(
                "ranking.disagreement",
                f"专家评分分差{standing.spread}分，须复议或增加评审专家",
                f"Reviewers are {standing.spread} points apart: to be discussed or read by one more",
            )
        )
    if standing.normalised < policy.pass_score:
        found.append(
            Reason(
                "ranking.below_pass",
                f"未达到评审合格分{policy.pass_score}",
                f"Below the {policy.pass_score} points from which a claim may be chosen",
            )
        )
    return found

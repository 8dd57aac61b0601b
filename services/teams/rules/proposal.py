"""The proposed list (拟入选建议): the best claim of each order, with an amount within band and budget, and the reserve
(候补). A suggestion with its reasons: a person proposes each team, and says why where the choice is another."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from services.teams.rules.policy import TeamsPolicy
from services.teams.rules.ranking import Standing
from shared.errors import Reason


@dataclass(frozen=True, slots=True)
class Candidate:
    """A claim that may be chosen. ``held``: it, or another claim on its order, has been proposed or confirmed.
    ``people`` serve in it. Money in fen."""

    standing: Standing
    asked_fen: int
    key_place: bool = False
    people: frozenset[str] = frozenset()
    held: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``amount_fen`` is None for a claim in reserve; ``reserve_rank`` counts within its order."""

    candidate: Candidate
    amount_fen: int | None = None
    reserve_rank: int | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """``left_fen``: what the list leaves of the budget, None without one."""

    chosen: tuple[Suggestion, ...]
    reserve: tuple[Suggestion, ...]
    sum_fen: int
    left_fen: int | None


def propose_list(
    candidates: Sequence[Candidate], busy: Mapping[str, int], policy: TeamsPolicy, budget_fen: int | None, rule: str
) -> Proposal:
    """``busy``: in how many live or proposed teams a person is already. ``budget_fen``: what the list may cost.

    Orders come by the rank of their best claim, key places first where the policy says so; an order whose best
    claim has someone who is busy by then gives its next one the turn. ``rule``: ``cut`` gives each claim its whole
    amount in that order until the money ends (the last may get the rest, if that lies within the band), ``scale``
    lowers all of them in proportion, none below the band."""
    best, passed_over = _best_of_orders(candidates, busy, policy)
    whole = [replace(one, amount_fen=whole_amount(one.candidate.asked_fen, policy)) for one in best]
    fitted = whole if budget_fen is None else _fitted(whole, budget_fen, policy, rule)
    chosen = tuple(one for one in fitted if one.amount_fen is not None)
    ids = {one.candidate.standing.claim_id for one in chosen}
    unfunded = {one.candidate.standing.claim_id: one for one in fitted if one.amount_fen is None}
    reserve = _reserve([c for c in candidates if c.standing.claim_id not in ids], passed_over, unfunded, policy)
    total = sum(one.amount_fen or 0 for one in chosen)
    return Proposal(chosen, reserve, total, None if budget_fen is None else budget_fen - total)


def whole_amount(asked_fen: int, policy: TeamsPolicy) -> int:
    """What was asked, within the band, in whole steps: rounded down, though never below the band."""
    step = policy.amount_step_fen
    least = -(-policy.band_min_fen // step) * step
    return max(least, min(asked_fen, policy.band_max_fen) // step * step)


def eligible(standing: Standing, policy: TeamsPolicy) -> bool:
    """Ranked, and not below the policy's score."""
    return standing.rank is not None and standing.normalised is not None and standing.normalised >= policy.pass_score


def _best_of_orders(
    candidates: Sequence[Candidate], busy: Mapping[str, int], policy: TeamsPolicy
) -> tuple[list[Suggestion], dict[str, Reason]]:
    """One claim of each order, in the order in which money is given; and why better ones were passed over."""
    orders: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        if eligible(candidate.standing, policy) and not candidate.held:
            orders[candidate.standing.order_id].append(candidate)
    for claims in orders.values():
        claims.sort(key=_by_rank)
    serving, chosen, passed_over = Counter(busy), list[Suggestion](), dict[str, Reason]()
    for claims in sorted(orders.values(), key=lambda listed: _turn(listed[0], policy)):
        for candidate in claims:
            full = [p for p in candidate.people if serving[p] >= policy.live_teams_per_person]
            if full:
                passed_over[candidate.standing.claim_id] = _busy_reason(len(full))
                continue
            serving.update(candidate.people)
            chosen.append(Suggestion(candidate, reasons=tuple(_merits(candidate, policy))))
            break
    return sorted(chosen, key=lambda one: _turn(one.candidate, policy)), passed_over


def _by_rank(candidate: Candidate) -> tuple[int, str]:
    return candidate.standing.rank or 0, candidate.standing.claim_id


def _turn(candidate: Candidate, policy: TeamsPolicy) -> tuple[bool, int, str]:
    return (policy.key_places_first and not candidate.key_place, *_by_rank(candidate))


def _merits(candidate: Candidate, policy: TeamsPolicy) -> Iterable[Reason]:
    place = candidate.standing.order_rank
    yield Reason("proposal.best", f"本订单评审第{place}名", f"Rank {place} of its order")
    if candidate.key_place and policy.key_places_first:
        yield Reason("proposal.key_place", "重点地区，优先安排", "A key place: comes first")


def _fitted(whole: Sequence[Suggestion], budget_fen: int, policy: TeamsPolicy, rule: str) -> list[Suggestion]:
    if sum(one.amount_fen or 0 for one in whole) <= budget_fen:
        return list(whole)
    return {"cut": _cut, "scale": _scaled}[rule](whole, budget_fen, policy)


def _cut(whole: Sequence[Suggestion], budget_fen: int, policy: TeamsPolicy) -> list[Suggestion]:
    """In turn, until the money ends; whoever comes later gets nothing, however little was asked."""
    left, found, least = budget_fen, list[Suggestion](), whole_amount(0, policy)
    for one in whole:
        wanted = one.amount_fen or 0
        rest = left // policy.amount_step_fen * policy.amount_step_fen
        if wanted <= left:
            found.append(one)
            left -= wanted
        elif rest >= least > 0:
            found.append(_lowered(one, rest))
            left = 0
        else:
            found.append(_unfunded(one, wanted - left))
            left = 0
    return found


def _scaled(whole: Sequence[Suggestion], budget_fen: int, policy: TeamsPolicy) -> list[Suggestion]:
    """All lowered by one factor, those that would fall below the band kept at it; from the last in turn, claims
    drop out while even the band's minimum for all is too much."""
    least, step = whole_amount(0, policy), policy.amount_step_fen
    kept = len(whole)
    while kept and least * kept > budget_fen:
        kept -= 1
    amounts = {place: whole[place].amount_fen or 0 for place in range(kept)}
    at_least: set[int] = set()
    while True:
        free = [place for place in amounts if place not in at_least]
        money, wanted = budget_fen - least * len(at_least), sum(amounts[place] for place in free)
        below = {p for p in free if wanted > money and amounts[p] * money // wanted // step * step < least}
        if not below:
            break
        at_least |= below
    found = []
    for place, one in enumerate(whole):
        if place >= kept:
            found.append(_unfunded(one, one.amount_fen or 0))
        elif place in at_least:
            found.append(_lowered(one, least))
        elif wanted > money:
            found.append(_lowered(one, amounts[place] * money // wanted // step * step))
        else:
            found.append(one)
    return found


def _lowered(one: Suggestion, amount_fen: int) -> Suggestion:
    if amount_fen == one.amount_fen:
        return one
    full, less = (f"{fen / 100:,.2f}" for fen in (one.amount_fen or 0, amount_fen))
    reason = Reason(
        "proposal.lowered", f"受预算限制，由{full}元核减为{less}元", f"From {full} to {less} yuan within the budget"
    )
    return replace(one, amount_fen=amount_fen, reasons=(*one.reasons, reason))


def _unfunded(one: Suggestion, short_fen: int) -> Suggestion:
    short = f"{short_fen / 100:,.2f}"
    reason = Reason("proposal.no_money", f"预算不足，缺{short}元", f"The budget is short by {short} yuan")
    return replace(one, amount_fen=None, reasons=(*one.reasons, reason))


def _reserve(
    rest: Sequence[Candidate],
    passed_over: Mapping[str, Reason],
    unfunded: Mapping[str, Suggestion],
    policy: TeamsPolicy,
) -> tuple[Suggestion, ...]:
    """Those who may still be chosen, by order and rank; whoever is below the score is in no reserve."""
    places: Counter[str] = Counter()
    found = []
    for candidate in sorted(rest, key=_by_rank):
        claim, order = candidate.standing.claim_id, candidate.standing.order_id
        if not eligible(candidate.standing, policy):
            continue
        places[order] += 1
        reasons = list(unfunded[claim].reasons) if claim in unfunded else []
        if claim in passed_over:
            reasons.append(passed_over[claim])
        reasons.append(
            Reason("proposal.reserve", f"本订单候补第{places[order]}名", f"Reserve {places[order]} of its order")
        )
        found.append(Suggestion(candidate, None, places[order], tuple(reasons)))
    return tuple(sorted(found, key=lambda one: (one.candidate.standing.label, one.reserve_rank)))


def _busy_reason(people: int) -> Reason:
    return Reason(
        "proposal.person_busy",
        f"{people}名成员已在其他在服务或拟入选的团队中，达到上限",
        f"{people} of its people are in as many live or proposed teams as they may be",
    )

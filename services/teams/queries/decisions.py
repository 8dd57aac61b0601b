"""Reads of decisions: what a decision rests on, the proposed list, the letter, appeals, earlier claims."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.teams.models import (
    Appeal,
    Decision,
    Finding,
    KnownGrade,
    KnownOrder,
    KnownRound,
    Member,
    Panel,
    Person,
    Team,
)
from services.teams.queries.reviews import findings, panel, standings
from services.teams.queries.sight import visible
from services.teams.rules import appeal as appeal_rules
from services.teams.rules import panel as panel_rules
from services.teams.rules.decision import OUTCOMES, Reviewed
from services.teams.rules.policy import PolicySet
from services.teams.rules.proposal import Candidate, Proposal, propose_list
from services.teams.rules.ranking import Standing
from services.teams.rules.team import HOLDING, OPEN_CLAIMS
from services.teams.schemas import DecisionOut, EarlierClaim, FindingOut, ItemMeanOut
from shared.actor import Actor
from shared.contracts.policy_document import policy_set
from shared.errors import NotFound
from shared.queries import filtered, find

UNDECIDED = ("open", "closed")
"""Phases of a round whose selection goes on."""


async def reviewed(session: AsyncSession, team: Team, policy: PolicySet, lock: bool = False) -> Reviewed:
    """What the review of this claim has come to. ``lock`` keeps the panel from opening again meanwhile."""
    if not panel_rules.needs_review(policy, team.continues_id is not None):
        return Reviewed(required=False, closed=False, standing=None)
    found = await panel(session, team.round_id, "share" if lock else "")
    closed = found is not None and found.status == "closed"
    standing = await finding(session, team)
    better = 0
    if standing is not None and standing.rank is not None:
        rivals = (
            sa.select(sa.func.count())
            .select_from(Finding)
            .join(Team, Team.id == Finding.team_id)
            .where(
                Finding.round_id == team.round_id,
                Finding.order_id == team.order_id,
                Team.status == "shortlisted",
                Finding.rank < standing.rank,
                Finding.normalised >= policy.teams.pass_score,
            )
        )
        better = (await session.execute(rivals)).scalar_one()
    return Reviewed(True, closed, standing, better)


async def finding(session: AsyncSession, team: Team) -> Standing | None:
    """What the panel found about this claim, if it has closed."""
    found = (await session.execute(sa.select(Finding).where(Finding.team_id == team.id))).scalar_one_or_none()
    return found.standing(f"{team.order_number} {team.name}") if found else None


async def newest_decision(session: AsyncSession, team_id: UUID) -> Decision | None:
    """The decision that counts, or None before there is one."""
    statement = sa.select(Decision).where(Decision.team_id == team_id).order_by(Decision.id.desc()).limit(1)
    return (await session.execute(statement)).scalar_one_or_none()


async def in_reserve(session: AsyncSession, team: Team) -> bool:
    """Whether the claim ended in reserve."""
    decided = await newest_decision(session, team.id)
    return decided is not None and decided.outcome == "reserve"


async def order_is_free(session: AsyncSession, team: Team) -> bool:
    """No team is proposed or live on its order."""
    held = sa.select(Team.id).where(
        Team.round_id == team.round_id, Team.order_id == team.order_id, Team.status.in_(HOLDING)
    )
    return (await session.execute(held.limit(1))).first() is None


async def proposal(
    session: AsyncSession, round_id: UUID, policy: PolicySet, budget_fen: int | None, rule: str
) -> tuple[Proposal, int, bool, Mapping[str, Team]]:
    """The proposed list of a round; what proposed and confirmed teams hold of the budget; whether the review is
    closed; and the teams by id."""
    found = await panel(session, round_id)
    closed = found is not None and found.status == "closed"
    placed = await (findings(session, round_id) if closed else standings(session, round_id, policy.teams))
    open_ones = sa.or_(Team.status == "shortlisted", Team.id.in_(_in_reserve(round_id)))
    statement = sa.select(Team, KnownOrder.key_place).join(KnownOrder, KnownOrder.id == Team.order_id)
    rows = list(await session.execute(statement.where(Team.round_id == round_id, open_ones)))
    held = sa.select(Team.order_id, Team.amount_fen).where(Team.round_id == round_id, Team.status.in_(HOLDING))
    holding = list(await session.execute(held))
    taken = {order for order, _ in holding}
    people = await _people(session, [team.id for team, _ in rows])
    known = {one.claim_id: one for one in placed}
    candidates = [
        Candidate(known[str(t.id)], t.asked_fen, key, people[t.id], t.order_id in taken)
        for t, key in rows
        if str(t.id) in known
    ]
    spent = sum(amount for _, amount in holding)
    left = None if budget_fen is None else max(0, budget_fen - spent)
    busy = await _busy(session, {person for listed in people.values() for person in listed})
    listed = propose_list(candidates, busy, policy.teams, left, rule)
    return listed, spent, closed, {str(team.id): team for team, _ in rows}


def _in_reserve(round_id: UUID) -> Any:
    """Claims that ended in reserve, whose turn may come when the chosen team leaves."""
    newer = aliased(Decision)
    later = sa.exists().where(newer.team_id == Decision.team_id, newer.id > Decision.id)
    waiting = sa.select(Decision.team_id).join(Team, Team.id == Decision.team_id)
    return waiting.where(
        Decision.round_id == round_id, Decision.outcome == "reserve", Team.status == "rejected", ~later
    )


async def _people(session: AsyncSession, teams: list[UUID]) -> dict[UUID, frozenset[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    statement = sa.select(Member.team_id, Member.person_id)
    for team_id, person_id in await session.execute(
        statement.where(Member.team_id.in_(teams), Member.status == "accepted")
    ):
        found[team_id].add(str(person_id))
    return defaultdict(frozenset, {team_id: frozenset(people) for team_id, people in found.items()})


async def _busy(session: AsyncSession, people: set[str]) -> Mapping[str, int]:
    statement = sa.select(Member.person_id).where(
        Member.live_place.is_not(None), Member.person_id.in_([UUID(person) for person in people])
    )
    return Counter(map(str, await session.scalars(statement)))


async def decision_letter(session: AsyncSession, team: Team) -> DecisionOut:
    """Everything that the decision letter of a claim says. Raises :class:`NotFound` before there is a decision, and
    while the claim is to be decided anew."""
    decision = await newest_decision(session, team.id)
    if decision is None or team.status in OPEN_CLAIMS:
        raise NotFound("decision")
    round_ = await session.get_one(KnownRound, team.round_id)
    order = await session.get_one(KnownOrder, team.order_id)
    lead = await session.get_one(Person, team.lead_id)
    policy = policy_set(round_.policy)
    earlier = sa.select(sa.func.count()).where(Decision.team_id == team.id, Decision.id != decision.id)
    ends_at = appeal_rules.ends_at(decision.decided_at, policy.teams)
    return DecisionOut.model_validate(
        {
            **{name: getattr(decision, name) for name in DecisionOut.model_fields if hasattr(decision, name)},
            "status": decision.outcome,
            "outcome_zh": OUTCOMES[decision.outcome],
            "round": round_.name,
            "year": round_.year,
            "team": team.name,
            "order_number": team.order_number,
            "order_title": order.title,
            "host_name": order.host_name,
            "lead_name": lead.name,
            "unit_name": lead.unit_name,
            "asked_fen": team.asked_fen,
            "finding": _finding(decision.finding, policy),
            "appeal_until": ends_at if decision.outcome != "selected" else None,
            "earlier": (await session.execute(earlier)).scalar_one(),
        }
    )


def _finding(found: dict[str, Any] | None, policy: PolicySet) -> FindingOut | None:
    if found is None:
        return None
    items = [
        ItemMeanOut(code=i.code, zh=i.zh, en=i.en, weight=i.weight, mean=found["items"].get(i.code))
        for i in policy.teams.score_sheet
    ]
    return FindingOut(reviews=found["reviews"], raw=found["raw"], normalised=found["normalised"], items=items)


async def earlier_claims(session: AsyncSession, team: Team) -> list[EarlierClaim]:
    """The lead's claims before this one, newest first, with what became of them and the newest grade."""
    outcome = (
        sa.select(Decision.outcome)
        .where(Decision.team_id == Team.id)
        .order_by(Decision.id.desc())
        .limit(1)
        .correlate(Team)
        .scalar_subquery()
    )
    grade = (
        sa.select(KnownGrade.grade)
        .where(KnownGrade.team_id == Team.id)
        .order_by(KnownGrade.assessment_id.desc())
        .limit(1)
        .correlate(Team)
        .scalar_subquery()
    )
    statement = (
        sa.select(Team, KnownRound.year, outcome.label("outcome"), grade.label("grade"))
        .join(KnownRound, KnownRound.id == Team.round_id)
        .where(Team.lead_id == team.lead_id, Team.id < team.id)
        .order_by(Team.id.desc())
        .limit(50)
    )
    return [
        EarlierClaim(
            team_id=one.id,
            round_id=one.round_id,
            year=year,
            order_id=one.order_id,
            order_number=one.order_number,
            name=one.name,
            status=one.status,
            outcome=became,
            grade=grade,
            same_order=one.order_id == team.order_id,
        )
        for one, year, became, grade in await session.execute(statement)
    ]


def appeal_list(actor: Actor, round_id: UUID | None, team_id: UUID | None, status: str | None) -> sa.Select[Any]:
    """Appeals about the teams that this actor sees."""
    statement = sa.select(Appeal).join(Team, Team.id == Appeal.team_id).where(visible(actor))
    return filtered(statement, Appeal, round_id=round_id, team_id=team_id, status=status or None)


async def seen_appeal(session: AsyncSession, appeal_id: UUID, actor: Actor, lock: bool = False) -> Appeal:
    """The appeal, or :class:`NotFound` when it is not this actor's to see."""
    statement = sa.select(Appeal).join(Team, Team.id == Appeal.team_id).where(visible(actor))
    if lock:
        statement = statement.with_for_update(of=Appeal).execution_options(populate_existing=True)
    return await find(session, statement, Appeal, appeal_id, "appeal")


async def panel_closer(session: AsyncSession, round_id: UUID) -> str:
    """Who closed the round's review: whose ranking ended the claims that nobody rejected by name."""
    statement = sa.select(Panel.closed_by).where(Panel.round_id == round_id)
    return (await session.execute(statement)).scalar_one_or_none() or "system"


async def reserve_before(session: AsyncSession, team: Team, rank: int | None, least: int) -> int:
    """How many claims on the same order stand in reserve before this one: better ranked, and not chosen."""
    statement = (
        sa.select(sa.func.count())
        .select_from(Team)
        .outerjoin(Finding, Finding.team_id == Team.id)
        .where(
            Team.round_id == team.round_id,
            Team.order_id == team.order_id,
            Team.id != team.id,
            Team.status.in_(("shortlisted", "rejected")),
        )
    )
    if rank is None:
        statement = statement.where(Team.id < team.id)
    else:
        statement = statement.where(Finding.rank < rank, Finding.normalised >= least)
    return (await session.execute(statement)).scalar_one()


async def appealed(session: AsyncSession, decision: Decision) -> bool:
    """Whether someone appealed against it already; a withdrawn appeal does not count."""
    found = sa.select(Appeal.id).where(Appeal.decision_id == decision.id, Appeal.status != "withdrawn")
    return (await session.execute(found.limit(1))).first() is not None

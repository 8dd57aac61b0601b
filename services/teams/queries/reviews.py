"""Reads of a round's review: who may see it, what conflicts are computed from, and where the claims stand."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.teams.models import (
    Finding,
    KnownOrder,
    KnownRound,
    Member,
    Panel,
    Panelist,
    Person,
    Remark,
    Review,
    Score,
    Team,
)
from services.teams.rules import panel as panel_rules
from services.teams.rules import ranking
from services.teams.rules.conflict import Claim, Reviewer
from services.teams.rules.policy import PolicySet, TeamsPolicy
from services.teams.rules.ranking import Standing
from services.teams.rules.review import ACTIVE
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.contracts.policy_document import policy_set
from shared.errors import NotFound
from shared.queries import filtered, find, within

_TOGETHER = ("accepted", "left")


async def bureaus_round(session: AsyncSession, round_id: UUID, actor: Actor) -> tuple[KnownRound, PolicySet]:
    """The round that this bureau runs, with its policy; for others it is not there."""
    round_ = await session.get(KnownRound, round_id)
    if round_ is None:
        raise NotFound("round")
    panel_rules.bureau_of(round_.division, actor)
    return round_, policy_set(round_.policy)


async def reviewed_round(session: AsyncSession, round_id: UUID, actor: Actor) -> tuple[KnownRound, PolicySet]:
    """As :func:`bureaus_round`, refused where the round has no reviews."""
    round_, policy = await bureaus_round(session, round_id, actor)
    panel_rules.reviews_exist(policy)
    return round_, policy


async def panel(session: AsyncSession, round_id: UUID, lock: str = "") -> Panel | None:
    """The round's panel, if it was named. ``lock``: "change" keeps others from changing the review meanwhile,
    "share" only keeps it from closing."""
    statement = sa.select(Panel).where(Panel.round_id == round_id)
    if lock:
        locked = statement.with_for_update(read=lock == "share")
        statement = locked.execution_options(populate_existing=True)
    return (await session.execute(statement)).scalar_one_or_none()


async def named_panel(session: AsyncSession, round_id: UUID, lock: str = "") -> Panel:
    """Raises :class:`NotFound` before the bureau has named a panel."""
    found = await panel(session, round_id, lock)
    if found is None:
        raise NotFound("panel")
    return found


async def panelists(session: AsyncSession, panel_id: UUID) -> list[tuple[Panelist, Person, int, int]]:
    """The panel's people, with how many claims each has and how many of them are scored."""
    counts = (
        sa.select(
            Review.person_id,
            sa.func.count().label("load"),
            sa.func.count().filter(Review.status == "scored").label("scored"),
        )
        .join(Panel, Panel.round_id == Review.round_id)
        .where(Panel.id == panel_id, Review.status.in_(ACTIVE))
        .group_by(Review.person_id)
        .subquery()
    )
    statement = (
        sa.select(Panelist, Person, sa.func.coalesce(counts.c.load, 0), sa.func.coalesce(counts.c.scored, 0))
        .join(Person, Person.id == Panelist.person_id)
        .outerjoin(counts, counts.c.person_id == Panelist.person_id)
        .where(Panelist.panel_id == panel_id)
        .order_by(Panelist.id)
    )
    return [(seat, person, load, scored) for seat, person, load, scored in await session.execute(statement)]


async def claims(
    session: AsyncSession, round_id: UUID, policy: TeamsPolicy, team_ids: Iterable[UUID] | None = None
) -> list[Claim]:
    """The round's shortlisted claims (of ``team_ids`` only) as reviewers are found for them."""
    statement = (
        sa.select(Team, KnownOrder)
        .join(KnownOrder, KnownOrder.id == Team.order_id)
        .where(Team.round_id == round_id, Team.status == "shortlisted", Team.continues_id.is_(None))
        .order_by(Team.order_number, Team.id)
    )
    if team_ids is not None:
        statement = statement.where(Team.id.in_(team_ids))
    rows = [(team, order) for team, order in await session.execute(statement)]
    teams = [team.id for team, _ in rows]
    asked = await _asked(session, round_id, {order.id for _, order in rows})
    reading, declared = await _readers(session, teams)
    return [_claim(team, order, asked, reading[team.id], declared[team.id], policy) for team, order in rows]


_Asked = dict[UUID, dict[UUID, dict[str, str]]]
"""Order → team → person → the unit that employs them."""


async def _asked(session: AsyncSession, round_id: UUID, orders: set[UUID]) -> _Asked:
    """Everyone who was ever asked to be in a claim on these orders."""
    statement = (
        sa.select(Team.order_id, Team.id, Member.person_id, Person.unit_code)
        .join(Member, Member.team_id == Team.id)
        .join(Person, Person.id == Member.person_id)
        .where(Team.round_id == round_id, Team.order_id.in_(orders))
    )
    found: _Asked = defaultdict(lambda: defaultdict(dict))
    for order_id, team_id, person_id, unit in await session.execute(statement):
        found[order_id][team_id][str(person_id)] = unit
    return found


async def _readers(session: AsyncSession, teams: list[UUID]) -> tuple[dict[UUID, set[str]], dict[UUID, set[str]]]:
    reading: dict[UUID, set[str]] = defaultdict(set)
    declared: dict[UUID, set[str]] = defaultdict(set)
    statement = sa.select(Review.team_id, Review.person_id, Review.status).where(Review.team_id.in_(teams))
    for team_id, person_id, status in await session.execute(statement):
        if status in ACTIVE:
            reading[team_id].add(str(person_id))
        elif status == "conflicted":
            declared[team_id].add(str(person_id))
    return reading, declared


def _claim(
    team: Team, order: KnownOrder, asked: _Asked, reading: set[str], declared: set[str], policy: TeamsPolicy
) -> Claim:
    of_order = asked[order.id]
    own = of_order[team.id]
    rivals = {person for claim, people in of_order.items() if claim != team.id for person in people}
    return Claim(
        claim_id=str(team.id),
        label=f"{team.order_number} {team.name}",
        host_code=team.host_code,
        people=frozenset(own),
        units=frozenset(filter(None, (*own.values(), team.payee_unit_code))),
        rivals=frozenset(rivals),
        offered_by=str(order.offered_by or ""),
        subjects=tuple(dict.fromkeys(filter(None, (*order.expertise, order.industry)))),
        readers=frozenset(reading),
        declared=frozenset(declared),
        needed=max(0, policy.reviewers_per_claim - len(reading)),
    )


async def reviewers(session: AsyncSession, panel_id: UUID, today: date) -> list[Reviewer]:
    """The panel's people as conflicts are computed for them."""
    rows = await panelists(session, panel_id)
    teammates = await _teammates(session, [person.id for _, person, _, _ in rows], today)
    return [
        Reviewer(
            person_id=str(person.id),
            name=person.name,
            unit_code=person.unit_code,
            fields=tuple(seat.fields or person.fields),
            most=seat.most,
            load=load,
            teammates=teammates[person.id],
        )
        for seat, person, load, _ in rows
    ]


async def _teammates(session: AsyncSession, people: list[UUID], today: date) -> dict[UUID, dict[str, date]]:
    """The last day on which each of these people was in one team with another: until one of both left or the team's
    term ended; for a claim that never came to serve, the day on which the later one accepted."""
    own, other = aliased(Member), aliased(Member)
    statement = (
        sa.select(own, other, Team.ends_on)
        .join(other, other.team_id == own.team_id)
        .join(Team, Team.id == own.team_id)
        .where(
            own.person_id.in_(people),
            own.status.in_(_TOGETHER),
            other.status.in_(_TOGETHER),
            other.person_id != own.person_id,
        )
    )
    found: dict[UUID, dict[str, date]] = defaultdict(dict)
    for mine, theirs, ends_on in await session.execute(statement):
        last = _last_together(mine, theirs, ends_on, today)
        known = found[mine.person_id].get(str(theirs.person_id))
        found[mine.person_id][str(theirs.person_id)] = max(last, known) if known else last
    return found


def _last_together(one: Member, other: Member, ends_on: date | None, today: date) -> date:
    if one.joined_at is None or other.joined_at is None:
        return max(_day(member.answered_at or member.invited_at) for member in (one, other))
    left = [_day(member.left_at) for member in (one, other) if member.left_at is not None]
    return min([today, *left, *([ends_on] if ends_on else [])])


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()


async def standings(
    session: AsyncSession, round_id: UUID, policy: TeamsPolicy, only: str | None = None
) -> list[Standing]:
    """Where the claims of the round stand by the scores that are in, best first; ``only`` those of a status, ranked
    among all."""
    scored = sa.exists().where(Review.team_id == Team.id, Review.status == "scored")
    statement = sa.select(Team.id, Team.order_id, Team.order_number, Team.name, Team.status).where(
        Team.round_id == round_id, Team.continues_id.is_(None), sa.or_(Team.status == "shortlisted", scored)
    )
    rows = list(await session.execute(statement))
    found = [Standing(str(key), str(order), f"{number} {name}") for key, order, number, name, _ in rows]
    newest = (
        sa.select(Review.person_id, Review.team_id, Score.total, Score.marks)
        .join(Score, sa.and_(Score.review_id == Review.id, Score.number == Review.scores))
        .where(Review.round_id == round_id, Review.status == "scored")
        .order_by(Review.id)
    )
    scores = [
        ranking.Score(str(person), str(team), total, {mark["code"]: _points(mark) for mark in marks})
        for person, team, total, marks in await session.execute(newest)
    ]
    known = {one.claim_id for one in found}
    ranked = ranking.rank(found, [score for score in scores if score.claim_id in known], policy)
    wanted = {str(key) for key, _, _, _, status in rows if only is None or status == only}
    return [one for one in ranked if one.claim_id in wanted]


def _points(mark: dict[str, Any]) -> Decimal:
    return Decimal(mark["points"])


async def findings(session: AsyncSession, round_id: UUID) -> list[Standing]:
    """What the panel found when it closed, best first."""
    statement = (
        sa.select(Finding, Team.order_number, Team.name)
        .join(Team, Team.id == Finding.team_id)
        .where(Finding.round_id == round_id)
        .order_by(Finding.rank.nulls_last(), Team.order_number, Team.id)
    )
    return [row.standing(f"{number} {name}") for row, number, name in await session.execute(statement)]


async def discussed(session: AsyncSession, round_id: UUID) -> frozenset[str]:
    """Claims of the round whose far apart scores were discussed."""
    statement = sa.select(Remark.team_id).join(Team, Team.id == Remark.team_id)
    rows = await session.scalars(statement.where(Team.round_id == round_id, Remark.kind == "discussion"))
    return frozenset(map(str, rows))


def review_list(actor: Actor, round_id: UUID | None, team_id: UUID | None, status: str | None) -> Any:
    """A reviewer's own, and for a bureau all of its rounds, with the claim's order number and name and the
    reviewer's name."""
    statement: Any = (
        sa.select(Review, Team, Person.name)
        .join(Team, Team.id == Review.team_id)
        .join(Person, Person.id == Review.person_id)
        .where(visible_reviews(actor))
    )
    return filtered(statement, Review, round_id=round_id, team_id=team_id, status=status or None)


def visible_reviews(actor: Actor) -> Any:
    """A bureau sees those of its division's rounds; a reviewer those that are still theirs, and what they declared."""
    ways: list[Any] = []
    if actor.has("bureau") and actor.division:
        inside = within(KnownRound.division, actor.division)
        ways.append(Review.round_id.in_(sa.select(KnownRound.id).where(inside)))
    if actor.has("reviewer") and (person := actor.person_id):
        ways.append(sa.and_(Review.person_id == person, Review.status != "withdrawn"))
    return sa.or_(sa.false(), *ways)


async def seen_review(session: AsyncSession, review_id: UUID, actor: Actor, lock: bool = False) -> Review:
    """The review, or :class:`NotFound` when it is not this actor's to see."""
    statement = sa.select(Review).where(visible_reviews(actor))
    if lock:
        statement = statement.with_for_update(of=Review).execution_options(populate_existing=True)
    return await find(session, statement, Review, review_id, "review")

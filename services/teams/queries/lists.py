"""Lists and single rows as a caller may see them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased, with_expression

from services.teams.models import (
    Entry,
    KnownOrder,
    Member,
    Person,
    Suspension,
    Team,
)
from services.teams.models.teams import CHARACTERS
from services.teams.queries.registry import LONGEST, plain_name
from services.teams.queries.sight import visible
from services.teams.rules.member import LEAD, ROLES
from services.teams.rules.team import LIFECYCLE
from services.teams.schemas import TeamFilter
from shared.actor import Actor
from shared.queries import filtered, within


def teams(actor: Actor, wanted: TeamFilter) -> sa.Select[Any]:
    """Teams that the actor may see and asks for. ``q`` is looked for in the name, the order's number and the lead's
    name, each of its words; one Chinese character is enough."""
    fields = wanted.model_dump(exclude={"division", "q", "sort"})
    statement = filtered(sa.select(Team), Team, **fields).where(visible(actor))
    if wanted.division:
        statement = statement.where(within(Team.division, wanted.division))
    return statement.where(*map(_found_by, (wanted.q or "").lower().split()))


def _found_by(word: str) -> sa.ColumnElement[bool]:
    """The index of teams has the characters of name and number, that of people the parts of a name: what has those of
    the word is read for the word itself. An array of leads, since the database joins no two indexes by "or"."""
    named = sa.or_(_has(Team.name, word), _has(Team.order_number, word))
    part = plain_name(word)[:LONGEST]
    leads = sa.select(Person.id).where(Person.keys.contains([f"n:{part}"] if part else []), _has(Person.name, word))
    led = Team.lead_id == sa.any_(sa.func.array(leads.scalar_subquery()))
    return sa.or_(sa.and_(_CHARACTERS.contains(list(word)), named), led)


def _has(column: Any, word: str) -> sa.ColumnElement[bool]:
    return sa.func.strpos(sa.func.lower(column), word) > 0


_CHARACTERS = sa.literal_column(f"({CHARACTERS})", ARRAY(sa.Text))


def team_lines(actor: Actor, wanted: TeamFilter) -> sa.Select[Any]:
    """The same teams, with what an office's sheet says about them."""
    lead = aliased(Person)
    counts = [
        sa.select(sa.func.count())
        .where(Member.team_id == Team.id, Member.role == role, Member.status == "accepted")
        .scalar_subquery()
        for role in ROLES
        if role != LEAD
    ]
    rows = teams(actor, wanted).join(lead, lead.id == Team.lead_id).join(KnownOrder, KnownOrder.id == Team.order_id)
    shown = (Team.order_number, KnownOrder.title, Team.name, lead.name, lead.unit_name, *counts, Team.place)
    return rows.with_only_columns(*shown, Team.status, Team.asked_fen, Team.amount_fen, Team.starts_on, Team.ends_on)


TEAM_HEAD = (
    "订单编号",
    "需求名称",
    "团队名称",
    "领衔专家",
    "派出单位",
    *(label for role, label in ROLES.items() if role != LEAD),
    "服务地点",
    "状态",
    "申请经费（元）",
    "资助金额（元）",
    "开始时间",
    "结束时间",
)


def team_line(row: Any) -> list[Any]:
    """Status in Chinese, money in yuan."""
    *shown, status, asked_fen, amount_fen, starts_on, ends_on = row
    return [*shown, LIFECYCLE.statuses[status], asked_fen / 100, amount_fen / 100, starts_on, ends_on]


def to_act_on(round_id: UUID, statuses: Sequence[str], actor: Actor, wanted: TeamFilter) -> sa.Select[Any]:
    """Ids of the teams of a round that an authority may act on together: those that stand so and that the filter
    leaves."""
    asked = wanted.status.split(",") if wanted.status else statuses
    narrowed = wanted.model_copy(update={"round_id": round_id, "status": None})
    found = teams(actor, narrowed).where(Team.status.in_(set(statuses) & set(asked)))
    return found.with_only_columns(Team.id)


def of_round(round_id: UUID) -> sa.Select[Any]:
    return sa.select(Team.id).where(Team.round_id == round_id)


def entries(team_id: UUID, status: str | None) -> sa.Select[Any]:
    return filtered(sa.select(Entry), Entry, team_id=team_id, status=status)


def suspensions(actor: Actor, status: str | None, person_id: UUID | None) -> sa.Select[Any]:
    """Those because of a team that the actor may see, and the actor's own."""
    own = Suspension.person_id == actor.person_id if actor.person_id else sa.false()
    statement = (
        sa.select(Suspension)
        .join(Team, Team.id == Suspension.team_id)
        .join(Person, Person.id == Suspension.person_id)
        .where(sa.or_(visible(actor), own))
        .options(
            with_expression(Suspension.team, Team.name),
            with_expression(Suspension.order_number, Team.order_number),
            with_expression(Suspension.person, Person.name),
        )
        .execution_options(populate_existing=True)
    )
    return filtered(statement, Suspension, status=status, person_id=person_id)

"""One review as its reviewer reads it: the claim without phones, the sheet, one's own scores."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import Indicator, KnownOrder, KnownRound, Panel, Person, Review, Score, ScoreSheet, Team
from services.teams.queries.facts import roster
from services.teams.queries.reviews import panelists
from services.teams.rules import review as rules
from services.teams.rules.member import ACCEPTED
from services.teams.schemas import (
    ClaimMemberOut,
    ClaimOut,
    OtherScoreOut,
    PanelOut,
    ReviewDetail,
    ReviewOut,
    SeatOut,
    SheetOut,
)
from shared.contracts.policy_document import policy_set
from shared.errors import NotFound


def review_out(row: Any) -> ReviewOut:
    """A row of :func:`review_list` as it is answered."""
    review, team, reviewer = row
    own = {name: getattr(review, name) for name in ReviewOut.model_fields if hasattr(review, name)}
    return ReviewOut.model_validate(own | {"order_number": team.order_number, "team": team.name, "reviewer": reviewer})


async def review_shown(session: AsyncSession, review: Review) -> ReviewOut:
    """The review with its claim's name and its reviewer's."""
    team, person = await session.get_one(Team, review.team_id), await session.get_one(Person, review.person_id)
    return review_out((review, team, person.name))


async def review_detail(session: AsyncSession, review: Review) -> ReviewDetail:
    """The whole page. Others' scores are shown to whoever has handed in one: before that they would sway it."""
    statement = sa.select(Score).where(Score.review_id == review.id).order_by(Score.number)
    team = await session.get_one(Team, review.team_id)
    active = review.status in rules.ACTIVE
    return ReviewDetail.model_validate(
        {
            **(await review_shown(session, review)).model_dump(),
            "claim": await _claim(session, team),
            "sheet": await _sheet(session, team),
            "versions": list(await session.scalars(statement)),
            "others": await _others(session, review) if active and review.scores else None,
        }
    )


async def _claim(session: AsyncSession, team: Team) -> ClaimOut:
    order = await session.get_one(KnownOrder, team.order_id)
    indicators = sa.select(Indicator).where(Indicator.team_id == team.id).order_by(Indicator.position)
    names = {name: getattr(team, name) for name in ClaimOut.model_fields if hasattr(team, name)}
    members = [
        ClaimMemberOut(
            name=person.name,
            role=member.role,
            unit_name=person.unit_name,
            title=person.title,
            title_level=person.title_level,
            honours=person.honours,
            fields=person.fields,
        )
        for member, person in await roster(session, team.id)
        if member.status == ACCEPTED
    ]
    return ClaimOut.model_validate(
        {
            **names,
            "team_id": team.id,
            "order_title": order.title,
            "host_name": order.host_name,
            "members": members,
            "indicators": list(await session.scalars(indicators)),
        }
    )


async def _sheet(session: AsyncSession, team: Team) -> SheetOut:
    round_ = await session.get_one(KnownRound, team.round_id)
    policy = policy_set(round_.policy).teams
    return SheetOut.model_validate(
        {
            "hash": rules.sheet_hash(policy.score_sheet),
            "items": policy.score_sheet,
            "comment_below": policy.comment_below,
            "comment_above": policy.comment_above,
        },
        from_attributes=True,
    )


async def _others(session: AsyncSession, review: Review) -> list[OtherScoreOut]:
    statement = (
        sa.select(Score)
        .join(Review, sa.and_(Review.id == Score.review_id, Review.scores == Score.number))
        .where(Review.team_id == review.team_id, Review.id != review.id, Review.status == "scored")
        .order_by(Score.total.desc(), Score.id)
    )
    return [OtherScoreOut.model_validate(score, from_attributes=True) for score in await session.scalars(statement)]


async def panel_shown(session: AsyncSession, panel: Panel) -> PanelOut:
    """The panel with its people and how far they are."""
    await session.flush()
    own = {name: getattr(panel, name) for name in PanelOut.model_fields if hasattr(panel, name)}
    seats = [
        SeatOut(
            person_id=person.id,
            name=person.name,
            unit_name=person.unit_name,
            fields=seat.fields or person.fields,
            most=seat.most,
            load=load,
            scored=scored,
        )
        for seat, person, load, scored in await panelists(session, panel.id)
    ]
    return PanelOut.model_validate(own | {"reviewers": seats})


async def kept_sheet(session: AsyncSession, key: str) -> ScoreSheet:
    """A version of the score sheet. Raises :class:`NotFound` for a hash that nobody scored on."""
    found = await session.get(ScoreSheet, key)
    if found is None:
        raise NotFound("score_sheet")
    return found

"""A team's papers, filled from what stands: the claim, the agreement in force, the decision."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import forms, queries
from services.teams.models import Indicator, KnownOrder, KnownRound, Team
from services.teams.rules.rights import speaks_for_host
from services.teams.usecases import agreement as agreements
from shared.actor import Actor
from shared.documents import Document
from shared.errors import NotFound
from shared.identifiers import masked_phone


async def paper(session: AsyncSession, team_id: UUID, form: str, actor: Actor) -> tuple[Document, Document]:
    """As everybody who sees the team may read it, and as this actor may. Raises :class:`NotFound` for a paper that
    there is not yet."""
    team = await queries.seen_team(session, team_id, actor)
    if form == "agreement":
        paper = await _agreement(session, team)
        return paper, paper
    if form == "decision":
        paper = await _decision(session, team)
        return paper, paper
    claim = await _claim(session, team)
    masked = masked_phone(team.liaison_phone)
    phone = team.liaison_phone if runs(team, actor) else masked
    return forms.claim_form(claim, masked), forms.claim_form(claim, phone)


async def papers(session: AsyncSession, team_id: UUID, actor: Actor) -> dict[str, Document]:
    """Every paper that there is now, by the name of its form, as everybody who sees the team may read it."""
    found = {}
    for form in forms.FORMS:
        try:
            found[form] = (await paper(session, team_id, form, actor))[0]
        except NotFound as missing:
            if missing.reasons[0].code == "team.not_found":
                raise
    return found


def runs(team: Team, actor: Actor) -> bool:
    """Who may read the liaison's phone: the lead, the host and the offices of its division."""
    return (
        (actor.has("expert") and actor.person == str(team.lead_id))
        or speaks_for_host(team.host_code, actor)
        or (actor.has("town", "district", "bureau") and actor.covers(team.division))
    )


async def _claim(session: AsyncSession, team: Team) -> forms.Claim:
    places = await queries.roster(session, team.id)
    indicators = sa.select(Indicator).where(Indicator.team_id == team.id).order_by(Indicator.position)
    return forms.Claim(
        team=team,
        round=await session.get_one(KnownRound, team.round_id),
        order=await session.get_one(KnownOrder, team.order_id),
        places=[(member, person) for member, person in places if member.status in queries.ON_ROSTER],
        indicators=list(await session.scalars(indicators)),
    )


async def _agreement(session: AsyncSession, team: Team) -> Document:
    """The text in force; before the third signature, the one that is being signed."""
    agreement = await agreements.newest(session, team)
    versions = await queries.agreement_versions(session, team, agreement)
    text = versions[-1].document if versions else await agreements.text(session, team, agreement)
    signed_at = versions[-1].model_dump() if versions else queries.signed_at(agreement)
    return forms.agreement_form(await session.get_one(KnownRound, team.round_id), text, signed_at)


async def _decision(session: AsyncSession, team: Team) -> Document:
    """The letter. While money for the chosen is not reserved, nobody is told: :class:`NotFound`."""
    letter = await queries.decision_letter(session, team)
    if team.status == "proposed":
        raise NotFound("decision")
    return forms.decision_letter(letter, await session.get_one(KnownRound, team.round_id))

"""One team as its page shows it: roster, checklist, what the caller may do."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import (
    Agreement,
    Continuation,
    Indicator,
    KnownRound,
    Member,
    Person,
    Team,
    Training,
)
from services.teams.queries.decisions import earlier_claims, in_reserve, order_is_free, reviewed
from services.teams.queries.facts import member_facts, roster, team_facts
from services.teams.queries.reinstatement import reinstatement
from services.teams.queries.screening import remarks
from services.teams.queries.sight import ON_ROSTER
from services.teams.rules import agreement as agreement_rules
from services.teams.rules import decision as decision_rules
from services.teams.rules import hosting, screening
from services.teams.rules import member as member_rules
from services.teams.rules.claim import TeamFacts, propose_obstacles, submit_obstacles
from services.teams.rules.reinstatement import reinstate_obstacles
from services.teams.rules.roster import warnings
from services.teams.rules.team import (
    ENDABLE,
    LIFECYCLE,
    ROSTER_OPEN,
    dissolve_obstacles,
    ending,
    readmit_obstacles,
)
from services.teams.schemas import MemberOut, TeamDetail
from shared.actor import Actor
from shared.contracts.policy_document import policy_set
from shared.errors import Forbidden, Reason
from shared.identifiers import masked_phone
from shared.lifecycle import Step, actions


async def team_detail(session: AsyncSession, team: Team, actor: Actor, now: datetime) -> TeamDetail:
    """A team as its page shows it: roster and history, indicators, and what this actor may do now."""
    places = [_member(member, person) for member, person in await roster(session, team.id)]
    indicators = sa.select(Indicator).where(Indicator.team_id == team.id).order_by(Indicator.position)
    round_ = await session.get_one(KnownRound, team.round_id)
    rights = sa.select(Continuation.status).where(Continuation.team_id == team.id)
    return TeamDetail.model_validate(
        {
            **{name: getattr(team, name) for name in TeamDetail.model_fields if hasattr(team, name)},
            "liaison_phone": masked_phone(team.liaison_phone),
            "ending": ending(team.reason),
            "members": [place for place in places if place.status in ON_ROSTER],
            "former_members": [place for place in places if place.status not in ON_ROSTER],
            "indicators": list(await session.scalars(indicators)),
            "continuation": (await session.execute(rights.order_by(Continuation.id.desc()).limit(1))).scalar(),
            "training": await session.scalar(sa.select(Training).where(Training.team_id == team.id)),
            "earlier_claims": await earlier_claims(session, team),
            "warnings": list(warnings(await member_facts(session, team), policy_set(round_.policy).teams)),
            "actions": await team_actions(session, team, actor, now),
        }
    )


def _member(member: Member, person: Person) -> MemberOut:
    return MemberOut(
        person_id=person.id,
        name=person.name,
        unit_name=person.unit_name,
        unit_code=person.unit_code,
        title=person.title,
        role=member.role,
        status=member.status,
        unit_consented=member.unit_consented_at is not None,
        joined_at=member.joined_at,
        left_at=member.left_at,
    )


async def team_actions(session: AsyncSession, team: Team, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """The steps that this actor may ask for, each with all that is in its way: the checklist before submitting.
    An expert who does not lead is shown none of the lead's."""
    facts = await team_facts(session, team)
    round_ = await session.get_one(KnownRound, team.round_id)
    policy = policy_set(round_.policy)
    excepted = await remarks(session, [team.id], "exception")
    judged = await reviewed(session, team, policy)
    reserve = team.status == "rejected" and await in_reserve(session, team)
    free = not reserve or await order_is_free(session, team)
    lost = await reinstatement(session, team) if team.status == "dissolved" else None
    own_roles = actor.roles if actor.person == facts.lead_id else actor.roles - {"expert"}
    obstacles = {
        "submit": lambda: submit_obstacles(facts, policy.teams, now),
        "shortlist": lambda: () if excepted else screening.obstacles(facts, policy.teams, now),
        "readmit": lambda: readmit_obstacles(reserve, free),
        "dissolve": lambda: dissolve_obstacles(team.status, team.cleared_at is not None),
        "reinstate": lambda: reinstate_obstacles(lost, policy.teams.live_teams_per_person) if lost else (),
        "propose": lambda: [
            *propose_obstacles(facts, policy.teams, None, now),
            *decision_rules.propose_obstacles(judged, facts.asked_fen, None, "", policy),
        ],
    }
    found = actions(LIFECYCLE, team.status, replace(actor, roles=own_roles), obstacles, policy.switches)
    if actor.person != facts.lead_id and not hosting.claimed_by(facts, actor):
        found = [action for action in found if action["action"] != "withdraw"]
    return found + _place_actions(facts, actor) + await _signature_actions(session, team, actor, now)


def _place_actions(facts: TeamFacts, actor: Actor) -> list[dict[str, Any]]:
    """What an invited expert may answer, and a unit consent to."""
    found: list[dict[str, Any]] = []
    roster_open = facts.status in ROSTER_OPEN
    for place in facts.roster:
        if actor.has("expert") and place.person_id == actor.person:
            obstacles = {
                "decline": partial(member_rules.decline_obstacles, place, roster_open),
                "remove": partial(member_rules.decline_obstacles, place, roster_open),
            }
            own = actions(member_rules.LIFECYCLE, place.status, actor, obstacles)
            found += [action for action in own if action["action"] in ("accept", "decline")]
    waiting = [m for m in facts.roster if m.unit_code == actor.unit and not m.unit_consented]
    if actor.has("unit") and actor.unit and waiting and facts.status in ENDABLE:
        found.append(offered(member_rules.CONSENT))
    return found


async def _signature_actions(session: AsyncSession, team: Team, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """A party's signature while the agreement waits for it (some modes sign none)."""
    if team.status != "confirmed":
        return []
    round_ = await session.get_one(KnownRound, team.round_id)
    policy = policy_set(round_.policy).teams
    drafted = sa.select(Agreement).where(Agreement.team_id == team.id).order_by(Agreement.id.desc()).limit(1)
    unsigned = (await session.execute(drafted)).scalar_one_or_none()
    if unsigned is None:
        return []
    agreement = unsigned.facts(team)
    try:
        party = agreement_rules.party_of(agreement, actor)
    except Forbidden:
        return []
    return [offered(agreement_rules.SIGN, *agreement_rules.sign_obstacles(agreement, policy, party, now))]


def offered(step: Step, *reasons: Reason) -> dict[str, Any]:
    """A step that stands beside the team's lifecycle, in the shape of ``shared.lifecycle.actions``."""
    return {"action": step.action, "zh": step.zh, "en": step.en, "allowed": not reasons, "reasons": reasons}

"""What decides whether a dissolved team can come back."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.teams.models import KnownOrder, KnownRound, Team
from services.teams.queries.decisions import order_is_free
from services.teams.queries.facts import member_facts
from services.teams.rules.member import ACCEPTED
from services.teams.rules.reinstatement import ReinstatementFacts
from shared.contracts.policy_document import policy_set


async def reinstatement(session: AsyncSession, team: Team) -> ReinstatementFacts:
    """Of a team that served or was to serve: who prepares to replace somebody is nobody's hindrance."""
    round_ = await session.get_one(KnownRound, team.round_id)
    order = await session.get_one(KnownOrder, team.order_id)
    policy = policy_set(round_.policy)
    people = [member for member in await member_facts(session, team, (ACCEPTED,)) if member.serving]
    return ReinstatementFacts(
        status=team.status,
        cleared=team.cleared_at is not None,
        order_free=await order_is_free(session, team),
        order_open=order.published or order.unclaimed,
        archived=round_.phase == "archived",
        busy=tuple(m.person.name for m in people if m.other_teams >= policy.teams.live_teams_per_person),
        trained="training" in policy.switches and not team.training_due,
    )

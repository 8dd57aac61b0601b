"""What other services' events do to orders and rounds."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from shared.contracts.assessment import CyclePublished
from shared.contracts.orders import OrderCompleted, OrderMatched, OrderReopened, RoundAssessed, RoundStarted
from shared.contracts.teams import (
    TeamAgreed,
    TeamConcluded,
    TeamConfirmed,
    TeamDissolved,
    TeamLapsed,
    TeamReinstated,
    TeamStarted,
    TeamSubmitted,
    TeamWithdrawn,
)
from tests.orders.factories import done, open_round, published_order


async def matched(api: Any, actors: Any, deliver: Any) -> dict[str, Any]:
    """A published order that a confirmed team has; the ids that every event of it carries."""
    round = await open_round(api, actors)
    order = await published_order(api, actors, round["id"])
    ids = {"round_id": UUID(round["id"]), "order_id": UUID(order["id"]), "team_id": uuid4()}
    await deliver(TeamSubmitted(**ids, asked_fen=1))
    await deliver(TeamConfirmed(**ids, amount_fen=1))
    return ids


def agreed(ids: dict[str, Any]) -> TeamAgreed:
    return TeamAgreed(
        **ids,
        payee_unit_code="U",
        payee_unit_name="单位",
        host_code="H",
        starts_on="2020-04-01",
        ends_on="2021-03-31",
        agreed_days=Decimal(10),
        agreed_visits=5,
        amount_fen=1,
    )


async def status(api: Any, actors: Any, ids: dict[str, Any]) -> str:
    found: str = (await done(await api(actors.bureau).get(f"/v1/orders/{ids['order_id']}")))["status"]
    return found


async def test_a_confirmed_team_matches_its_order(api: Any, actors: Any, deliver: Any, events: Any) -> None:
    ids = await matched(api, actors, deliver)
    assert await status(api, actors, ids) == "matched"
    assert (await events(OrderMatched))[0].team_id == str(ids["team_id"])


async def test_service_starts_and_completes_the_order(api: Any, actors: Any, deliver: Any, events: Any) -> None:
    ids = await matched(api, actors, deliver)
    await deliver(TeamStarted(**ids))
    assert await status(api, actors, ids) == "in_service"
    await deliver(TeamConcluded(**ids))
    assert await status(api, actors, ids) == "completed"
    assert len(await events(OrderCompleted)) == 1


async def test_a_team_that_leaves_frees_its_order(api: Any, actors: Any, deliver: Any, events: Any) -> None:
    ids = await matched(api, actors, deliver)
    await deliver(TeamWithdrawn(**ids))
    assert await status(api, actors, ids) == "published"
    second = ids | {"team_id": uuid4()}
    await deliver(TeamConfirmed(**second, amount_fen=1))
    await deliver(TeamLapsed(**second))
    assert await status(api, actors, ids) == "published"
    assert len(await events(OrderReopened)) == 2


async def test_an_excellent_team_that_continues_keeps_its_order(api: Any, actors: Any, deliver: Any) -> None:
    ids = await matched(api, actors, deliver)
    await deliver(TeamStarted(**ids))
    again = ids | {"team_id": uuid4(), "round_id": uuid4()}
    await deliver(TeamConfirmed(**again, amount_fen=1))
    await deliver(TeamConcluded(**ids))
    assert await status(api, actors, ids) == "matched"
    await deliver(TeamStarted(**again))
    await deliver(TeamConcluded(**again))
    assert await status(api, actors, ids) == "completed"


async def test_another_claims_end_leaves_the_order_with_its_team(api: Any, actors: Any, deliver: Any) -> None:
    ids = await matched(api, actors, deliver)
    await deliver(TeamWithdrawn(**(ids | {"team_id": uuid4()})))
    assert await status(api, actors, ids) == "matched"


async def test_a_team_that_comes_back_has_its_order_again_and_serves(api: Any, actors: Any, deliver: Any) -> None:
    ids = await matched(api, actors, deliver)
    await deliver(TeamDissolved(**ids, reason="team.award_revoked"))
    assert await status(api, actors, ids) == "published"
    await deliver(TeamReinstated(**ids))
    assert await status(api, actors, ids) == "matched"
    await deliver(TeamStarted(**ids))
    assert await status(api, actors, ids) == "in_service"


async def test_an_order_that_was_withdrawn_meanwhile_stays_so(api: Any, actors: Any, deliver: Any) -> None:
    ids = await matched(api, actors, deliver)
    await deliver(TeamDissolved(**ids, reason="team.award_revoked"))
    withdrawn = await api(actors.bureau).post(f"/v1/orders/{ids['order_id']}/withdraw", json={"reason": "不再需要"})
    assert withdrawn.status_code == 200, withdrawn.text
    await deliver(TeamReinstated(**ids))
    assert await status(api, actors, ids) == "withdrawn"


async def test_the_first_agreement_makes_the_round_run_and_its_last_cycle_completes_it(
    api: Any, actors: Any, deliver: Any, events: Any
) -> None:
    ids = await matched(api, actors, deliver)
    bureau = api(actors.bureau)
    await done(await bureau.post(f"/v1/rounds/{ids['round_id']}/close"))
    await done(await bureau.post(f"/v1/rounds/{ids['round_id']}/decide"))
    await deliver(agreed(ids))
    await deliver(agreed(ids | {"team_id": uuid4()}))
    assert len(await events(RoundStarted)) == 1
    await deliver(CyclePublished(round_id=ids["round_id"], cycle_id=uuid4(), year=2020, last=False))
    assert await events(RoundAssessed) == []
    await deliver(CyclePublished(round_id=ids["round_id"], cycle_id=uuid4(), year=2021, last=True))
    archived = await done(await bureau.post(f"/v1/rounds/{ids['round_id']}/archive"))
    assert archived["status"] == "archived"


async def test_a_claimed_order_stays_published_when_the_window_closes_and_is_unclaimed_when_decided_without_a_team(
    api: Any, actors: Any, deliver: Any
) -> None:
    round = await open_round(api, actors)
    order = await published_order(api, actors, round["id"])
    ids = {"round_id": UUID(round["id"]), "order_id": UUID(order["id"]), "team_id": uuid4()}
    await deliver(TeamSubmitted(**ids, asked_fen=1))
    await done(await api(actors.bureau).post(f"/v1/rounds/{round['id']}/close"))
    assert await status(api, actors, ids) == "published"
    await done(await api(actors.bureau).post(f"/v1/rounds/{round['id']}/decide"))
    assert await status(api, actors, ids) == "unclaimed"


async def test_the_timeline_tells_the_orders_story_across_services(api: Any, actors: Any, deliver: Any) -> None:
    ids = await matched(api, actors, deliver)
    story = await done(await api(actors.bureau).get(f"/v1/orders/{ids['order_id']}/timeline"))
    assert {"orders.order.published.v1", "teams.team.confirmed.v1", "orders.order.matched.v1"} <= {
        e["type"] for e in story
    }


async def test_a_claim_heard_of_after_the_window_opens_its_order_again(api: Any, actors: Any, deliver: Any) -> None:
    round = await open_round(api, actors)
    order = await published_order(api, actors, round["id"])
    await done(await api(actors.bureau).post(f"/v1/rounds/{round['id']}/close"))
    ids = {"round_id": UUID(round["id"]), "order_id": UUID(order["id"]), "team_id": uuid4()}
    assert await status(api, actors, ids) == "unclaimed"
    await deliver(TeamSubmitted(**ids, asked_fen=1))
    assert await status(api, actors, ids) == "published"

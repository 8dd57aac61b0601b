"""Other departments' subscriptions, and the log of what was sent to them."""

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment import queries, schemas
from services.assessment.models import Delivery, Subscription
from services.assessment.rules import delivery as delivery_rules
from services.assessment.rules import scope
from services.assessment.rules import subscription as rules
from services.assessment.rules.delivery import DeliveryFacts
from services.assessment.usecases import delivery, subscription
from shared.actor import Actor
from shared.errors import Forbidden, Reason
from shared.http import Api, Db, IfMatch, Lists, Now, Page, allow, history, page
from shared.http.shapes import ActionOut, Statuses
from shared.lifecycle import actions

subscriptions = Api(tags=["subscriptions"])
deliveries = Api(tags=["deliveries"])

Reader = Annotated[Actor, allow("department", "bureau", "operator")]


async def _writes(who: Annotated[Actor, allow("department", "bureau")]) -> Actor:
    if not who.has("bureau") and rules.SCOPE not in who.scopes:
        text = f"缺少权限：{rules.SCOPE}"
        raise Forbidden(Reason("scope.missing", text, f"The token lacks the scope {rules.SCOPE}"))
    return who


Writer = Annotated[Actor, Depends(_writes)]


@subscriptions.post("/v1/subscriptions", response_model=schemas.SubscriptionSecret, status_code=201)
async def create_subscription(body: schemas.SubscriptionIn, db: Db, who: Writer, now: Now) -> Any:
    """A department for itself, or a bureau on its behalf. The answer shows the secret, this once; a signed ping is on
    its way to the address, and the subscription is active when that is answered with success."""
    row = await subscription.create(db, body.unit_code, body.name, body.address, _wish(body), who, now)
    return await _with_secret(db, row, who)


def _wish(body: schemas.WishIn) -> subscription.Wish:
    return subscription.Wish(body.wants, body.division or "", body.round_id)


@subscriptions.get("/v1/subscriptions", response_model=Page[schemas.SubscriptionOut])
async def list_subscriptions(
    db: Db, who: Reader, query: Lists, unit_code: str | None = None, status: Statuses | None = None
) -> Any:
    return await page(
        db,
        queries.subscriptions(who, unit_code, status),
        query,
        sortable={"created_at": Subscription.created_at},
        id=Subscription.id,
        item=lambda row: _out(row, who),
    )


@subscriptions.get("/v1/subscriptions/{subscription_id}", response_model=schemas.SubscriptionDetail)
async def read_subscription(subscription_id: UUID, db: Db, who: Reader) -> Any:
    return await _shown(db, await queries.subscription(db, subscription_id, who), who)


@subscriptions.patch("/v1/subscriptions/{subscription_id}", response_model=schemas.SubscriptionDetail)
async def edit_subscription(subscription_id: UUID, body: schemas.WishIn, db: Db, who: Writer, seen: IfMatch) -> Any:
    """What it wants. Another address is another subscription."""
    return await _shown(db, await subscription.edit(db, subscription_id, seen, _wish(body), who), who)


@subscriptions.post("/v1/subscriptions/{subscription_id}/rotate", response_model=schemas.SubscriptionSecret)
async def rotate_subscription(subscription_id: UUID, db: Db, who: Writer, now: Now) -> Any:
    """A new secret, shown this once; until ``former_until`` the former one signs as well."""
    return await _with_secret(db, await subscription.rotate(db, subscription_id, who, now), who)


@subscriptions.post("/v1/subscriptions/{subscription_id}/ping", response_model=schemas.DeliveryDetail, status_code=201)
async def ping_subscription(subscription_id: UUID, db: Db, who: Writer, now: Now) -> Any:
    """A signed test message; its delivery says what came of it."""
    return await _delivery(db, await subscription.ping(db, subscription_id, who, now), who)


@subscriptions.post("/v1/subscriptions/{subscription_id}/pause", response_model=schemas.SubscriptionDetail)
async def pause_subscription(subscription_id: UUID, body: schemas.PauseIn, db: Db, who: Writer) -> Any:
    return await _shown(db, await subscription.pause(db, subscription_id, body.reason, who), who)


@subscriptions.post("/v1/subscriptions/{subscription_id}/resume", response_model=schemas.SubscriptionDetail)
async def resume_subscription(subscription_id: UUID, db: Db, who: Writer) -> Any:
    return await _shown(db, await subscription.resume(db, subscription_id, who), who)


@subscriptions.post("/v1/subscriptions/{subscription_id}/end", response_model=schemas.SubscriptionDetail)
async def end_subscription(subscription_id: UUID, body: schemas.PauseIn, db: Db, who: Writer) -> Any:
    """For good; what still waited is given up."""
    return await _shown(db, await subscription.end(db, subscription_id, body.reason, who), who)


@subscriptions.post("/v1/subscriptions/{subscription_id}/replay", response_model=schemas.Replayed)
async def replay_subscription(subscription_id: UUID, body: schemas.ReplayIn, db: Db, who: Writer) -> Any:
    """Everything of a span of time once more, in its order; asked for again while some are left."""
    count, left = await delivery.replay_range(db, subscription_id, body.since, body.until, body.failed, who)
    return schemas.Replayed(replayed=count, left=left)


@subscriptions.get("/v1/subscriptions/{subscription_id}/history")
async def read_subscription_history(subscription_id: UUID, db: Db, who: Reader) -> list[dict[str, Any]]:
    await queries.subscription(db, subscription_id, who)
    return await history(db, "subscription", subscription_id)


@deliveries.get("/v1/deliveries", response_model=Page[schemas.DeliveryOut])
async def list_deliveries(
    db: Db,
    who: Reader,
    query: Lists,
    subscription_id: UUID | None = None,
    team_id: UUID | None = None,
    kind: str | None = None,
    status: Statuses | None = None,
) -> Any:
    return await page(
        db,
        queries.deliveries(who, subscription_id, team_id, kind, status),
        query,
        sortable={"happened_at": Delivery.happened_at},
        id=Delivery.id,
        item=schemas.DeliveryOut.model_validate,
    )


@deliveries.get("/v1/deliveries/{delivery_id}", response_model=schemas.DeliveryDetail)
async def read_delivery(delivery_id: UUID, db: Db, who: Reader) -> Any:
    """With what was sent and every try: status code, time taken, the beginning of a failed answer."""
    return await _delivery(db, await queries.delivery(db, delivery_id, who), who)


@deliveries.post("/v1/deliveries/{delivery_id}/replay", response_model=schemas.DeliveryDetail)
async def replay_delivery(delivery_id: UUID, db: Db, who: Writer) -> Any:
    """Once more: the same bytes under the same id."""
    return await _delivery(db, await delivery.replay(db, delivery_id, who), who)


@deliveries.get("/v1/deliveries/{delivery_id}/history")
async def read_delivery_history(delivery_id: UUID, db: Db, who: Reader) -> list[dict[str, Any]]:
    await queries.delivery(db, delivery_id, who)
    return await history(db, "delivery", delivery_id)


def _out(row: Subscription, who: Actor) -> schemas.SubscriptionOut:
    """Operators look after all, and need not see the tokens that departments write into their addresses."""
    shown = schemas.SubscriptionOut.model_validate(row)
    if scope.keeps(row.unit_code, row.division, who):
        return shown
    return shown.model_copy(update={"address": row.address.partition("?")[0]})


async def _shown(db: AsyncSession, row: Subscription, who: Actor) -> schemas.SubscriptionDetail:
    await db.flush()
    await db.refresh(row, ["created_at"])
    facts = await subscription.facts_of(db, row)
    listed = actions(rules.LIFECYCLE, row.status, who, {"ping": lambda: rules.ping_obstacles(facts)})
    shown = [ActionOut.model_validate(one) for one in listed]
    return schemas.SubscriptionDetail(**_out(row, who).model_dump(), actions=shown)


async def _with_secret(db: AsyncSession, row: Subscription, who: Actor) -> schemas.SubscriptionSecret:
    shown = await _shown(db, row, who)
    return schemas.SubscriptionSecret(**shown.model_dump(), secret=row.secret)


async def _delivery(db: AsyncSession, row: Delivery, who: Actor) -> schemas.DeliveryDetail:
    await db.flush()
    to = await queries.subscription(db, row.subscription_id, who)
    facts = DeliveryFacts(row.status, row.tries, to.status)
    listed = actions(
        delivery_rules.LIFECYCLE, row.status, who, {"replay": lambda: delivery_rules.replay_obstacles(facts)}
    )
    return schemas.DeliveryDetail(
        **schemas.DeliveryOut.model_validate(row).model_dump(),
        body=orjson.loads(row.body),
        tried=[schemas.TryOut.model_validate(one) for one in await queries.tries(db, row.id)],
        actions=[ActionOut.model_validate(one) for one in listed],
    )

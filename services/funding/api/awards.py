"""Awards."""

from typing import Any
from uuid import UUID

from services.funding import queries, schemas
from services.funding.api.roles import Bureau
from services.funding.api.wanted import AwardsWanted
from services.funding.models import Award
from services.funding.usecases import award, ledger, reinstatement
from shared.actor import Actor
from shared.http import Api, Db, Lists, Now, Page, Who, history, page
from shared.http.shapes import ReasonIn

awards = Api(tags=["awards"])


@awards.get("/v1/awards", response_model=Page[schemas.AwardOut])
async def list_awards(db: Db, who: Who, query: Lists, wanted: AwardsWanted) -> Any:
    columns = {"created_at": Award.created_at, "amount_fen": Award.amount_fen, "order_number": Award.order_number}
    return await page(
        db,
        queries.listed_awards(who, wanted),
        query,
        id=Award.id,
        sortable=columns,
        item=schemas.AwardOut.model_validate,
    )


@awards.get("/v1/awards/{award_id}", response_model=schemas.AwardDetail)
async def read_award(award_id: UUID, db: Db, who: Who) -> Any:
    """A team's statement: its instalments, and where its money stands."""
    return await _award(db, award_id, who)


@awards.get("/v1/awards/{award_id}/history")
async def read_award_history(award_id: UUID, db: Db, who: Who) -> list[dict[str, Any]]:
    await queries.award(db, award_id, who)
    return await history(db, "award", award_id)


@awards.post("/v1/awards/{award_id}/revoke", response_model=schemas.AwardDetail)
async def revoke_award(award_id: UUID, body: ReasonIn, db: Db, who: Bureau, now: Now) -> Any:
    await award.revoke(db, award_id, body.reason, who, now)
    return await _award(db, award_id, who)


@awards.post("/v1/awards/{award_id}/reinstate", response_model=schemas.AwardDetail)
async def reinstate_award(award_id: UUID, db: Db, who: Bureau, now: Now) -> Any:
    """A corrected edition took the ground of its revocation away, and what stood in the way is gone."""
    await reinstatement.reinstate(db, award_id, who, now)
    return await _award(db, award_id, who)


async def _award(db: Db, award_id: UUID, who: Actor) -> schemas.AwardDetail:
    row = await queries.award(db, award_id, who)
    parts = await queries.instalments_of(db, award_id)
    money = await ledger.balances(db, row.round_id, award_id)
    shown = {
        **schemas.AwardOut.model_validate(row).model_dump(),
        "instalments": parts,
        "holds": await queries.holds_of(db, award_id),
        "money": {f"{place}_fen": amount_fen for place, amount_fen in money.items()},
        "actions": await queries.award_actions(db, row, who),
    }
    return schemas.AwardDetail.model_validate(shown)

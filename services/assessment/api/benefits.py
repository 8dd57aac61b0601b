"""Benefits: who was given what, and what it was used for."""

from typing import Annotated, Any
from uuid import UUID

from services.assessment import queries, schemas
from services.assessment.models import Benefit
from services.assessment.rules import benefit as rules
from services.assessment.usecases import benefit
from shared.actor import Actor
from shared.http import Api, Db, Lists, Now, Page, Who, allow, history, page
from shared.http.shapes import ReasonIn, Statuses
from shared.lifecycle import actions

benefits = Api(tags=["benefits"])

Title = Annotated[Actor, allow(*rules.OFFICES)]


@benefits.get("/v1/benefits", response_model=Page[schemas.BenefitOut])
async def list_benefits(
    db: Db,
    who: Who,
    query: Lists,
    round_id: UUID | None = None,
    team_id: UUID | None = None,
    person_id: UUID | None = None,
    status: Statuses | None = None,
) -> Any:
    """Offices see those of their division, a unit those of its own people, everybody their own."""
    return await page(
        db,
        queries.benefits(who, round_id=round_id, team_id=team_id, person_id=person_id, status=status),
        query,
        sortable={"created_at": Benefit.created_at},
        id=Benefit.id,
        item=schemas.BenefitOut.model_validate,
    )


@benefits.get("/v1/benefits/{benefit_id}", response_model=schemas.BenefitDetail)
async def read_benefit(benefit_id: UUID, db: Db, who: Who, now: Now) -> Any:
    row = await queries.benefit(db, benefit_id, who)
    listed = actions(rules.LIFECYCLE, row.status, who, {"use": lambda: rules.use_obstacles(row.facts, now)})
    return schemas.BenefitDetail(**schemas.BenefitOut.model_validate(row).model_dump(), used=row.used, actions=listed)


@benefits.post("/v1/benefits/{benefit_id}/use", response_model=schemas.BenefitDetail)
async def use_benefit(benefit_id: UUID, body: schemas.BenefitUseIn, db: Db, who: Title, now: Now) -> Any:
    """Notes what it was used for; the same reference is noted once."""
    await benefit.use(db, benefit_id, rules.Use(body.used_on, body.purpose, body.reference), who, now)
    await db.flush()
    return await read_benefit(benefit_id, db, who, now)


@benefits.post("/v1/benefits/{benefit_id}/uses/{use_id}/withdraw", response_model=schemas.BenefitDetail)
async def withdraw_benefit_use(benefit_id: UUID, use_id: UUID, body: ReasonIn, db: Db, who: Title, now: Now) -> Any:
    """A use that was noted by mistake, by whoever noted it or the bureau; it stays readable."""
    await benefit.withdraw_use(db, benefit_id, use_id, body.reason, who, now)
    await db.flush()
    return await read_benefit(benefit_id, db, who, now)


@benefits.get("/v1/benefits/{benefit_id}/history")
async def read_benefit_history(benefit_id: UUID, db: Db, who: Who) -> list[dict[str, Any]]:
    await queries.benefit(db, benefit_id, who)
    return await history(db, "benefit", benefit_id)

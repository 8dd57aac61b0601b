"""Corrections of published ratings (更正): one person of the bureau proposes, another confirms."""

from typing import Annotated, Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.assessment import queries, schemas
from services.assessment.models import Correction
from services.assessment.rules import correction as rules
from services.assessment.rules.assessment import Part
from services.assessment.usecases import correction
from shared.actor import Actor
from shared.http import Api, Db, Lists, Now, Page, allow, history, page
from shared.http.shapes import ActionOut, ReasonIn, Statuses
from shared.lifecycle import actions

corrections = Api(tags=["corrections"])

Bureau = Annotated[Actor, allow("bureau")]
Reader = Annotated[Actor, allow("bureau", "supervisor")]


@corrections.post("/v1/corrections", response_model=schemas.CorrectionDetail, status_code=201)
async def propose_correction(body: schemas.CorrectionIn, db: Db, who: Bureau, now: Now) -> Any:
    """Says what was published wrong, and shows every line that would change. Nothing is published until another person
    confirms it."""
    parts = tuple(Part(p.part, p.score, p.text, p.answer or "") for p in body.parts)
    wanted = rules.Wanted(body.assessment_id, parts, body.grade, body.reason, body.evidence, body.objection_id)
    return await _shown(db, await correction.propose(db, wanted, who, now), who)


@corrections.get("/v1/corrections", response_model=Page[schemas.CorrectionOut])
async def list_corrections(
    db: Db,
    who: Reader,
    query: Lists,
    cycle_id: UUID | None = None,
    assessment_id: UUID | None = None,
    status: Statuses | None = None,
) -> Any:
    return await page(
        db,
        queries.corrections(who, cycle_id, assessment_id, status),
        query,
        sortable={"proposed_at": Correction.proposed_at},
        id=Correction.id,
        item=schemas.CorrectionOut.model_validate,
    )


@corrections.get("/v1/corrections/{correction_id}", response_model=schemas.CorrectionDetail)
async def read_correction(correction_id: UUID, db: Db, who: Reader) -> Any:
    return await _shown(db, await queries.correction(db, correction_id, who), who)


@corrections.post("/v1/corrections/{correction_id}/confirm", response_model=schemas.CorrectionDetail)
async def confirm_correction(correction_id: UUID, db: Db, who: Bureau, now: Now) -> Any:
    """Another person agrees: a new edition puts the rating right; what was published stays readable. Refused when by
    today's facts something else would change than was shown."""
    return await _shown(db, await correction.confirm(db, correction_id, who, now), who)


@corrections.post("/v1/corrections/{correction_id}/reject", response_model=schemas.CorrectionDetail)
async def reject_correction(correction_id: UUID, body: ReasonIn, db: Db, who: Bureau, now: Now) -> Any:
    """Another person does not agree."""
    return await _shown(db, await correction.reject(db, correction_id, body.reason, who, now), who)


@corrections.post("/v1/corrections/{correction_id}/withdraw", response_model=schemas.CorrectionDetail)
async def withdraw_correction(correction_id: UUID, db: Db, who: Bureau, now: Now) -> Any:
    """Whoever proposed it takes it back."""
    return await _shown(db, await correction.withdraw(db, correction_id, who, now), who)


@corrections.get("/v1/corrections/{correction_id}/history")
async def read_correction_history(correction_id: UUID, db: Db, who: Reader) -> list[dict[str, Any]]:
    await queries.correction(db, correction_id, who)
    return await history(db, "correction", correction_id)


async def _shown(db: AsyncSession, row: Correction, who: Actor) -> schemas.CorrectionDetail:
    await db.flush()
    obstacles = {
        "confirm": lambda: rules.confirm_obstacles(row.facts, who),
        "reject": lambda: rules.reject_obstacles(row.facts, who),
        "withdraw": lambda: rules.withdraw_obstacles(row.facts, who),
    }
    listed = actions(rules.LIFECYCLE, row.status, who, obstacles)
    plain = {
        name: getattr(row, name) for name in schemas.CorrectionDetail.model_fields if name not in ("actions", "parts")
    }
    parts = [part | {"answer": part["answer"] or None} for part in row.parts]
    shown = plain | {"parts": parts, "actions": [ActionOut.model_validate(one) for one in listed]}
    return schemas.CorrectionDetail.model_validate(shown)

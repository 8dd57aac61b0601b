"""A certificate is asked for while others ask for it, or while what it states is corrected."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.assessment.models import Assessment, Certificate, Correction, Edition, Notice
from services.assessment.rules.correction import Wanted
from services.assessment.usecases import certificate, correction, notice, publication
from shared.actor import SYSTEM
from shared.contracts.teams import TeamConfirmed, TeamStarted
from shared.db import Database
from shared.service import Service
from tests.assessment.factories import AFTER_NOTICE, TeamIds, entry
from tests.assessment.test_at_once import BUREAU, Act, at_once, do, drafted, graded, meeting, one, own, teams

__all__ = ["own", "teams"]


@pytest.fixture
async def cycle_id(own: Database, teams: list[TeamIds], service: Service) -> UUID:
    """A published cycle whose team's lead came once; its grade is unqualified."""
    ids = teams[1]
    came = entry(ids, date(2020, 8, 2)).model_copy(update={"person_id": ids.lead_id})
    for event in (TeamConfirmed(**ids.all, amount_fen=1), TeamStarted(**ids.all), came):
        async with own.transaction() as session:
            await service.handlers.apply(session, event, session.info["now"])
    found = await graded(own, teams)
    notice_id = await drafted(own, teams, "grades", found)
    closes = AFTER_NOTICE
    for act, actor in (
        (lambda s, now: notice.post(s, notice_id, BUREAU, now), BUREAU),
        (lambda s, now: notice.close(s, notice_id, now + closes), SYSTEM),
        (lambda s, now: publication.publish(s, found, BUREAU, now), BUREAU),
    ):
        assert await do(own, act, actor) == "done"
    assert await one(own, sa.select(Notice.status)) == "confirmed"
    return found


def asked(ids: TeamIds) -> Act:
    return lambda s, now: certificate.issue(s, "service_record", ids.team_id, ids.lead_id, BUREAU, now)


async def corrected(own: Database) -> Act:
    """What a second person of the bureau does with what a first one proposed."""
    wanted = Wanted(await one(own, sa.select(Assessment.id)), (), "qualified", "录入错误")
    assert await do(own, lambda s, now: correction.propose(s, wanted, BUREAU, now)) == "done"
    made = await one(own, sa.select(Correction.id))
    return lambda s, now: correction.confirm(s, made, replace(BUREAU, id="second"), now)


async def stated(own: Database) -> list[tuple[str, str]]:
    """Where each certificate stands, and the grade it states."""
    async with own.reading() as session:
        rows: Any = await session.execute(sa.select(Certificate.status, Certificate.content))
        return [(status, content["grades"][0]["grade"]) for status, content in rows]


async def test_a_certificate_is_issued_once(own: Database, teams: list[TeamIds], cycle_id: UUID) -> None:
    assert await at_once(*(do(own, asked(teams[1])) for _ in range(5))) == {"done": 1, "certificate.current": 4}
    assert await stated(own) == [("issued", "unqualified")]


async def test_a_grade_that_is_being_corrected_is_certified_as_corrected(
    own: Database,
    teams: list[TeamIds],
    cycle_id: UUID,
) -> None:
    assert await meeting(own, await corrected(own), asked(teams[1])) == "done"
    assert await stated(own) == [("issued", "qualified")]


async def test_a_correction_finds_the_certificate_that_is_being_issued(
    own: Database,
    teams: list[TeamIds],
    cycle_id: UUID,
) -> None:
    assert await meeting(own, asked(teams[1]), await corrected(own)) == "done"
    assert await stated(own) == [("revoked", "unqualified")]


async def test_the_same_correction_is_published_once(own: Database, teams: list[TeamIds], cycle_id: UUID) -> None:
    act = await corrected(own)
    assert await at_once(*(do(own, act) for _ in range(5))) == {"done": 1, "correction.status": 4}
    async with own.reading() as session:
        numbers = list(await session.scalars(sa.select(Edition.number).order_by(Edition.number)))
    assert numbers == [1, 2]

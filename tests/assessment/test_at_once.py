"""Many people doing the same thing at the same moment: it happens once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from services.assessment.models import Assessment, Cycle, Edition, KnownRating, Notice, NoticeEntry
from services.assessment.rules.assessment import Part
from services.assessment.usecases import assessment, cycle, notice, publication, rating, team
from shared import clock
from shared.actor import SYSTEM, Actor
from shared.contracts.base import Event
from shared.contracts.teams import TeamRatedByHost, TeamStarted
from shared.db import Database
from shared.errors import Answer
from shared.service import Service
from shared.testing import Databases
from tests.assessment.factories import DECEMBER, HOST, TeamIds, agreed, entry, put_on_notice, round_opened

BUREAU = Actor("bureau", frozenset({"bureau"}), division="500000000000")
HOSTS = [Actor(f"host-{n}", frozenset({"host"}), unit=HOST) for n in range(5)]
DISTRICT = Actor("district", frozenset({"district"}), division="500101000000")
Act = Callable[[Any, datetime], Awaitable[Any]]


@pytest.fixture
async def own(databases: Databases, service: Service, app: Any) -> AsyncIterator[Database]:
    """A database of this test's own, so that its transactions commit and meet."""
    database = Database(await databases.create(service), pool=8, service="assessment")
    clock.make_movable(True)
    async with database.engine.begin() as connection:
        await connection.execute(
            sa.text("update business_clock set ahead = :ahead"), {"ahead": DECEMBER - clock.wall()}
        )
    yield database
    await database.close()


async def do(own: Database, act: Act, actor: Actor = BUREAU) -> str:
    """One transaction of its own: "done", or the code of the first reason why not."""
    try:
        async with own.transaction(actor) as session:
            await act(session, session.info["now"])
    except Answer as refusal:
        return refusal.reasons[0].code
    return "done"


async def at_once(*acts: Awaitable[str]) -> Counter[str]:
    return Counter(await asyncio.gather(*acts))


async def one(own: Database, statement: Any) -> Any:
    async with own.reading() as session:
        return await session.scalar(statement)


@pytest.fixture
async def teams(own: Database, service: Service) -> list[TeamIds]:
    """Two teams on notice; the second serves already."""
    round = round_opened()
    found = [TeamIds(round.round_id) for _ in range(2)]
    told: list[Event] = [round, *(put_on_notice(ids, n) for n, ids in enumerate(found, 1))]
    told += [agreed(found[1]), TeamStarted(**found[1].all), entry(found[1], date(2020, 8, 1))]
    for event in told:
        async with own.transaction() as session:
            await service.handlers.apply(session, event, session.info["now"])
    return found


async def drafted(own: Database, teams: list[TeamIds], kind: str, cycle_id: UUID | None = None) -> UUID:
    done = await do(own, lambda s, now: notice.draft(s, teams[0].round_id, kind, cycle_id, BUREAU, now))
    assert done == "done"
    found: UUID = await one(own, sa.select(Notice.id).where(Notice.kind == kind))
    return found


async def collecting(own: Database, teams: list[TeamIds]) -> tuple[UUID, UUID]:
    """A cycle whose only assessment takes parts: its id and the assessment's."""
    await do(own, lambda s, now: cycle.open(s, teams[0].round_id, 2020, BUREAU, now))
    cycle_id: UUID = await one(own, sa.select(Cycle.id))
    await do(own, lambda s, now: cycle.collect(s, cycle_id, BUREAU, now))
    return cycle_id, await one(own, sa.select(Assessment.id))


async def graded(own: Database, teams: list[TeamIds]) -> UUID:
    cycle_id, row_id = await collecting(own, teams)
    for actor, part in ((HOSTS[0], "host_rating"), (DISTRICT, "beneficiary_rating")):
        given = Part(part, Decimal(90), "")
        await do(own, lambda s, now, a=actor, p=given: assessment.submit(s, row_id, p, a, now), actor)
    for step in (cycle.score, cycle.grade):
        assert await do(own, lambda s, now, f=step: f(s, cycle_id, BUREAU, now)) == "done"
    return cycle_id


async def test_a_notice_is_posted_once(own: Database, teams: list[TeamIds]) -> None:
    notice_id = await drafted(own, teams, "selection")
    posted = await at_once(*(do(own, lambda s, now: notice.post(s, notice_id, BUREAU, now)) for _ in range(5)))
    assert posted == {"done": 1, "notice.status": 4}
    assert await one(own, sa.select(sa.func.count()).select_from(NoticeEntry)) == 1


async def test_a_part_is_taken_once(own: Database, teams: list[TeamIds]) -> None:
    _, row_id = await collecting(own, teams)
    part = Part("host_rating", Decimal(90), "")
    handed_in = await at_once(
        *(do(own, lambda s, now, h=host: assessment.submit(s, row_id, part, h, now), host) for host in HOSTS)
    )
    assert handed_in == {"done": 1, "part.double": 4}


async def test_an_edition_is_published_once(own: Database, teams: list[TeamIds]) -> None:
    cycle_id = await graded(own, teams)
    notice_id = await drafted(own, teams, "grades", cycle_id)
    assert await do(own, lambda s, now: notice.post(s, notice_id, BUREAU, now)) == "done"
    closes_at = await one(own, sa.select(Notice.closes_at))
    assert await do(own, lambda s, _: notice.close(s, notice_id, closes_at + timedelta(minutes=1)), SYSTEM) == "done"
    published = await at_once(
        *(do(own, lambda s, now: publication.publish(s, cycle_id, BUREAU, now)) for _ in range(5))
    )
    assert published == {"done": 1, "cycle.status": 4}
    assert await one(own, sa.select(sa.func.count()).select_from(Edition)) == 1


async def meeting(own: Database, first: Act, second: Act) -> str:
    """``second`` begins when ``first`` has done everything but commit; what became of ``second``."""
    async with own.transaction() as session:
        await first(session, session.info["now"])
        await session.flush()
        meanwhile = asyncio.create_task(do(own, second))
        await asyncio.sleep(0.3)
    return await meanwhile


async def standing(own: Database) -> list[str]:
    """The statuses of all entries."""
    async with own.reading() as session:
        return list(await session.scalars(sa.select(NoticeEntry.status)))


async def test_a_team_that_leaves_just_before_its_notice_is_posted_is_not_on_it(
    own: Database, teams: list[TeamIds]
) -> None:
    notice_id = await drafted(own, teams, "selection")
    posted = await meeting(
        own,
        lambda s, now: team.leave(s, teams[0].team_id, "withdrawn", now),
        lambda s, now: notice.post(s, notice_id, BUREAU, now),
    )
    assert (posted, await standing(own)) == ("notice.empty", [])


async def test_a_team_that_leaves_just_after_its_notice_is_posted_leaves_it(
    own: Database, teams: list[TeamIds]
) -> None:
    notice_id = await drafted(own, teams, "selection")
    left = await meeting(
        own,
        lambda s, now: notice.post(s, notice_id, BUREAU, now),
        lambda s, now: team.leave(s, teams[0].team_id, "withdrawn", now),
    )
    assert (left, await standing(own)) == ("done", ["left"])


async def test_a_team_that_leaves_just_before_grades_are_posted_is_graded_no_more(
    own: Database, teams: list[TeamIds]
) -> None:
    notice_id = await drafted(own, teams, "grades", await graded(own, teams))
    posted = await meeting(
        own,
        lambda s, now: team.leave(s, teams[1].team_id, "dissolved", now),
        lambda s, now: notice.post(s, notice_id, BUREAU, now),
    )
    assert (posted, await standing(own)) == ("notice.empty", [])
    assert await one(own, sa.select(Assessment.status)) == "excluded"


async def test_a_rating_handed_in_while_the_cycle_is_scored_comes_too_late(own: Database, teams: list[TeamIds]) -> None:
    cycle_id, row_id = await collecting(own, teams)
    for actor, part in ((HOSTS[0], "host_rating"), (DISTRICT, "beneficiary_rating")):
        rating = Part(part, Decimal(90), "")
        await do(own, lambda s, now, a=actor, p=rating: assessment.submit(s, row_id, p, a, now), actor)
    late = await meeting(
        own,
        lambda s, now: cycle.score(s, cycle_id, BUREAU, now),
        lambda s, now: assessment.submit(s, row_id, Part("district_score", Decimal(1), ""), DISTRICT, now),
    )
    assert late == "assessment.status"


async def test_a_rating_said_while_a_cycle_begins_to_collect_is_handed_in(own: Database, teams: list[TeamIds]) -> None:
    assert await do(own, lambda s, now: cycle.open(s, teams[0].round_id, 2020, BUREAU, now)) == "done"
    cycle_id = await one(own, sa.select(Cycle.id))
    said = TeamRatedByHost(**teams[1].all, rating_id=uuid4(), satisfaction=80)
    taken = await meeting(
        own, lambda s, now: cycle.collect(s, cycle_id, BUREAU, now), lambda s, now: rating.take(s, said, now)
    )
    assert taken == "done"
    assert await one(own, sa.select(KnownRating.used))

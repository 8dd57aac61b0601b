"""A round of as many teams as one likes (10,000 by default), ready for its yearly rating, by plain bulk inserts; and the
year itself, step by step, as the use cases do it.

    connection = await as_owner(…)                       # asyncpg, on a migrated database of the assessment service
    round_id = await fill_round(connection)              # teams that serve: 4 people, 5 entries, 3 indicators each
    await connection.execute("analyze")
    took = await rate_year(database, connection, round_id)   # seconds of every step, see STEPS

``rate_year`` opens the cycle, collects (each host's rating comes from the phone, the other parts by ``fill_parts``),
scores, grades, posts the notice, closes it and publishes the edition, each in one transaction with its events. What is
published then can be read under ``/public/ratings``. ``python -m tests.bench.publication_data`` prints the seconds on a
PostgreSQL of its own as one JSON line.
"""

import argparse
import json
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import sqlalchemy as sa
import uvloop

from deploy.databases import in_database, owner_of
from services.assessment.models import Cycle, Edition, KnownTeam, Notice
from services.assessment.usecases import certificate, cycle, notice, publication
from shared import crypto, signing
from shared.actor import Actor
from shared.cli import settle
from shared.clock import SHANGHAI
from shared.contracts.policy_document import policy_document
from shared.db import Database
from shared.testing import Databases, service_of, settings_for_tests
from tests.bench.backbone import postgres

DIVISION = "500000000000"
YEAR = 2020
NOW = datetime(YEAR, 12, 14, 9, tzinfo=SHANGHAI)
NOTICE_OVER = timedelta(days=12)
BUREAU = Actor("bench", frozenset({"bureau"}), division=DIVISION)
SERVICE = service_of("assessment")
STEPS = ("collect", "score", "grade", "post", "close", "publish")

_ROUND = """
insert into known_rounds (id, name, year, prefix, division, policy) values ($1, '万队批次', $2, 'WD-2020', $3, $4)"""
_TEAMS = """
insert into known_teams (id, round_id, order_id, order_number, name, lead_id, lead_name, unit_code, unit_name, division,
       place, amount_fen, stage, waiting, host_code, starts_on, ends_on, agreed_days, agreed_visits)
select gen_random_uuid(), $1, gen_random_uuid(), 'WD-2020-' || to_char(n, 'FM00000'), '第' || n || '服务团',
       gen_random_uuid(), '领衔专家' || n, '12500000743408730K', '三峡学院',
       '5001' || to_char(1 + n % 39, 'FM00') || '151002', '龙驹镇', 10000000, 'serving', false,
       'N2500101053181942A', date '2020-04-01', date '2021-03-31', 10, 5
  from generate_series(1, $2::int) n"""
_ENTRIES = """
insert into known_entries (id, team_id, person_id, served_on, days)
select gen_random_uuid(), t.id, t.lead_id, date '2020-08-01' + e, 2 + (substr(order_number, 9)::int % 3) * 0.5
  from known_teams t, generate_series(1, 5) e where round_id = $1 and e <= 2 + substr(order_number, 9)::int % 4"""
_INDICATORS = """
insert into known_indicators (team_id, name, unit, baseline, target, actual)
select t.id, '指标' || i, '亩', 0, 100, 30 + (substr(order_number, 9)::int * 7 + i * 13) % 90
  from known_teams t, generate_series(1, 3) i where round_id = $1"""
_WORDS = """
insert into known_ratings (team_id, satisfaction, rated_at, used)
select id, (array[100, 85, 70, 40])[1 + substr(order_number, 9)::int % 4], timestamptz '2020-11-30 09:00+08', false
  from known_teams where round_id = $1"""
_MEMBERS = """
insert into known_members (team_id, person_id, joined_on, name, role, unit_code, unit_name, left_on)
select id, case role when 'lead' then lead_id else gen_random_uuid() end, starts_on,
       case role when 'lead' then lead_name else '人员' || number end, role, unit_code, unit_name, null
  from known_teams, (values ('lead', 1), ('member', 2), ('member', 3), ('local_talent', 4)) as m (role, number)
 where round_id = $1"""
_PARTS = """
with t as (
    select a.id, a.attempt, substr(k.order_number, 9)::int n
      from assessments a join known_teams k on k.id = a.team_id where a.cycle_id = $1
)
insert into parts (id, version, assessment_id, part, attempt, score, text, submitted_by, submitted_as, submitted_at)
select gen_random_uuid(), 1, t.id, p.part, t.attempt, case when p.scored then 60 + (t.n * 11 + p.number) % 41 end,
       case when p.scored then '' else '完成约定任务' end, 'bench', p.role, now()
  from t, (values ('self_report', 'expert', false, 1), ('unit_opinion', 'unit', false, 2),
                  ('beneficiary_rating', 'district', true, 3), ('district_score', 'district', true, 4))
       as p (part, role, scored, number)"""


async def fill_round(connection: asyncpg.Connection, teams: int = 10_000, **policy: Any) -> UUID:
    """A round whose teams serve, in one transaction; ``policy`` are values of the assessment section. Its id."""
    round_id = uuid4()
    document = json.dumps(policy_document({"assessment": policy}))
    async with connection.transaction():
        await connection.execute(_ROUND, round_id, YEAR, DIVISION, document)
        await connection.execute(_TEAMS, round_id, teams)
        for statement in (_MEMBERS, _ENTRIES, _INDICATORS, _WORDS):
            await connection.execute(statement, round_id)
    return round_id


async def fill_parts(connection: asyncpg.Connection, cycle_id: UUID) -> None:
    """Everything but the hosts' ratings, handed in for every assessment of a cycle that collects."""
    await connection.execute(_PARTS, cycle_id)


async def certify(database: Database, count: int) -> list[str]:
    """The numbers of as many certificates of service, each issued to another team's lead."""
    numbers = []
    async with database.transaction(BUREAU) as session:
        for team in await session.scalars(sa.select(KnownTeam).limit(count)):
            kind, now = "service_record", NOW + NOTICE_OVER
            issued = await certificate.issue(session, kind, team.id, team.lead_id, BUREAU, now)
            numbers.append(issued.number)
    return numbers


async def rate_year(database: Database, connection: asyncpg.Connection, round_id: UUID) -> dict[str, float]:
    """From the opened cycle to the published edition; seconds of every step of ``STEPS``, commits included."""
    took: dict[str, float] = {}

    @asynccontextmanager
    async def timed(step: str) -> AsyncIterator[Any]:
        began = time.perf_counter()
        async with database.transaction(BUREAU) as session:
            yield session
        took[step] = time.perf_counter() - began

    async with database.transaction(BUREAU) as session:
        cycle_id = (await cycle.open(session, round_id, YEAR, BUREAU, NOW)).id
    async with timed("collect") as session:
        await cycle.collect(session, cycle_id, BUREAU, NOW)
    await fill_parts(connection, cycle_id)
    await connection.execute("analyze")
    async with timed("score") as session:
        await cycle.score(session, cycle_id, BUREAU, NOW)
    async with timed("grade") as session:
        await cycle.grade(session, cycle_id, BUREAU, NOW)
    async with database.transaction(BUREAU) as session:
        notice_id = (await notice.draft(session, round_id, "grades", cycle_id, BUREAU, NOW)).id
    async with timed("post") as session:
        await notice.post(session, notice_id, BUREAU, NOW)
    async with timed("close") as session:
        await notice.close(session, notice_id, NOW + NOTICE_OVER)
    async with timed("publish") as session:
        await publication.publish(session, cycle_id, BUREAU, NOW + NOTICE_OVER)
    await _check(database, cycle_id, notice_id)
    return took


async def _check(database: Database, cycle_id: UUID, notice_id: UUID) -> None:
    async with database.reading() as session:
        found = await session.scalar(sa.select(Cycle.status).where(Cycle.id == cycle_id))
        shown = await session.scalar(sa.select(Edition.content).where(Edition.cycle_id == cycle_id))
        posted = await session.scalar(sa.select(Notice.snapshot).where(Notice.id == notice_id))
    if found != "published" or not shown or not posted or len(shown["lines"]) != len(posted["entries"]):
        raise RuntimeError(f"the cycle is {found}, and its edition does not show what its notice showed")


async def as_owner(admin_url: str, database: Database) -> asyncpg.Connection:
    """A connection that may write what the service itself only learns from events."""
    url = in_database(admin_url, str(database.engine.url.database))
    return await asyncpg.connect(url, server_settings={"role": owner_of("test_assessment")})


async def measure(teams: int) -> dict[str, float]:
    settings = settings_for_tests()
    crypto.use_keys(settings.field_keys, settings.hash_key)
    signing.use_signing_keys(settings.signing_keys, settings.public_url)
    settle()  # as the service's processes do
    with tempfile.TemporaryDirectory(prefix="jiedan-bench-") as folder:
        async with postgres(Path(folder), "--max_wal_size=4GB", "--checkpoint_timeout=30min") as admin_url:
            ours = Database(await Databases(admin_url).create(SERVICE), service="assessment")
            connection = await as_owner(admin_url, ours)
            round_id = await fill_round(connection, teams)
            await connection.execute("analyze")
            took = await rate_year(ours, connection, round_id)
            await connection.close()
            await ours.close()
    return took | {"grade_s": sum(took[step] for step in ("score", "grade", "publish")), "all_s": sum(took.values())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teams", type=int, default=10_000)
    found = uvloop.run(measure(parser.parse_args().teams))
    print(json.dumps({step: round(seconds, 2) for step, seconds in found.items()}))


if __name__ == "__main__":
    main()

"""Units put their people forward, one by one or as a list in Excel, and take their word back. What follows by itself
is in ``nomination``: a claim that ends calls it, and a word taken back ends claims, so one file could not be both."""

from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Member, Nomination, Person, Team
from services.teams.queries.sight import ON_ROSTER
from services.teams.rules import nomination as rules
from services.teams.rules.nomination import NominatedRound
from services.teams.rules.team import HOLDING, OPEN_CLAIMS
from services.teams.schemas import ImportedNomination, NominationImportOut, NominationIn
from services.teams.usecases.nomination import of
from services.teams.usecases.team import reject_others
from shared.actor import Actor
from shared.contracts.teams import NominationWithdrawn, PersonNominated
from shared.crypto import keyed_hash
from shared.errors import Malformed, NotFound, Reason
from shared.outbox import publish
from shared.spreadsheet import Cells, Sheet

REQUIRED = ("姓名", "证件号码")
OPTIONAL = ("序号", "单位统一社会信用代码", "意向岗位", "推荐理由")


async def nominate(
    session: AsyncSession, round_id: UUID, body: NominationIn, actor: Actor, now: datetime
) -> Nomination:
    """One person; their unit consents to whatever claim of theirs is open already."""
    stands = await queries.resolved(session, body.person_id)
    person = (await queries.held_people(session, [stands])).get(stands)
    if person is None:
        raise NotFound("person")
    round_ = await queries.nominated_round(session, round_id)
    return await _put_forward(session, round_id, round_, person, body.wish, body.grounds, actor, now)


async def _put_forward(
    session: AsyncSession,
    round_id: UUID,
    round_: NominatedRound,
    person: Person,
    wish: str,
    grounds: str,
    actor: Actor,
    now: datetime,
) -> Nomination:
    row = Nomination(
        round_id=round_id,
        person_id=person.id,
        person_name=person.name,
        unit_code=person.unit_code,
        unit_name=person.unit_name,
        status=rules.nominate(round_, person.facts, person.unit_code, actor),
        wish=wish,
        grounds=grounds,
        nominated_at=now,
    )
    session.add(row)
    await session.flush()
    open_claims = sa.select(Team.id).where(Team.round_id == round_id, Team.status.in_(OPEN_CLAIMS))
    await session.execute(
        sa.update(Member)
        .where(
            Member.person_id == person.id,
            Member.team_id.in_(open_claims),
            Member.status.in_(ON_ROSTER),
            Member.unit_consented_at.is_(None),
        )
        .values(unit_consented_at=now, version=Member.version + 1)
    )
    publish(session, PersonNominated(**of(row), unit_code=row.unit_code))
    return row


async def withdraw(session: AsyncSession, nomination_id: UUID, reason: str, actor: Actor, now: datetime) -> Nomination:
    """The unit takes its word back; the person's open claims in the round end with it."""
    row = await queries.nomination(session, nomination_id, actor)
    led = sa.select(Team.id).where(Team.round_id == row.round_id, Team.lead_id == row.person_id)
    # None of them is proposed meanwhile. Claims first, then the nomination: as when a claim is confirmed.
    await session.execute(led.order_by(Team.id).with_for_update())
    row = await queries.nomination(session, nomination_id, actor, lock=True)
    held = (await session.execute(led.where(Team.status.in_(HOLDING)).limit(1))).first() is not None
    row.status = rules.withdraw(row.status, row.unit_code, actor, reason, held)
    row.reason = reason
    claims = list(await session.scalars(led.where(Team.status.in_(OPEN_CLAIMS))))
    await reject_others(session, claims, "team.nomination_withdrawn", now)
    publish(session, NominationWithdrawn(**of(row)))
    return row


async def import_nominations(
    session: AsyncSession, round_id: UUID, sheet: Sheet, actor: Actor, now: datetime
) -> NominationImportOut:
    """A unit's or the bureau's list: all rows or none. Raises :class:`Malformed` with every faulty cell; the same
    file twice changes nothing."""
    round_ = await queries.nominated_round(session, round_id)
    keys = {row.number: keyed_hash(row.text("证件号码").upper()) for row in sheet.rows}
    people = await _listed(session, keys.values())
    before = {
        row.person_id: row.id
        for row in await session.scalars(
            sa.select(Nomination).where(Nomination.round_id == round_id, Nomination.status != "withdrawn")
        )
    }
    if faults := [*_faults(sheet, keys, people, round_, actor)]:
        raise Malformed(*faults)
    answer = NominationImportOut(rows=len(sheet.rows), created=0, existing=0, nominations=[])
    for row in sheet.rows:
        person = people[keys[row.number]]
        if (known := before.get(person.id)) is None:
            texts = row.text("意向岗位"), row.text("推荐理由")
            known = (await _put_forward(session, round_id, round_, person, *texts, actor, now)).id
            answer.created += 1
        answer.nominations.append(ImportedNomination(row=row.number, nomination_id=known))
    answer.existing = answer.rows - answer.created
    return answer


async def _listed(session: AsyncSession, keys: Collection[str]) -> dict[str, Person]:
    """The people of the registry by these keys of their citizen ids; a merged record means the one that stands."""
    records = sa.select(Person.citizen_key, sa.func.coalesce(Person.merged_into_id, Person.id))
    found = await session.execute(records.where(Person.citizen_key.in_(keys)))
    ids = {row[0]: row[1] for row in found}
    people = await queries.held_people(session, ids.values())
    return {key: people[person_id] for key, person_id in ids.items()}


def _faults(
    sheet: Sheet, keys: dict[int, str], people: dict[str, Person], round_: NominatedRound, actor: Actor
) -> Iterator[Reason]:
    rules.authority(round_, actor)
    yield from rules.round_obstacles(round_)
    if not sheet.rows:
        yield Reason("file.empty", "表中没有数据行", "The sheet has no rows", "/file")
    first: dict[str, int] = {}
    for row in sheet.rows:
        key = keys[row.number]
        at = first.setdefault(key, row.number)
        if at != row.number:
            twice = Reason("person.listed_twice", f"与第{at}行证件号码相同", f"The same citizen id as in row {at}")
            yield row.error("证件号码", twice)
        elif (person := people.get(key)) is None:
            unknown = Reason(
                "person.not_found", "专家库中没有此人，请先登记", "Not in the registry: register them first"
            )
            yield row.error("证件号码", unknown)
        else:
            yield from _person_faults(row, person, actor)


def _person_faults(row: Cells, person: Person, actor: Actor) -> Iterator[Reason]:
    """What the list says must be what the registry says."""
    name, unit = row.text("姓名"), row.text("单位统一社会信用代码").upper()
    if name != person.name:
        yield row.error("姓名", Reason("person.name_differs", "与专家库登记的姓名不一致", "Not the registered name"))
    if unit and unit != person.unit_code:
        differs = Reason("person.unit_differs", "与专家库登记的工作单位不一致", "Not the registered unit")
        yield row.error("单位统一社会信用代码", differs)
    yield from (row.error("姓名", reason) for reason in rules.person_obstacles(person.facts, person.unit_code, actor))

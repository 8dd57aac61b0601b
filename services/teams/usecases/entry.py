"""Service entries: written by the team in batches, settled by the host or through the liaison's link."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Entry, Member, Team, Training
from services.teams.rules import entry as rules
from services.teams.rules import rights
from services.teams.rules import team as team_rules
from services.teams.rules import training as training_rules
from services.teams.rules.entry import EntryFacts, ServiceFacts, Stay, Verdict
from services.teams.schemas import EntryAnswer, EntryIn
from services.teams.usecases import policies
from services.teams.usecases import team as teams
from shared.actor import SYSTEM, Actor
from shared.clock import SHANGHAI
from shared.contracts.teams import EntryConfirmed, EntryDisputed, EntryEdited, EntryRecorded, EntryWithdrawn
from shared.db import load
from shared.errors import NotFound, Reason, require
from shared.outbox import publish


async def record(
    session: AsyncSession, team_id: UUID, batch: list[EntryIn], actor: Actor, now: datetime
) -> list[EntryAnswer]:
    """Each entry stands or falls alone. The same id with the same content is a duplicate and counts once, also when
    it was put right or taken back meanwhile. What is refused is not kept: it may be sent again under its id."""
    team = await queries.locked_team(session, team_id, actor)
    service, trained = await _service(session, team), await _training(session, team)
    team_rules.member_only(service.people, actor)
    today = now.astimezone(SHANGHAI).date()
    ids = [entry.id for entry in batch]
    known = {entry.id: entry for entry in await session.scalars(sa.select(Entry).where(Entry.id.in_(ids)))}
    fresh: dict[UUID, EntryIn] = {}
    answers = []
    for entry in batch:
        if entry.id in known or entry.id in fresh:
            same = fresh[entry.id] == entry if entry.id in fresh else _same(known[entry.id], team, entry)
            answers.append(_answer(entry, "duplicate") if same else _answer(entry, "refused", [rules.changed()]))
        elif reasons := [*rules.record_obstacles(_facts(entry), service, today), *trained(entry.served_on)]:
            answers.append(_answer(entry, "refused", reasons))
        else:
            fresh[entry.id] = entry
            answers.append(_answer(entry, "recorded"))
    taken = fresh.keys() - await _insert(session, team, list(fresh.values()), actor)
    return [_answer(fresh[a.id], "refused", [rules.changed()]) if a.id in taken else a for a in answers]


def _facts(entry: EntryIn) -> EntryFacts:
    return EntryFacts(entry.served_on, str(entry.person_id), entry.form, entry.days, entry.beneficiaries)


async def _service(session: AsyncSession, team: Team) -> ServiceFacts:
    joined = sa.select(Member.person_id, Member.joined_at, Member.left_at)
    people: dict[str, list[Stay]] = defaultdict(list)
    for person, since, left in await session.execute(
        joined.where(Member.team_id == team.id, Member.joined_at.is_not(None))
    ):
        people[str(person)].append((_day(since), _day(left) if left else None))
    may = team_rules.serves(team.status, await policies.of(session, team.round_id))
    return ServiceFacts(may, team.agreed_on, team.ends_on, people)


def _day(at: Any) -> date:
    day: date = at.astimezone(SHANGHAI).date()
    return day


async def _training(session: AsyncSession, team: Team) -> Callable[[date], Iterable[Reason]]:
    """What the training before the post, if the mode asks for one, says against a day of service."""
    trained_on = await session.scalar(sa.select(Training.trained_on).where(Training.team_id == team.id))
    return partial(training_rules.service_obstacles, team.training_due, trained_on)


async def _insert(session: AsyncSession, team: Team, entries: list[EntryIn], actor: Actor) -> set[UUID]:
    """One statement for the batch; the ids that were new (another team may take the same id at this moment)."""
    if not entries:
        return set()
    known = {"team_id": team.id, "status": "recorded", "recorded_by": actor.id}
    rows = [{**entry.model_dump(), **known, "sent_hash": _hash(entry)} for entry in entries]
    statement = insert(Entry).on_conflict_do_nothing(index_elements=[Entry.id]).returning(Entry.id)
    written = set(await session.scalars(statement, rows))
    for entry in entries:
        if entry.id in written:
            event = EntryRecorded(**teams.ids(team), entry_id=entry.id, served_on=entry.served_on, days=entry.days)
            publish(session, event)
    return written


def _same(stored: Entry, team: Team, sent: EntryIn) -> bool:
    """Whatever has become of it since: it is the same entry when it says the same."""
    return stored.team_id == team.id and (
        stored.sent_hash == _hash(sent)
        or all(getattr(stored, name) == value for name, value in sent.model_dump(exclude={"id"}).items())
    )


def _hash(sent: EntryIn) -> str:
    said = (sent.served_on, sent.person_id, sent.form, sent.days.normalize(), sent.beneficiaries, sent.problem)
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _answer(entry: EntryIn, status: str, reasons: Sequence[Reason] = ()) -> EntryAnswer:
    return EntryAnswer.model_validate({"id": entry.id, "status": status, "reasons": reasons})


async def edit(session: AsyncSession, row: Entry, changes: dict[str, Any], actor: Actor, now: datetime) -> Entry:
    """Put right what the host has not confirmed; a disputed entry waits for the host again."""
    team = await queries.locked_team(session, row.team_id, actor)
    row.status = rules.edit(row.status, await _own(session, team, row, actor), actor)
    said: dict[str, Any] = {
        name: str(value) if name == "person_id" else value for name, value in changes.items() if name != "problem"
    }
    wanted = replace(row.facts, **said)
    service, trained = await _service(session, team), await _training(session, team)
    today = now.astimezone(SHANGHAI).date()
    require([*rules.record_obstacles(wanted, service, today), *trained(wanted.served_on)])
    for name, value in changes.items():
        setattr(row, name, value)
    row.settled_at, row.settled_by = None, ""
    publish(session, EntryEdited(**teams.ids(team), entry_id=row.id, served_on=row.served_on, days=row.days))
    return row


async def withdraw(session: AsyncSession, entry_id: UUID, actor: Actor, now: datetime) -> Entry:
    """Taken back; the row stays, so that the phone may send it again without harm."""
    row = await locked(session, entry_id, actor)
    team = await session.get_one(Team, row.team_id)
    row.status = rules.withdraw(row.status, await _own(session, team, row, actor), actor)
    publish(session, EntryWithdrawn(**teams.ids(team), entry_id=row.id))
    return row


async def locked(session: AsyncSession, entry_id: UUID, actor: Actor) -> Entry:
    """The entry for a change by this actor; its team is locked before it, as everywhere."""
    await queries.locked_team(session, (await queries.entry(session, entry_id, actor)).team_id, actor)
    return await load(session, Entry, entry_id, "entry")


async def _own(session: AsyncSession, team: Team, row: Entry, actor: Actor) -> bool:
    """Whoever wrote it, the lead and deputies."""
    right = rights.right_of(await queries.team_facts(session, team), actor)
    return row.recorded_by == actor.id or right in ("lead", "deputy")


async def settle(
    session: AsyncSession, team_id: UUID, verdicts: Mapping[UUID, Verdict], actor: Actor, now: datetime
) -> list[Entry]:
    """Confirm or dispute entries of one team. Its first confirmed entry starts its service."""
    team = await load(session, Team, team_id, "team")
    statement = (
        sa.select(Entry).where(Entry.id.in_(verdicts), Entry.team_id == team.id).order_by(Entry.id).with_for_update()
    )
    entries = list(await session.scalars(statement.execution_options(populate_existing=True)))
    if len(entries) < len(verdicts):
        raise NotFound("entry")
    require(await _photos_missing(session, team, [e.id for e in entries if verdicts[e.id] == "confirm"]))
    for entry in entries:
        entry.status = rules.settle(verdicts[entry.id], entry.status, actor, team.host_code)
        entry.settled_at, entry.settled_by = now, actor.id
        publish(session, _settled(team, entry))
    if any(entry.status == "confirmed" for entry in entries):
        await teams.start(session, team.id, now)
        await _end_when_full(session, team, now)
    return entries


async def _photos_missing(session: AsyncSession, team: Team, confirmed: list[UUID]) -> list[Reason]:
    """What the round's policy about photos says against confirming these entries."""
    policy = (await policies.of(session, team.round_id)).teams
    if not policy.entry_photo:
        return []
    photos = await queries.photos_of(session, confirmed)
    return [r for key in confirmed for r in rules.photo_obstacles(len(photos[key]), policy, f"/entries/{key}/photos")]


async def _end_when_full(session: AsyncSession, team: Team, now: datetime) -> None:
    """Where the mode limits the entries, the last one concludes the team."""
    confirmed = sa.select(sa.func.count()).where(Entry.team_id == team.id, Entry.status == "confirmed")
    policy = (await policies.of(session, team.round_id)).teams
    if team.status == "serving" and rules.full(await session.scalar(confirmed) or 0, policy):
        await teams.conclude(session, team.id, SYSTEM, now)


def _settled(team: Team, entry: Entry) -> EntryConfirmed | EntryDisputed:
    if entry.status == "disputed":
        return EntryDisputed(**teams.ids(team), entry_id=entry.id)
    return EntryConfirmed(
        **teams.ids(team),
        entry_id=entry.id,
        person_id=entry.person_id,
        served_on=entry.served_on,
        days=entry.days,
        beneficiaries=entry.beneficiaries,
        form=entry.form,
        served_units=entry.served_units,
    )


async def confirm(session: AsyncSession, entry_id: UUID, actor: Actor, now: datetime) -> Entry:
    return (await settle(session, await _team_of(session, entry_id, actor), {entry_id: "confirm"}, actor, now))[0]


async def dispute(session: AsyncSession, entry_id: UUID, actor: Actor, now: datetime) -> Entry:
    return (await settle(session, await _team_of(session, entry_id, actor), {entry_id: "dispute"}, actor, now))[0]


async def _team_of(session: AsyncSession, entry_id: UUID, actor: Actor) -> UUID:
    entry = await session.get(Entry, entry_id)
    if entry is None:
        raise NotFound("entry")
    await queries.seen_team(session, entry.team_id, actor)
    return entry.team_id

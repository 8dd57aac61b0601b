"""Whoever owns the database can change what was published, and anybody finds it over HTTP: which document or entry."""

import hashlib
import json
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import sqlalchemy as sa

from deploy.site import verify_published
from deploy.site.verify_published import Difference, Site, verify
from services.assessment.models import Checkpoint, Cycle, Edition, KnownRound, LogEntry, Notice, Report, ReportPicture
from services.assessment.rules import chain, edition, frozen
from services.assessment.rules.edition import Line
from services.assessment.usecases import checkpoint
from services.assessment.usecases.record import record, row_of
from shared import clock, signing
from shared.db import Database, new_id
from shared.http.app import create_app
from shared.service import Service
from shared.testing import Databases, settings_for_tests
from tests.assessment.factories import look_again

AT = datetime(2020, 12, 20, 9, tzinfo=clock.SHANGHAI)
WALL = datetime(2026, 11, 22, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
SEEDS = settings_for_tests().signing_keys


class World:
    """A site with a notice, two editions of a cycle and one of another, signed; and its owner."""

    def __init__(self, database: Database, owner: Database, app: Any) -> None:
        self.database, self.owner, self.app = database, owner, app
        self.round_id = uuid4()
        self.editions: list[UUID] = []

    async def verify(self, seen: Any = None, keys: tuple[str, ...] = (), at: datetime = WALL) -> Site:
        look_again()
        self.app.state.memory.clear()
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await verify(client, seen, keys, at, 3 * HOUR)

    async def difference(self, seen: Any = None, keys: tuple[str, ...] = (), at: datetime = WALL) -> Difference:
        with pytest.raises(Difference) as found:
            await self.verify(seen, keys, at)
        return found.value

    async def tamper(self, *statements: Any) -> None:
        """As the owner of the tables, who switches every guard off."""
        async with self.owner.engine.begin() as connection:
            for table in ("editions", "notices", "reports", "report_pictures", "log_entries", "log_checkpoints"):
                await connection.execute(sa.text(f"alter table {table} disable trigger user"))
            for statement in statements:
                await connection.execute(sa.text(statement) if isinstance(statement, str) else statement)

    async def publish(self) -> None:
        async with self.database.transaction() as session:
            round = KnownRound(id=self.round_id, name="一批", year=2020, prefix="CQ-2020", division="50", policy={})
            session.add(round)
            await session.flush()
            await self._post(session)
            for year, numbers in ((2020, (1, 2)), (2021, (1,))):
                cycle = Cycle(round_id=self.round_id, year=year, status="published", told="")
                session.add(cycle)
                await session.flush()
                before = ""
                for number in numbers:
                    before = await self._edition(session, cycle, number, before)
            await record(session, "certificate_issued", uuid4(), "", "ab" * 32, AT)
            await checkpoint.cover(session, WALL - 2 * HOUR)

    async def _post(self, session: Any) -> None:
        snapshot = {"kind": "grades", "entries": [{"team": "种植服务团", "total": "90.00"}]}
        shown = {"snapshot": snapshot, "snapshot_hash": frozen.fingerprint(snapshot)}
        times = {"posted_at": AT, "closes_at": AT, "last_day": AT.date()}
        notice = Notice(round_id=self.round_id, kind="grades", status="confirmed", **shown, **times)
        session.add(notice)
        await session.flush()
        await record(session, "notice_posted", notice.id, f"/public/notices/{notice.id}", notice.snapshot_hash, AT)

    async def _edition(self, session: Any, cycle: Cycle, number: int, before: str) -> str:
        line = Line(
            str(cycle.id), "CQ-2020-0001", "种植服务团", "某", "学院", "镇", Decimal("90.00"), "excellent", number
        )
        if cycle.year == 2021:  # one that a person gave instead of the computed grade
            line = replace(line, computed="qualified", reason="现场核实")
        content = edition.content(
            round_name="一批",
            year=cycle.year,
            number=number,
            published_at=AT,
            reason="",
            previous_hash=before,
            lines=[line],
            scale={},
        )
        signed = signing.sign(frozen.canonical(content))
        row = Edition(
            id=new_id(),
            cycle_id=cycle.id,
            round_id=self.round_id,
            year=cycle.year,
            number=number,
            published_at=AT,
            published_by="",
            content=content,
            content_hash=frozen.fingerprint(content),
            signature_key=signed.key,
            signature=b64encode(signed.value).decode(),
        )
        session.add(row)
        await session.flush()
        self.editions.append(row.id)
        await record(session, "edition_published", row.id, f"/public/ratings/editions/{row.id}", row.content_hash, AT)
        return row.content_hash

    async def forge(self, change: Any) -> list[Any]:
        """Statements that write the log anew, each entry changed by ``change`` and every hash put right."""
        async with self.database.reading() as session:
            rows = list(await session.scalars(sa.select(LogEntry).order_by(LogEntry.position)))
        statements: list[Any] = ["delete from log_entries"]
        before = chain.START
        for row in rows:
            fields = change({**row_of(row.entry, row.subject_id), "previous_hash": before})
            entry = chain.Entry(
                fields["position"],
                fields["kind"],
                str(fields["subject_id"]),
                fields["address"],
                fields["document_hash"],
                fields["at"],
                before,
            )
            before = entry.hash
            statements.append(sa.insert(LogEntry).values({**fields, "hash": before}))
        return statements


@pytest.fixture
async def world(databases: Databases, service: Service) -> AsyncIterator[World]:
    clock.make_movable(True)
    database = Database(await databases.create(service), service="assessment")
    owner = databases.as_owner(database)
    app = create_app(service, settings_for_tests(str(database.engine.url)), database)
    found = World(database, owner, app)
    await found.publish()
    yield found
    await database.close()
    await owner.close()
    settings = settings_for_tests()
    signing.use_signing_keys(settings.signing_keys, settings.public_url)


async def test_what_was_not_altered_passes_and_goes_on_from_what_was_seen(world: World) -> None:
    site = await world.verify()
    assert (len(site.log), len(site.checkpoints), len(site.documents), site.ratings) == (5, 1, 4, 2)
    seen = site.known()
    async with world.database.transaction() as session:
        await record(session, "certificate_issued", uuid4(), "", "cd" * 32, AT)
        await checkpoint.cover(session, WALL - HOUR)
    later = await world.verify(seen)
    assert (len(later.log), later.known()["size"]) == (6, 6)


async def test_an_issued_report_is_held_against_the_log_too(world: World) -> None:
    picture = hashlib.sha256(b"picture").hexdigest()
    content = {"year": 2020, "figures": {"teams": 1}, "cases": [{"pictures": [picture]}]}
    signed = signing.sign(frozen.canonical(content))
    own = {"kind": "city", "year": 2020, "division": "500000000000", "number": 1, "drafted_by": ""}
    async with world.database.transaction() as session:
        row = Report(
            id=new_id(),
            **own,
            status="issued",
            issued_at=AT,
            content=content,
            signature_key=signed.key,
            content_hash=frozen.fingerprint(content),
            signature=b64encode(signed.value).decode(),
        )
        session.add_all((row, ReportPicture(report_id=row.id, sha256=picture, content=b"picture")))
        await session.flush()
        await record(session, "report_issued", row.id, f"/public/reports/{row.id}/content", row.content_hash, AT)
        await checkpoint.cover(session, WALL - HOUR)
    assert len((await world.verify()).documents) == 5
    await world.tamper("update report_pictures set content = 'another'")
    assert (await world.difference()).code == "picture"
    await world.tamper("update report_pictures set content = 'picture'")
    await world.tamper("update reports set content = jsonb_set(content, '{figures,teams}', '2')")
    assert (await world.difference()).code == "document.edited"
    again = "insert into reports select * from jsonb_populate_record(null::reports, (select to_jsonb(r) - 'id' ||"
    again += " jsonb_build_object('id', gen_random_uuid(), 'number', 2) from reports r))"
    await world.tamper("update reports set content = jsonb_set(content, '{figures,teams}', '1')", again)
    assert (await world.difference()).code == "unrecorded"


async def test_an_edited_edition_is_named(world: World) -> None:
    put = "update editions set content = jsonb_set(content, '{lines,0,total}', '\"99.00\"') where id = '%s'"
    await world.tamper(put % world.editions[1])
    found = await world.difference()
    assert (found.code, str(world.editions[1]) in found.en) == ("document.edited", True)


async def test_an_edition_edited_with_its_hash_is_named(world: World) -> None:
    content = {"lines": [], "number": 1, "previous_hash": ""}
    values = {"content": content, "content_hash": frozen.fingerprint(content)}
    await world.tamper(sa.update(Edition).where(Edition.id == world.editions[0]).values(values))
    assert (await world.difference()).code == "document.edited"


async def test_an_edited_notice_is_named(world: World) -> None:
    await world.tamper("update notices set snapshot = jsonb_set(snapshot, '{entries,0,total}', '\"60.00\"')")
    found = await world.difference()
    assert (found.code, "/public/notices/" in found.en) == ("document.edited", True)


@pytest.mark.parametrize("table", [Edition, Notice])
async def test_a_deleted_document_is_named(world: World, table: Any) -> None:
    await world.tamper(sa.delete(table).where(table.id.in_(sa.select(table.id).limit(1))))
    found = await world.difference()
    assert (found.code, "/public/" in found.zh) == ("document.deleted", True)


async def test_an_edited_entry_is_named(world: World) -> None:
    await world.tamper("update log_entries set document_hash = 'ee' where position = 3")
    found = await world.difference()
    assert (found.code, "Entry 3" in found.en) == ("entry.edited", True)


async def test_an_edited_entry_with_its_own_hash_put_right_is_named(world: World) -> None:
    statements = await world.forge(lambda row: {**row, "document_hash": "ee"} if row["position"] == 3 else row)
    await world.tamper("delete from log_entries where position = 3", statements[3])
    found = await world.difference()
    assert (found.code, "Entry 4" in found.en) == ("entry.chain", True)


async def test_an_entry_taken_out_is_named(world: World) -> None:
    await world.tamper("delete from log_entries where position = 2")
    found = await world.difference()
    assert (found.code, "Entry 2" in found.en) == ("entry.missing", True)


async def test_a_log_written_anew_is_not_what_was_signed(world: World) -> None:
    changed = await world.forge(lambda row: {**row, "document_hash": "ee"} if row["position"] == 3 else row)
    await world.tamper(*changed)
    assert (await world.difference()).code == "log.forked"


async def test_a_truncated_log_is_shorter_than_what_was_signed(world: World) -> None:
    await world.tamper("delete from log_entries where position = 5")
    found = await world.difference()
    assert (found.code, "5 → 4 entries" in found.en) == ("log.truncated", True)


async def test_a_log_without_its_checkpoints_is_found_by_what_was_seen(world: World) -> None:
    seen = (await world.verify()).known()
    await world.tamper("delete from log_entries where position = 5", "delete from log_checkpoints")
    assert (await world.difference(seen)).code == "log.truncated"


async def test_a_log_written_anew_without_its_checkpoints_is_found_by_what_was_seen(world: World) -> None:
    seen = (await world.verify()).known()
    changed = await world.forge(lambda row: {**row, "kind": "certificate_revoked"} if row["position"] == 5 else row)
    await world.tamper(*changed, "delete from log_checkpoints")
    assert (await world.difference(seen)).code == "log.forked"


async def test_checkpoints_that_are_gone_are_missed(world: World) -> None:
    seen = (await world.verify()).known()
    await world.tamper("delete from log_checkpoints")
    assert (await world.difference()).code == "checkpoint.stale"
    assert (await world.difference(seen)).code == "checkpoint.gone"


async def test_an_edited_checkpoint_is_signed_by_nobody(world: World) -> None:
    await world.tamper(
        "update log_checkpoints set note = replace(note, chr(10) || '5' || chr(10), chr(10) || '4' || chr(10))"
    )
    assert (await world.difference()).code == "signature"


async def test_a_checkpoint_by_another_key_is_signed_by_nobody(world: World) -> None:
    signing.use_signing_keys({9: bytes(32)}, "http://127.0.0.1:8080")
    async with world.database.transaction() as session:
        await checkpoint.beat(session, WALL)
    signing.use_signing_keys(SEEDS, "http://127.0.0.1:8080")
    assert (await world.difference()).code == "signature"


async def test_another_key_is_found_by_the_one_that_was_given_or_seen(world: World) -> None:
    site = await world.verify()
    [name] = site.keys
    await world.verify(keys=(name,))
    await world.verify(keys=(b64encode(site.keys[name]).decode(),))
    assert (await world.difference(keys=("1-00000000",))).code == "key"
    signing.use_signing_keys({9: bytes(32)}, "http://127.0.0.1:8080")
    assert (await world.difference(site.known())).code == "key"
    signing.use_signing_keys({**SEEDS, 2: bytes(32)}, "http://127.0.0.1:8080")
    found = await world.difference(site.known())
    assert (found.code, "--key 2-" in found.en) == ("key", True)
    await world.verify(site.known(), (signing.name_of(2, signing.public_keys()[found.en.split()[-1]]),))


async def test_an_edition_signed_by_another_key_is_named(world: World) -> None:
    wrong = b64encode(bytes(64)).decode()
    await world.tamper(sa.update(Edition).where(Edition.id == world.editions[2]).values(signature=wrong))
    found = await world.difference()
    assert (found.code, str(world.editions[2]) in found.en) == ("signature", True)


async def test_a_log_that_nobody_signs_any_more_is_stale(world: World) -> None:
    await world.verify(at=WALL + HOUR)
    assert (await world.difference(at=WALL + HOUR + timedelta(seconds=1))).code == "checkpoint.stale"


async def test_what_is_shown_without_an_entry_is_named(world: World) -> None:
    snapshot = {"kind": "grades", "entries": []}
    row = {"round_id": world.round_id, "kind": "grades", "status": "confirmed", "version": 1, "snapshot": snapshot}
    times = {"posted_at": AT, "closes_at": AT, "last_day": AT.date()}
    await world.tamper(sa.insert(Notice).values(**row, **times, snapshot_hash=frozen.fingerprint(snapshot)))
    found = await world.difference()
    assert (found.code, "/public/notices/" in found.en) == ("unrecorded", True)


async def test_an_older_edition_put_in_again_without_an_entry_is_named(world: World) -> None:
    async with world.database.reading() as session:
        first = await session.get_one(Edition, world.editions[0])
    names = ("cycle_id", "round_id", "year", "published_at", "published_by", "content", "content_hash")
    copy = {name: getattr(first, name) for name in names}
    await world.tamper(sa.insert(Edition).values(id=uuid4(), version=1, number=9, **copy))
    assert (await world.difference()).code == "rating.edited"


async def test_an_older_edition_in_force_again_is_found_by_the_entry_of_the_newer(world: World) -> None:
    """Deleted with its entry and the log written anew, checkpoints taken away: what was seen tells."""
    seen = (await world.verify()).known()
    changed = await world.forge(lambda row: row)
    del changed[3]
    await world.tamper(
        sa.delete(Edition).where(Edition.id == world.editions[1]), *changed, "delete from log_checkpoints"
    )
    assert (await world.difference(seen)).code in ("entry.missing", "log.truncated")


def serve(monkeypatch: Any, world: World) -> None:
    """The command's client, on the application instead of the network; what it read a moment ago it reads anew."""

    class Client(httpx.AsyncClient):
        def __init__(self, **kwargs: Any) -> None:
            look_again()
            world.app.state.memory.clear()
            super().__init__(**kwargs, transport=httpx.ASGITransport(world.app))

    monkeypatch.setattr(verify_published.httpx, "AsyncClient", Client)


async def test_the_command_keeps_what_it_saw_only_when_all_is_well(
    world: World, tmp_path: Path, monkeypatch: Any
) -> None:
    file = tmp_path / "seen.json"
    async with world.database.transaction() as session:
        session.add(await signed_now(session))
    with monkeypatch.context() as patched:
        serve(patched, world)
        found = await verify_published.run("http://test", str(file), [], hours=3, again=0)
    assert (found["ok"], found["entries"], found["documents"]) == (True, 5, 4)
    kept = file.read_text()
    assert json.loads(kept)["size"] == 5
    await world.tamper("delete from log_entries where position = 5", "delete from log_checkpoints")
    with monkeypatch.context() as patched:
        serve(patched, world)
        with pytest.raises(Difference):
            await verify_published.run("http://test", str(file), [], hours=3, again=0)
    assert file.read_text() == kept


async def signed_now(session: Any) -> Checkpoint:
    """A checkpoint of this moment, for the command judges by the wall's clock."""
    await checkpoint.beat(session, clock.wall())
    newest = await checkpoint.newest_checkpoint(session)
    assert newest is not None
    return newest


def test_a_site_that_does_not_answer_is_neither_well_nor_altered(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify_published.main(["http://127.0.0.1:1"]) == 2
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["ok"] is None

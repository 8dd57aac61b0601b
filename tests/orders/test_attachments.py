"""Files of orders: who hands them in, who sees them, and that nothing is lost or taken twice."""

import asyncio
import hashlib
import io
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import sqlalchemy as sa

from services.orders.models import Attachment
from shared import clock as wall_clock
from shared.contracts.orders import OrderAttachmentAdded, OrderAttachmentRemoved
from shared.db import Database
from shared.files import attachments
from shared.files.sweep import sweep
from shared.http.app import create_app
from shared.testing import Clients, settings_for_tests
from shared.worker import Worker
from tests.orders.factories import HOST, done, open_round, order_body, published_order
from tests.shared.conftest import until
from tests.shared.handed_in import PDF, jpeg, png


async def draft(api: Any, actors: Any) -> str:
    opened = await open_round(api, actors)
    created = await done(await api(actors.bureau).post("/v1/orders", json=order_body(opened["id"])), 201)
    return f"/v1/orders/{created['id']}/attachments"


def host(api: Any, actors: Any) -> Any:
    return api(actors.change(actors.host, unit=HOST))


async def send(client: Any, path: str, content: bytes, name: str = "a.png", media_type: str = "", **fields: Any) -> Any:
    return await client.post(path, files={"file": (name, content, media_type)}, data=fields)


def codes(answer: Any) -> list[str]:
    return [error["code"] for error in answer.json()["errors"]]


async def test_a_file_comes_back_as_it_was_handed_in(api: Any, actors: Any, events: Any) -> None:
    path, content = await draft(api, actors), png(seed="茶园".encode())
    added = await done(await send(host(api, actors), path, content, "../茶园 1.png", "image/png", kind="photo"), 201)
    hashed = hashlib.sha256(content).hexdigest()
    assert (added["name"], added["sha256"], added["size"]) == ("茶园 1.png", hashed, len(content))
    assert (added["uploaded_by"], added["removed_at"], added["kind"]) == ("host-1", None, "photo")

    read = await api(actors.district).get(f"{path}/{added['id']}")
    assert (read.status_code, read.content) == (200, content)
    assert read.headers["content-type"] == "image/png"
    assert read.headers["x-content-type-options"] == "nosniff"
    assert read.headers["etag"] == f'"{hashed}"'
    assert read.headers["cache-control"].startswith("private")
    assert read.headers["content-disposition"].startswith("attachment;")
    assert quote("茶园 1.png") in read.headers["content-disposition"]
    again = await api(actors.district).get(f"{path}/{added['id']}", headers={"If-None-Match": read.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")

    [event] = await events(OrderAttachmentAdded)
    assert (str(event.attachment_id), event.sha256, event.kind, event.size) == (
        added["id"],
        hashed,
        "photo",
        len(content),
    )
    assert "茶园" not in event.model_dump_json()


async def test_the_same_file_twice_is_one_row_and_is_said_once(api: Any, actors: Any, events: Any) -> None:
    path, client = await draft(api, actors), host(api, actors)
    first = await done(await send(client, path, PDF, "a.pdf", kind="scan"), 201)
    again = await done(await send(client, path, PDF, "renamed.pdf", kind="scan"), 201)
    other_kind = await done(await send(client, path, PDF, "a.pdf", kind="evidence"), 201)
    assert again == first
    assert other_kind["id"] != first["id"]
    assert len((await done(await client.get(path)))["items"]) == 2
    assert len(await events(OrderAttachmentAdded)) == 2


async def test_a_phone_names_its_file_and_may_send_it_again(api: Any, actors: Any) -> None:
    path, client, own = await draft(api, actors), host(api, actors), str(uuid4())
    first = await done(await send(client, path, jpeg(), "a.jpg", kind="photo", id=own), 201)
    assert first["id"] == own
    assert await done(await send(client, path, jpeg(), "a.jpg", kind="photo", id=own), 201) == first
    taken = await send(client, path, jpeg(9, 9), "b.jpg", kind="photo", id=own)
    assert (taken.status_code, codes(taken)) == (409, ["attachment.id_taken"])
    await done(await client.delete(f"{path}/{own}", params={"reason": "错误"}))
    assert (await done(await send(client, path, jpeg(), "a.jpg", kind="photo", id=own), 201))["removed_at"]
    anew = await done(await send(client, path, jpeg(), "a.jpg", kind="photo"), 201)
    assert (anew["id"] != own, anew["removed_at"]) == (True, None)


async def test_only_those_who_run_the_order_hand_in(api: Any, actors: Any) -> None:
    opened = await open_round(api, actors)
    order = await published_order(api, actors, opened["id"])
    path = f"/v1/orders/{order['id']}/attachments"
    strangers = (
        actors.expert,
        actors.change(actors.host, unit="12500000743408730K"),
        actors.change(actors.district, division="500110000000"),
        actors.supervisor,
    )
    for stranger in strangers:
        refused = await send(api(stranger), path, png())
        assert (refused.status_code, codes(refused)) == (403, ["attachment.scope"])
    assert (await api().post(path, files={"file": ("a.png", png())})).status_code == 401


async def test_everybody_sees_photos_of_a_published_order_and_nobody_else_its_scans(api: Any, actors: Any) -> None:
    opened = await open_round(api, actors)
    order = await published_order(api, actors, opened["id"])
    path, client = f"/v1/orders/{order['id']}/attachments", host(api, actors)
    photo = await done(await send(client, path, png(), kind="photo"), 201)
    scan = await done(await send(client, path, PDF, "a.pdf", kind="scan"), 201)
    listed = {actor.id: await done(await api(actor).get(path)) for actor in (actors.expert, actors.supervisor)}
    assert [item["id"] for item in listed["expert-1"]["items"]] == [photo["id"]]
    assert {item["id"] for item in listed["supervisor-1"]["items"]} == {photo["id"], scan["id"]}
    assert (await api(actors.expert).get(f"{path}/{photo['id']}")).status_code == 200
    assert (await api(actors.expert).get(f"{path}/{scan['id']}")).status_code == 404
    assert (await api(actors.expert).get(path, params={"kind": "scan"})).json()["items"] == []
    for stranger in (
        actors.change(actors.supervisor, division="510000000000"),
        actors.change(actors.reviewer, division=""),
    ):
        assert [item["id"] for item in (await done(await api(stranger).get(path)))["items"]] == [photo["id"]]
        assert (await api(stranger).get(f"{path}/{scan['id']}")).status_code == 404


async def test_files_of_an_order_that_is_not_yours_are_not_there(api: Any, actors: Any) -> None:
    path = await draft(api, actors)
    added = await done(await send(host(api, actors), path, png()), 201)
    stranger = api(actors.expert)
    answers = [
        await stranger.get(path),
        await stranger.get(f"{path}/{added['id']}"),
        await send(stranger, path, png()),
        await stranger.delete(f"{path}/{added['id']}", params={"reason": "x"}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    other = path.replace(path.split("/")[3], str(uuid4()))
    assert (await host(api, actors).get(f"{other}/{added['id']}")).status_code == 404


async def test_a_removed_file_stays_as_removed_with_who_when_and_why(
    api: Any, actors: Any, events: Any, clock: Any
) -> None:
    path, client = await draft(api, actors), host(api, actors)
    added = await done(await send(client, path, png(), kind="evidence"), 201)
    here = f"{path}/{added['id']}"
    assert (await client.delete(here)).status_code == 422
    other_host = api(actors.change(actors.host, unit=HOST, id="host-2"))
    assert (await other_host.delete(here, params={"reason": "不是本人"})).status_code == 403
    removed = await done(await api(actors.district).delete(here, params={"reason": " 传错了 "}))
    assert (removed["removed_by"], removed["removed_reason"]) == ("district-1", "传错了")
    assert removed["removed_at"].startswith(clock.now.date().isoformat())
    assert (await done(await client.delete(here, params={"reason": "又一次"})))["removed_reason"] == "传错了"
    assert (await client.get(here)).status_code == 404
    [listed] = (await done(await client.get(path)))["items"]
    assert listed["removed_at"] == removed["removed_at"]
    assert len(await events(OrderAttachmentRemoved)) == 1


async def test_what_is_not_taken_is_refused_and_leaves_nothing(api: Any, actors: Any) -> None:
    path, client = await draft(api, actors), host(api, actors)
    for content, name, media_type, code in (
        (b"MZ", "a.exe", "", "file.type"),
        (b"", "a.png", "", "file.empty"),
        (png(), "a.pdf", "", "file.not_what_it_says"),
        (png(), "a.png", "application/pdf", "file.not_what_it_says"),
        (png() + b"\0" * (20 << 20), "a.png", "", "file.too_large"),
    ):
        refused = await send(client, path, content, name, media_type)
        assert (refused.status_code, codes(refused)) == (422, [code])
    too_long = await send(client, path, png() + b"\0" * (21 << 20))
    assert (too_long.status_code, too_long.json()["code"]) == (413, "request.too_large")
    assert (await send(client, path, png(), kind="virus")).status_code == 422
    assert (await done(await client.get(path)))["items"] == []


async def test_a_file_that_changed_in_the_store_is_not_handed_out(
    api: Any, app: Any, actors: Any, session: Any
) -> None:
    path, client = await draft(api, actors), host(api, actors)
    added = await done(await send(client, path, png(), kind="photo"), 201)
    key = (await session.execute(sa.select(Attachment.key).where(Attachment.id == UUID(added["id"])))).scalar_one()
    await app.state.files.put(key, io.BytesIO(b"changed"))
    read = await client.get(f"{path}/{added['id']}")
    assert (read.status_code, read.json()["code"]) == (500, "file.damaged")
    assert b"changed" not in read.content
    await app.state.files.put(key, io.BytesIO(png()))


async def test_too_many_files_are_refused(api: Any, actors: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(attachments, "MOST_OF_A_NOUN", 2)
    path, client = await draft(api, actors), host(api, actors)
    for side in (1, 2):
        await done(await send(client, path, png(side)), 201)
    refused = await send(client, path, png(3))
    assert (refused.status_code, codes(refused)) == (409, ["attachment.too_many"])
    await done(await send(client, path, png(2)), 201)


async def test_bytes_that_no_row_names_are_swept_after_a_day(api: Any, app: Any, actors: Any, database: Any) -> None:
    path, client, files = await draft(api, actors), host(api, actors), app.state.files
    kept = await done(await send(client, path, png(5), kind="photo"), 201)
    removed = await done(await send(client, path, png(6), kind="photo"), 201)
    await done(await client.delete(f"{path}/{removed['id']}", params={"reason": "错误"}))
    trial = await client.post(path, params={"dry_run": "true"}, files={"file": ("a.png", png(7))})
    assert trial.status_code == 201
    orphan = f"order/2020/{hashlib.sha256(png(7)).hexdigest()}"

    async def keys() -> set[str]:
        found = files.keys_before("order", wall_clock.wall() + timedelta(days=2))
        return {key async for some in found for key in some}

    now = wall_clock.wall()
    before = await keys()
    assert orphan in before
    assert await sweep(database, Attachment, files, now + timedelta(hours=23)) == 0
    assert await keys() == before
    swept = await sweep(database, Attachment, files, now + timedelta(hours=25))
    assert orphan in before - await keys()
    assert swept == len(before - await keys())
    for row in (kept, removed):
        assert f"order/2020/{row['sha256']}" in await keys()
    assert (await client.get(f"{path}/{kept['id']}")).status_code == 200


async def test_the_same_file_from_five_requests_at_once_is_one_row(databases: Any, service: Any, actors: Any) -> None:
    database = Database(await databases.create(service), service="orders")
    api = Clients({"orders": create_app(service, settings_for_tests(), database)})
    try:
        path, client = await draft(api, actors), host(api, actors)
        answers = await asyncio.gather(*(send(client, path, png(9), kind="photo") for _ in range(5)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["id"] for answer in answers}) == 1
        async with database.reading() as session:
            assert (await session.execute(sa.select(sa.func.count()).select_from(Attachment))).scalar() == 1
    finally:
        await database.close()


async def test_the_worker_sweeps_by_itself(databases: Any, service: Any, tmp_path: Path) -> None:
    settings = settings_for_tests(await databases.create(service), files=tmp_path.as_uri())
    worker = Worker(service, settings)
    kept = {"order/2020/fresh": 0, "order/2020/orphan": 25, "team/2020/of_another_service": 25}
    for key, hours in kept.items():
        path = tmp_path / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        then = wall_clock.wall().timestamp() - hours * 3600
        os.utime(path, (then, then))
    sweeping = asyncio.create_task(worker._sweep())
    try:
        await until(lambda: not (tmp_path / "order/2020/orphan").exists(), 10)
    finally:
        sweeping.cancel()
        await worker.database.close()
    assert (tmp_path / "order/2020/fresh").exists()
    assert (tmp_path / "team/2020/of_another_service").exists()

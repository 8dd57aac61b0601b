"""What holds when people press the button at the same moment: real transactions, committed side by side."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared import envelope
from shared.contracts.base import Event
from shared.db import Database
from shared.http.app import create_app
from shared.service import Service
from shared.testing import START, Actors, Clients, Databases, head, settings_for_tests
from tests.teams.factories import World, codes
from tests.teams.posts import POST, Posts
from tests.teams.review_factories import competing, sheet


@pytest.fixture
async def busy(databases: Databases, service: Service) -> AsyncIterator[World]:
    """A world on a database of its own, where every request commits."""
    url = await databases.create(service)
    own = Database(url, service=service.name)

    async def deliver(event: Event) -> None:
        async with own.transaction() as session:
            raw = envelope.body(head(event, session.info["now"]), 1, event.model_dump_json())
            await service.handlers.handle(session, envelope.Envelope(raw), session.info["now"])

    world = World(Clients({"teams": create_app(service, settings_for_tests(url), own)}), Actors(), deliver, None)
    await world.open()
    yield world
    await own.close()


async def at_once(*requests: Any) -> tuple[list[int], set[str]]:
    answers: list[httpx.Response] = await asyncio.gather(*requests)
    refused = [codes(answer) for answer in answers if answer.status_code >= 400]
    return sorted(answer.status_code for answer in answers), set().union(*refused)


async def test_a_person_is_proposed_in_one_team_however_many_are_proposed_at_once(busy: World) -> None:
    first = await busy.shortlisted()
    rivals = [await busy.shortlisted(await busy.order(uuid4()), member=first.member) for _ in range(3)]
    body = {"amount_fen": 8_000_000}
    statuses, why = await at_once(*(busy.bureau.post(f"{r.path}/propose", json=body) for r in (first, *rivals)))
    assert (statuses, why) == ([200, 409, 409, 409], {"team.person_busy"})


async def test_an_order_has_one_proposed_team_however_many_are_proposed_at_once(busy: World) -> None:
    rivals = [await busy.shortlisted() for _ in range(3)]
    body = {"amount_fen": 8_000_000}
    statuses, why = await at_once(*(busy.bureau.post(f"{r.path}/propose", json=body) for r in rivals))
    assert (statuses, why) == ([200, 409, 409], {"team.order_taken"})


async def test_a_claim_is_submitted_once_however_often_it_is_sent(busy: World) -> None:
    roster = await busy.forming()
    statuses, why = await at_once(*(roster.as_lead.post(f"{roster.path}/submit") for _ in range(6)))
    assert (statuses, why) == ([200, 409, 409, 409, 409, 409], {"team.status"})


async def test_the_same_batch_sent_at_once_is_counted_once(busy: World) -> None:
    roster = await busy.agreed()
    batch = {"entries": [roster.entry(START.date()) for _ in range(5)]}
    answers = await asyncio.gather(*(roster.as_lead.post(f"{roster.path}/entries", json=batch) for _ in range(4)))
    said = [result["status"] for answer in answers for result in answer.json()["results"]]
    assert (said.count("recorded"), said.count("duplicate")) == (5, 15)


async def test_reviewers_are_assigned_once_however_often_it_is_asked_at_once(busy: World) -> None:
    panel = await competing(busy)
    await busy.shortlisted()
    await panel.name(6)
    answers = await asyncio.gather(*(busy.bureau.post(f"{panel.path}/assignments") for _ in range(4)))
    assert sorted(len(answer.json()["made"]) for answer in answers) == [0, 0, 0, 3]


async def test_a_score_counts_in_the_ranking_or_comes_too_late_never_between(busy: World) -> None:
    panel = await competing(busy)
    roster = await busy.shortlisted()
    await panel.name()
    await panel.assign()
    await panel.score(roster, 70)
    [mine, *_] = await panel.reviews(roster)
    path = f"/v1/reviews/{mine['id']}/score"
    changed, closed = await asyncio.gather(
        panel.reviewer(mine["person_id"]).post(path, json=sheet(80)), busy.bureau.post(f"{panel.path}/panel/close")
    )
    assert closed.status_code == 200
    raw = (await panel.ranking())[roster.id]["raw"]
    assert (changed.status_code, raw) in ((200, "73.33"), (409, "70.00"))


async def test_many_who_declare_a_conflict_at_once_leave_no_claim_with_the_same_reviewer_twice(busy: World) -> None:
    panel = await competing(busy)
    roster = await busy.shortlisted()
    await panel.name(6)
    await panel.assign()
    declared = await asyncio.gather(
        *(
            panel.reviewer(one["person_id"]).post(f"/v1/reviews/{one['id']}/declare", json={"reason": "师生"})
            for one in await panel.reviews(roster)
        )
    )
    assert [answer.status_code for answer in declared] == [200, 200, 200]
    left = {review["person_id"] for review in await panel.reviews(roster)}
    gone = {review["person_id"] for review in await panel.reviews(roster, "conflicted")}
    assert (len(left), len(gone), left & gone) == (3, 3, set())


async def test_the_liaison_and_the_hosts_account_at_once_settle_an_entry_once(busy: World) -> None:
    roster = await busy.agreed()
    entries = await roster.record(3)
    await roster.as_lead.post(f"{roster.path}/confirmation_link")
    messages = (await busy.api().get(f"/dev/sms?team_id={roster.id}")).json()
    path = "/public/" + messages[-1]["text"].partition("/public/")[2]
    phone = [busy.api().post(path, json={"confirmed": entries}) for _ in range(3)]
    account = [busy.host.post(f"{roster.path}/entries/confirm", json={"ids": entries})]
    answers: list[httpx.Response] = await asyncio.gather(*phone, *account)
    by_account = 3 if answers[-1].status_code == 200 else 0
    assert sum(answer.json()["confirmed"] for answer in answers[:-1]) + by_account == 3
    assert [answer.status_code for answer in answers[:-1]] == [200, 200, 200]
    listed = (await busy.host.get(f"{roster.path}/entries")).json()["items"]
    assert [(item["status"], item["version"]) for item in listed] == [("confirmed", 2)] * 3


async def test_rated_and_reported_at_once_from_phone_and_account_is_said_once(busy: World) -> None:
    roster = await busy.serving()
    await roster.asked()
    await roster.as_lead.post(f"{roster.path}/confirmation_link")
    messages = (await busy.api().get(f"/dev/sms?team_id={roster.id}")).json()
    path = "/public/" + messages[-1]["text"].partition("/public/")[2]
    day = {"expected_on": str(START.date())}
    statuses, _ = await at_once(
        *(busy.api().post(f"{path}/rating", json={"satisfaction": 85}) for _ in range(3)),
        *(busy.api().post(f"{path}/absences", json=day) for _ in range(2)),
        *(busy.host.post(f"{roster.path}/absences", json=day) for _ in range(2)),
        *(busy.api().post(f"{path}/link") for _ in range(2)),
    )
    assert statuses == [200] * 7 + [201] * 2
    assert len((await busy.host.get(f"{roster.path}/ratings")).json()["items"]) == 1
    assert len((await busy.host.get("/v1/absences")).json()["items"]) == 1
    assert len((await busy.api().get(f"/dev/sms?team_id={roster.id}")).json()) == 2


async def test_a_person_is_placed_on_one_post_however_many_placements_are_made_at_once(busy: World) -> None:
    posts = Posts(busy)
    await posts.open()
    person, free = await busy.person(), [await posts.post() for _ in range(4)]
    await posts.nominate(person)
    bodies = [{"person_id": person, "order_id": str(post), **POST} for post in free]
    statuses, why = await at_once(*(busy.bureau.post("/v1/teams/place", json=body) for body in bodies))
    assert (statuses[1:], why) == ([409, 409, 409], {"placement.person_taken"})


async def test_a_nomination_is_withdrawn_or_its_claim_is_proposed_never_both(busy: World) -> None:
    posts = Posts(busy)
    await posts.open()
    for _ in range(4):
        person, post = await busy.person(), await posts.post()
        await posts.nominate(person)
        team, nomination = await posts.accepted(person, post), await posts.nomination_of(person)
        statuses, _why = await at_once(
            busy.bureau.post(f"/v1/teams/{team}/propose", json={"amount_fen": 0}),
            busy.unit().post(f"/v1/nominations/{nomination}/withdraw", json={"reason": "工作需要"}),
        )
        assert statuses == [200, 409]
        assert (await posts.outcomes())[person] == (
            "nominated" if (await posts.read(team))["status"] == "on_notice" else "withdrawn"
        )

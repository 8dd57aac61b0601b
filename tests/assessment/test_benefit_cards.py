"""Benefit cards: issued, used, held while their person may not use them, expired, revoked."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.assessment.rules import card as rules
from services.assessment.rules.card import CardFacts, Use
from services.assessment.rules.use import UseFacts
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.contracts.assessment import (
    CardExpired,
    CardHeld,
    CardIssued,
    CardReleased,
    CardRevoked,
    CardUsed,
    CardUseWithdrawn,
)
from shared.contracts.teams import SuspensionEnded, SuspensionLifted, SuspensionStarted
from shared.errors import Forbidden, NotAllowed, Refused
from shared.identifiers import paper_number, paper_number_error
from tests.assessment.factories import Year, codes, done
from tests.assessment.test_benefits import OTHER, regrade, served

BUREAU = Actor(id="b", roles=frozenset({"bureau"}))
NOW = datetime(2021, 1, 20, 9, tzinfo=SHANGHAI)
FACTS = CardFacts("issued", ("医疗保健",), date(2021, 1, 1), datetime(2024, 1, 1, tzinfo=SHANGHAI))


def test_a_number_has_a_check_character_that_finds_slips() -> None:
    number = paper_number("YC", 2021, 7)
    assert (len(number), number.startswith("YC-2021-000007")) == (15, True)
    assert paper_number_error(number) is None
    for wrong in (number.replace("7", "1", 1), "YC-2012" + number[7:], number[:-1], "yc" + number[2:], ""):
        assert paper_number_error(wrong) is not None, wrong


def test_a_card_stands_as_its_person_does() -> None:
    assert rules.stands("issued", {"granted"}, suspended=False) is None
    assert rules.stands("issued", {"granted"}, suspended=True) == "hold"
    assert rules.stands("issued", {"granted", "held"}, suspended=False) == "hold"
    assert rules.stands("issued", {"withdrawn"}, suspended=False) == "hold"
    assert rules.stands("issued", {"withdrawn", "used"}, suspended=False) is None
    assert rules.stands("held", {"granted", "expired"}, suspended=False) == "release"
    assert rules.stands("held", {"held"}, suspended=False) is None
    assert rules.stands("revoked", {"held"}, suspended=True) is None


def test_every_refusal_says_why() -> None:
    with pytest.raises(Refused) as refused:
        rules.use(FACTS, Use("景区参观", "x", "y", date(2020, 12, 31)), BUREAU, FACTS.expires_at)
    assert {r.code for r in refused.value.reasons} == {"card.over", "card.service", "card.used_on"}
    with pytest.raises(NotAllowed):
        rules.use(CardFacts("held", (), NOW.date(), NOW), Use("x", "x", "y", NOW.date()), BUREAU, NOW)
    with pytest.raises(Refused):
        rules.issue({"held", "withdrawn", "expired"}, BUREAU)
    with pytest.raises(Forbidden):
        rules.issue({"granted"}, Actor("u", frozenset({"unit"})))
    with pytest.raises(Refused):
        rules.revoke("issued", " ", BUREAU)


def test_a_card_is_valid_to_the_day_before_its_anniversary() -> None:
    assert rules.valid_until(date(2021, 1, 20), 3) == date(2024, 1, 19)
    assert rules.valid_until(date(2024, 2, 29), 1) == date(2025, 2, 27)


@pytest.fixture
async def published(deliver: Any, api: Any, actors: Any, clock: Any, run_due_jobs: Any) -> Any:
    """A published cycle of one team, and its people."""
    team, people = await served(deliver)
    run = Year(api, actors, clock, run_due_jobs, [team])
    await run.publish()
    return run, team, people


async def issued(run: Year, team: Any, person: Any) -> dict[str, Any]:
    body = {"team_id": str(team.team_id), "person_id": str(person.person_id)}
    card: dict[str, Any] = await done(await run.bureau.post("/v1/cards", json=body), 201)
    return card


def shown(run: Year, **changes: Any) -> dict[str, Any]:
    used = {"service": "医疗保健", "purpose": "年度体检", "place": "重庆医科大学附属医院"}
    return {**used, "used_on": str(run.clock.now.date()), **changes}


async def test_a_card_s_use_noted_by_mistake_counts_no_more(published: Any, api: Any, actors: Any, events: Any) -> None:
    run, team, people = published
    path = f"/v1/cards/{(await issued(run, team, people[1]))['id']}"
    office = api(actors.department)
    [noted] = (await done(await office.post(f"{path}/use", json=shown(run))))["uses"]
    where, why = f"{path}/uses/{noted['id']}/withdraw", {"reason": "登记错误"}
    assert codes(await run.district.post(where, json=why)) == ["card.not_yours"]
    [back] = (await done(await office.post(where, json=why)))["uses"]
    assert (back["withdrawn_reason"], back["withdrawn_at"] is None) == ("登记错误", False)
    assert codes(await run.bureau.post(where, json=why)) == ["card.use_withdrawn"]
    assert (await run.bureau.post(f"{path}/uses/{uuid4()}/withdraw", json=why)).status_code == 404
    assert (await done(await run.district.get("/v1/cards/figures?year=2020")))["used"] == {}
    assert len((await done(await office.post(f"{path}/use", json=shown(run))))["uses"]) == 2
    assert len(await events(CardUseWithdrawn)) == 1
    for status in ("issued", "held", "expired", "revoked"):
        assert rules.withdraw_use(status, UseFacts("x"), "登记错误", BUREAU) == status


async def test_a_card_is_issued_used_and_counted(published: Any, api: Any, actors: Any, events: Any) -> None:
    run, team, people = published
    card = await issued(run, team, people[1])
    assert (card["status"], card["name"], paper_number_error(card["number"])) == ("issued", "某某", None)
    again = {"team_id": str(team.team_id), "person_id": str(people[1].person_id)}
    assert codes(await run.bureau.post("/v1/cards", json=again)) == ["card.exists"]
    talent = again | {"person_id": str(people[3].person_id)}
    assert codes(await run.bureau.post("/v1/cards", json=talent)) == ["card.no_benefit"]
    stranger = again | {"person_id": str(uuid4())}
    assert (await run.bureau.post("/v1/cards", json=stranger)).status_code == 404

    office = api(actors.department)
    path = f"/v1/cards/{card['id']}"
    used = await done(await office.post(f"{path}/use", json=shown(run)))
    assert [(u["service"], u["place"]) for u in used["uses"]] == [("医疗保健", "重庆医科大学附属医院")]
    assert codes(await office.post(f"{path}/use", json=shown(run))) == ["card.noted_already"]
    await done(await office.post(f"{path}/use", json=shown(run, service="交通出行", place="江北机场")))
    tomorrow = shown(run, used_on=str(run.clock.now.date() + timedelta(days=1)), service="住房")
    assert set(codes(await office.post(f"{path}/use", json=tomorrow))) == {"card.used_on", "card.service"}
    figures = await done(await run.district.get("/v1/cards/figures?year=2020"))
    assert figures == {"year": 2020, "issued": 1, "standing": {"issued": 1}, "used": {"医疗保健": 1, "交通出行": 1}}
    assert (await done(await run.bureau.get("/v1/cards/figures?year=2019")))["used"] == {}
    assert len(await events(CardIssued)) == 1
    assert [e.service for e in await events(CardUsed)] == ["医疗保健", "交通出行"]
    history = await done(await run.bureau.get(f"{path}/history"))
    assert [h["type"] for h in history].count("assessment.card.used.v1") == 2


async def test_a_card_is_held_with_its_person_s_benefits_and_released_with_them(published: Any, events: Any) -> None:
    run, team, people = published
    card = await issued(run, team, people[1])
    await regrade(run, team, 0)
    refused = await run.bureau.post(f"/v1/cards/{card['id']}/use", json=shown(run))
    assert codes(refused) == ["card.status"]
    await regrade(run, team, 100)
    await done(await run.bureau.post(f"/v1/cards/{card['id']}/use", json=shown(run)))
    assert [len(await events(kind)) for kind in (CardHeld, CardReleased)] == [1, 1]


@pytest.mark.parametrize("ends", [SuspensionEnded, SuspensionLifted])
async def test_a_card_is_held_while_its_person_is_suspended(
    ends: Any, published: Any, deliver: Any, events: Any
) -> None:
    run, team, people = published
    ids = {"suspension_id": uuid4(), "person_id": people[0].person_id, "team_id": uuid4()}
    await deliver(SuspensionStarted(**ids, starts_at=NOW, ends_at=NOW + timedelta(days=365)))
    card = await issued(run, team, people[0])
    assert card["status"] == "held"
    await deliver(ends(**ids))
    assert (await done(await run.bureau.get(f"/v1/cards/{card['id']}")))["status"] == "issued"
    assert [e.person_id for e in await events(CardHeld)] == [people[0].person_id]


async def test_a_card_that_is_lost_is_revoked_and_the_clock_ends_the_new_one(published: Any, events: Any) -> None:
    run, team, people = published
    first = await issued(run, team, people[0])
    path = f"/v1/cards/{first['id']}"
    assert codes(await run.bureau.post(f"{path}/revoke", json={"reason": "  "})) == ["card.reason"]
    gone = await done(await run.bureau.post(f"{path}/revoke", json={"reason": "遗失"}))
    assert (gone["status"], gone["reason"]) == ("revoked", "遗失")
    assert codes(await run.bureau.post(f"{path}/revoke", json={"reason": "遗失"})) == ["card.status"]
    second = await issued(run, team, people[0])
    assert second["number"] != first["number"]
    await run.clock.set(datetime.fromisoformat(f"{second['valid_until']}T23:59:00+08:00"))
    await run.run_due_jobs()
    assert await events(CardExpired) == []
    await run.clock.set(run.clock.now + timedelta(minutes=1))
    await run.run_due_jobs()
    assert [str(e.card_id) for e in await events(CardExpired)] == [second["id"]]
    assert len(await events(CardRevoked)) == 1


async def test_a_card_is_seen_by_its_person_the_unit_and_the_offices(published: Any, api: Any, actors: Any) -> None:
    run, team, people = published
    card = await issued(run, team, people[2])
    seen = [
        actors.change(actors.expert, person=str(people[2].person_id)),
        actors.change(actors.unit, unit=OTHER),
        actors.district,
        actors.supervisor,
    ]
    hidden = [actors.change(actors.expert, person=str(people[0].person_id)), actors.unit, actors.host]
    for who, status in [*((who, 200) for who in seen), *((who, 404) for who in hidden)]:
        assert (await api(who).get(f"/v1/cards/{card['id']}")).status_code == status, who
        assert (await api(who).get(f"/v1/cards/{card['id']}/history")).status_code == status, who
    elsewhere = api(actors.change(actors.department, division="510000000000"))
    assert (await elsewhere.post(f"/v1/cards/{card['id']}/use", json=shown(run))).status_code == 404
    assert (await done(await api(actors.unit).get("/v1/cards")))["items"] == []

"""Benefits of everybody who serves: where they stand, what they were used for, and that a correction undoes itself."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.assessment.rules import benefit as rules
from services.assessment.rules.benefit import BenefitFacts, Use
from services.assessment.rules.policy import Policy
from shared.actor import SYSTEM, Actor
from shared.clock import SHANGHAI
from shared.contracts.assessment import BenefitExpired, BenefitFreed, BenefitGranted, BenefitUsed, BenefitUseWithdrawn
from shared.contracts.teams import MemberReplaced, Serving, TeamConcluded, TeamConfirmed
from shared.errors import Forbidden, NotAllowed, Refused
from tests.assessment.factories import UNIT, TeamIds, Year, agreed, codes, done, entry, report, teams_on_notice

BUREAU = Actor(id="b", roles=frozenset({"bureau"}))
NOW = datetime(2021, 1, 20, 9, tzinfo=SHANGHAI)
TITLE, PRIORITY = "early_title_evaluation", "programme_priority"
OTHER = "125000007345729552"

GROUNDS = st.one_of(
    st.tuples(st.sampled_from(["excellent", "qualified"]), st.none()),
    st.tuples(st.just("unqualified"), st.sampled_from([None, "open", "extended", "passed", "failed"])),
)


def brought(facts: BenefitFacts, belongs: str) -> BenefitFacts:
    status = facts.status
    for step in rules.steps(facts, belongs):
        status = rules.LIFECYCLE.after(step, status, SYSTEM)
    return BenefitFacts(status, facts.uses, facts.most_uses, facts.granted_at, facts.expires_at)


def used(facts: BenefitFacts) -> BenefitFacts:
    status = rules.use(facts, Use(NOW.date(), "申报高级职称", "渝职改〔2021〕1号"), BUREAU, NOW)
    return BenefitFacts(status, facts.uses + 1, facts.most_uses)


@given(st.lists(GROUNDS, min_size=1, max_size=8), st.data())
def test_whatever_was_published_before_only_the_last_counts(published: Any, data: Any) -> None:
    """The same uses and the same last grade: the way there leaves no trace."""
    facts = BenefitFacts("none")
    for grade, finding in published:
        facts = brought(facts, rules.ground(grade, finding))
        if facts.status in ("granted", "used") and data.draw(st.booleans()):
            facts = used(facts)
    belongs = rules.ground(*published[-1])
    straight = brought(BenefitFacts("none", facts.uses), belongs)
    expected = "used" if belongs == "granted" and facts.uses else belongs
    assert facts.status == expected
    assert straight.status == expected or (straight.status, expected) == ("granted", "used")
    assert rules.steps(facts, belongs) == ()


@given(GROUNDS, GROUNDS, st.integers(0, 2))
def test_a_wrong_edition_and_its_correction_undo_each_other(right: Any, wrong: Any, uses: int) -> None:
    start = brought(BenefitFacts("none"), "granted")
    for _ in range(uses):
        start = used(start)
    first = brought(start, rules.ground(*right))
    assert brought(brought(first, rules.ground(*wrong)), rules.ground(*right)) == first


def test_one_that_was_used_comes_back_as_used() -> None:
    assert rules.steps(BenefitFacts("held", 1), "granted") == ("restore",)
    assert rules.steps(BenefitFacts("withdrawn", 1), "granted") == ("restore",)
    assert (rules.restore("held"), rules.release("held"), rules.grant("withdrawn")) == ("used", "granted", "granted")
    assert rules.steps(BenefitFacts("granted"), "withdrawn") == ("hold", "withdraw")


def test_one_that_has_expired_stays_so() -> None:
    for status in ("granted", "used", "held"):
        assert rules.expire(status) == "expired"
    for belongs in ("granted", "held", "withdrawn"):
        assert rules.steps(BenefitFacts("expired"), belongs) == ()
    with pytest.raises(NotAllowed):
        rules.use(BenefitFacts("expired"), Use(NOW.date(), "x", "y"), BUREAU, NOW)


def test_every_refusal_of_a_use_says_why() -> None:
    over = BenefitFacts("used", 1, 1, NOW, NOW)
    with pytest.raises(Refused) as refused:
        rules.use(over, Use(NOW.date() + timedelta(days=1), "x", "y"), BUREAU, NOW)
    assert {r.code for r in refused.value.reasons} == {"benefit.used_up", "benefit.over", "benefit.used_on"}
    with pytest.raises(Forbidden):
        rules.use(BenefitFacts("granted"), Use(NOW.date(), "x", "y"), Actor("u", frozenset({"unit"})), NOW)


def test_a_term_ends_with_the_day_before_its_anniversary() -> None:
    assert rules.expires_at(NOW, 3) == datetime(2024, 1, 20, tzinfo=SHANGHAI)
    leap = datetime(2024, 2, 29, 9, tzinfo=SHANGHAI)
    assert rules.expires_at(leap, 1) == datetime(2025, 2, 28, tzinfo=SHANGHAI)
    assert rules.expires_at(NOW, 0) is None
    assert rules.term(TITLE, Policy()) == (3, 1)
    assert rules.term("of an older set", Policy()) == (0, 0)


@pytest.mark.parametrize(
    ("joined", "left", "to_the_end", "earns"),
    [
        (date(2020, 4, 1), None, False, True),
        (date(2020, 4, 1), date(2020, 12, 20), True, True),
        (date(2020, 4, 1), date(2020, 12, 20), False, False),
        (date(2020, 4, 1), date(2021, 1, 5), False, True),
        (date(2020, 12, 31), None, False, True),
        (date(2021, 1, 1), None, False, False),
    ],
)
def test_whoever_served_to_the_end_of_the_year_earns_it(joined: Any, left: Any, to_the_end: bool, earns: bool) -> None:
    assert rules.serves_in(joined, left, to_the_end, 2020) is earns


def one(role: str, person_id: UUID | None = None, unit: str = UNIT) -> Serving:
    fields = {"name": "某某", "role": role, "unit_code": unit, "unit_name": "某单位", "since": date(2020, 4, 1)}
    return Serving(person_id=person_id or uuid4(), **fields)


async def served(deliver: Any, visits: int = 4) -> tuple[TeamIds, list[Serving]]:
    """A team of a lead, two members (the second from another unit) and a local talent."""
    [team] = await teams_on_notice(deliver, 1)
    people = [one("lead", team.lead_id), one("member"), one("member", unit=OTHER), one("local_talent")]
    await deliver(TeamConfirmed(**team.all, amount_fen=1, people=people))
    await deliver(agreed(team))
    for day in range(visits):
        await deliver(entry(team, date(2020, 8, 1 + day)))
    await deliver(report(team, 25 * visits))
    return team, people


@pytest.fixture
def year(api: Any, actors: Any, clock: Any, run_due_jobs: Any) -> Any:
    return lambda team: Year(api, actors, clock, run_due_jobs, [team])


async def listed(client: Any, **wanted: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await done(await client.get("/v1/benefits?limit=200", params=wanted)))["items"]
    return found


async def test_lead_and_members_are_given_benefits_and_local_talents_not(deliver: Any, year: Any, events: Any) -> None:
    team, people = await served(deliver)
    await year(team).publish()
    given = {(e.person_id, e.kind) for e in await events(BenefitGranted)}
    assert given == {(p.person_id, kind) for p in people[:3] for kind in (TITLE, PRIORITY)}


async def test_a_list_of_benefits_names_the_person_and_the_team(deliver: Any, year: Any) -> None:
    team, people = await served(deliver)
    run = year(team)
    await run.publish()
    found = await listed(run.bureau)
    assert {(b["person_id"], b["person"]) for b in found} == {(str(p.person_id), p.name) for p in people[:3]}
    shown = await done(await run.bureau.get(f"/v1/benefits/{found[0]['id']}"))
    assert {(b["team"], b["order_number"]) for b in (*found, shown)} == {("第1服务团", "CQ-2020-0001")}


async def test_whoever_was_replaced_in_the_year_leaves_it_to_the_other(deliver: Any, year: Any, events: Any) -> None:
    team, people = await served(deliver)
    new = one("member")
    swap = {"left_id": people[1].person_id, "joined_id": new.person_id, "role": "member"}
    await deliver(MemberReplaced(**team.all, **swap, joined=new))
    run = year(team)
    await run.grade()
    await deliver(TeamConcluded(**team.all))
    await run.post_notice()
    await run.pass_notice()
    await run.step("publish")
    given = {e.person_id for e in await events(BenefitGranted)}
    assert given == {people[0].person_id, new.person_id, people[2].person_id}


@pytest.mark.parametrize("seed", range(3))
async def test_corrections_lead_where_the_right_grade_would_have(seed: int, deliver: Any, year: Any) -> None:
    """Editions, findings and uses in any order; then the right grade, and everything stands as if it had been first."""
    random = Random(seed)
    team, people = await served(deliver)
    run = year(team)
    await run.publish()
    before = {b["id"]: (b["status"], b["granted_at"], b["expires_at"]) for b in await listed(run.bureau)}
    for number in range(6):
        await regrade(run, team, random.choice([0, 100]))
        for row in (await done(await run.bureau.get("/v1/rectifications?status=open")))["items"]:
            if finding := random.choice(["", "pass", "fail"]):
                await run.inspect(row["id"], in_order=finding == "pass")
                await done(await run.bureau.post(f"/v1/rectifications/{row['id']}/{finding}", json={"reason": "核查"}))
        usable = [b for b in await listed(run.bureau) if b["status"] == "granted" and b["kind"] == PRIORITY]
        if usable and number % 2:
            chosen = random.choice(usable)["id"]
            await use(run.bureau, chosen, run.clock.now.date(), f"文{number}")
            before[chosen] = ("used", *before[chosen][1:])
    await regrade(run, team, 100)
    after = {b["id"]: (b["status"], b["granted_at"], b["expires_at"]) for b in await listed(run.bureau)}
    assert after == before
    assert len(after) == 2 * len(people[:3])


async def regrade(run: Year, team: TeamIds, host: int) -> None:
    """To the grade of this rating, unless that is the one in force."""
    parts = [{"part": name, "score": host} for name in ("host_rating", "beneficiary_rating")]
    grade = "unqualified" if host == 0 else "qualified"
    answer = await done(await run.bureau.get(f"/v1/assessments/{run.of[team.team_id]}"))
    if answer["given"] != grade:
        await run.correct(team, parts=parts, grade=grade)


async def use(client: Any, benefit_id: str, on: date, reference: str = "渝职改〔2021〕1号") -> Any:
    body = {"used_on": str(on), "purpose": "申报正高级职称", "reference": reference}
    return await client.post(f"/v1/benefits/{benefit_id}/use", json=body)


async def test_an_office_notes_each_use_once_and_the_clock_ends_what_is_left(
    deliver: Any, year: Any, api: Any, actors: Any, events: Any
) -> None:
    team, people = await served(deliver)
    run = year(team)
    await run.publish()
    rows = {b["kind"]: b for b in await listed(run.bureau, person_id=people[1].person_id)}
    title, priority = rows[TITLE]["id"], rows[PRIORITY]["id"]
    today = run.clock.now.date()
    office = api(actors.department)
    shown = await done(await use(office, title, today))
    assert (shown["status"], shown["uses"], [u["reference"] for u in shown["used"]]) == (
        "used",
        1,
        ["渝职改〔2021〕1号"],
    )
    assert codes(await use(office, title, today, "又一次")) == ["benefit.used_up"]
    await done(await use(office, priority, today))
    assert codes(await use(office, priority, today)) == ["benefit.noted_already"]
    await done(await use(office, priority, today, "第二次"))
    assert codes(await use(office, priority, today + timedelta(days=1), "明天")) == ["benefit.used_on"]
    assert len(await events(BenefitUsed)) == 3
    history = await done(await office.get(f"/v1/benefits/{priority}/history"))
    assert [h["type"] for h in history].count("assessment.benefit.used.v1") == 2

    await run.clock.set(datetime(2024, 3, 1, tzinfo=SHANGHAI))
    await run.run_due_jobs()
    after = {b["id"]: b["status"] for b in await listed(run.bureau)}
    assert (after[title], after[priority]) == ("used", "expired")
    assert len(await events(BenefitExpired)) == 5
    assert codes(await use(office, priority, today, "过期")) == ["benefit.status"]


async def test_a_use_noted_by_mistake_is_withdrawn_and_stays_readable(
    deliver: Any, year: Any, api: Any, actors: Any, events: Any
) -> None:
    team, people = await served(deliver)
    run = year(team)
    await run.publish()
    [title] = [b["id"] for b in await listed(run.bureau, person_id=people[1].person_id) if b["kind"] == TITLE]
    today, office = run.clock.now.date(), api(actors.department)
    [noted] = (await done(await use(office, title, today)))["used"]
    where, why = f"/v1/benefits/{title}/uses/{noted['id']}/withdraw", {"reason": "误登他人"}
    other = api(actors.change(actors.department, id="department-2"))
    assert codes(await other.post(where, json={"reason": " "})) == ["benefit.not_yours", "benefit.reason"]
    back = await done(await office.post(where, json=why))
    assert (back["status"], back["uses"], back["used"][0]["withdrawn_reason"]) == ("granted", 0, "误登他人")
    assert codes(await run.bureau.post(where, json=why)) == ["benefit.status"]
    [_, again] = (await done(await use(office, title, today)))["used"]
    elsewhere = f"/v1/benefits/{title}/uses/{uuid4()}/withdraw"
    assert (await run.bureau.post(elsewhere, json=why)).status_code == 404
    assert codes(await run.bureau.post(where, json=why)) == ["benefit.use_withdrawn"]
    await regrade(run, team, 0)
    held = await done(await run.bureau.post(where.replace(noted["id"], again["id"]), json=why))
    assert (held["status"], held["uses"]) == ("held", 0)
    await regrade(run, team, 100)
    assert (await done(await office.get(f"/v1/benefits/{title}")))["status"] == "granted"
    assert [len(await events(kind)) for kind in (BenefitUseWithdrawn, BenefitFreed)] == [2, 1]


@pytest.mark.parametrize("division", ["", "510000000000", "500102000000"])
async def test_a_department_sees_and_uses_nothing_outside_its_division(
    division: str, deliver: Any, year: Any, api: Any, actors: Any
) -> None:
    team, _people = await served(deliver)
    run = year(team)
    await run.publish()
    [benefit, *_others] = await listed(run.bureau)
    card = {"team_id": str(team.team_id), "person_id": benefit["person_id"]}
    card = await done(await run.bureau.post("/v1/cards", json=card), 201)
    stranger = api(actors.change(actors.department, division=division))
    assert await listed(stranger) == []
    assert (await done(await stranger.get("/v1/cards")))["items"] == []
    assert (await use(stranger, benefit["id"], run.clock.now.date())).status_code == 404
    shown = {"service": "医疗保健", "purpose": "体检", "place": "某医院", "used_on": str(run.clock.now.date())}
    assert (await stranger.post(f"/v1/cards/{card['id']}/use", json=shown)).status_code == 404


async def test_a_person_s_benefits_are_seen_by_the_person_the_unit_and_the_offices(
    deliver: Any, year: Any, api: Any, actors: Any
) -> None:
    team, people = await served(deliver)
    run = year(team)
    await run.publish()
    of = {b["person_id"]: b["id"] for b in await listed(run.bureau)}
    foreign = of[str(people[2].person_id)]
    unit, other = (api(actors.change(actors.unit, unit=code)) for code in (UNIT, OTHER))
    assert {b["person_id"] for b in await listed(unit)} == {str(p.person_id) for p in people[:2]}
    assert {b["person_id"] for b in await listed(other)} == {str(people[2].person_id)}
    assert (await unit.get(f"/v1/benefits/{foreign}")).status_code == 404
    assert (await unit.get(f"/v1/benefits/{foreign}/history")).status_code == 404
    member = api(actors.change(actors.expert, person=str(people[1].person_id)))
    assert {b["person_id"] for b in await listed(member)} == {str(people[1].person_id)}
    elsewhere = api(actors.change(actors.bureau, division="510000000000"))
    assert (await use(elsewhere, foreign, run.clock.now.date())).status_code == 404
    assert (await use(member, foreign, run.clock.now.date())).status_code == 403
    assert len(await listed(run.bureau)) == 6

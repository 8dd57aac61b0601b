"""Posts: the host's choice among claims, the bureau's placements, training before the post."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.teams.rules import choice, placement, training
from services.teams.rules.claim import ClaimedOrder, TeamFacts
from services.teams.rules.nomination import NominatedRound
from services.teams.rules.placement import PlacementFacts
from services.teams.rules.policy import PolicySet
from services.teams.rules.training import TrainingFacts
from shared.actor import Actor
from shared.contracts.orders import OrderCancelled, OrderUnclaimed
from shared.contracts.teams import TeamAccepted, TeamDeclined, TeamPlaced, TeamTrained
from shared.errors import Forbidden, NotAllowed, NotFound, Refused
from shared.testing import START
from tests.teams.factories import HOST, World, codes, done
from tests.teams.posts import POST, Posts

POLICY = PolicySet(switches=("nomination", "mutual_choice", "notice", "training"))
HOST_ACTOR = Actor(id="h", roles=frozenset({"host"}), unit=HOST)
BUREAU = Actor(id="b", roles=frozenset({"bureau"}), division="500000000000")
ORDER = ClaimedOrder("500101151000", HOST, True, True, START, START + timedelta(days=9))
CLAIM = TeamFacts("submitted", "lead", ORDER)
ROUND = NominatedRound("500000000000", "closed", POLICY.switches)
FREE = PlacementFacts("张三", "nominated", chosen=False, held=False, post_open=True, post_taken=False)
COURSE = TrainingFacts(date(2020, 3, 9), "岗前培训班", Decimal(24), "市委党校")
TRAINING = {"trained_on": "2020-03-10", "course": "岗前培训班", "hours": 24, "place": "市委党校"}


def test_only_the_posts_own_host_accepts_or_declines() -> None:
    assert choice.accept(CLAIM, POLICY, HOST_ACTOR) == "accepted"
    assert choice.decline(CLAIM, POLICY, HOST_ACTOR, "专业不符") == "rejected"
    other = Actor(id="o", roles=frozenset({"host"}), unit="elsewhere")
    for refused in (lambda: choice.accept(CLAIM, POLICY, other), lambda: choice.decline(CLAIM, POLICY, other, "x")):
        with pytest.raises(NotFound):
            refused()
    with pytest.raises(Refused) as refusal:
        choice.decline(CLAIM, POLICY, HOST_ACTOR, " ")
    assert [reason.code for reason in refusal.value.reasons] == ["team.reason_missing"]


def test_where_the_mode_knows_no_mutual_choice_the_host_has_no_say() -> None:
    with pytest.raises(NotAllowed):
        choice.accept(CLAIM, PolicySet(), HOST_ACTOR)


def test_the_bureau_places_who_is_free_on_a_post_that_is_free() -> None:
    assert placement.place(ROUND, FREE, BUREAU) == "accepted"
    left_over = PlacementFacts("张三", "unplaced", chosen=False, held=False, post_open=True, post_taken=False)
    assert placement.place(ROUND, left_over, BUREAU) == "accepted"
    with pytest.raises(Forbidden):
        placement.place(NominatedRound("420000000000", "closed", POLICY.switches), FREE, BUREAU)


@pytest.mark.parametrize(
    ("round_", "facts", "found"),
    [
        (NominatedRound("500000000000", "archived", POLICY.switches), FREE, {"placement.round_ended"}),
        (NominatedRound("500000000000", "open", ()), FREE, {"placement.no_nominations"}),
        (
            ROUND,
            PlacementFacts("张三", "", False, False, False, False),
            {"placement.not_nominated", "placement.post_closed"},
        ),
        (
            ROUND,
            PlacementFacts("张三", "matched", False, True, True, True),
            {"placement.not_nominated", "placement.post_taken"},
        ),
        (
            ROUND,
            PlacementFacts("张三", "nominated", True, False, True, True),
            {"placement.person_taken", "placement.post_taken"},
        ),
    ],
)
def test_all_that_keeps_a_person_from_a_post_is_said(round_: Any, facts: PlacementFacts, found: set[str]) -> None:
    with pytest.raises(Refused) as refusal:
        placement.place(round_, facts, BUREAU)
    assert {reason.code for reason in refusal.value.reasons} == found


def test_training_is_recorded_after_it_was_held_and_wholly() -> None:
    today = date(2020, 3, 10)
    assert training.train("confirmed", COURSE, POLICY, BUREAU, today) == "trained"
    with pytest.raises(Refused) as refusal:
        training.train("confirmed", TrainingFacts(date(2020, 3, 11), " ", Decimal(0), ""), POLICY, BUREAU, today)
    assert {reason.code for reason in refusal.value.reasons} == {
        "training.future",
        "training.course_missing",
        "training.hours",
        "training.place_missing",
    }
    with pytest.raises(NotAllowed):
        training.train("confirmed", COURSE, PolicySet(), BUREAU, today)


@pytest.fixture
async def posts(world: World) -> Posts:
    posts = Posts(world)
    await posts.open()
    return posts


async def nominee(posts: Posts) -> str:
    person = await posts.world.person()
    await posts.nominate(person)
    return person


async def test_the_host_accepts_one_of_several_and_the_others_go_on_until_confirmation(
    posts: Posts, events: Any
) -> None:
    post, first, second = await posts.post(), await nominee(posts), await nominee(posts)
    chosen, other = await posts.submitted(first, post), await posts.submitted(second, post)
    shown = await done(await posts.world.host.get(f"/v1/teams/{chosen}"))
    assert {action["action"] for action in shown["actions"]} == {"accept", "decline"}
    accepted = await done(await posts.world.host.post(f"/v1/teams/{chosen}/accept"))
    assert accepted["status"] == "accepted"
    assert (await posts.read(other))["status"] == "submitted"
    assert [str(event.team_id) for event in await events(TeamAccepted)] == [chosen]
    await posts.propose(chosen)
    await posts.world.deliver(posts.notice_confirmed(chosen))
    assert (await posts.read(chosen))["status"] == "confirmed"
    ended = await posts.read(other)
    assert (ended["status"], ended["ending"]["code"]) == ("rejected", "team.order_taken")


async def test_a_claim_that_the_host_has_not_accepted_is_not_proposed(posts: Posts) -> None:
    claim = await posts.submitted(await nominee(posts), await posts.post())
    answer = await posts.world.bureau.post(f"/v1/teams/{claim}/propose", json={"amount_fen": 0})
    assert (answer.status_code, codes(answer)) == (409, {"team.status"})


async def test_the_host_declines_with_a_reason_that_the_expert_reads(posts: Posts, events: Any) -> None:
    person = await nominee(posts)
    claim = await posts.submitted(person, await posts.post())
    assert codes(await posts.world.host.post(f"/v1/teams/{claim}/decline", json={"reason": ""})) == {
        "team.reason_missing"
    }
    await done(await posts.world.host.post(f"/v1/teams/{claim}/decline", json={"reason": "专业方向不符"}))
    shown = await done(await posts.world.expert(person).get(f"/v1/teams/{claim}"))
    assert (shown["status"], shown["ending"]["zh"]) == ("rejected", "专业方向不符")
    assert len(await events(TeamDeclined)) == 1
    await posts.submitted(person, await posts.post())  # free to claim elsewhere


async def test_a_placed_person_accepts_and_the_claim_goes_the_way_of_an_accepted_one(posts: Posts, events: Any) -> None:
    person, post = await nominee(posts), await posts.post()
    team = await posts.placed(person, post)
    shown = await posts.read(team)
    assert (shown["status"], shown["placed"], shown["members"][0]["status"]) == ("accepted", True, "invited")
    refused = await posts.world.bureau.post(f"/v1/teams/{team}/propose", json={"amount_fen": 0})
    assert codes(refused) == {"team.leads", "team.member_not_accepted"}
    await posts.accept_place(team, person)
    await posts.propose(team)
    await posts.world.deliver(posts.notice_confirmed(team))
    assert (await posts.read(team))["status"] == "confirmed"
    assert (await posts.outcomes())[person] == "placed"
    assert [str(event.person_id) for event in await events(TeamPlaced)] == [person]


async def test_what_a_placement_leaves_open_the_person_writes_before_the_proposal(posts: Posts) -> None:
    person, post = await nominee(posts), await posts.post()
    team = await posts.placed(person, post, liaison_name="", liaison_phone="")
    await posts.accept_place(team, person)
    refused = await posts.world.bureau.post(f"/v1/teams/{team}/propose", json={"amount_fen": 0})
    assert codes(refused) == {"team.liaison_name_missing", "team.liaison_phone_missing"}
    headers = {"If-Match": f'"{(await posts.read(team))["version"]}"'}
    await done(await posts.world.expert(person).patch(f"/v1/teams/{team}", json=POST, headers=headers))
    await posts.propose(team)


async def test_a_person_who_declines_or_stays_silent_frees_the_post_for_another(
    posts: Posts, clock: Any, run_due_jobs: Any
) -> None:
    first, second, third, post = await nominee(posts), await nominee(posts), await nominee(posts), await posts.post()
    team = await posts.placed(first, post)
    await done(await posts.world.expert(first).post(f"/v1/teams/{team}/members/{first}/decline"))
    ended = await posts.read(team)
    assert (ended["status"], ended["ending"]["code"]) == ("rejected", "team.lead_declined")
    team = await posts.placed(second, post)
    await clock.set(START + timedelta(days=15))
    await run_due_jobs()
    ended = await posts.read(team)
    assert (ended["status"], ended["ending"]["code"]) == ("rejected", "team.lead_silent")
    await posts.placed(third, post)


async def test_many_placements_stand_or_fall_row_by_row(posts: Posts) -> None:
    world = posts.world
    free, taken, stranger = await nominee(posts), await nominee(posts), await world.person()
    post, other, busy = await posts.post(), await posts.post(), await posts.post()
    await posts.accepted(taken, busy)
    rows = [(free, post), (taken, other), (stranger, busy)]
    body = {"placements": [{"order_id": str(order), "person_id": person, **POST} for person, order in rows]}
    answer = await done(await world.bureau.post(f"/v1/rounds/{world.round_id}/teams/place", json=body))
    found = {row["id"]: [reason["code"] for reason in row["reasons"]] for row in answer["results"]}
    assert found == {
        free: [],
        taken: ["placement.person_taken"],
        stranger: ["placement.not_nominated", "placement.post_taken"],
    }
    elsewhere = {"placements": [{"order_id": str(uuid4()), "person_id": free}]}
    refused = await world.bureau.post(f"/v1/rounds/{world.round_id}/teams/place", json=elsewhere)
    assert (refused.status_code, codes(refused)) == (422, {"placement.order_elsewhere"})


async def test_a_post_that_nobody_claimed_can_be_filled_a_cancelled_one_cannot(posts: Posts, deliver: Any) -> None:
    person, post, gone = await nominee(posts), await posts.post(), await posts.post()
    of = {"round_id": posts.world.round_id}
    await deliver(OrderUnclaimed(order_id=post, **of))
    await deliver(OrderUnclaimed(order_id=gone, **of))
    await deliver(OrderCancelled(order_id=gone, **of))
    body = {"order_id": str(gone), "person_id": person}
    assert codes(await posts.world.bureau.post("/v1/teams/place", json=body)) == {"placement.post_closed"}
    await posts.placed(person, post)


async def test_nobody_serves_before_the_training_and_nothing_counts_before_its_day(
    posts: Posts, clock: Any, run_due_jobs: Any, events: Any
) -> None:
    person = await nominee(posts)
    team = await posts.confirmed(person, await posts.post())
    expert = posts.world.expert(person)

    async def record(served_on: date) -> list[str]:
        entry = {"id": str(uuid4()), "served_on": str(served_on), "person_id": person, "form": "挂职", "days": 1}
        answer = await done(await expert.post(f"/v1/teams/{team}/entries", json={"entries": [entry]}))
        return [reason["code"] for reason in answer["results"][0]["reasons"]]

    assert await record(START.date()) == ["entry.team_not_serving", "entry.not_trained"]
    begins = START + timedelta(days=60)
    await clock.set(begins)
    await run_due_jobs()
    assert (await posts.read(team))["status"] == "confirmed"  # the term has begun, the training has not been held
    course = TRAINING | {"trained_on": str(begins.date())}
    trained = await done(await posts.world.bureau.post(f"/v1/teams/{team}/train", json=course))
    assert trained["status"] == "trained"
    assert (await posts.read(team))["training"]["course"] == "岗前培训班"
    assert await record(begins.date() - timedelta(days=1)) == ["entry.before_training"]
    assert await record(begins.date()) == []
    await run_due_jobs()
    assert (await posts.read(team))["status"] == "serving"
    assert [(str(event.team_id), event.hours) for event in await events(TeamTrained)] == [(team, Decimal(24))]


async def test_one_course_for_all_who_wait_for_it(posts: Posts) -> None:
    world = posts.world
    teams = [await posts.confirmed(await nominee(posts), await posts.post()) for _ in range(2)]
    accepted = await posts.accepted(await nominee(posts), await posts.post())
    path = f"/v1/rounds/{world.round_id}/teams/train"
    named = await done(await world.bureau.post(path, json=TRAINING | {"team_ids": [teams[0], accepted]}))
    assert {row["id"]: row["ok"] for row in named["results"]} == {teams[0]: True, accepted: False}
    rest = await done(await world.bureau.post(path, json=TRAINING))
    assert [(row["id"], row["status"]) for row in rest["results"]] == [(teams[1], "trained")]
    assert (await world.district.post(path, json=TRAINING)).status_code == 403


async def test_a_trained_team_holds_its_post_and_its_people(posts: Posts) -> None:
    post, first, second = await posts.post(), await nominee(posts), await nominee(posts)
    team = await posts.confirmed(first, post)
    await done(await posts.world.bureau.post(f"/v1/teams/{team}/train", json=TRAINING))
    answer = await posts.world.bureau.post("/v1/teams/place", json={"order_id": str(post), "person_id": second})
    assert codes(answer) == {"placement.post_taken"}
    await done(await posts.world.expert(first).post(f"/v1/teams/{team}/withdraw", json={"reason": "调任"}))
    assert (await posts.outcomes())[first] == "nominated"
    await posts.placed(second, post)
    assert UUID(team)


async def test_whose_turn_it_is_follows_the_rows_that_the_round_turns_on(posts: Posts) -> None:
    world = posts.world
    claim = await posts.submitted(await nominee(posts), await posts.post())

    async def owed(client: Any) -> list[str]:
        return [row["code"] for row in (await done(await client.get("/v1/todo")))["items"] if row["team_id"] == claim]

    assert (await owed(world.host), await owed(world.district), await owed(world.bureau)) == (["accept_claim"], [], [])
    await done(await world.host.post(f"/v1/teams/{claim}/accept"))
    assert (await owed(world.host), await owed(world.bureau)) == ([], ["propose"])
    await posts.propose(claim)
    await world.deliver(posts.notice_confirmed(claim))
    assert await owed(world.bureau) == ["train"]
    await done(await world.bureau.post(f"/v1/teams/{claim}/train", json=TRAINING))
    assert await owed(world.bureau) == []

"""The rating on the liaison's page: asked for while it counts, and said how it counts; else why not."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from shared.contracts.assessment import AssessmentPartSubmitted, AssessmentScored
from shared.contracts.teams import EntryConfirmed, TeamRatedByHost
from shared.testing import START
from tests.teams.factories import World, codes, done
from tests.teams.test_liaison import ENGLISH, PAGE, fit_for_a_village, linked, messages


async def pages(world: World, path: str) -> tuple[str, str]:
    """In Chinese and in English."""
    chinese, english = [(await world.api().get(path, headers=headers)).text for headers in (PAGE, ENGLISH)]
    return chinese, english


async def refused(world: World, path: str, words: str, why: str) -> None:
    """Nothing is asked for, the page says why, and a rating that comes all the same gets the same answer."""
    chinese, _english = await pages(world, path)
    assert (words in chinese, 'name="satisfaction"' in chinese) == (True, False)
    said = {"satisfaction": 85}
    for address in (path, f"{path}/rating"):
        assert codes(await world.api().post(address, json=said)) == {why}
        late = await world.api().post(address, data=said, headers=PAGE)
        assert (late.status_code, words in late.text, "谢谢" in late.text) == (409, True, False)


async def test_the_page_says_that_the_rating_counts_and_until_when(world: World) -> None:
    roster = await world.serving()
    await roster.asked()
    chinese, english = await pages(world, await linked(world, roster))
    assert "您的评价计入年度考核，2020-03-31前（含当日）提交有效" in chinese
    assert "counts for the yearly grade when sent by 2020-03-31" in english
    assert "年度考核：请您在3月31日前评价服务" in (await messages(world, roster))[-1]["text"]


async def test_a_rating_that_would_count_for_nothing_is_neither_asked_for_nor_taken(
    world: World, events: Any, clock: Any
) -> None:
    roster = await world.serving()
    path = await linked(world, roster)
    assert "评价" not in (await messages(world, roster))[-1]["text"]
    await refused(world, path, "目前没有需要您评价的年度考核", "rating.none_due")
    ids = await roster.asked()
    await world.deliver(AssessmentPartSubmitted(**ids, part="host_rating", submitted_as="host"))
    await refused(world, path, "贵单位已用单位账号提交年度评价", "rating.by_host")
    await roster.asked(START + timedelta(days=2))
    await clock.set(START + timedelta(days=2))
    await refused(world, path, "年度评价已截止", "rating.over")
    assert await events(TeamRatedByHost) == []


async def test_what_was_said_by_phone_may_be_said_anew_until_the_year_is_scored(world: World) -> None:
    roster = await world.serving()
    ids = await roster.asked()
    path = await linked(world, roster)
    await done(await world.api().post(f"{path}/rating", json={"satisfaction": 85}))
    await world.deliver(AssessmentPartSubmitted(**ids, part="host_rating", submitted_as="liaison"))
    assert "rate_service" not in [one["code"] for one in (await done(await world.host.get("/v1/todo")))["items"]]
    chinese, _english = await pages(world, path)
    assert ("您已评价：满意。截止前可以重新评价" in chinese, 'name="satisfaction"' in chinese) == (True, True)
    await done(await world.api().post(f"{path}/rating", json={"satisfaction": 100}))
    await world.deliver(AssessmentScored(**ids, total=80))
    await refused(world, path, "年度评价已截止", "rating.over")
    assert "您已评价：很满意。</p>" in (await pages(world, path))[0]


async def test_the_same_words_in_another_year_are_another_rating(world: World, events: Any, clock: Any) -> None:
    roster = await world.serving()
    ids = await roster.asked()
    path = await linked(world, roster)
    await done(await world.api().post(f"{path}/rating", json={"satisfaction": 85}))
    await world.deliver(AssessmentScored(**ids, total=80))
    await clock.set(START + timedelta(days=3))
    await roster.asked()
    assert "您已评价" not in (await pages(world, path))[0]
    await done(await world.api().post(f"{path}/rating", json={"satisfaction": 85}))
    assert len(await events(TeamRatedByHost)) == 2


async def test_entries_and_the_rating_are_sent_together(world: World, events: Any) -> None:
    roster = await world.serving()
    [entry] = await roster.record()
    await roster.asked()
    path = await linked(world, roster)
    page = (await world.api().get(path, headers=PAGE)).text
    assert (page.count(">提交</button>"), page.count("<form")) == (1, 2), "the other form reports an absence"
    assert "required" not in page[: page.index("<details>")], "one may be sent without the other"
    form = {f"{entry}.1": "confirm", "satisfaction": "", "comment": "讲得明白"}
    unfit = await world.api().post(path, data=form, headers=PAGE)
    assert (unfit.status_code, "请选择满意程度" in unfit.text) == (422, True)
    sent = await world.api().post(path, data=form | {"satisfaction": "85"}, headers=PAGE)
    assert sent.status_code == 200
    assert all(words in sent.text for words in ("<p>属实：1 条</p>", "您的评价已提交，计入年度考核"))
    [said] = await events(TeamRatedByHost)
    assert (said.satisfaction, said.comment) == (85, "讲得明白")
    assert UUID(entry) in [event.entry_id for event in await events(EntryConfirmed)]


async def test_an_entry_is_settled_without_a_rating(world: World, events: Any) -> None:
    roster = await world.serving()
    [entry] = await roster.record()
    await roster.asked()
    form = {f"{entry}.1": "dispute", "satisfaction": "", "comment": " "}
    sent = await world.api().post(await linked(world, roster), data=form, headers=PAGE)
    assert (sent.status_code, "不属实：1 条" in sent.text, "评价" in sent.text) == (200, True, False)
    assert await events(TeamRatedByHost) == []


async def test_a_liaison_rates_in_plain_words_and_may_rate_again(world: World, events: Any) -> None:
    roster = await world.serving()
    await roster.asked()
    path = await linked(world, roster)
    shown = await done(await world.api().get(path))
    assert [word["zh"] for word in shown["rating"]["words"]] == ["很满意", "满意", "一般", "不满意", "很不满意"]
    said = {"satisfaction": "85", "comment": "讲得明白"}
    for _ in range(2):
        page = await world.api().post(f"{path}/rating", data=said, headers=PAGE)
        assert (page.status_code, "谢谢" in page.text) == (200, True)
        fit_for_a_village(page)
    await done(await world.api().post(f"{path}/rating", json={"satisfaction": 100}))
    assert [event.satisfaction for event in await events(TeamRatedByHost)] == [85, 100]
    assert [event.comment for event in await events(TeamRatedByHost)] == ["讲得明白", ""]
    assert "您已评价：很满意" in (await world.api().get(path, headers=PAGE)).text
    for reader in (roster.as_lead, world.host, world.district, world.bureau):
        found = (await done(await reader.get(f"{roster.path}/ratings")))["items"]
        assert {item["comment"] for item in found} == {"讲得明白", ""}
    for other in (world.expert(roster.member), world.unit()):
        assert (await other.get(f"{roster.path}/ratings")).status_code == 404


async def test_a_rating_is_one_of_the_words_about_a_team_that_served(world: World, events: Any) -> None:
    roster = await world.agreed()
    await roster.record()
    path = await linked(world, roster)
    early = await world.api().post(f"{path}/rating", json={"satisfaction": 86})
    assert (early.status_code, codes(early)) == (409, {"rating.not_served", "rating.word"})
    nothing = await world.api().post(f"{path}/rating", data={"comment": "x"}, headers=PAGE)
    assert (nothing.status_code, "请选择满意程度" in nothing.text) == (422, True)
    for wrong in ({"satisfaction": 101}, {"satisfaction": "x"}, {}, {"satisfaction": 85, "comment": "字" * 501}):
        assert (await world.api().post(f"{path}/rating", json=wrong)).status_code == 422
    assert (await world.api().post(f"{path}/rating", content=b"\xff{")).status_code == 422
    assert await events(TeamRatedByHost) == []

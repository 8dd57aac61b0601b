"""A team's papers: claim, agreement and decision letter."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from shared.testing import START
from tests.shared.handed_in import PDF
from tests.shared.papers import said
from tests.teams.factories import HOST, UNIT, World, citizen_id, done
from tests.teams.review_factories import competing


async def form(client: Any, path: str, kind: str) -> str:
    answer = await client.get(f"{path}/form", params={"kind": kind})
    assert answer.status_code == 200, answer.text
    return said(answer.content)


async def test_the_claim_is_filled_with_the_team_and_what_it_offers(world: World) -> None:
    roster = await world.forming()
    text = await form(roster.as_lead, roster.path, "claim")
    for part in (
        "2020年专家服务团\n接单申请书",
        "编号：CQ-2020-0001",
        "茶叶专家服务团",
        "茶园病虫害防治",
        "信义社区股份经济合作联合社",
        "领衔专家",
        "成员",
        "当地人才",
        "三峡学院",
        "研究员",
        "同意",
        "2020年5月1日至2021年4月30日",
        "每年12天、6次",
        "联络员",
        "13800000000",
        "150,000.00元（大写：人民币壹拾伍万元整）",
        UNIT,
        "亩产提高一成",
        "当地人才学会测报，独立带动周边茶农",
        "三峡学院（盖章处）",
        "重庆市人力资源和社会保障局（盖章处）",
        "签字：",
    ):
        assert part in text, part
    for number in range(1, 4):
        assert f"专家{number}" in text
        assert citizen_id(number) not in text
        assert f"139{number:08d}" not in text


async def test_the_liaisons_phone_is_masked_for_who_does_not_run_the_team(world: World) -> None:
    roster = await world.forming()
    for client, shown in (
        (roster.as_lead, True),
        (world.host, True),
        (world.district, True),
        (world.bureau, True),
        (world.expert(roster.member), False),
        (world.unit(), False),
        (world.as_(world.actors.supervisor), False),
    ):
        text = await form(client, roster.path, "claim")
        assert ("13800000000" in text) == shown
        assert ("*******0000" in text) != shown
    stranger = world.expert(await world.person())
    for kind in ("claim", "agreement", "decision"):
        assert (await stranger.get(f"{roster.path}/form", params={"kind": kind})).status_code == 404


async def test_a_claim_just_begun_and_one_with_many_members_and_long_words_can_be_printed(world: World) -> None:
    lead = await world.person()
    team = await world.form(lead)
    assert "接单申请书" in await form(world.expert(lead), f"/v1/teams/{team['id']}", "claim")
    other = await world.order(uuid4())
    roster = await world.forming(other, content="第一\n第二\n" + "长" * 1900, targets="a<b>&\"'𠮷")
    people = [await world.person(honours=[]) for _ in range(25)]
    await roster.invite(*({"person_id": person, "role": "member"} for person in people[:15]))
    text = await form(roster.as_lead, roster.path, "claim")
    assert "长" * 1900 in text
    assert "a<b>&\"'𠮷" in text
    assert "\n18\n" in text


async def test_the_agreement_says_the_six_points_and_has_three_places_for_seals(world: World) -> None:
    roster = await world.forming()
    missing = await roster.as_lead.get(f"{roster.path}/form", params={"kind": "agreement"})
    assert (missing.status_code, missing.json()["code"]) == (404, "agreement.not_found")
    roster = await world.confirmed(await world.order(uuid4()))
    text = await form(world.host, roster.path, "agreement")
    for part in (
        "三方协议（任务书）",
        HOST,
        UNIT,
        "丙方（领衔专家）",
        "一、服务人员",
        "龙驹镇信义社区",
        "茶园病虫害防治",
        "自2020年5月1日至2021年4月30日，每年服务不少于12天、6次。",
        "亩产提高一成",
        "联络员",
        "当地人才学会测报",
        "资助150,000.00元（大写：人民币壹拾伍万元整），拨付至三峡学院",
        "第1期100%，条件：年度考核合格以上",
        "（盖章处）",
    ):
        assert part in text, part
    assert text.count("（盖章处）") == 3
    assert "13800000000" not in text


async def test_the_agreement_says_who_signed_it_when(world: World, clock: Any) -> None:
    roster = await world.confirmed()
    assert "系统签署记录" not in await form(world.host, roster.path, "agreement")
    await done(await roster.as_lead.post(f"{roster.path}/agreement/sign"))
    half = await form(world.host, roster.path, "agreement")
    assert (half.count("2020-03-10 09:00"), half.count("未签署")) == (1, 2)
    await clock.set(START + timedelta(days=1, hours=2))
    for party in (world.unit(), world.host):
        await done(await party.post(f"{roster.path}/agreement/sign"))
    text = await form(world.host, roster.path, "agreement")
    assert (text.count("2020-03-10 09:00"), text.count("2020-03-11 11:00"), text.count("未签署")) == (1, 2, 0)


async def test_what_was_signed_is_what_is_printed(world: World) -> None:
    roster = await world.agreed()
    before = (await world.host.get(f"{roster.path}/form", params={"kind": "agreement"})).headers
    again = (await roster.as_lead.get(f"{roster.path}/form", params={"kind": "agreement"})).headers
    assert before["x-document-fingerprint"] == again["x-document-fingerprint"]


async def test_the_letter_says_what_was_decided_and_when_there_is_none_there_is_no_letter(world: World) -> None:
    roster = await world.shortlisted()
    early = await world.bureau.get(f"{roster.path}/form", params={"kind": "decision"})
    assert (early.status_code, early.json()["code"]) == (404, "decision.not_found")
    await roster.propose()
    assert (await roster.as_lead.get(f"{roster.path}/form", params={"kind": "decision"})).status_code == 404
    await roster.reserve()
    text = await form(roster.as_lead, roster.path, "decision")
    for part in (
        "评审结果通知书",
        "专家1、茶叶专家服务团：",
        "茶园病虫害防治",
        "拟入选",
        "150,000.00元",
        "签订三方协议",
        "重庆市人力资源和社会保障局（盖章处）",
        "2020年3月10日",
    ):
        assert part in text, part
    assert "申请复核" not in text


async def test_who_was_rejected_reads_why(world: World) -> None:
    roster = await world.shortlisted()
    await done(await world.bureau.post(f"{roster.path}/reject", json={"reason": "专业方向与订单不符"}))
    text = await form(roster.as_lead, roster.path, "decision")
    assert "未能入选" in text
    assert "专业方向与订单不符" in text
    assert "2020年3月10日" in text
    assert "书面申请复核" in text


async def test_the_letter_of_a_claim_in_reserve_gives_scores_reasons_and_until_when_to_appeal(world: World) -> None:
    panel = await competing(world)
    first, second = await world.shortlisted(), await world.shortlisted()
    await panel.decided((first, 90), (second, 82))
    await first.propose()
    await first.reserve()
    await world.deliver(first.notice_confirmed())
    letter = await done(await second.as_lead.get(f"{second.path}/decision"))
    text = await form(second.as_lead, second.path, "decision")
    assert letter["outcome"] == "reserve"
    for part in (
        "列入候补",
        "递补",
        "二、各项得分",
        "平均分（3名专家）",
        "82",
        *(reason["zh"] for reason in letter["reasons"]),
    ):
        assert part in text, part
    until = datetime.fromisoformat(letter["appeal_until"])
    assert f"{until.year}年{until.month}月{until.day}日{until:%H:%M}前" in text
    for reviewer in panel.people:
        assert reviewer not in text


async def test_a_teams_page_shows_its_papers_and_their_scans(world: World) -> None:
    roster = await world.confirmed()
    await form(roster.as_lead, roster.path, "claim")
    answer = await world.host.get(f"{roster.path}/form", params={"kind": "agreement"})
    code = answer.headers["x-document-fingerprint"][:16]
    scan = {"kind": "scan", "form": "agreement", "document": code}
    await done(await world.host.post(f"{roster.path}/attachments", files={"file": ("a.pdf", PDF)}, data=scan), 201)
    listed = {version["form"]: version for version in await done(await world.bureau.get(f"{roster.path}/forms"))}
    assert {name: (row["current"], len(row["scans"])) for name, row in listed.items()} == {
        "claim": (True, 0),
        "agreement": (True, 1),
    }
    assert (await roster.as_lead.get(f"{roster.path}/form", params={"kind": "notice"})).status_code == 422

"""The liaison's page: absences, photos, new links; on a phone, without an account, sent twice without harm."""

import re
import sys
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.teams.rules.entry import LONGEST
from shared.contracts.teams import (
    ConfirmationLinkSent,
    TeamAbsenceAnswered,
    TeamAbsenceReported,
    TeamAbsenceSettled,
)
from shared.printed import qr_file
from shared.testing import START
from tests.shared.handed_in import jpeg
from tests.teams.factories import Roster, World, codes, done

TODAY = START.date()
PAGE = {"Accept": "text/html,application/xhtml+xml", "Accept-Language": "zh-CN,zh;q=0.9"}
ENGLISH = PAGE | {"Accept-Language": "en-GB"}
SMALL = 30 << 10


async def messages(world: World, roster: Roster) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await done(await world.api().get(f"/dev/sms?team_id={roster.id}"))
    return found


async def link_of(world: World, roster: Roster) -> str:
    """The path of the newest link that went to the liaison's phone."""
    found = re.search(r"https?://[^/]+(/public/confirmations/\S+)", (await messages(world, roster))[-1]["text"])
    assert found
    return found[1]


async def linked(world: World, roster: Roster) -> str:
    await done(await roster.as_lead.post(f"{roster.path}/confirmation_link"))
    return await link_of(world, roster)


def fit_for_a_village(answer: httpx.Response) -> None:
    assert "<script" not in answer.text
    assert "http://" not in answer.text, "nothing is loaded from elsewhere"
    assert len(answer.content) <= SMALL
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")


# absences


async def test_an_absence_is_reported_answered_and_settled(world: World, events: Any, clock: Any) -> None:
    roster = await world.serving()
    path = await linked(world, roster)
    said = {"expected_on": str(TODAY), "words": "等了一上午"}
    for _ in range(2):
        page = await world.api().post(f"{path}/absences", data=said, headers=PAGE)
        assert page.status_code == 200, page.text
        fit_for_a_village(page)
    assert f"已反映: {TODAY} · 待说明" in (await world.api().get(path, headers=PAGE)).text
    [absence] = (await done(await world.district.get("/v1/absences?status=reported")))["items"]
    assert (absence["words"], absence["reported_by"]) == ("等了一上午", "liaison")
    [owed] = [d for d in (await done(await roster.as_lead.get("/v1/todo")))["items"] if d["code"] == "answer_absence"]
    assert owed["due"] == absence["due_at"]
    here, words = f"/v1/absences/{absence['id']}", {"words": "山洪断路"}
    early = await world.district.post(f"{here}/settle", json={"upheld": False, "words": "属实"})
    assert (early.status_code, codes(early)) == (409, {"absence.answer_awaited"})
    assert (await world.district.post(f"{here}/answer", json=words)).status_code == 403
    assert codes(await roster.as_lead.post(f"{here}/answer", json={"words": " "})) == {"absence.words_missing"}
    answered = await done(await roster.as_lead.post(f"{here}/answer", json=words))
    assert (answered["status"], answered["answer"]) == ("answered", "山洪断路")
    assert "settle_absence" in [d["code"] for d in (await done(await world.district.get("/v1/todo")))["items"]]
    settled = await done(await world.district.post(f"{here}/settle", json={"upheld": False, "words": "情况属实"}))
    assert (settled["status"], settled["upheld"]) == ("settled", False)
    kinds = (TeamAbsenceReported, TeamAbsenceAnswered, TeamAbsenceSettled)
    assert [len(await events(kind)) for kind in kinds] == [1, 1, 1]
    assert "山洪" not in str(await events())


async def test_an_absence_that_nobody_answers_is_settled_after_the_leads_time(world: World, clock: Any) -> None:
    roster = await world.serving()
    body = {"expected_on": str(TODAY)}
    absence = await done(await world.host.post(f"{roster.path}/absences", json=body), 201)
    finding = {"upheld": True, "words": "无故未到"}
    assert codes(await world.district.post(f"/v1/absences/{absence['id']}/settle", json=finding)) == {
        "absence.answer_awaited"
    }
    await clock.set(START + timedelta(days=8))
    far = world.as_(world.actors.change(world.actors.district, division="500110000000"))
    assert (await far.post(f"/v1/absences/{absence['id']}/settle", json=finding)).status_code == 404
    settled = await done(await world.district.post(f"/v1/absences/{absence['id']}/settle", json=finding))
    assert (settled["status"], settled["upheld"], settled["finding"]) == ("settled", True, "无故未到")
    assert codes(await roster.as_lead.post(f"/v1/absences/{absence['id']}/answer", json={"words": "x"})) == {
        "absence.status"
    }


async def test_an_absence_lies_in_the_time_of_service_and_is_said_by_the_host(world: World) -> None:
    roster = await world.agreed()
    for day, why in ((TODAY + timedelta(days=1), "future"), (TODAY - timedelta(days=1), "outside_term")):
        refused = await world.host.post(f"{roster.path}/absences", json={"expected_on": str(day)})
        assert codes(refused) == {f"absence.{why}"}
    assert (await roster.as_lead.post(f"{roster.path}/absences", json={"expected_on": str(TODAY)})).status_code == 403
    await done(await world.host.post(f"{roster.path}/absences", json={"expected_on": str(TODAY)}), 201)
    for reader, seen in ((roster.as_lead, 1), (world.host, 1), (world.bureau, 1), (world.expert(roster.member), 0)):
        assert len((await done(await reader.get("/v1/absences")))["items"]) == seen


# entries and their photos


async def test_what_was_put_right_since_it_was_shown_is_not_confirmed_unseen(world: World) -> None:
    roster = await world.agreed()
    first, second = await roster.record(2)
    path = await linked(world, roster)
    page = (await world.api().get(path, headers=PAGE)).text
    fields = sorted(set(re.findall(r'name="([0-9a-f-]{36}\.\d+)"', page)))
    assert {field.partition(".")[0] for field in fields} == {first, second}
    changed = await roster.as_lead.patch(f"/v1/entries/{first}", json={"days": 9}, headers={"If-Match": '"1"'})
    await done(changed)
    sent = await world.api().post(path, data=dict.fromkeys(fields, "confirm"), headers=PAGE)
    assert (sent.status_code, "未处理（已处理过或内容已更正）：1 条" in sent.text) == (200, True)
    listed = (await done(await world.host.get(f"{roster.path}/entries")))["items"]
    assert {item["id"]: item["status"] for item in listed} == {first: "recorded", second: "confirmed"}


async def test_photos_are_counted_on_the_page_and_shown_on_request(world: World) -> None:
    roster = await world.agreed()
    [entry] = await roster.record()
    files = {"file": ("现场.jpg", jpeg(), "image/jpeg")}
    sent = await roster.as_lead.post(f"/v1/entries/{entry}/attachments", files=files, data={"kind": "photo"})
    scan = {"file": ("a.jpg", jpeg(2), "image/jpeg")}
    other = await roster.as_lead.post(f"/v1/entries/{entry}/attachments", files=scan, data={"kind": "evidence"})
    path = await linked(world, roster)
    page = (await world.api().get(path, headers=PAGE)).text
    assert re.findall(r'href="(\S+/photos/\S+)"', page) == [f"{path}/photos/{(await done(sent, 201))['id']}"]
    assert "<img" not in page, "a picture is loaded when it is asked for"
    shown = await world.api().get(f"{path}/photos/{sent.json()['id']}")
    assert (shown.headers["content-type"], shown.content) == ("image/jpeg", jpeg())
    for hidden in ((await done(other, 201))["id"], entry):
        assert (await world.api().get(f"{path}/photos/{hidden}")).status_code == 404


async def test_a_page_stays_small_however_much_there_is(world: World) -> None:
    roster = await world.agreed()
    long = "&" * 2000
    batch = [roster.entry(TODAY, problem=long, form="&" * 100, days=int(LONGEST)) for _ in range(40)]
    await done(await roster.as_lead.post(f"{roster.path}/entries", json={"entries": batch}))
    path = await linked(world, roster)
    for headers in (PAGE, ENGLISH):
        page = await world.api().get(path, headers=headers)
        fit_for_a_village(page)
        assert "34" in page.text, "how many follow is said"
    assert len((await done(await world.api().get(path)))["entries"]) == 40


async def test_the_page_speaks_both_languages_and_can_be_switched(world: World) -> None:
    roster = await world.serving()
    await roster.asked()
    path = await linked(world, roster)
    chinese, english = [(await world.api().get(path, headers=headers)).text for headers in (PAGE, ENGLISH)]
    assert all(words in chinese for words in ('lang="zh"', "您对服务满意吗？", "专家没有来？", "12333"))
    assert all(words in english for words in ('lang="en"', "How satisfied are you?", "Very satisfied", "12333"))
    assert 'lang="en"' in (await world.api().get(f"{path}?lang=en", headers=PAGE)).text
    assert "13800000000" not in chinese + english


# links


async def test_an_expired_link_says_whom_to_call_and_sends_a_new_one(world: World, events: Any, clock: Any) -> None:
    roster = await world.serving()
    path = await linked(world, roster)
    await clock.set(START + timedelta(days=31))
    page = await world.api().get(path, headers=PAGE)
    assert (page.status_code, f"{path}/link?lang=zh" in page.text) == (410, True)
    assert all(words in page.text for words in ("已过期", "12333", "三峡学院"))
    fit_for_a_village(page)
    assert codes(await world.api().post(path, json={"confirmed": [str(world.order_id)]})) == {"link.expired"}
    for _ in range(2):
        asked = await world.api().post(f"{path}/link", headers=PAGE)
        assert (asked.status_code, "*******0000" in asked.text) == (200, True)
    assert len(await events(ConfirmationLinkSent)) == 2, "tapped twice, sent once"
    assert (await messages(world, roster))[-1]["phone"] == "13800000000"
    assert (await done(await world.api().get(await link_of(world, roster))))["team"] == "茶叶专家服务团"


async def test_a_code_on_the_board_sends_a_link_to_the_phone_on_file_and_opens_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    roster = await world.serving()
    coded: list[str] = []
    entries = sys.modules["services.teams.api.entries"]
    monkeypatch.setattr(entries, "qr_file", lambda url: coded.append(url) or qr_file(url))
    made = await roster.as_lead.post(f"{roster.path}/confirmation_code")
    assert (made.status_code, made.headers["content-type"]) == (200, "image/svg+xml")
    assert made.content.lstrip().startswith(b"<?xml")
    assert b"<svg" in made.content
    path = coded[0][coded[0].index("/public/") :]
    shown = await world.api().get(path, headers=PAGE)
    assert (shown.status_code, f"{path}/link" in shown.text) == (410, True)
    assert (await world.api().post(f"{path}/rating", json={"satisfaction": 100})).status_code in (409, 410)
    before = len(await messages(world, roster))
    await done(await world.api().post(f"{path}/link"))
    assert len(await messages(world, roster)) == before + 1
    await done(await world.api().get(await link_of(world, roster)))
    assert (await world.host.post(f"{roster.path}/confirmation_code")).status_code == 200
    token = [url.rpartition("/")[2] for url in coded]
    assert token[0][:20] == token[1][:20], "one code as long as the liaison has this phone"
    stranger = world.as_(world.actors.change(world.actors.host, unit="12500000450400001F"))
    assert (await stranger.post(f"{roster.path}/confirmation_code")).status_code == 404


async def test_a_liaison_asks_for_a_few_links_a_day(world: World, clock: Any) -> None:
    roster = await world.serving()
    path = await linked(world, roster)
    for number in range(3):
        await clock.set(START + timedelta(minutes=15 * number))
        await done(await world.api().post(f"{path}/link"))
    await clock.set(START + timedelta(hours=2))
    refused = await world.api().post(f"{path}/link")
    assert (refused.status_code, codes(refused)) == (409, {"link.asked_often"})
    await clock.set(START + timedelta(hours=26))
    await done(await world.api().post(f"{path}/link"))
    assert (await world.api().post(f"/public/confirmations/{'A' * 48}/link")).status_code == 404


async def test_a_link_ends_when_the_liaison_has_another_phone(world: World) -> None:
    roster = await world.serving()
    path = await linked(world, roster)
    version = (await roster.read())["version"]
    changed = {"liaison_phone": "13900000001"}
    await done(await roster.as_lead.patch(roster.path, json=changed, headers={"If-Match": f'"{version}"'}))
    page = await world.api().get(path, headers=PAGE)
    assert (page.status_code, "联络人员已变更" in page.text, "/link" in page.text) == (410, True, False)
    assert (await world.api().post(f"{path}/link")).status_code == 404
    assert codes(await world.api().post(f"{path}/rating", json={"satisfaction": 85})) == {"link.replaced"}


async def test_links_go_to_many_at_once_but_not_again_within_the_week(world: World, clock: Any) -> None:
    roster = await world.agreed()
    await roster.record(2)
    other = await world.confirmed(await world.order(world.round_id))
    many = f"/v1/rounds/{world.round_id}/confirmation_links"
    assert await done(await world.expert(other.lead).post(many)) == {"results": [], "left": 0}
    [sent] = (await done(await world.district.post(many)))["results"]
    assert (sent["id"], sent["ok"]) == (roster.id, True)
    [again] = (await done(await roster.as_lead.post(many)))["results"]
    assert (again["ok"], [r["code"] for r in again["reasons"]]) == (False, ["link.sent_lately"])
    await done(await roster.as_lead.post(f"{roster.path}/confirmation_link"))
    assert len(await messages(world, roster)) == 2, "a person may send to this one"
    await clock.set(START + timedelta(days=8))
    [later] = (await done(await world.bureau.post(many)))["results"]
    assert (later["ok"], len(await messages(world, roster))) == (True, 3)
    for other_role in (world.host, world.unit(), world.as_(world.actors.supervisor)):
        assert await done(await other_role.post(many)) == {"results": [], "left": 0}


@pytest.mark.parametrize("path", ["", "/rating", "/absences", "/link"])
async def test_a_made_up_link_is_answered_with_a_plain_page(world: World, path: str) -> None:
    page = await world.api().post(
        f"/public/confirmations/{'A' * 48}{path}", data={"satisfaction": "85", "expected_on": str(TODAY)}, headers=PAGE
    )
    assert (page.status_code, "12333" in page.text) == (404, True)
    fit_for_a_village(page)

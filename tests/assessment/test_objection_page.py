"""Citizens object by a page: no script, no account, everything that is wrong at once and beside its field."""

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest

from tests.assessment.factories import UNIT, Year, done, teams_on_notice
from tests.assessment.test_pages import Page

GOOD = {"name": "某人", "phone": "13800138000", "unit_code": "", "text": "服务次数不实：3月5日并未到村"}


class Form:
    """The page of one posted notice of two teams, as a browser uses it."""

    def __init__(self, run: Year, notice_id: str) -> None:
        self.run, self.notice_id = run, notice_id
        self.path = f"/public/notices/{notice_id}/objections.html"
        self.team = str(run.teams[0].team_id)

    async def send(self, status: int, **typed: str) -> str:
        answer = await self.run.api().post(self.path, data={"team_id": self.team, **GOOD, **typed})
        assert answer.status_code == status, answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-type"].startswith("text/html")
        assert "script" not in Page(answer.text).tags
        return str(answer.text)

    async def raised(self) -> list[dict[str, Any]]:
        listed = (await done(await self.run.supervisor.get("/v1/objections")))["items"]
        return [await done(await self.run.supervisor.get(f"/v1/objections/{o['id']}")) for o in listed]


@pytest.fixture
async def form(api: Any, actors: Any, clock: Any, run_due_jobs: Any, deliver: Any) -> Form:
    run = Year(api, actors, clock, run_due_jobs, await teams_on_notice(deliver, 2))
    return Form(run, (await run.post_notice("selection"))["id"])


def faults(page: str) -> dict[str, str]:
    """The field that each fault stands beside, and its words."""
    return {name: unescape(words) for name, words in re.findall(r'id="fault-(\w+)">([^<]+) <', page)}


async def test_the_notice_leads_to_a_form_that_names_its_teams(form: Form) -> None:
    notice = Page((await form.run.api().get(f"/public/notices/{form.notice_id}.html")).text)
    assert form.path in notice.links
    empty = await form.run.api().get(f"{form.path}?team_id={form.team}")
    assert f'value="{form.team}" selected' in empty.text
    page = Page(empty.text)
    assert all(f"CQ-2020-000{n}" in page.text for n in (1, 2))
    assert form.path in page.links
    assert faults(empty.text) == {}


async def test_a_person_s_objection_is_answered_with_its_number_and_the_day_of_the_answer(form: Form) -> None:
    page = Page(await form.send(201))
    [raised] = await form.raised()
    assert raised["receipt"] in page.text
    # posted on Tuesday 10 March 2020: ten working days later
    assert ("2020-03-24" in page.text, raised["due_at"][:10]) == (True, "2020-03-25")
    assert (raised["name"], raised["phone"], raised["unit_code"]) == ("某人", "13800138000", None)
    told = await form.run.api().post(
        form.path.removesuffix(".html"), json=GOOD | {"team_id": form.team, "phone": "13800138001", "unit_code": None}
    )
    assert told.json()["answer_by"] == "2020-03-24"


async def test_a_unit_objects_with_its_code_instead_of_a_phone(form: Form) -> None:
    await form.send(201, name="某单位", phone="", unit_code=UNIT)
    assert [(o["phone"], o["unit_code"]) for o in await form.raised()] == [(None, UNIT)]


async def test_every_fault_stands_beside_its_field_and_nothing_typed_is_lost(form: Form) -> None:
    typed = {"team_id": "", "name": "", "phone": "12", "unit_code": "X" * 18, "text": "<b>多行\n文字</b>"}
    page = await form.send(422, **typed)
    assert set(faults(page)) == {"team_id", "name", "phone", "unit_code"}
    assert faults(page)["team_id"] == "请选择要异议的团队"
    assert "<b>多行" not in page
    assert "&lt;b&gt;多行\n文字&lt;/b&gt;</textarea>" in page
    assert 'value="12"' in page
    assert f'value="{"X" * 18}"' in page
    nothing = await form.run.api().post(form.path, data={})
    assert set(faults(nothing.text)) == {"team_id", "name", "phone", "text"}
    assert set(faults(await form.send(422, text="长" * 5001))) == {"text"}
    assert set(faults(await form.send(422, text=" \n "))) == {"text"}
    assert await form.raised() == []


async def test_the_same_objection_sent_twice_is_one(form: Form) -> None:
    assert await form.send(201) == await form.send(201)
    await form.send(201, text="另有一事")
    assert len(await form.raised()) == 2


async def test_after_the_period_the_page_says_so_and_takes_nothing(form: Form) -> None:
    await form.run.pass_notice()
    assert "公示已结束" in (await form.run.api().get(form.path)).text
    page = await form.send(409)
    assert "不在公示期内" in page
    assert "公示已结束" in page
    assert await form.raised() == []


async def test_an_unknown_notice_or_too_many_sendings_are_said_in_words_to_a_browser(
    form: Form, limit_writes: Any
) -> None:
    browser = {"Accept": "text/html,*/*;q=0.8"}
    missing = await form.run.api().get(f"/public/notices/{uuid4()}/objections.html", headers=browser)
    assert (missing.status_code, "未找到" in Page(missing.text).text) == (404, True)
    limit_writes("1/minute")
    answers = [await form.run.api().post(form.path, data={"name": "<i>"}, headers=browser) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [422, 429]
    assert "请求过于频繁" in Page(answers[1].text).text
    assert 1 <= int(answers[1].headers["retry-after"]) <= 60


async def test_behind_the_gateway_too_a_browser_reads_a_refusal_as_a_page(api: Any) -> None:
    """There the service stands under a path of its own, which its address does not show."""
    client = api()
    client._transport.root_path = "/assessment"
    missing = await client.get(f"/public/notices/{uuid4()}.html", headers={"Accept": "text/html"})
    assert (missing.status_code, missing.headers["content-type"][:9]) == (404, "text/html")
    assert "未找到" in Page(missing.text).text
    program = await client.get(f"/public/notices/{uuid4()}.html")
    assert program.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("name", ["\u200b", "某\x00人", "某\u202e人"])
async def test_what_no_program_may_send_no_form_may_send_either(form: Form, name: str) -> None:
    answer = await form.run.api().post(form.path, data={"team_id": form.team, **GOOD, "name": name})
    assert (answer.status_code, [error["pointer"] for error in answer.json()["errors"]]) == (422, ["/name"])
    assert await form.raised() == []


async def test_by_the_number_the_objector_reads_how_far_it_is_and_the_answer_and_nobody_reads_who(form: Form) -> None:
    await form.send(201)
    [raised] = await form.raised()
    number = raised["receipt"]
    waiting = await form.run.api().get(f"/public/objections/{number.lower()}")
    assert waiting.headers["cache-control"] == "no-store"
    assert {name: waiting.json()[name] for name in ("status", "answer_by", "overdue", "answer")} == {
        "status": "raised",
        "answer_by": "2020-03-24",
        "overdue": False,
        "answer": None,
    }
    page = (await form.run.api().get("/public/objections.html", params={"receipt": number})).text
    assert "待答复" in page
    await done(
        await form.run.supervisor.post(
            f"/v1/objections/{raised['id']}/answer", json={"upheld": False, "text": "经核实，<b>属实</b>"}
        )
    )
    answered = (await form.run.api().get(f"/public/objections/{number}")).json()
    assert (answered["status"], answered["upheld"], answered["answer"]) == ("answered", False, "经核实，<b>属实</b>")
    page = (await form.run.api().get("/public/objections.html", params={"receipt": number})).text
    assert "异议不成立" in page
    assert "经核实，&lt;b&gt;属实" in page
    for told in (waiting.text, page, str(answered)):
        assert "某人" not in told
        assert "13800138000" not in told
        assert "服务次数不实" not in told


async def test_a_number_that_was_never_given_is_refused_with_what_to_do(form: Form) -> None:
    answer = await form.run.api().get("/public/objections/YY20200310-AAAAAAAA")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "objection.not_found")
    page = await form.run.api().get("/public/objections.html", params={"receipt": "<x>"})
    assert page.status_code == 404
    assert "没有这个受理编号" in page.text
    assert 'value="&lt;x&gt;"' in page.text
    assert (await form.run.api().get("/public/objections.html")).status_code == 200

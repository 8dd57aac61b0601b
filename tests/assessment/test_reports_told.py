"""An issued report is told to departments, stands in the feeds, and is found by people from the other pages."""

from datetime import datetime
from typing import Any

import feedparser
import pytest

from shared.clock import SHANGHAI
from tests.assessment.factories import done, look_again
from tests.assessment.test_open_data import HOME, json_feed_faults
from tests.assessment.test_pages import Page

CITY = "500000000000"


@pytest.fixture
async def issued(clock: Any, api: Any, actors: Any) -> list[str]:
    """The city's report, and the one that corrects it; their ids."""
    await clock.set(datetime(2020, 12, 20, 9, tzinfo=SHANGHAI))
    bureau, keys = api(actors.bureau), []
    for text in ("今年工作扎实。", "更正：今年工作扎实。"):
        body = {"year": 2020, "division": CITY, "text": text}
        keys.append((await done(await bureau.post("/v1/reports", json=body), 201))["id"])
        await done(await bureau.post(f"/v1/reports/{keys[-1]}/issue"))
    look_again()
    return keys


async def test_departments_are_told_of_a_report_and_of_its_correction(told: Any, issued: list[str], api: Any) -> None:
    said = await told()
    assert [(one["type"], one["subject"], one["sequence"]) for one in said] == [
        ("report.issued", f"report/{CITY}/2020", 1),
        ("report.issued", f"report/{CITY}/2020", 2),
    ]
    for key, number, one in zip(issued, (1, 2), said, strict=True):
        shown = await done(await api().get(f"/public/reports/{key}/content"))
        assert one["data"]["content_hash"] == shown["content_hash"]
        assert (one["data"]["url"], one["data"]["number"]) == (f"{HOME}/public/reports/{key}", number)


async def test_a_report_stands_in_both_feeds_newest_first(issued: list[str], api: Any) -> None:
    feed = (await api().get("/public/reports/feed.json")).json()
    assert json_feed_faults(feed) == []
    assert [item["_jiedan"]["id"] for item in feed["items"]] == issued[::-1]
    assert [item["title"] for item in feed["items"]] == [
        "重庆市2020年度专家服务工作报告（第2版）",
        "重庆市2020年度专家服务工作报告",
    ]
    atom = await api().get("/public/reports/atom.xml")
    assert atom.headers["content-type"] == "application/atom+xml"
    found = feedparser.parse(atom.content)
    assert (found.bozo, [e.link for e in found.entries]) == (False, [item["url"] for item in feed["items"]])
    first = (await api().get("/public/reports/feed.json?limit=1")).json()
    rest = (await api().get(first["next_url"].removeprefix(HOME))).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == [item["id"] for item in feed["items"]]


async def test_people_find_a_report_from_every_other_page(issued: list[str], api: Any) -> None:
    assert "/public/reports.html" in Page((await api().get("/public/ratings.html")).text).links
    page = Page((await api().get("/public/reports.html")).text)
    assert [link for link in page.links if link in [f"/public/reports/{key}" for key in issued]] == [
        f"/public/reports/{key}" for key in issued[::-1]
    ]
    for link in (link for link in page.links if link.startswith("/public/")):
        assert (await api().get(link)).status_code == 200, link


async def test_before_any_report_list_and_feeds_are_empty(api: Any) -> None:
    assert "尚无发布" in Page((await api().get("/public/reports.html")).text).text
    assert (await api().get("/public/reports/feed.json")).json()["items"] == []
    assert feedparser.parse((await api().get("/public/reports/atom.xml")).content).bozo is False

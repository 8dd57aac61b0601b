"""Pages for people: what is published, readable without scripts, with nothing in it that somebody could run."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.assessment.factories import Year, agreed, put_on_notice, serving, teams_on_notice

SITE = Path(__file__).parents[2] / "deploy" / "site"
VOID = {"meta", "link", "br", "input", "img", "hr"}


class Page(HTMLParser):
    """Its text, links and how its elements nest; raises on one that is not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text, self.links, self.tags = "", list[str](), set[str]()
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attributes if name in ("href", "action")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != "option":
            while self.open and self.open[-1] == "option":
                self.open.pop()
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.text += data


@pytest.fixture
def year(api: Any, actors: Any, clock: Any, run_due_jobs: Any) -> Any:
    return lambda teams: Year(api, actors, clock, run_due_jobs, teams)


@pytest.fixture
async def published(deliver: Any, year: Any) -> Year:
    run: Year = year(await serving(deliver, [4, 3, 1]))
    await run.publish()
    return run


async def read(run: Year, path: str) -> Page:
    answer = await run.seen(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8"), answer.text
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    page = Page(answer.text)
    assert "script" not in page.tags
    return page


async def test_ratings_can_be_read_filtered_and_paged(published: Year) -> None:
    page = await read(published, "/public/ratings.html")
    assert all(text in page.text for text in ("100.00", "优秀", "合格", "不合格", "CQ-2020-0003", "共3条"))
    only = await read(published, "/public/ratings.html?grade=unqualified&year=2020")
    assert "CQ-2020-0003" in only.text
    assert "CQ-2020-0001" not in only.text
    assert "/public/ratings/ratings.csv?year=2020&grade=unqualified" in only.links
    first = await read(published, "/public/ratings.html?limit=2&year=&grade=")
    [following] = [link for link in first.links if "cursor=after" in link]
    second = await read(published, following)
    assert "CQ-2020-0003" in second.text
    assert "CQ-2020-0001" not in second.text
    for _ in range(2):
        again = await published.api().get("/public/ratings.html", headers={"If-None-Match": "*"})
        assert again.status_code == 304


async def test_every_page_leads_to_others_that_are_there(published: Year) -> None:
    seen, waiting = set[str](), ["/public/ratings.html", "/public/notices.html"]
    while waiting:
        path = waiting.pop()
        seen.add(path)
        links = (await read(published, path)).links
        for link in links:
            if link.startswith("/public/"):
                assert (await published.seen(link)).status_code == 200, link
            else:
                assert (SITE / (link.strip("/") or "index.html")).exists(), link
            if link.partition("?")[0].endswith(".html") and link.startswith("/public/") and link not in seen:
                waiting.append(link)
    assert any("/public/ratings/editions/" in path for path in seen)
    assert any(re.match(r"/public/notices/[0-9a-f-]{36}\.html", path) for path in seen)


async def test_an_edition_that_was_corrected_says_so(published: Year) -> None:
    cycle = await published.correct(published.teams[1], grade="unqualified", reason="更正理由")
    first, second = [await read(published, f"/public/ratings/editions/{e['id']}.html") for e in cycle["editions"]]
    assert ("此后已发布新版" in first.text, "此后已发布新版" in second.text) == (True, False)
    assert "更正理由" in second.text
    assert cycle["editions"][1]["content_hash"] in second.text


async def test_a_notice_of_a_selection_shows_money_and_how_to_object_while_it_is_open(
    deliver: Any, year: Any, clock: Any, run_due_jobs: Any
) -> None:
    run: Year = year(await teams_on_notice(deliver, 2))
    posted = await run.post_notice("selection")
    page = await read(run, f"/public/notices/{posted['id']}.html")
    assert all(text in page.text for text in ("100,000.00", "公示中", "异议", posted["snapshot_hash"]))
    await run.pass_notice()
    assert "已结束" in (await read(run, f"/public/notices/{posted['id']}.html")).text


async def test_what_somebody_typed_is_text_and_nothing_else(deliver: Any, year: Any) -> None:
    teams = await serving(deliver, [4])
    await deliver(put_on_notice(teams[0], name="<script>alert(1)</script>", place='"><img src=x onerror=alert(1)>'))
    run: Year = year(teams)
    await deliver(agreed(teams[0]))
    await run.publish()
    page = await read(run, "/public/ratings.html")
    assert "<script>alert(1)</script>" in page.text
    assert "img" not in page.tags


async def test_before_anything_is_published_the_pages_say_so(api: Any) -> None:
    for path, text in (("/public/ratings.html", "尚无发布"), ("/public/notices.html", "尚无公示")):
        assert text in Page((await api().get(path)).text).text
    assert (await api().get(f"/public/notices/{uuid4()}.html")).status_code == 404
    assert (await api().get("/public/ratings.html?grade=good")).status_code == 422


def test_the_page_about_checking_names_the_file_and_addresses_that_are_there() -> None:
    page = Page((SITE / "verify.html").read_text(encoding="utf-8"))
    local = [link for link in page.links if link.startswith("/") and not link.startswith("/public/")]
    assert "/verify_published.py" in local
    assert all((SITE / (link.strip("/") or "index.html")).exists() for link in local)

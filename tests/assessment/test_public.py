"""What everybody may read: ratings as list, JSON Feed, Atom, CSV, editions for good; conditional requests."""

import csv
import io
from typing import Any
from uuid import uuid4

import pytest

from services.assessment.api.dictionary import COLUMNS
from services.assessment.rules.frozen import fingerprint
from tests.assessment.factories import Year, agreed, done, put_on_notice, serving


@pytest.fixture
def year(api: Any, actors: Any, clock: Any, run_due_jobs: Any) -> Any:
    return lambda teams: Year(api, actors, clock, run_due_jobs, teams)


@pytest.fixture
async def published(deliver: Any, year: Any) -> Year:
    """Three teams: excellent, qualified, unqualified."""
    run: Year = year(await serving(deliver, [4, 3, 1]))
    await run.publish()
    return run


async def test_ratings_are_listed_and_filtered_without_login(published: Year) -> None:
    lines = (await published.shown())["items"]
    assert [(line["order_number"], line["total"], line["grade"]) for line in lines] == [
        ("CQ-2020-0001", "100.00", "excellent"),
        ("CQ-2020-0002", "80.00", "qualified"),
        ("CQ-2020-0003", "40.00", "unqualified"),
    ]
    only = (await published.shown("/public/ratings?grade=unqualified&year=2020&round=CQ-2020"))["items"]
    assert [line["order_number"] for line in only] == ["CQ-2020-0003"]
    assert (await published.shown("/public/ratings?year=2019"))["items"] == []
    assert (await published.shown("/public/ratings?round=CQ-1999"))["items"] == []


async def test_a_rating_shows_nothing_personal_beyond_team_lead_unit_and_place(published: Year) -> None:
    line = (await published.shown())["items"][0]
    assert set(line) == {
        "assessment_id",
        "round",
        "year",
        "order_number",
        "team",
        "lead",
        "unit",
        "place",
        "total",
        "grade",
        "edition",
        "edition_url",
        "published_at",
        "computed",
        "reason",
    }


async def test_pages_lead_on_and_back(published: Year) -> None:
    first = await published.seen("/public/ratings?limit=2")
    assert 'rel="next"' in first.headers["link"]
    body = first.json()
    path = body["next"].removeprefix("http://127.0.0.1:8080")
    second = await published.shown(path)
    assert [line["order_number"] for line in second["items"]] == ["CQ-2020-0003"]
    assert second["next"] is None
    back = await published.shown(second["prev"].removeprefix("http://127.0.0.1:8080"))
    assert back["items"] == body["items"]
    assert (await published.seen("/public/ratings?cursor=after.nobody")).status_code == 422


async def test_the_csv_opens_in_a_spreadsheet_and_runs_nothing(deliver: Any, year: Any) -> None:
    teams = await serving(deliver, [4])
    await deliver(put_on_notice(teams[0], name='=HYPERLINK("http://x")', place="@A1"))
    run = year(teams)
    await deliver(agreed(teams[0]))
    await run.publish()
    answer = await run.seen("/public/ratings/ratings.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert list(rows[0]) == [column.name for column in COLUMNS]
    assert (rows[0]["team"], rows[0]["place"]) == ('\'=HYPERLINK("http://x")', "'@A1")
    assert (rows[0]["total"], rows[0]["grade"], rows[0]["edition"]) == ("100.00", "excellent", "1")


@pytest.mark.parametrize(
    "path",
    ["", "/feed.json", "/atom.xml", "/ratings.csv", "/ratings.xlsx", "?grade=excellent", "/feed.json?grade=excellent"],
)
async def test_what_the_caller_has_is_not_sent_again(published: Year, path: str) -> None:
    first = await published.seen(f"/public/ratings{path}")
    assert first.headers["etag"].startswith('"')
    assert "max-age" in first.headers["cache-control"]
    assert first.headers["last-modified"].endswith("GMT")
    same = await published.seen(f"/public/ratings{path}", **{"If-None-Match": first.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    since = await published.seen(f"/public/ratings{path}", **{"If-Modified-Since": first.headers["last-modified"]})
    assert (since.status_code, since.headers["etag"]) == (304, first.headers["etag"])
    other = await published.seen(f"/public/ratings{path}", **{"If-None-Match": '"other"'})
    assert (other.status_code, other.content) == (200, first.content)


@pytest.mark.parametrize("path", ["/public/ratings", "/public/ratings/ratings.csv", "/public/notices", "/public/keys"])
async def test_whoever_asks_for_the_head_gets_no_body(published: Year, api: Any, path: str) -> None:
    whole = await published.seen(path)
    for _routed_and_from_memory in range(2):
        head = await api().head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers == whole.headers
    assert (await api().head("/public/nothing")).status_code == 404


async def test_a_new_edition_changes_the_etag_and_the_old_one_stays_readable(published: Year) -> None:
    first = await published.seen("/public/ratings")
    url = first.json()["items"][1]["edition_url"].removeprefix("http://127.0.0.1:8080")
    before = await published.shown(url)
    await published.correct(published.teams[1], parts=[{"part": "beneficiary_rating", "score": 50}])
    second = await published.seen("/public/ratings", **{"If-None-Match": first.headers["etag"]})
    assert second.status_code == 200
    assert [line["edition"] for line in second.json()["items"]] == [1, 2, 1]
    assert await published.shown(url) == before
    assert [line["edition"] for line in (await published.shown("/public/ratings?edition=1"))["items"]] == [1, 1, 1]


async def test_an_edition_can_be_checked_against_its_hash_and_names_the_one_before(published: Year) -> None:
    cycle = await published.correct(published.teams[1], grade="unqualified", reason="更正理由")
    first, second = [await published.shown(f"/public/ratings/editions/{e['id']}") for e in cycle["editions"]]
    assert [fingerprint(e["content"]) for e in (first, second)] == [e["content_hash"] for e in cycle["editions"]]
    assert second["content"]["previous_hash"] == first["content_hash"]
    assert second["content"]["reason"] == "更正理由"


async def test_before_anything_is_published_the_answers_are_empty(api: Any) -> None:
    for path in ("/public/ratings", "/public/notices"):
        assert (await done(await api().get(path)))["items"] == []
    assert (await done(await api().get("/public/ratings/feed.json")))["items"] == []
    assert (await api().get("/public/ratings/atom.xml")).status_code == 200


async def test_whoever_objects_too_often_is_told_when_to_come_again(limit_writes: Any, api: Any) -> None:
    limit_writes("2/minute")
    where = f"/public/notices/{uuid4()}/objections"
    answers = [await api().post(where, json={}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert answers[-1].json()["code"] == "request.too_many"
    assert (await api().get("/public/notices")).status_code == 200

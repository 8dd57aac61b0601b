"""What machines read: feeds as their standards say, CSV, workbook and the dictionary that explains every column."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from xml.etree import ElementTree as ET

import feedparser
import jsonfeed
import openpyxl
import pytest

from services.assessment.api.dictionary import COLUMNS
from services.assessment.rules.grading import GRADES
from services.assessment.schemas import PublicRating
from tests.assessment.factories import Year, serving

HOME = "http://127.0.0.1:8080"
ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ("/public/ratings/feed.json", "/public/notices/feed.json")
ATOMS = ("/public/ratings/atom.xml", "/public/notices/atom.xml")


@pytest.fixture
async def published(deliver: Any, api: Any, actors: Any, clock: Any, run_due_jobs: Any) -> Year:
    """Three teams: excellent, qualified, unqualified."""
    run = Year(api, actors, clock, run_due_jobs, await serving(deliver, [4, 3, 1]))
    await run.publish()
    return run


def is_address(text: Any) -> bool:
    return urlsplit(text).scheme in ("http", "https", "urn")


def json_feed_faults(feed: dict[str, Any]) -> list[str]:
    """What jsonfeed.org/version/1.1 requires, and what of that does not hold."""
    found = []
    if feed.get("version") != "https://jsonfeed.org/version/1.1" or not isinstance(feed.get("title"), str):
        found.append("version and title are required")
    found += [name for name in ("home_page_url", "feed_url", "next_url") if name in feed and not is_address(feed[name])]
    found += ["authors" for author in feed["authors"] if not set(author) & {"name", "url", "avatar"}]
    if not isinstance(feed.get("items"), list):
        return [*found, "items is required"]
    for item in feed["items"]:
        if not isinstance(item.get("id"), str) or not item["id"]:
            found.append("an id is required")
        if not isinstance(item.get("content_text", item.get("content_html")), str):
            found.append("content is required")
        if not is_address(item["url"]) or datetime.fromisoformat(item["date_published"]).tzinfo is None:
            found.append("url or date")
        if not all(isinstance(tag, str) for tag in item["tags"]):
            found.append("tags are text")
        known = {"id", "url", "title", "content_text", "date_published", "tags"}
        found += [name for name in item if name not in known and not (name.startswith("_") and "." not in name)]
    if len({item["id"] for item in feed["items"]}) != len(feed["items"]):
        found.append("ids are unique")
    return found


def atom_faults(feed: ET.Element) -> list[str]:
    """What RFC 4287 requires of feeds and entries (4.1.1, 4.1.2), and what of that does not hold."""
    found = [] if feed.tag == f"{ATOM}feed" else ["the root is a feed"]
    found += [name for name in ("id", "title", "updated") if len(feed.findall(ATOM + name)) != 1]
    if not feed.findall(f"{ATOM}author/{ATOM}name"):
        found.append("author")
    links = [(link.get("rel", "alternate"), link.get("href")) for link in feed.findall(f"{ATOM}link")]
    if not {"self", "alternate"} <= {rel for rel, _href in links} or not all(is_address(href) for _rel, href in links):
        found.append("links")
    for entry in feed.findall(f"{ATOM}entry"):
        found += [name for name in ("id", "title", "updated") if len(entry.findall(ATOM + name)) != 1]
        if [link.get("rel", "alternate") for link in entry.findall(f"{ATOM}link")] != ["alternate"]:
            found.append("an entry without content has one alternate link")
        found += [
            "date"
            for name in ("updated", "published")
            if datetime.fromisoformat(entry.findtext(ATOM + name) or "").tzinfo is None
        ]
        found += ["term" for category in entry.findall(f"{ATOM}category") if not category.get("term")]
        if not is_address(entry.findtext(f"{ATOM}id")):
            found.append("an id is an IRI")
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
    return [*found, *(["ids are unique"] if len(set(ids)) != len(ids) else [])]


def test_the_rules_find_faults() -> None:
    item = {"id": 1, "url": "x", "date_published": "2020-01-01T00:00:00", "tags": [1], "odd": 1}
    feed = {"version": "1", "title": "t", "home_page_url": "x", "authors": [{}], "items": [item, item]}
    assert len(json_feed_faults(feed)) >= 10
    entry = "<entry><id>x</id><updated>2020-01-01</updated><published>2020-01-01T00:00:00</published></entry>"
    broken = ET.fromstring(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}{entry}</feed>')  # noqa: S314
    assert len(atom_faults(broken)) >= 12


@pytest.mark.parametrize("path", FEEDS)
async def test_a_json_feed_is_one(published: Year, path: str) -> None:
    answer = await published.seen(path)
    assert answer.headers["content-type"] == "application/feed+json"
    feed = answer.json()
    assert json_feed_faults(feed) == []
    assert (feed["feed_url"], feed["language"]) == (HOME + path, "zh-CN")
    assert len(feed["items"]) == (3 if "ratings" in path else 1)
    assert all(item["_jiedan"] for item in feed["items"])


@pytest.mark.parametrize("path", ATOMS)
async def test_an_atom_feed_is_one(published: Year, path: str) -> None:
    answer = await published.seen(path)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ET.fromstring(answer.content)  # noqa: S314 - our own answer
    assert atom_faults(feed) == []
    assert len(feed.findall(f"{ATOM}entry")) == (3 if "ratings" in path else 1)


@pytest.mark.parametrize("path", [*FEEDS, *ATOMS])
async def test_an_empty_feed_is_one_too(api: Any, path: str) -> None:
    answer = await api().get(path)
    faults = json_feed_faults(answer.json()) if "json" in path else atom_faults(ET.fromstring(answer.content))  # noqa: S314
    assert (answer.status_code, faults) == (200, [])


@pytest.mark.parametrize("path", ATOMS)
async def test_a_reader_of_feeds_that_is_not_ours_reads_the_atom_without_complaint(published: Year, path: str) -> None:
    answer = await published.seen(path)
    found = feedparser.parse(answer.content, response_headers={"content-type": answer.headers["content-type"]})
    assert (found.bozo, found.version, found.encoding) == (False, "atom10", "utf-8")
    assert (found.feed.author, found.feed.language) == ("接单", "zh-CN")
    told = (await published.shown(path.replace("atom.xml", "feed.json")))["items"]
    assert [(e.id, e.link, e.title, e.summary) for e in found.entries] == [
        (item["id"], item["url"], item["title"], item["content_text"]) for item in told
    ]
    when = [datetime(*e.published_parsed[:6], tzinfo=UTC) for e in found.entries]
    assert when == [datetime.fromisoformat(item["date_published"]).replace(microsecond=0) for item in told]


@pytest.mark.parametrize("path", FEEDS)
async def test_a_reader_that_is_not_ours_knows_every_field_of_the_json_feed(published: Year, path: str) -> None:
    """What it read, it writes down again: what it does not know or takes for something else is missing there."""
    ours = await published.shown(path)
    read = jsonfeed.Feed.parse(ours)
    again = json.loads(read.to_json()) | {"language": read.language}  # which it reads, and does not write
    assert again.pop("expired") is False
    for one in (ours, *ours["items"]):
        assert one.pop("_jiedan")
    assert again == ours


def test_the_readers_that_are_not_ours_find_faults() -> None:
    assert feedparser.parse(b"<feed xmlns='http://www.w3.org/2005/Atom'><title>x</feed>").bozo
    with pytest.raises(jsonfeed.MissingRequiredValueError):
        jsonfeed.Feed.parse({"title": "x", "items": [{"content_text": "no id"}]})


async def test_a_feed_is_read_page_by_page_newest_first(published: Year) -> None:
    await published.correct(published.teams[1], grade="unqualified", reason="更正理由")
    first = await published.shown("/public/ratings/feed.json?limit=2")
    assert first["items"][0]["_jiedan"]["edition"] == 2
    second = await published.shown(first["next_url"].removeprefix(HOME))
    assert "next_url" not in second
    numbers = [item["_jiedan"]["order_number"] for item in first["items"] + second["items"]]
    assert sorted(numbers) == ["CQ-2020-0001", "CQ-2020-0002", "CQ-2020-0003"]
    atom = await published.seen("/public/ratings/atom.xml?limit=2")
    [following] = [link.get("href") for link in ET.fromstring(atom.content) if link.get("rel") == "next"]  # noqa: S314
    assert following == first["next_url"].replace("feed.json", "atom.xml")


async def test_an_item_keeps_its_name_until_an_edition_changes_it(published: Year) -> None:
    before = {i["_jiedan"]["order_number"]: i["id"] for i in (await published.shown(FEEDS[0]))["items"]}
    await published.correct(published.teams[1], grade="unqualified", reason="更正理由")
    after = {i["_jiedan"]["order_number"]: i["id"] for i in (await published.shown(FEEDS[0]))["items"]}
    assert {number for number in before if before[number] != after[number]} == {"CQ-2020-0002"}


async def test_a_notice_in_the_feed_says_how_many_and_how_long_and_nothing_of_objections(published: Year) -> None:
    [item] = (await published.shown(FEEDS[1]))["items"]
    assert item["title"] == "2020年度考核结果公示"
    assert item["content_text"].startswith("共3个团队，公示至2020年12月21日")
    assert UUID(item["id"].removeprefix("urn:uuid:")) == UUID(item["_jiedan"]["id"])
    assert (await published.shown(f"{FEEDS[1]}?kind=selection"))["items"] == []


async def test_a_closed_notice_is_not_taken_for_the_open_one_by_its_time(deliver: Any, published: Year) -> None:
    first = await published.seen("/public/notices")
    assert first.json()["items"][0]["status"] == "closed"
    posted_at = first.json()["items"][0]["posted_at"]
    assert first.headers["last-modified"] != datetime.fromisoformat(posted_at).strftime("%a, %d %b %Y %H:%M:%S GMT")


async def test_the_workbook_has_numbers_heads_in_both_languages_and_the_dictionary(published: Year) -> None:
    answer = await published.seen("/public/ratings/ratings.xlsx?grade=unqualified")
    assert answer.headers["content-disposition"] == 'attachment; filename="ratings.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    data, words = book.worksheets
    rows = list(data.values)
    assert rows[0] == tuple(f"{column.zh} {column.en}" for column in COLUMNS)
    totals = [line["total"] for line in (await published.shown("/public/ratings?grade=unqualified"))["items"]]
    assert [row[rows[0].index("总分 total")] for row in rows[1:]] == [float(total) for total in totals]
    assert (rows[1][0], "不合格" in rows[1], len(rows)) == ("CQ-2020-0003", True, 2)
    assert [row[0] for row in words.values][1:] == [column.name for column in COLUMNS]


async def test_the_dictionary_explains_every_column_and_every_value(published: Year) -> None:
    dictionary = await published.shown("/public/ratings/dictionary.json")
    columns = {column["name"]: column for column in dictionary["columns"]}
    assert set(columns) == set(PublicRating.model_fields)
    assert all(column["zh"] and column["en"] and column["type"] for column in columns.values())
    assert set(columns["grade"]["values"]) == set(GRADES)
    kinds = {"string": str, "integer": int, "number": str}
    for line in (await published.shown())["items"]:
        assert all(isinstance(line[name], kinds[column["type"]]) for name, column in columns.items())
        assert line["grade"] in columns["grade"]["values"]
    table = (await published.seen("/public/ratings/dictionary.csv")).content.decode("utf-8-sig")
    assert [row["name"] for row in csv.DictReader(io.StringIO(table))] == list(columns)

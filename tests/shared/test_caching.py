"""Public answers: made once per version, known again by tag and by time, and answered from memory before any route."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.responses import Response

from shared.http.caching import FromMemory, Memory, PublicAnswers

AT = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
MODIFIED = "Sun, 22 Nov 2026 08:30:00 GMT"
LATER, EARLIER = "Sun, 22 Nov 2026 08:30:01 GMT", "Sun, 22 Nov 2026 08:29:59 GMT"


class Site:
    """One page whose version and text a test sets; it counts how often it was routed and built."""

    def __init__(self) -> None:
        self.version: tuple[str, datetime | None] = ("1", AT)
        self.text, self.routed, self.built, self.links = b"text", 0, 0, ""
        self.answers = PublicAnswers(self._read_version)
        self.app = FastAPI()
        self.app.state.memory = self.memory = Memory()
        self.app.add_middleware(FromMemory, memory=self.memory)
        self.app.get("/page", response_model=None)(self._page)

    async def _read_version(self, _session: Any) -> tuple[str, datetime | None]:
        return self.version

    async def _page(self, request: Request) -> Response:
        self.routed += 1

        async def build() -> bytes:
            self.built += 1
            request.state.links = self.links
            return self.text

        extra = {"Content-Disposition": "attachment"}
        session: Any = None
        return await self.answers.answer(request, session, build, "text/plain", extra)

    @asynccontextmanager
    async def client(self) -> AsyncIterator[httpx.AsyncClient]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://test") as client:
            yield client


@pytest.fixture
def site() -> Site:
    return Site()


async def test_what_was_answered_a_moment_ago_is_answered_the_same_without_a_route(site: Site) -> None:
    site.links = '<http://x>; rel="next"'
    async with site.client() as client:
        first, second = await client.get("/page"), await client.get("/page")
        other = await client.get("/page?x=1")
    assert (first.content, first.headers) == (second.content, second.headers)
    assert first.headers["last-modified"] == MODIFIED
    assert first.headers["content-disposition"] == "attachment"
    assert first.headers["link"] == site.links
    assert (other.status_code, site.routed, site.built) == (200, 2, 2)


async def test_a_moment_later_the_version_is_asked_and_only_a_new_one_is_built(site: Site) -> None:
    async with site.client() as client:
        first = await client.get("/page")
        site.answers.look_again()
        same = await client.get("/page")
        site.answers.look_again()
        site.version, site.text = ("2", AT), b"other"
        other = await client.get("/page")
    assert [first.content, same.content, other.content] == [b"text", b"text", b"other"]
    assert first.headers["etag"] == same.headers["etag"] != other.headers["etag"]
    assert (site.routed, site.built) == (3, 2)


async def test_whoever_wants_it_made_anew_is_told_what_was_altered_behind_the_version(site: Site) -> None:
    async with site.client() as client:
        await client.get("/page")
        site.text = b"altered"
        anew = {"Cache-Control": "max-age=0, no-cache"}
        within_a_second = await client.get("/page", headers=anew)
        for key, kept in site.memory._kept.items():
            site.memory._kept[key] = replace(kept, made_at=float("-inf"))
        others, altered = await client.get("/page"), await client.get("/page", headers=anew)
    assert [one.content for one in (within_a_second, others, altered)] == [b"text", b"text", b"altered"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"If-None-Match": "{etag}"}, 304),
        ({"If-None-Match": 'W/{etag}, "other"'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"other"'}, 200),
        ({"If-Modified-Since": MODIFIED}, 304),
        ({"If-Modified-Since": LATER}, 304),
        ({"If-Modified-Since": EARLIER}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
        ({"If-Modified-Since": "Fri, 31 Dec 99999999999 23:59:59 GMT"}, 200),
        ({"If-None-Match": '"other"', "If-Modified-Since": LATER}, 200),
    ],
)
async def test_what_the_caller_has_is_not_sent_again_routed_or_from_memory(
    site: Site, asked: dict[str, str], status: int
) -> None:
    async with site.client() as client:
        first = await client.get("/page")
        headers = {name: value.replace("{etag}", first.headers["etag"]) for name, value in asked.items()}
        from_memory = await client.get("/page", headers=headers)
        site.answers.look_again()
        routed = await client.get("/page", headers=headers)
    assert (from_memory.status_code, routed.status_code, site.routed) == (status, status, 2)
    assert from_memory.headers == routed.headers
    assert from_memory.headers["etag"] == first.headers["etag"]
    assert from_memory.content == routed.content == (b"text" if status == 200 else b"")


async def test_without_a_time_nothing_is_said_or_judged_by_time(site: Site) -> None:
    site.version = ("1", None)
    async with site.client() as client:
        answer = await client.get("/page", headers={"If-Modified-Since": LATER})
    assert answer.status_code == 200
    assert "last-modified" not in answer.headers


async def test_memory_has_an_end(site: Site, monkeypatch: Any) -> None:
    monkeypatch.setattr(Memory, "MOST", 3)
    monkeypatch.setattr(Memory, "MOST_BYTES", 160)
    async with site.client() as client:
        for number in range(5):
            await client.get(f"/page?{number}")
        assert len(site.memory._kept) == 3
        site.text = b"a" * 11
        await client.get("/page?large")
        assert len(site.memory._kept) == 3
        site.text, Memory.MOST = b"b" * 10, 100
        for number in range(30):
            await client.get(f"/page?b{number}")
    assert site.memory._bytes == sum(len(kept.body) for kept in site.memory._kept.values()) == 160

"""What is published as JSON Feed 1.1 (jsonfeed.org) and Atom (RFC 4287, paged by RFC 5005). Pure: from items to bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import orjson
from feedgen.feed import FeedGenerator

from services.assessment.models import Notice
from services.assessment.rules.grading import GRADES
from services.assessment.rules.notice import KINDS, called
from services.assessment.schemas import PublicNotice, PublicRating, PublicReport

AUTHOR = "接单"


@dataclass(frozen=True, slots=True)
class Item:
    """``id`` is the name for ever, wherever the site moves; ``tags`` are terms with their words; ``data`` is the same as
    data, under ``_jiedan``."""

    id: str
    url: str
    title: str
    text: str
    at: datetime
    tags: dict[str, str]
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Feed:
    """Newest first. ``home`` is the page for people, ``url`` the feed's own address, ``following`` that of its next page,
    ``about`` where its data are explained."""

    title: str
    home: str
    url: str
    following: str | None
    about: str
    updated: datetime
    items: Sequence[Item]


def json_feed(feed: Feed) -> bytes:
    """Media type ``application/feed+json``."""
    whole = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.url,
        **({"next_url": feed.following} if feed.following else {}),
        "authors": [{"name": AUTHOR, "url": feed.home}],
        "language": "zh-CN",
        "_jiedan": {"about": feed.about},
        "items": [
            {
                "id": item.id,
                "url": item.url,
                "title": item.title,
                "content_text": item.text,
                "date_published": item.at.isoformat(),
                "tags": list(item.tags.values()),
                "_jiedan": item.data,
            }
            for item in feed.items
        ],
    }
    return orjson.dumps(whole)


def atom(feed: Feed) -> bytes:
    """Media type ``application/atom+xml``."""
    out = FeedGenerator()
    out.id(feed.home)
    out.title(feed.title)
    out.author(name=AUTHOR)
    out.link(href=feed.url, rel="self", type="application/atom+xml")
    out.link(href=feed.home, rel="alternate", type="text/html")
    if feed.following:
        out.link(href=feed.following, rel="next", type="application/atom+xml")
    out.language("zh-CN")
    out.updated(feed.updated)
    out.generator("Jiedan")
    for item in feed.items:
        entry = out.add_entry(order="append")
        entry.id(item.id)
        entry.title(item.title)
        entry.link(href=item.url, rel="alternate")
        entry.summary(item.text)
        for term, label in item.tags.items():
            entry.category(term=term, label=label)
        entry.published(item.at)
        entry.updated(item.at)
    found: bytes = out.atom_str()
    return found


def of_rating(rating: PublicRating) -> Item:
    """A line as one edition published it."""
    return Item(
        id=uuid5(rating.assessment_id, str(rating.edition)).urn,
        url=f"{rating.edition_url}.html",
        title=f"{rating.year}年度考核：{rating.team} {GRADES[rating.grade]}",
        text=f"订单{rating.order_number}，{rating.team}（领衔专家{rating.lead}，{rating.unit}），"
        f"服务地点{rating.place}，总分{rating.total}，等次{GRADES[rating.grade]}，第{rating.edition}版",
        at=rating.published_at,
        tags={str(rating.year): f"{rating.year}年度", rating.grade: GRADES[rating.grade]},
        data=rating.model_dump(mode="json"),
    )


def of_notice(shown: PublicNotice, row: Notice) -> Item:
    """A notice from when it was posted."""
    snapshot: dict[str, Any] = row.snapshot or {}
    last = f"{shown.last_day.year}年{shown.last_day.month}月{shown.last_day.day}日"
    return Item(
        id=UUID(str(shown.id)).urn,
        url=f"{shown.url}.html",
        title=called(snapshot),
        text=f"共{len(snapshot['entries'])}个团队，公示至{last}；公示期内可以提出异议。",
        at=shown.posted_at,
        tags={str(snapshot["year"]): f"{snapshot['year']}年", shown.kind: KINDS[shown.kind]},
        data=shown.model_dump(mode="json"),
    )


def of_report(report: PublicReport) -> Item:
    """As it was issued; one that corrects another is an item of its own."""
    corrects = f"（第{report.number}版）" if report.number > 1 else ""
    return Item(
        id=UUID(str(report.id)).urn,
        url=report.url,
        title=f"{report.title}{corrects}",
        text=f"{report.title}{corrects}已发布，内容校验值（SHA-256）{report.content_hash}。",
        at=report.issued_at,
        tags={str(report.year): f"{report.year}年度", report.division: report.name},
        data=report.model_dump(mode="json"),
    )

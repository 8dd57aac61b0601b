"""Published ratings as a list, JSON Feed 1.1, Atom and CSV. Pure: from editions to bytes."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid5

import orjson
from feedgen.feed import FeedGenerator

from services.assessment.rules.grading import GRADES
from services.assessment.schemas import PublicRating
from shared.spreadsheet import harmless

TITLE = "接单 · 专家服务团年度考核结果"
COLUMNS = ("order_number", "team", "lead", "unit", "place", "total", "grade", "edition")


def json_feed(ratings: Sequence[PublicRating], home: str, feed_url: str) -> bytes:
    """JSON Feed 1.1; ``_jiedan`` holds the line as data."""
    items = [
        {
            "id": permanent(r),
            "url": r.edition_url,
            "title": headline(r),
            "content_text": summary(r),
            "date_published": r.published_at.isoformat(),
            "tags": [str(r.year), r.grade],
            "_jiedan": r.model_dump(mode="json"),
        }
        for r in _newest_first(ratings)
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": TITLE,
        "home_page_url": home,
        "feed_url": feed_url,
        "language": "zh-CN",
        "items": items,
    }
    return orjson.dumps(feed)


def atom(ratings: Sequence[PublicRating], home: str, feed_url: str, updated: datetime) -> bytes:
    """Atom (RFC 4287)."""
    feed = FeedGenerator()
    feed.id(home)
    feed.title(TITLE)
    feed.author(name="接单")
    feed.link(href=feed_url, rel="self", type="application/atom+xml")
    feed.link(href=home, rel="alternate", type="application/json")
    feed.language("zh-CN")
    feed.updated(updated)
    feed.generator("Jiedan")
    for rating in _newest_first(ratings):
        entry = feed.add_entry(order="append")
        entry.id(permanent(rating))
        entry.title(headline(rating))
        entry.link(href=rating.edition_url)
        entry.summary(summary(rating))
        entry.category(term=rating.grade, label=GRADES[rating.grade])
        entry.published(rating.published_at)
        entry.updated(rating.published_at)
    found: bytes = feed.atom_str()
    return found


def csv_file(ratings: Sequence[PublicRating]) -> bytes:
    """UTF-8 with a byte-order mark, so that spreadsheets read it; no cell is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for rating in ratings:
        line = rating.model_dump(mode="json")
        writer.writerow([harmless(line[name]) for name in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def permanent(rating: PublicRating) -> str:
    """The line's name for ever, wherever the site moves: an assessment as one edition published it."""
    return uuid5(rating.assessment_id, str(rating.edition)).urn


def headline(rating: PublicRating) -> str:
    return f"{rating.year}年度考核：{rating.team} {GRADES[rating.grade]}"


def summary(rating: PublicRating) -> str:
    return (
        f"订单{rating.order_number}，{rating.team}（领衔专家{rating.lead}，{rating.unit}），"
        f"服务地点{rating.place}，总分{rating.total}，等次{GRADES[rating.grade]}，第{rating.edition}版"
    )


def _newest_first(ratings: Sequence[PublicRating]) -> list[PublicRating]:
    return sorted(ratings, key=lambda r: r.published_at, reverse=True)

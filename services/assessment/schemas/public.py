"""What everybody may read."""

from datetime import date
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from shared.contracts.assessment import Grade, NoticeKind
from shared.http.shapes import Out, Time


class PublicNotice(Out):
    """What was posted. ``closed`` says that the period is over, not whether anybody objected."""

    id: UUID
    kind: NoticeKind
    status: Literal["posted", "closed"]
    url: str
    posted_at: Time
    last_day: date
    closes_at: Time
    snapshot_hash: str


class PublicNoticeDetail(PublicNotice):
    """``snapshot`` is frozen; its SHA-256 in canonical JSON is ``snapshot_hash``. ``withdrawn``: teams that no longer stand
    on the notice, whatever the cause."""

    snapshot: dict[str, Any]
    withdrawn: list[UUID]


class PublicRating(BaseModel):
    """One line of the list in force. ``edition`` last changed it and stands at ``edition_url`` for good. ``computed`` and
    ``reason``: where another grade than the computed one was given."""

    assessment_id: UUID
    round: str
    year: int
    order_number: str
    team: str
    lead: str
    unit: str
    place: str
    total: Decimal
    grade: Grade
    computed: Grade | Literal[""] = ""
    reason: str = ""
    edition: int
    edition_url: str
    published_at: Time


class SignatureOut(BaseModel):
    """Ed25519: ``value`` (base64) of the canonical JSON of what stands beside it, by the ``key`` of that name."""

    key: str
    value: str


class PublicEdition(BaseModel):
    """``content`` is frozen; its SHA-256 in canonical JSON is ``content_hash``, and it names the one before. Editions
    from before signatures have none."""

    id: UUID
    number: int
    url: str
    content_hash: str
    signature: SignatureOut | None
    content: dict[str, Any]

"""The messages that departments get, as the API's description shows them. Additive only: receivers rely on them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.assessment.schemas.reports import ReportKind
from shared.contracts.assessment import Grade, NoticeKind


class Message(BaseModel):
    """What every message says. ``sequence`` counts what this subscription was told of the ``subject``; ``timestamp``
    is business time."""

    timestamp: datetime
    subject: str = Field(examples=["team/0193a1b2-0000-7000-8000-000000000000"])
    sequence: int


class PingMessage(Message):
    """Asks whether somebody is there. Answered with 2xx, it verifies a new subscription."""

    type: Literal["ping"]
    data: dict[str, str]


class PostedNotice(BaseModel):
    notice_id: UUID
    kind: NoticeKind
    round: str
    teams: int
    last_day: date
    closes_at: datetime
    snapshot_hash: str
    url: str


class NoticeMessage(Message):
    """A public notice was posted."""

    type: Literal["notice.posted"]
    data: PostedNotice


class PublishedEdition(BaseModel):
    edition_id: UUID
    cycle_id: UUID
    round: str
    year: int
    number: int
    content_hash: str
    url: str
    excellent: int
    qualified: int
    unqualified: int


class EditionMessage(Message):
    """An edition of a cycle's ratings was published: the whole list in force."""

    type: Literal["edition.published"]
    data: PublishedEdition


class PublishedRating(BaseModel):
    assessment_id: UUID
    team_id: UUID
    order_id: UUID
    order_number: str
    team: str
    unit: str
    place: str
    total: Decimal
    grade: Grade
    round: str
    year: int
    edition: int
    edition_id: UUID
    url: str


class RatingMessage(Message):
    """A team's line of an edition, new or put right."""

    type: Literal["rating.published", "rating.corrected"]
    data: PublishedRating


class SettledRectification(BaseModel):
    rectification_id: UUID
    assessment_id: UUID
    team_id: UUID
    order_id: UUID
    order_number: str
    round: str
    outcome: Literal["passed", "failed", "cancelled"]


class RectificationMessage(Message):
    """What became of a rectification; cancelled: a corrected rating took its ground away, also after it failed."""

    type: Literal["rectification.passed", "rectification.failed", "rectification.cancelled"]
    data: SettledRectification


class LoggedCertificate(BaseModel):
    certificate_id: UUID
    content_hash: str


class CertificateMessage(Message):
    """A certificate was issued or no longer holds, as the public log says it: whoever was shown one knows it by its
    hash; nobody learns whose it is."""

    type: Literal["certificate.issued", "certificate.revoked"]
    data: LoggedCertificate


class IssuedReport(BaseModel):
    report_id: UUID
    kind: ReportKind
    year: int
    division: str
    sector: str
    number: int
    content_hash: str
    url: str


class ReportMessage(Message):
    """The year's report of a county, a sector or the city was issued; a later ``number`` corrects an earlier one."""

    type: Literal["report.issued"]
    data: IssuedReport


MESSAGES: dict[str, type[Message]] = {
    "ping": PingMessage,
    "notice.posted": NoticeMessage,
    "edition.published": EditionMessage,
    "rating.published": RatingMessage,
    "rating.corrected": RatingMessage,
    "rectification.passed": RectificationMessage,
    "rectification.failed": RectificationMessage,
    "rectification.cancelled": RectificationMessage,
    "certificate.issued": CertificateMessage,
    "certificate.revoked": CertificateMessage,
    "report.issued": ReportMessage,
}
"""The shape of each happening."""

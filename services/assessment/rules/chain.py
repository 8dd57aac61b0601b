"""The public log (公开日志): everything that was ever published, in one order without gaps, each entry chained to the
one before.

An entry says what was published (kind and id), where it stands for good (its address; empty when it is shown only to
whom it concerns) and the SHA-256 of its canonical document. Its own hash is the SHA-256 of the entry itself in canonical
JSON, the hash before it included: whoever keeps one hash can tell whether anything before it was changed, taken away
or put in. Nothing personal is in it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from services.assessment.rules.frozen import Document, fingerprint

START = "0" * 64
"""What stands for the hash before position 1."""

KINDS = {
    "notice_posted": "发布公示",
    "edition_published": "发布考核结果",
    "certificate_issued": "签发证书",
    "certificate_revoked": "撤销证书",
    "report_issued": "发布年度报告",
}
"""What is recorded, in words."""


@dataclass(frozen=True, slots=True)
class Entry:
    """``position`` counts from 1; ``address`` begins with ``/public/`` or is empty; hashes are 64 hex digits; ``at`` is
    business time."""

    position: int
    kind: str
    id: str
    address: str
    document_hash: str
    at: datetime
    previous_hash: str

    def document(self) -> Document:
        """What the hash is taken of, and what everybody may read."""
        return {
            "position": self.position,
            "kind": self.kind,
            "id": self.id,
            "address": self.address,
            "document_hash": self.document_hash,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "previous_hash": self.previous_hash,
        }

    @property
    def hash(self) -> str:
        return fingerprint(self.document())

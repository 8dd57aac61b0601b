"""What departments are told (订阅推送): a closed list of public happenings, and which subscription wants which.

A message holds ids, permanent addresses and what an edition or notice shows of a team as a whole; people are read at
the addresses. Messages about one team (or notice, or cycle) are numbered for each subscriber, so that a gap shows.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.assessment.rules.frozen import Document, canonical
from shared.actor import prefix

KINDS = {
    "notice.posted": "发布公示",
    "edition.published": "发布考核结果版本",
    "rating.published": "发布考核等次",
    "rating.corrected": "更正考核等次",
    "rectification.passed": "整改合格",
    "rectification.failed": "整改不合格",
    "rectification.cancelled": "撤销整改",
    "certificate.issued": "签发证书",
    "certificate.revoked": "撤销证书",
    "report.issued": "发布年度工作报告",
}
PING = "ping"


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that was made public. ``subject`` is what it is about, such as ``team/<id>``: what is about the same
    is told in its order. ``division`` is the team's, or the round's; ``team_id`` only of what is about one team."""

    kind: str
    subject: str
    at: datetime
    round_id: UUID | None = None
    division: str = ""
    team_id: UUID | None = None
    data: Document = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a subscription wants; no division or round: of all."""

    kinds: Collection[str]
    division: str = ""
    round_id: UUID | None = None

    def takes(self, happening: Happening) -> bool:
        """What concerns the division: its teams, and rounds, notices and editions that reach into it."""
        if happening.kind not in self.kinds or self.round_id not in (None, happening.round_id):
            return False
        if not self.division:
            return True
        own, its = prefix(self.division), prefix(happening.division)
        return its.startswith(own) or (happening.team_id is None and own.startswith(its))


def message(happening: Happening, sequence: int) -> bytes:
    """The frozen bytes that are signed and sent: type, instant, subject with its number, and the public data."""
    said: dict[str, Any] = {
        "type": happening.kind,
        "timestamp": happening.at.isoformat(),
        "subject": happening.subject,
        "sequence": sequence,
        "data": happening.data,
    }
    return canonical(said)

"""Public notices and their entries."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel

from shared.contracts.assessment import Grade, NoticeKind
from shared.http.shapes import ActionOut, Out, Resource, Time


class NoticeIn(BaseModel):
    round_id: UUID
    kind: NoticeKind
    cycle_id: UUID | None = None


class NoticeOut(Resource):
    round_id: UUID
    kind: NoticeKind
    cycle_id: UUID | None
    posted_at: Time | None
    last_day: date | None
    closes_at: Time | None
    snapshot_hash: str | None


class EntryOut(Out):
    """One team on the notice. While drafted, ``status`` is ``waiting``: it would be listed if posted now."""

    team_id: UUID
    status: str
    order_number: str
    team: str
    lead: str
    unit: str
    place: str
    amount_fen: int | None = None
    total: Decimal | None = None
    grade: Grade | None = None
    computed: Grade | None = None
    reason: str | None = None


class NoticeDetail(NoticeOut):
    entries: list[EntryOut]
    actions: list[ActionOut] = []

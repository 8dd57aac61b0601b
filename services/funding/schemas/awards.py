"""Awards."""

from uuid import UUID

from services.funding.schemas.holds import HoldOut
from services.funding.schemas.instalments import InstalmentOut
from shared.http.shapes import ActionOut, Resource, Time


class AwardOut(Resource):
    round_id: UUID
    order_id: UUID
    team_id: UUID
    order_number: str
    team_name: str
    division: str
    proposal: int
    continues_team_id: UUID | None
    continues_award_id: UUID | None
    warnings: list[str]
    amount_fen: int
    short_fen: int
    payee_unit_code: str | None
    payee_unit_name: str | None
    hold_reason: str | None
    agreed_at: Time | None
    begun_at: Time | None
    concluded_at: Time | None
    accounted_at: Time | None
    ended_reason: str | None
    cleared_at: Time | None


class AwardDetail(AwardOut):
    """``money`` says in which place of the ledger the award's fen stand; ``holds`` why they wait, ended
    ones too."""

    money: dict[str, int]
    instalments: list[InstalmentOut]
    holds: list[HoldOut]
    actions: list[ActionOut]

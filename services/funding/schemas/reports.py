"""What a round's money, a team's statement and a year say, computed from the ledger. Amounts are whole fen."""

from datetime import date
from uuid import UUID

from services.funding.schemas.books import VerificationOut
from services.funding.schemas.budgets import AppropriationChangeOut, PlacesOut
from services.funding.schemas.forecast import ForecastMonth
from shared.http.shapes import Out, Time


class CountOut(Out):
    """How many, and how much."""

    code: str
    zh: str
    count: int
    amount_fen: int


class DistrictOut(Out):
    """Money of the teams that serve in one county; ``unpaid_fen`` is promised and not with the payee yet."""

    division: str
    name: str
    awards: int
    awarded_fen: int
    paid_fen: int
    unpaid_fen: int
    owing_fen: int


class ExceptionOut(Out):
    """What somebody must look after: ``kind`` is unknown, unanswered, returned, held, owing, item
    (something that ledger and bank do not agree on, of no award) or slip (an amount 100 times too much or too little);
    ``days`` its age."""

    kind: str
    zh: str
    en: str
    subject: UUID
    award_id: UUID | None
    order_number: str
    team_name: str
    amount_fen: int
    reason: str
    since: Time
    days: int


class MoneyOut(PlacesOut):
    """A round's money at a glance; ``awarded_fen`` is what is promised or paid and not claimed back, ``paid_percent`` of
    it, rounded down; due is what the maker may ask for, overdue what has been due for longer than the policy allows;
    ``forecast`` is this month's and the next one's.
    With ``at``, of that moment: what is known of now only is left out."""

    round_id: UUID
    at: Time | None
    balanced: bool
    awarded_fen: int
    paid_percent: int | None
    awards: list[CountOut] | None = None
    instalments: list[CountOut] | None = None
    districts: list[DistrictOut] | None = None
    holds: list[CountOut] | None = None
    due: CountOut | None = None
    overdue: CountOut | None = None
    exceptions: list[ExceptionOut] | None = None
    forecast: list[ForecastMonth] | None = None


class BookingOut(Out):
    """One booking: ``paid_fen`` and ``open_fen`` say what the payee has, and what is promised beyond it, afterwards."""

    id: UUID
    at: Time
    event: str
    zh: str
    en: str
    actor: str
    reason: str | None
    number: int | None
    voucher: str | None
    amount_fen: int
    source: str
    target: str
    paid_fen: int
    open_fen: int


class StepOut(Out):
    at: Time
    step: str
    zh: str
    en: str
    actor: str


class StatedPartOut(Out):
    """One instalment with everything that was done to it, in the order of time."""

    id: UUID
    number: int
    amount_fen: int
    capitals: str
    status: str
    zh: str
    voucher: str | None
    budget_indicator: str | None
    functional_class: str | None
    economic_class: str | None
    steps: list[StepOut]


class SpentOut(Out):
    """An expense that was accepted or waits to be."""

    id: UUID
    spent_on: date
    category: str
    what: str
    status: str
    zh: str
    amount_fen: int


class AwardStatementOut(Out):
    """A team's statement: what stood where before the period and after it, and everything between."""

    award_id: UUID
    order_number: str
    team_name: str
    round: str
    payee_unit_code: str | None
    payee_unit_name: str | None
    status: str
    amount_fen: int
    capitals: str
    since: date | None
    until: date | None
    opening: PlacesOut
    closing: PlacesOut
    paid_fen: int
    paid_capitals: str
    bookings: list[BookingOut]
    instalments: list[StatedPartOut]
    expenses: list[SpentOut]
    spent_fen: int


class ChangeOut(AppropriationChangeOut):
    """A change of an appropriation in words; with ``linked_id`` it was carried over from or to another round."""

    zh: str
    en: str


class MovementOut(Out):
    event: str
    zh: str
    en: str
    count: int
    amount_fen: int


class MonthOut(Out):
    """``month`` as 2020-05; amounts by the ledger's event."""

    month: str
    moved: dict[str, int]


class ClassOut(Out):
    functional_class: str
    economic_class: str
    count: int
    paid_fen: int


class UnpaidOut(Out):
    """An award that is not fully paid at the end of the period: where the rest stands."""

    award_id: UUID
    order_number: str
    team_name: str
    payee_unit_name: str
    status: str
    amount_fen: int
    unpaid_fen: int


class AccountsOut(Out):
    """Final accounts accepted in the period: how many, received, spent and left."""

    accounted: int
    received_fen: int
    accepted_fen: int
    unspent_fen: int


class ReportOut(Out):
    """The year-end report of a round, or of all rounds in a calendar year."""

    title: str
    rounds: list[UUID]
    since: date | None
    until: date | None
    opening: PlacesOut
    closing: PlacesOut
    appropriations: list[ChangeOut]
    movements: list[MovementOut]
    months: list[MonthOut]
    districts: list[DistrictOut]
    classes: list[ClassOut]
    unpaid: list[UnpaidOut]
    exceptions: list[ExceptionOut]
    accounts: AccountsOut
    verification: VerificationOut

"""Summaries that the worker takes in."""

from uuid import UUID

from services.orders.schemas.intake import WarningOut
from shared.http.shapes import ReasonOut, Resource, Time


class ImportOut(Resource):
    """``status``: queued, running, done or failed. ``done`` of ``rows`` are read and checked; they are written all
    at once at the end. ``result_file``: the workbook with the faulty cells marked, or as it came, until
    ``file_until``. ``faults`` are the first thousand of ``fault_count``."""

    round_id: UUID
    division: str
    file_name: str
    queued_at: Time
    finished_at: Time | None
    rows: int
    done: int
    created: int
    updated: int
    unchanged: int
    fault_count: int
    result_file: str | None
    file_until: Time | None


class ImportDetail(ImportOut):
    faults: list[ReasonOut]
    warnings: list[WarningOut]

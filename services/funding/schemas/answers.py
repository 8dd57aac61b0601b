"""The bank's answer files."""

from uuid import UUID

from shared.http.shapes import Out, Time


class AnswerFileOut(Out):
    """What became of a file's rows: what counted, what was said before, what is queued as an outstanding item."""

    id: UUID
    version: int
    name: str
    sha256: str
    template_code: str
    template_version: int
    imported_by: str
    imported_for: str | None
    imported_at: Time
    rows: int
    paid: int
    returned: int
    unknown: int
    unchanged: int
    queued: int


class AnswerLineOut(Out):
    """One row by its number in the file. ``outcome``: applied, unchanged or queued, with the codes of the reasons."""

    row: int
    reference: str
    instruction_id: UUID | None
    result: str | None
    amount_fen: int | None
    voucher: str | None
    bank_reason: str | None
    outcome: str
    codes: list[str]

"""The bank's answer file: each row is held against the instruction that it names. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from services.funding.rules.template import Table, read_amount
from shared.errors import Reason, Refused
from shared.spreadsheet import Cells


@dataclass(frozen=True, slots=True)
class Known:
    """An instruction as it went to the bank: amount in fen, the whole account, the template (code, version)."""

    instruction_id: UUID
    amount_fen: int
    account: str
    template: tuple[str, int]


@dataclass(frozen=True, slots=True)
class Said:
    """One row: what it says, and every reason why it does not count. Amount in fen. ``ground``: what is wrong with the
    account, when the bank's reason is one that its template knows."""

    row: int
    reference: str
    instruction_id: UUID | None
    result: str | None
    amount_fen: int | None
    account: str
    voucher: str | None
    bank_reason: str | None
    ground: str | None = None
    faults: tuple[Reason, ...] = field(default=())


def key(reference: str) -> UUID | None:
    """The instruction that a reference names by its form; None when it is none of ours."""
    plain = reference.strip().replace("-", "")
    try:
        return UUID(plain) if len(plain) == 32 else None
    except ValueError:
        return None


def read(rows: Sequence[Cells], table: Table, template: tuple[str, int], known: Mapping[UUID, Known]) -> list[Said]:
    """Every row, held against its instruction; of rows that contradict each other none counts."""
    said = [_read(cells, table, template, known) for cells in rows]
    results: dict[UUID, set[str]] = {}
    for one in said:
        if one.instruction_id and one.result:
            results.setdefault(one.instruction_id, set()).add(one.result)
    torn = {key for key, found in results.items() if len(found) > 1}
    return [_with(one, _contradiction(one)) if one.instruction_id in torn else one for one in said]


def _read(cells: Cells, table: Table, template: tuple[str, int], known: Mapping[UUID, Known]) -> Said:
    reference = cells.text("reference").removeprefix("'")
    instruction = known.get(key(reference) or UUID(int=0))
    result = table.words.get(cells.text("result"))
    faults: list[Reason] = []
    if instruction is None:
        faults.append(
            _fault(cells, "unknown", f"没有指令 {reference[:40]}", f"There is no instruction {reference[:40]}")
        )
    if result is None:
        word = cells.text("result")[:20]
        faults.append(
            _fault(cells, "word", f"处理结果“{word}”未在模板中定义", f"The template does not know the result '{word}'")
        )
    amount_fen = None
    try:
        amount_fen = read_amount(cells.text("amount"), table.amount) if "amount" in table.columns else None
    except Refused as refusal:
        faults.append(_fault(cells, "amount_form", refusal.reasons[0].zh, refusal.reasons[0].en))
    account = cells.text("account").replace(" ", "").removeprefix("'")
    if instruction:
        faults += _differences(cells, table, template, instruction, amount_fen, account)
    return Said(
        cells.number,
        reference[:64],
        instruction.instruction_id if instruction else None,
        result,
        amount_fen,
        account[:64],
        cells.text("voucher")[:40] or None,
        cells.text("reason")[:200] or None,
        table.grounds.get(cells.text("reason").strip()) if result == "returned" else None,
        tuple(faults),
    )


def _differences(
    cells: Cells, table: Table, template: tuple[str, int], instruction: Known, amount_fen: int | None, account: str
) -> list[Reason]:
    found = []
    if amount_fen is not None and amount_fen != instruction.amount_fen:
        found.append(_fault(cells, "amount", "金额与指令不符", "The amount is not the instruction's"))
    if "account" in table.columns and account != instruction.account:
        found.append(_fault(cells, "account", "账号与指令不符", "The account is not the instruction's"))
    if instruction.template != template:
        found.append(
            _fault(cells, "template", "该指令所在批次使用另一模板", "Its batch was made with another template")
        )
    return found


def _contradiction(one: Said) -> Reason:
    return Reason(
        "answer.contradiction",
        f"第{one.row}行：同一指令有不同结果",
        f"row {one.row}: one instruction with different results",
        f"/rows/{one.row}",
    )


def _with(one: Said, reason: Reason) -> Said:
    return replace(one, faults=(*one.faults, reason))


def _fault(cells: Cells, code: str, zh: str, en: str) -> Reason:
    return Reason(f"answer.{code}", f"第{cells.number}行：{zh}", f"row {cells.number}: {en}", f"/rows/{cells.number}")

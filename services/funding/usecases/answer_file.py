"""The bank's answer files: found out which batches they answer, judged row by row, kept as they came."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import AnswerFile, AnswerLine, Batch, Instruction, KnownRound, OutstandingItem, Payee
from services.funding.rules import answer_file as rules
from services.funding.rules.answer_file import Known, Said
from services.funding.rules.template import Table, Template
from services.funding.usecases import answer, item, template
from services.funding.usecases.answer import Answer, Answered
from services.funding.usecases.upload import Upload, read_table
from shared.actor import Actor
from shared.crypto import seal
from shared.db import new_id
from shared.errors import Malformed, Reason
from shared.queries import among, within
from shared.spreadsheet import Cells


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as one template reads it, with the instructions that its rows name."""

    template: Template
    table: Table
    rows: Sequence[Cells]


async def take(session: AsyncSession, sent: Upload, code: str | None, actor: Actor, now: datetime) -> AnswerFile:
    """The bank's answers: each row counts or is queued with its reasons. The same bytes again change nothing."""
    same = sa.select(AnswerFile).where(AnswerFile.division == actor.division, AnswerFile.sha256 == sent.sha256)
    if earlier := await session.scalar(same):
        return earlier
    readings = await _readings(session, sent.content, code, actor)
    known = await _known(session, {rules.key(row.text("reference")) for one in readings for row in one.rows}, actor)
    reading = _fitting(readings, known)
    said = rules.read(reading.rows, reading.table, (reading.template.code, reading.template.version), known)
    answers = {
        one.instruction_id: Answer(one.instruction_id, one.result, one.voucher, one.bank_reason, one.ground)
        for one in said
        if one.instruction_id and one.result and not one.faults
    }
    outcome = await answer.answer(session, list(answers.values()), actor, now)
    return await _keep(session, sent, reading.template, said, outcome, actor, now)


async def _readings(session: AsyncSession, content: bytes, code: str | None, actor: Actor) -> list[Reading]:
    """The file as each template reads it that a batch of the actor's rounds was made with. Raises Malformed with what
    the nearest of them misses."""
    pinned = (
        sa.select(Batch.template)
        .ext(distinct_on(Batch.template_code, Batch.template_version))
        .join(KnownRound, KnownRound.id == Batch.round_id)
        .where(within(KnownRound.division, actor.division), sa.true() if code is None else Batch.template_code == code)
        .order_by(Batch.template_code, Batch.template_version)
    )
    readings, faults = [], []
    for kept in await session.scalars(pinned):
        found = template.read(kept)
        if found.answer:
            try:
                rows = await asyncio.to_thread(read_table, content, found.answer)
                readings.append(Reading(found, found.answer, rows))
            except Malformed as refusal:
                faults.append(refusal)
    if not readings:
        no_batch = Malformed(
            Reason("answer_file.no_batch", "没有等待该回单的批次", "No batch awaits such a file", "/file")
        )
        raise min(faults, key=lambda fault: len(fault.reasons), default=no_batch)
    return readings


async def _known(session: AsyncSession, keys: set[UUID | None], actor: Actor) -> dict[UUID, Known]:
    """The instructions of the actor's rounds among these."""
    rows = await session.execute(
        sa.select(Instruction.id, Instruction.amount_fen, Payee.account, Batch.template_code, Batch.template_version)
        .join(Batch, Batch.id == Instruction.batch_id)
        .join(Payee, Payee.id == Instruction.payee_id)
        .join(KnownRound, KnownRound.id == Batch.round_id)
        .where(among(Instruction.id, [key for key in keys if key]), within(KnownRound.division, actor.division))
    )
    return {key: Known(key, fen, account, (code, version)) for key, fen, account, code, version in rows}


def _fitting(readings: Sequence[Reading], known: Mapping[UUID, Known]) -> Reading:
    """The one reading whose rows name instructions that went out with that template; nothing is guessed."""
    fitting = []
    for one in readings:
        named = (known.get(rules.key(row.text("reference")) or UUID(int=0)) for row in one.rows)
        if any(found and found.template == (one.template.code, one.template.version) for found in named):
            fitting.append(one)
    if not fitting:
        raise Malformed(
            Reason(
                "answer_file.strange",
                "文件中没有任何一行对应已送银行的指令",
                "No row names an instruction that was sent",
                "/file",
            )
        )
    if len(fitting) > 1:
        codes = "、".join(one.template.code for one in fitting)
        raise Malformed(
            Reason(
                "answer_file.template",
                f"多个模板可读此文件，请指定：{codes}",
                f"Several templates read this file; name one: {codes}",
                "/template",
            )
        )
    return fitting[0]


async def _keep(
    session: AsyncSession,
    sent: Upload,
    used: Template,
    said: Sequence[Said],
    outcome: Mapping[UUID, Answered],
    actor: Actor,
    now: datetime,
) -> AnswerFile:
    lines = _lines(said, outcome)
    counts = Counter(line.outcome for line, _faults in lines)
    results = Counter(line.result for line, _faults in lines if line.outcome == "applied")
    file = AnswerFile(
        id=new_id(),
        division=actor.division,
        name=sent.name[:200],
        sha256=sent.sha256,
        content=seal(sent.content),
        template_code=used.code,
        template_version=used.version,
        imported_by=actor.id,
        imported_for=actor.on_behalf or None,
        imported_at=now,
        rows=len(said),
        paid=results["paid"],
        returned=results["returned"],
        unknown=results["unknown"],
        unchanged=counts["unchanged"],
        queued=counts["queued"],
    )
    session.add(file)
    await session.flush()
    for line, _faults in lines:
        line.file_id = file.id
    session.add_all(line for line, _faults in lines)
    await session.flush()
    await item.open_(session, [_item(file, line, faults, now) for line, faults in lines if faults])
    return file


def _lines(said: Sequence[Said], outcome: Mapping[UUID, Answered]) -> list[tuple[AnswerLine, tuple[Reason, ...]]]:
    """Each row with what became of it. A row that says the same as one before it changed nothing."""
    told: set[UUID] = set()
    lines = []
    for one in said:
        key = one.instruction_id
        answered = outcome.get(key) if key and not one.faults else None
        faults = one.faults or (answered.reasons if answered else ())
        news = bool(answered and answered.news and key not in told)
        if key and not faults:
            told.add(key)
        lines.append(
            (
                AnswerLine(
                    id=new_id(),
                    row=one.row,
                    reference=one.reference,
                    instruction_id=key,
                    result=one.result,
                    amount_fen=one.amount_fen,
                    account_end=one.account[-4:] or None,
                    voucher=one.voucher,
                    bank_reason=one.bank_reason,
                    outcome="queued" if faults else "applied" if news else "unchanged",
                    codes=[fault.code for fault in faults],
                ),
                faults,
            )
        )
    return lines


def _item(file: AnswerFile, line: AnswerLine, faults: Sequence[Reason], now: datetime) -> OutstandingItem:
    return OutstandingItem(
        division=file.division,
        queue="answer",
        code=faults[0].code,
        zh="；".join(fault.zh for fault in faults),
        en="; ".join(fault.en for fault in faults),
        reference=line.reference,
        amount_fen=line.amount_fen or 0,
        since=now,
        instruction_id=line.instruction_id,
        answer_line_id=line.id,
    )

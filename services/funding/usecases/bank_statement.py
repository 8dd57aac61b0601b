"""Bank statements (银行对账单): ledger, instruction and bank held against each other (三方核对)."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import (
    BankStatement,
    BankStatementLine,
    Batch,
    Instruction,
    OutstandingItem,
    Payee,
    PayingAccount,
)
from services.funding.rules import bank_statement as rules
from services.funding.rules.bank_statement import Line, Sent, Verdict
from services.funding.usecases import item, money_back, template
from services.funding.usecases.upload import Upload, read_table
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.crypto import keyed_hash, seal
from shared.db import load, new_id
from shared.errors import NotFound
from shared.queries import among


@dataclass(frozen=True, slots=True)
class Judged:
    """A line that is new, with what it is."""

    line: Line
    account_hash: str | None
    verdict: Verdict


async def take(session: AsyncSession, account_id: UUID, sent: Upload, actor: Actor, now: datetime) -> BankStatement:
    """A statement of a paying account: lines that are known already count once; what agrees is matched, what does not
    becomes an outstanding item. The same bytes again change nothing."""
    account = await load(session, PayingAccount, account_id, "paying_account")
    if not actor.covers(account.division):
        raise NotFound("paying_account")
    same = sa.select(BankStatement).where(
        BankStatement.paying_account_id == account.id, BankStatement.sha256 == sent.sha256
    )
    if earlier := await session.scalar(same):
        return earlier
    chosen = await template.find(session, account.division, account.template_code)
    table = rules.format_of(chosen)
    lines = rules.read(await asyncio.to_thread(read_table, sent.content, table), table, now.astimezone(SHANGHAI).date())
    judged = await _judged(session, account, await _new(session, account, lines))
    file = BankStatement(
        id=new_id(),
        division=account.division,
        paying_account_id=account.id,
        name=sent.name[:200],
        sha256=sent.sha256,
        content=seal(sent.content),
        template_code=chosen.code,
        template_version=chosen.version,
        imported_by=actor.id,
        imported_at=now,
        **_figures(lines, judged),
    )
    session.add(file)
    await session.flush()
    await _keep(session, file, judged, actor, now)
    await _missing(session, file, now)
    return file


def _figures(lines: Sequence[Line], judged: Sequence[Judged]) -> dict[str, Any]:
    """What a statement says of itself: its days, its balances, and what became of its lines."""
    opening_fen, closing_fen = rules.balances(lines) or (None, None)
    return {
        "from_on": min(line.booked_on for line in lines),
        "to_on": max(line.booked_on for line in lines),
        "opening_fen": opening_fen,
        "closing_fen": closing_fen,
        "lines": len(lines),
        "known": len(lines) - len(judged),
        "matched": sum(one.verdict.matched or one.verdict.repays for one in judged),
        "queued": sum(one.verdict.reason is not None for one in judged),
    }


async def _new(session: AsyncSession, account: PayingAccount, lines: Sequence[Line]) -> list[Line]:
    keys = sa.select(BankStatementLine.key).where(
        BankStatementLine.paying_account_id == account.id, among(BankStatementLine.key, [line.key for line in lines])
    )
    known = set(await session.scalars(keys))
    return [line for line in lines if line.key not in known]


async def _judged(session: AsyncSession, account: PayingAccount, lines: Sequence[Line]) -> list[Judged]:
    named = {line.named for line in lines if line.named}
    known = {one.instruction_id: one for one in await _sent(session, account, among(Instruction.id, named))}
    without = sa.and_(Instruction.result == "paid", ~_booked)
    paid = await _sent(session, account, without) if any(line.named not in known for line in lines) else []
    unmatched = [one for one in paid if one.instruction_id not in known]
    moved, judged = await _moved(session, known), []
    owed, registered = await money_back.owed(session, account, lines), await money_back.registered(session, lines)
    for line in lines:
        mark = keyed_hash(line.account.replace(" ", "")) if line.account else None
        number = line.pays_back or ""
        if number in owed and line.named not in known:
            verdict = rules.judge_back(line, owed[number], registered)
            if verdict.repays:
                owed[number], registered[line.movement] = owed[number].after(line, registered)
        else:
            verdict = rules.judge(line, mark, known, unmatched, moved[line.direction])
        if verdict.matched and verdict.sent:
            moved[line.direction].add(verdict.sent.instruction_id)
        judged.append(Judged(line, mark, verdict))
    return judged


async def _moved(session: AsyncSession, known: Collection[UUID]) -> dict[str, set[UUID]]:
    """Which of these instructions earlier lines show, by the lines' direction."""
    lines = sa.select(BankStatementLine.direction, BankStatementLine.instruction_id)
    moved: dict[str, set[UUID]] = {"out": set(), "in": set()}
    for direction, key in await session.execute(lines.where(among(BankStatementLine.instruction_id, known))):
        if key:
            moved[direction].add(key)
    return moved


_booked = sa.exists().where(BankStatementLine.instruction_id == Instruction.id, BankStatementLine.direction == "out")
_back = sa.exists().where(BankStatementLine.instruction_id == Instruction.id, BankStatementLine.direction == "in")


async def _sent(session: AsyncSession, account: PayingAccount, which: sa.ColumnElement[bool]) -> list[Sent]:
    """Instructions that were paid from this account. A payee's account is compared by its keyed hash."""
    rows = await session.execute(
        sa.select(Instruction, Batch.round_id, Payee.account)
        .join(Batch, Batch.id == Instruction.batch_id)
        .join(Payee, Payee.id == Instruction.payee_id)
        .where(Batch.paying_account_id == account.id, which)
    )
    return [
        Sent(
            one.id,
            round_id,
            one.amount_fen,
            keyed_hash(number),
            one.result,
            one.answered_at.astimezone(SHANGHAI).date() if one.answered_at else None,
        )
        for one, round_id, number in rows
    ]


async def _keep(
    session: AsyncSession, file: BankStatement, judged: Sequence[Judged], actor: Actor, now: datetime
) -> None:
    kept: Mapping[str, BankStatementLine] = {one.line.key: _row(file, one, actor, now) for one in judged}
    session.add_all(kept.values())
    await session.flush()
    items = [_item(file, one, kept[one.line.key]) for one in judged if one.verdict.reason]
    await item.open_(session, items)
    booked = {one.verdict.sent.instruction_id for one in judged if one.verdict.matched and one.verdict.sent}
    await item.book(session, booked, now)
    back = [(one.verdict.owed, kept[one.line.key]) for one in judged if one.verdict.owed and one.verdict.repays]
    await money_back.propose(session, back, actor, now)


def _row(file: BankStatement, one: Judged, actor: Actor, now: datetime) -> BankStatementLine:
    line, verdict = one.line, one.verdict
    matched = verdict.sent.instruction_id if verdict.matched and verdict.sent else None
    return BankStatementLine(
        id=new_id(),
        bank_statement_id=file.id,
        paying_account_id=file.paying_account_id,
        key=line.key,
        row=line.row,
        booked_on=line.booked_on,
        amount_fen=line.amount_fen,
        direction=line.direction,
        counterparty=line.counterparty,
        account_hash=one.account_hash,
        account_end=line.account[-4:],
        reference=line.reference,
        summary=line.summary,
        serial=line.serial,
        balance_fen=line.balance_fen,
        instruction_id=matched,
        matched_by=actor.id if matched else None,
        matched_at=now if matched else None,
    )


def _item(file: BankStatement, one: Judged, row: BankStatementLine) -> OutstandingItem:
    reason, sent, owed = one.verdict.reason, one.verdict.sent, one.verdict.owed
    about = sent or owed
    return OutstandingItem(
        division=file.division,
        round_id=about.round_id if about else None,
        queue="bank_statement",
        code=reason.code if reason else "",
        zh=reason.zh if reason else "",
        en=reason.en if reason else "",
        reference=row.reference or row.serial,
        amount_fen=row.amount_fen,
        since=datetime.combine(row.booked_on, time(), SHANGHAI),
        instruction_id=sent.instruction_id if sent else None,
        recovery_id=owed.recovery_id if owed else None,
        bank_line_id=row.id,
    )


_MISSING: Mapping[str | None, dict[str, str]] = {
    "paid": {
        "code": "bank_statement.missing",
        "zh": "账上已付而对账单无此笔",
        "en": "Paid by the ledger, but no line of the statement shows it",
    },
    "returned": {
        "code": "bank_statement.not_back",
        "zh": "银行称已退回，而对账单只有付出",
        "en": "Returned by the bank's word, but the statement only shows it going out",
    },
}


async def _missing(session: AsyncSession, file: BankStatement, now: datetime) -> None:
    """What the bank said was paid or came back by the statement's last day, and no line shows."""
    until = datetime.combine(file.to_on + timedelta(days=1), time(), SHANGHAI)
    known = sa.exists().where(OutstandingItem.instruction_id == Instruction.id, OutstandingItem.queue == "ledger")
    rows = await session.execute(
        sa.select(Instruction, Batch.round_id)
        .join(Batch, Batch.id == Instruction.batch_id)
        .where(
            Batch.paying_account_id == file.paying_account_id,
            Instruction.answered_at < until,
            ~known,
            sa.or_(
                sa.and_(Instruction.result == "paid", ~_booked),
                sa.and_(Instruction.result == "returned", _booked, ~_back),
            ),
        )
    )
    items = [
        OutstandingItem(
            division=file.division,
            round_id=round_id,
            queue="ledger",
            **_MISSING[one.result],
            reference=one.reference,
            amount_fen=one.amount_fen,
            since=one.answered_at or now,
            instruction_id=one.id,
        )
        for one, round_id in rows
    ]
    await item.open_(session, items)

"""REST of the funding service."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from services.funding import queries, schemas
from services.funding.models import Award, Batch, Instalment, LedgerAccount, Payee
from services.funding.rules.payee import masked
from services.funding.usecases import award, batch, instalment, ledger, payee, round, verification
from services.funding.usecases.instalment import TreasuryFields
from services.funding.usecases.payee import Account
from shared.actor import Actor
from shared.errors import Malformed, Reason
from shared.http import Api, BulkAnswer, Db, Lists, Now, Page, Who, allow, each, history, page
from shared.http.shapes import ReasonIn, Statuses

budgets = Api(tags=["appropriations"])
payees = Api(tags=["payees"])
awards = Api(tags=["awards"])
instalments = Api(tags=["instalments"])
batches = Api(tags=["batches"])
books = Api(tags=["ledger"])

Bureau = Annotated[Actor, allow("bureau")]
Maker = Annotated[Actor, allow("finance_maker")]
Checker = Annotated[Actor, allow("finance_checker")]
Finance = Annotated[Actor, allow("finance_maker", "finance_checker")]
Office = Annotated[Actor, allow("operator", *queries.OFFICES)]


# --- appropriations -------------------------------------------------------------------------------------------------


@budgets.post("/v1/appropriations", response_model=schemas.AppropriationOut, status_code=201)
async def set_appropriation(body: schemas.AppropriationIn, db: Db, who: Bureau) -> Any:
    """Set, increase or cut what a round was given; never below what is promised."""
    return await round.set_appropriation(db, body.round_id, body.amount_fen, body.reason, who)


@budgets.get("/v1/rounds/{round_id}/money", response_model=schemas.MoneyOut)
async def read_money(round_id: UUID, db: Db, who: Office) -> Any:
    """A round's money at a glance, computed from the ledger."""
    await queries.round(db, round_id, who)
    places = await ledger.balances(db, round_id)
    promised = ("committed", "held", "payable", "in_transit", "returned", "paid")
    return schemas.MoneyOut(
        round_id=round_id,
        **{f"{place}_fen": amount_fen for place, amount_fen in places.items()},
        awarded_fen=sum(places[place] for place in promised),
        balanced=(await verification.verify(db, round_id)).balanced,
    )


# --- payees ---------------------------------------------------------------------------------------------------------


@payees.post("/v1/payees", response_model=schemas.PayeeOut, status_code=201)
async def register_payee(
    body: schemas.PayeeIn, db: Db, who: Annotated[Actor, allow("unit", "host", "finance_maker")], now: Now
) -> Any:
    """A unit's bank account. The same account again answers as it is; another one must cool off."""
    return _payee(await payee.register(db, Account(**body.model_dump()), who, now), who, now)


@payees.post("/v1/payees/{payee_id}/verify", response_model=schemas.PayeeOut)
async def verify_payee(payee_id: UUID, db: Db, who: Checker, now: Now) -> Any:
    """A second person confirms the account."""
    row = await payee.verify(db, payee_id, who, now)
    await db.flush()
    return _payee(row, who, now)


@payees.get("/v1/payees", response_model=Page[schemas.PayeeOut])
async def list_payees(
    db: Db, who: Who, query: Lists, now: Now, unit_code: Annotated[str | None, Query(max_length=18)] = None
) -> Any:
    return await page(
        db, queries.payees(who, unit_code), query, sortable={"created_at": Payee.created_at}, id=Payee.id,
        item=lambda row: _payee(row, who, now),
    )  # fmt: skip


@payees.get("/v1/payees/{payee_id}", response_model=schemas.PayeeOut)
async def read_payee(payee_id: UUID, db: Db, who: Who, now: Now) -> Any:
    return _payee(await queries.payee(db, payee_id, who), who, now)


def _payee(row: Payee, who: Actor, now: datetime) -> schemas.PayeeOut:
    shown = {
        **{name: getattr(row, name) for name in schemas.PayeeOut.model_fields if name not in ("account", "actions")},
        "account": masked(row.account_end),
        "actions": queries.payee_actions(row, who, now),
    }
    return schemas.PayeeOut.model_validate(shown)


# --- awards ---------------------------------------------------------------------------------------------------------


@awards.get("/v1/awards", response_model=Page[schemas.AwardOut])
async def list_awards(
    db: Db, who: Who, query: Lists, round_id: UUID | None = None, status: Statuses | None = None,
    team_id: UUID | None = None,
) -> Any:  # fmt: skip
    return await page(
        db, queries.awards(who, round_id, status, team_id), query, id=Award.id,
        sortable={"created_at": Award.created_at, "amount_fen": Award.amount_fen},
        item=schemas.AwardOut.model_validate,
    )  # fmt: skip


@awards.get("/v1/awards/{award_id}", response_model=schemas.AwardDetail)
async def read_award(award_id: UUID, db: Db, who: Who) -> Any:
    """A team's statement: its instalments, and where its money stands."""
    return await _award(db, award_id, who)


@awards.get("/v1/awards/{award_id}/history")
async def read_award_history(award_id: UUID, db: Db, who: Who) -> list[dict[str, Any]]:
    await queries.award(db, award_id, who)
    return await history(db, "award", award_id)


@awards.post("/v1/awards/{award_id}/revoke", response_model=schemas.AwardDetail)
async def revoke_award(award_id: UUID, body: ReasonIn, db: Db, who: Bureau, now: Now) -> Any:
    await award.revoke(db, award_id, body.reason, who, now)
    return await _award(db, award_id, who)


@awards.post("/v1/awards/{award_id}/recover", response_model=schemas.AwardDetail)
async def recover_award(award_id: UUID, db: Db, who: Bureau) -> Any:
    await award.recover(db, award_id, who)
    return await _award(db, award_id, who)


async def _award(db: Db, award_id: UUID, who: Actor) -> schemas.AwardDetail:
    row = await queries.award(db, award_id, who)
    parts = await queries.instalments_of(db, award_id)
    money = await ledger.balances(db, row.round_id, award_id)
    shown = {
        **schemas.AwardOut.model_validate(row).model_dump(),
        "instalments": parts,
        "money": {f"{place}_fen": amount_fen for place, amount_fen in money.items()},
        "actions": queries.award_actions(row, parts, money, who),
    }
    return schemas.AwardDetail.model_validate(shown)


# --- instalments ----------------------------------------------------------------------------------------------------


@instalments.get("/v1/instalments", response_model=Page[schemas.InstalmentOut])
async def list_instalments(
    db: Db, who: Who, query: Lists, round_id: UUID | None = None, status: Statuses | None = None,
    award_id: UUID | None = None,
) -> Any:  # fmt: skip
    return await page(
        db, queries.instalments(who, round_id, status, award_id), query, id=Instalment.id,
        sortable={"created_at": Instalment.created_at, "amount_fen": Instalment.amount_fen},
        item=schemas.InstalmentOut.model_validate,
    )  # fmt: skip


@instalments.get("/v1/instalments/{instalment_id}", response_model=schemas.InstalmentDetail)
async def read_instalment(instalment_id: UUID, db: Db, who: Who) -> Any:
    return await _instalment(db, instalment_id, who)


@instalments.get("/v1/instalments/{instalment_id}/history")
async def read_instalment_history(instalment_id: UUID, db: Db, who: Who) -> list[dict[str, Any]]:
    await queries.instalment(db, instalment_id, who)
    return await history(db, "instalment", instalment_id)


@instalments.post("/v1/instalments/request", response_model=BulkAnswer)
async def request_instalments(body: schemas.ManyRequestsIn, db: Db, who: Maker) -> Any:
    """Many at once: each row stands or falls alone."""
    fields = TreasuryFields(**body.model_dump(exclude={"ids"}))
    return await each(db, set(body.ids), lambda key: instalment.request(db, key, fields, who))


@instalments.post("/v1/instalments/approve", response_model=BulkAnswer)
async def approve_instalments(body: schemas.ManyIn, db: Db, who: Checker) -> Any:
    """Many at once: each row stands or falls alone."""
    return await each(db, set(body.ids), lambda key: instalment.approve(db, key, who))


@instalments.post("/v1/instalments/{instalment_id}/request", response_model=schemas.InstalmentDetail)
async def request_instalment(instalment_id: UUID, db: Db, who: Maker, body: schemas.TreasuryIn | None = None) -> Any:
    fields = TreasuryFields(**body.model_dump()) if body else TreasuryFields()
    await instalment.request(db, instalment_id, fields, who)
    return await _instalment(db, instalment_id, who)


@instalments.post("/v1/instalments/{instalment_id}/approve", response_model=schemas.InstalmentDetail)
async def approve_instalment(instalment_id: UUID, db: Db, who: Checker) -> Any:
    await instalment.approve(db, instalment_id, who)
    return await _instalment(db, instalment_id, who)


@instalments.post("/v1/instalments/{instalment_id}/reject", response_model=schemas.InstalmentDetail)
async def reject_instalment(instalment_id: UUID, body: ReasonIn, db: Db, who: Checker) -> Any:
    await instalment.reject(db, instalment_id, body.reason, who)
    return await _instalment(db, instalment_id, who)


@instalments.post("/v1/instalments/{instalment_id}/reissue", response_model=schemas.InstalmentDetail)
async def reissue_instalment(instalment_id: UUID, db: Db, who: Maker) -> Any:
    await instalment.reissue(db, instalment_id, who)
    return await _instalment(db, instalment_id, who)


async def _instalment(db: Db, instalment_id: UUID, who: Actor) -> schemas.InstalmentDetail:
    row = await queries.instalment(db, instalment_id, who)
    shown = schemas.InstalmentOut.model_validate(row).model_dump()
    return schemas.InstalmentDetail.model_validate({**shown, **await queries.instalment_detail(db, row, who)})


# --- batches --------------------------------------------------------------------------------------------------------


@batches.post("/v1/batches", response_model=schemas.BatchDetail, status_code=201)
async def make_batch(body: schemas.BatchIn, db: Db, who: Maker, now: Now) -> Any:
    """Everything approved of a round, in one bank file."""
    row, left_out = await batch.make(db, body.round_id, who, now)
    shown = await _batch(db, row)
    return shown.model_copy(update={"left_out": [schemas.LeftOut.model_validate(one) for one in left_out]})


@batches.get("/v1/batches", response_model=Page[schemas.BatchOut])
async def list_batches(db: Db, who: Finance, query: Lists, round_id: UUID | None = None) -> Any:
    return await page(
        db, queries.batches(who, round_id), query, sortable={"created_at": Batch.created_at}, id=Batch.id,
        item=schemas.BatchOut.model_validate,
    )  # fmt: skip


@batches.get("/v1/batches/{batch_id}", response_model=schemas.BatchDetail)
async def read_batch(batch_id: UUID, db: Db, who: Finance) -> Any:
    return await _batch(db, await queries.batch(db, batch_id, who))


@batches.get("/v1/batches/{batch_id}/file")
async def read_bank_file(batch_id: UUID, db: Db, who: Finance) -> Response:
    """The bank's file (CSV, UTF-8) with its SHA-256 and control figures in the headers."""
    row = await queries.bank_file(db, batch_id, who)
    headers = {
        "Content-Disposition": f'attachment; filename="batch-{row.number}.csv"',
        "X-Content-SHA256": row.sha256,
        "X-Control-Count": str(row.count),
        "X-Control-Sum-Fen": str(row.sum_fen),
        "Cache-Control": "no-store",
    }
    return Response(row.content.encode(), media_type="text/csv; charset=utf-8", headers=headers)


@batches.post("/v1/batches/{batch_id}/answers", response_model=BulkAnswer)
async def answer_batch(batch_id: UUID, body: schemas.AnswersIn, db: Db, who: Checker, now: Now) -> Any:
    """What the bank says, instruction by instruction. The same answers twice change nothing."""
    await queries.batch(db, batch_id, who)
    said = {one.instruction_id: one for one in body.answers}
    if len(said) < len(body.answers):
        twice = Reason("answers.twice", "同一指令出现多次", "An instruction is named more than once", "/answers")
        raise Malformed(twice)
    answers = {key: batch.Answer(batch_id, key, one.result, one.voucher) for key, one in said.items()}
    answered = await each(db, answers, lambda key: batch.answer(db, answers[key], who, now))
    await batch.settle(db, batch_id)
    return answered


async def _batch(db: Db, row: Batch) -> schemas.BatchDetail:
    lines = [
        schemas.InstructionOut(
            instruction_id=line.id, instalment_id=line.instalment_id, team_id=line.team_id,
            amount_fen=line.amount_fen, result=line.result, voucher=line.voucher,
        )
        for line in await queries.instructions(db, row.id)
    ]  # fmt: skip
    shown = schemas.BatchOut.model_validate(row).model_dump()
    return schemas.BatchDetail.model_validate({**shown, "instructions": lines})


# --- ledger ---------------------------------------------------------------------------------------------------------


@books.get("/v1/ledger/accounts", response_model=Page[schemas.AccountOut])
async def list_accounts(
    db: Db, who: Office, query: Lists, round_id: UUID | None = None, award_id: UUID | None = None
) -> Any:
    def shown(row: LedgerAccount) -> schemas.AccountOut:
        own = {"id": row.id, "round_id": row.round_id, "award_id": row.award_id, "place": row.place}
        return schemas.AccountOut.model_validate({**own, **queries.account_words(row)})

    return await page(
        db, queries.accounts(who, round_id, award_id), query, sortable={"id": LedgerAccount.id}, id=LedgerAccount.id,
        item=shown,
    )  # fmt: skip


@books.get("/v1/ledger/verify", response_model=schemas.VerificationOut)
async def verify_ledger(db: Db, who: Office) -> Any:
    """Replays every posting and compares it with every balance and every business row."""
    return await verification.verify(db)

"""Files of awards and of what belongs to them, and the papers of payments."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding import forms, queries
from services.funding.api.roles import Finance
from services.funding.models import Attachment, FormVersion
from services.funding.rules.payee import masked
from services.funding.usecases import attachment
from shared.actor import Actor
from shared.documents import Document
from shared.files.attachments import KINDS
from shared.http import (
    Api,
    Attachments,
    Db,
    FormVersionOut,
    Now,
    Who,
    add_attachment_routes,
    hand_out,
    handed_out,
)

attachments = Api(tags=["attachments"])


def _files(noun: str, plural: str, printed: tuple[str, ...] = ()) -> Attachments:
    """The routes of a noun's files; ``printed`` are its forms, whose sealed scans are handed in."""

    async def seen(session: AsyncSession, noun_id: UUID, actor: Actor) -> tuple[str, ...]:
        await queries.award_with_files(session, noun, noun_id, actor)
        return KINDS

    found = Attachments(noun, plural, Attachment, FormVersion, seen, attachment.attach, attachment.remove, printed)
    add_attachment_routes(attachments, found)
    return found


_files("award", "awards")
_of_instalments = _files("instalment", "instalments", forms.FORMS)
_files("expense", "expenses")
of_final_accounts = _files("final_account", "final-accounts", forms.ACCOUNT)
of_recoveries = replace(_of_instalments, noun="recovery", plural="recoveries", forms=forms.NOTICE)
_of_batches = replace(_of_instalments, noun="batch", plural="batches", forms=forms.SUMMARY)


@attachments.get("/v1/instalments/{instalment_id}/form", response_class=Response)
async def read_payment_request(instalment_id: UUID, db: Db, who: Who, now: Now) -> Any:
    """The request for the payment (资金支付申请书) as DOCX, to be signed and sealed. Only finance reads the account."""
    common, payment = await _payment_request(db, instalment_id, who)
    account = payment.payee.account if payment.payee and who.has(*queries.FINANCE) else ""
    own = forms.payment_request(payment, account) if account else common
    return await hand_out(db, _of_instalments, instalment_id, "payment_request", (common, own), who, now)


@attachments.get("/v1/instalments/{instalment_id}/forms", response_model=list[FormVersionOut])
async def list_payment_requests(instalment_id: UUID, db: Db, who: Who) -> Any:
    """Which versions of the request were downloaded, and their sealed scans."""
    common, _payment = await _payment_request(db, instalment_id, who)
    return await handed_out(db, _of_instalments, instalment_id, {"payment_request": common})


@attachments.get("/v1/batches/{batch_id}/form", response_class=Response)
async def read_batch_summary(batch_id: UUID, db: Db, who: Finance, now: Now) -> Any:
    """The summary of a batch (拨款汇总表) as DOCX; accounts by their last digits only."""
    paper = forms.batch_summary(*await queries.summary_of(db, batch_id, who))
    return await hand_out(db, _of_batches, batch_id, "batch_summary", (paper, paper), who, now)


async def _payment_request(db: Db, instalment_id: UUID, who: Actor) -> tuple[Document, queries.Payment]:
    payment = await queries.paper_of(db, instalment_id, who)
    return forms.payment_request(payment, masked(payment.payee.account_end) if payment.payee else ""), payment

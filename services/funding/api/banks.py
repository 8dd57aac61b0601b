"""Bank file templates and paying accounts."""

from typing import Any
from uuid import UUID

from services.funding import queries, schemas
from services.funding.api.roles import Checker, Finance, Maker, Signer, signs
from services.funding.models import BankTemplate, PayingAccount
from services.funding.rules.payee import masked
from services.funding.usecases import paying_account, template
from shared.actor import Actor
from shared.http import Api, Db, Lists, Now, Page, page

banks = Api(tags=["banks"])


@banks.get("/v1/bank-templates", response_model=list[schemas.TemplateOut])
async def list_templates(db: Db, who: Finance) -> Any:
    """The generic templates that everybody has, and every version that the caller's office wrote."""
    shipped = [
        {**template.document(one), "id": None, "status": "confirmed", "proposed_by": "", "confirmed_by": None}
        for one in template.shipped().values()
    ]
    return [*shipped, *(_template(row) for row in await queries.own_templates(db, who))]


@banks.post("/v1/bank-templates", response_model=schemas.TemplateOut, status_code=201)
async def propose_template(body: schemas.TemplateIn, db: Db, who: Maker) -> Any:
    """The next version of a template; batches are made with it once a second person has confirmed it."""
    return _template(await template.propose(db, body.code, body.model_dump(), who))


@banks.post("/v1/bank-templates/{template_id}/confirm", response_model=schemas.TemplateOut)
async def confirm_template(template_id: UUID, db: Db, who: Checker) -> Any:
    return _template(await template.confirm(db, template_id, who))


@banks.post("/v1/paying-accounts", response_model=schemas.PayingAccountOut, status_code=201)
async def register_paying_account(body: schemas.PayingAccountIn, db: Db, who: Signer, now: Now) -> Any:
    """The account from which the caller's office pays: in use once another person has confirmed it."""
    account = PayingAccount(**body.model_dump(exclude={"on_behalf_of"}))
    signer = await signs(db, who, body, "finance_maker")
    return _account(await paying_account.register(db, account, signer, now), who)


@banks.post("/v1/paying-accounts/{paying_account_id}/confirm", response_model=schemas.PayingAccountOut)
async def confirm_paying_account(
    paying_account_id: UUID, db: Db, who: Signer, now: Now, body: schemas.SignIn | None = None
) -> Any:
    """It takes the place of the one in use."""
    row = await paying_account.confirm(db, paying_account_id, await signs(db, who, body, "finance_checker"), now)
    await db.flush()
    return _account(row, who)


@banks.get("/v1/paying-accounts", response_model=Page[schemas.PayingAccountOut])
async def list_paying_accounts(db: Db, who: Finance, query: Lists) -> Any:
    return await page(
        db,
        queries.paying_accounts(who),
        query,
        sortable={"created_at": PayingAccount.created_at},
        id=PayingAccount.id,
        item=lambda row: _account(row, who),
    )


def _template(row: BankTemplate) -> dict[str, Any]:
    own = {name: getattr(row, name) for name in ("id", "status", "proposed_by", "confirmed_by")}
    return {**row.document, **own}


def _account(row: PayingAccount, who: Actor) -> schemas.PayingAccountOut:
    more = {"account": masked(row.account_end), "actions": queries.paying_account_actions(row, who)}
    shown = {name: getattr(row, name) for name in schemas.PayingAccountOut.model_fields if name not in more}
    return schemas.PayingAccountOut.model_validate({**shown, **more})

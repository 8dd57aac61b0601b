"""The account from which an office pays: registered by one person, in use once another has confirmed it."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding.models import PayingAccount
from services.funding.rules import paying_account as rules
from services.funding.usecases import template
from shared.actor import Actor
from shared.contracts.funding import (
    OfPayingAccount,
    PayingAccountConfirmed,
    PayingAccountRegistered,
    PayingAccountReplaced,
)
from shared.crypto import keyed_hash
from shared.db import load
from shared.errors import NotFound
from shared.outbox import publish


async def register(session: AsyncSession, account: PayingAccount, actor: Actor, now: datetime) -> PayingAccount:
    """An office says from which account it pays; the same one again is answered as it is. The present one stays in use
    until this one is confirmed."""
    await template.find(session, actor.division, account.template_code)
    mark = keyed_hash(f"{account.bank_code}/{account.account}")
    for known in await _current(session, actor.division):
        if (known.account_hash, known.template_code) == (mark, account.template_code):
            return known
        if known.status == "registered":
            replace(session, known, now)
    await session.flush()
    account.division, account.account_hash, account.account_end = actor.division, mark, account.account[-4:]
    account.registered_by, account.registered_for = actor.id, actor.on_behalf or None
    account.status = rules.register()
    session.add(account)
    await session.flush()
    publish(session, _event(PayingAccountRegistered, account))
    return account


async def confirm(session: AsyncSession, account_id: UUID, actor: Actor, now: datetime) -> PayingAccount:
    """A second person confirms it: it takes the place of the one in use."""
    account = await load(session, PayingAccount, account_id, "paying_account")
    if account.division != actor.division:
        raise NotFound("paying_account")
    rules.confirm(account.facts, actor)
    for other in await _current(session, account.division):
        if other.status == "confirmed":
            replace(session, other, now)
    await session.flush()
    account.status = rules.confirm(account.facts, actor)
    account.confirmed_by, account.confirmed_for, account.confirmed_at = actor.id, actor.on_behalf or None, now
    publish(session, _event(PayingAccountConfirmed, account))
    return account


def replace(session: AsyncSession, account: PayingAccount, now: datetime) -> None:
    """A newer one of the office takes its place."""
    account.status = rules.replace(account.facts)
    account.replaced_at = now
    publish(session, _event(PayingAccountReplaced, account))


async def _current(session: AsyncSession, division: str) -> list[PayingAccount]:
    """The one in use and the one that waits, locked."""
    rows = sa.select(PayingAccount).where(PayingAccount.division == division, PayingAccount.status != "replaced")
    return list(await session.scalars(rows.order_by(PayingAccount.id).with_for_update()))


def _event(kind: type[OfPayingAccount], row: PayingAccount) -> OfPayingAccount:
    return kind(paying_account_id=row.id, division=row.division)

"""Payee accounts of units: registered by one person, verified by another, replaced after a cooling-off."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.funding import queries
from services.funding.models import Award, KnownRound, Payee
from services.funding.rules import award as award_rules
from services.funding.rules import payee as rules
from services.funding.rules.policy import Policy
from shared.actor import Actor
from shared.contracts.funding import OfPayee, PayeeClosed, PayeeRegistered, PayeeReplaced, PayeeVerified
from shared.crypto import keyed_hash
from shared.db import load
from shared.errors import Forbidden, Malformed, Reason
from shared.outbox import publish


@dataclass(frozen=True, slots=True)
class Account:
    """A unit's bank account as somebody wrote it down."""

    unit_code: str
    unit_name: str
    bank_name: str
    bank_code: str
    account: str


async def register(session: AsyncSession, account: Account, actor: Actor, now: datetime) -> Payee:
    """A unit registers its account, or a maker for it. The account that it has already is answered as it is; another
    one waits for its cooling-off and a second person."""
    office = actor.unit != account.unit_code
    if office and not actor.has("finance_maker"):
        raise Forbidden(Reason("payee.scope", "只能登记本单位的账户", "Only an account of your own unit", "/unit_code"))
    if reasons := rules.registration_obstacles(account.unit_code, account.bank_code, account.account):
        raise Malformed(*reasons)
    if office:
        await _require_ours(session, account.unit_code, actor)
    current = {row.status: row for row in await _current(session, account.unit_code)}
    mark = keyed_hash(f"{account.bank_code}/{account.account}")
    same = next((row for row in current.values() if row.account_hash == mark), None)
    if (pending := current.get("registered")) and pending is not same:
        replace(session, pending)
    if same:
        return same
    policy = await _strictest_policy(session, account.unit_code)
    payee = Payee(
        **asdict(account),
        account_hash=mark,
        account_end=account.account[-4:],
        status=next(iter(rules.LIFECYCLE.statuses)),
        registered_by=actor.id,
        registered_for=actor.on_behalf or None,
        usable_from=rules.usable_from(now, await _had_verified(session, account.unit_code), policy),
        division=actor.division if office else "",
    )
    await session.flush()
    session.add(payee)
    await session.flush()
    publish(session, _event(PayeeRegistered, payee))
    return payee


async def verify(session: AsyncSession, payee_id: UUID, actor: Actor, now: datetime) -> Payee:
    """A second person confirms the account; the unit's account so far is replaced."""
    await queries.payee(session, payee_id, actor)
    payee = await load(session, Payee, payee_id, "payee")
    current = await _current(session, payee.unit_code)
    # both changes are written together and in the order of ids, the older account first: never two verified ones
    payee.status = rules.verify(payee.facts, actor, now)
    for other in current:
        if other is not payee and other.status == "verified":
            replace(session, other)
    payee.verified_by, payee.verified_for, payee.verified_at = actor.id, actor.on_behalf or None, now
    publish(session, _event(PayeeVerified, payee))
    return payee


async def close(session: AsyncSession, payee_id: UUID, ground: str, reason: str, actor: Actor, now: datetime) -> Payee:
    """The account is of no use: nothing more is asked for, checked or sent to it until the unit has another one."""
    await queries.payee(session, payee_id, actor)
    payee = await load(session, Payee, payee_id, "payee")
    refuse(session, payee, ground, reason, actor, now)
    return payee


def refuse(session: AsyncSession, payee: Payee, ground: str, reason: str, actor: Actor, now: datetime) -> None:
    """The same for a locked account, also where the bank's answer says it: the actor is who brought the answer."""
    payee.status = rules.close(payee.facts, reason, actor)
    payee.closed_by, payee.closed_at, payee.closed_as, payee.closed_reason = actor.id, now, ground, reason
    publish(session, _event(PayeeClosed, payee))


async def _require_ours(session: AsyncSession, unit_code: str, actor: Actor) -> None:
    here, anywhere = queries.paid_by(unit_code, actor), queries.paid_by(unit_code)
    row = (await session.execute(sa.select(here, anywhere))).one()
    if reasons := rules.register_obstacles(row[0], row[1]):
        raise Forbidden(*reasons)


async def _had_verified(session: AsyncSession, unit_code: str) -> bool:
    earlier = sa.select(Payee.id).where(Payee.unit_code == unit_code, Payee.verified_at.is_not(None)).limit(1)
    return await session.scalar(earlier) is not None


async def _current(session: AsyncSession, unit_code: str) -> list[Payee]:
    """The unit's registered and verified accounts, locked."""
    statement = sa.select(Payee).where(Payee.unit_code == unit_code, Payee.status.in_(rules.OPEN))
    return list(await session.scalars(statement.order_by(Payee.id).with_for_update()))


def replace(session: AsyncSession, payee: Payee) -> None:
    """A newer account of the unit takes its place."""
    payee.status = rules.replace(payee.facts)
    publish(session, _event(PayeeReplaced, payee))


async def _strictest_policy(session: AsyncSession, unit_code: str) -> Policy:
    """An account serves all rounds in which its unit has a live award: their longest cooling-off counts."""
    own = sa.select(Award.round_id).where(Award.payee_unit_code == unit_code, Award.status.not_in(award_rules.ENDED))
    rounds = await session.scalars(sa.select(KnownRound).where(KnownRound.id.in_(own)))
    policies = [known.policy for known in rounds]
    return max(policies, key=lambda policy: policy.account_cooling_off_days, default=Policy())


def _event(kind: type[OfPayee], payee: Payee) -> OfPayee:
    return kind(payee_id=payee.id, unit_code=payee.unit_code)

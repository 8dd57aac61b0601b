"""The link on the liaison's phone: without an account it settles entries, rates and says that nobody came."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from services.teams import queries
from services.teams.models import Absence, ConfirmationLink, Entry, HostRating, Message, Person, Team
from services.teams.rules import link as rules
from services.teams.rules.entry import LIAISON, Verdict
from services.teams.rules.reminder import last_day
from services.teams.usecases import absence, policies, rating
from services.teams.usecases import entry as entries
from services.teams.usecases.team import ids
from shared.actor import Actor
from shared.clock import SHANGHAI
from shared.contracts.teams import ConfirmationLinkSent
from shared.crypto import keyed_hash, read_any_link, sign_link
from shared.db import load
from shared.errors import NotFound, require
from shared.messages import Letter, queue, require_channel
from shared.outbox import publish
from shared.webhooks import home


@dataclass(frozen=True)
class Opened:
    """What a genuine token leads to; it may have expired."""

    link: ConfirmationLink
    team: Team
    works: bool
    """By the time of expiry that the token itself carries."""

    @property
    def same_phone(self) -> bool:
        """Whether the liaison has still the phone to which it was sent."""
        return self.link.phone_hash in ("", keyed_hash(self.team.liaison_phone))


async def send(
    session: AsyncSession, team_id: UUID, public_url: str, actor: Actor, now: datetime
) -> tuple[ConfirmationLink, int]:
    """Send the liaison a link; the link and the number of entries that wait for the host."""
    team = await queries.locked_team(session, team_id, actor)
    rules.sender_only(str(team.lead_id), actor)
    return await _send(session, team, public_url, now)


async def send_in_turn(session: AsyncSession, team_id: UUID, public_url: str, actor: Actor, now: datetime) -> Team:
    """One of many: unless a message went to this liaison lately."""
    team = await queries.locked_team(session, team_id, actor)
    rules.sender_only(str(team.lead_id), actor)
    last = await session.scalar(sa.select(sa.func.max(ConfirmationLink.sent_at)).where(_of(team)))
    require(rules.pause_obstacles(last, now, (await policies.of(session, team.round_id)).teams))
    await _send(session, team, public_url, now)
    return team


async def ask_to_rate(session: AsyncSession, team: Team, last: date, now: datetime) -> None:
    """The year's rating is due soon, ``last`` is the last day: a link, also when one went to this liaison lately, since
    that one asked for something else. A team that nobody can rate, or that has no liaison, is passed over."""
    if not list(rules.send_obstacles(team.liaison_phone, 0, team.status)):
        await _send(session, team, home(), now, rate_by=last)


async def ask_again(session: AsyncSession, token: str, public_url: str, now: datetime) -> None:
    """The liaison asks for a new link; it goes to the phone on file and nowhere else."""
    opened = await look(session, token)
    if not opened.same_phone:
        raise NotFound("link")
    team = await load(session, Team, opened.team.id, "team")
    sent = sa.select(ConfirmationLink.sent_at).where(_of(team), ConfirmationLink.asked)
    asked = [at for at in await session.scalars(sent) if at is not None]
    if rules.tapped_again(asked, now):
        return
    require(rules.request_obstacles(asked, now, (await policies.of(session, team.round_id)).teams))
    await _send(session, team, public_url, now, asked=True)


async def board(session: AsyncSession, team_id: UUID, public_url: str, actor: Actor, now: datetime) -> str:
    """The address behind the code on the host's notice board, the same one as long as the liaison has this phone. It is
    as good as expired: whoever reads it can have a link sent to the phone on file, a few times a day, and nothing else,
    for a board hangs where everybody passes."""
    team = await queries.locked_team(session, team_id, actor)
    rules.board_only(str(team.lead_id), team.host_code, actor)
    require(rules.board_obstacles(team.liaison_phone))
    phone_hash = keyed_hash(team.liaison_phone)
    of_board = (_of(team), ConfirmationLink.sent_at.is_(None), ConfirmationLink.phone_hash == phone_hash)
    link = (await session.scalars(sa.select(ConfirmationLink).where(*of_board).limit(1))).one_or_none()
    if link is None:
        link = ConfirmationLink(id=uuid4(), team_id=team.id, phone_hash=phone_hash, sent_at=None, expires_at=now)
        session.add(link)
    return f"{public_url.rstrip('/')}/public/confirmations/{sign_link(link.id.bytes, 0)}"


def _of(team: Team) -> sa.ColumnElement[bool]:
    return ConfirmationLink.team_id == team.id


async def _send(
    session: AsyncSession,
    team: Team,
    public_url: str,
    now: datetime,
    *,
    asked: bool = False,
    rate_by: date | None = None,
) -> tuple[ConfirmationLink, int]:
    require_channel("sms")
    waiting = len(await open_entries(session, team))
    phone = team.liaison_phone
    require(rules.send_obstacles(phone, waiting, team.status))
    days = (await policies.of(session, team.round_id)).teams.confirmation_link_days
    link = ConfirmationLink(
        id=uuid4(),
        team_id=team.id,
        phone_hash=keyed_hash(phone),
        sent_at=now,
        asked=asked,
        expires_at=now + timedelta(days=days),
    )
    session.add(link)
    url = f"{public_url.rstrip('/')}/public/confirmations/{sign_link(link.id.bytes, days)}"
    rate_by = rate_by or (None if waiting else await _rate_by(session, team, now))
    queue(
        session,
        Message,
        Letter("sms", phone, rules.message(team.name, waiting, url, days, rate_by), about=str(team.id)),
        now,
    )
    publish(session, ConfirmationLinkSent(**ids(team)))
    return link, waiting


async def _rate_by(session: AsyncSession, team: Team, now: datetime) -> date | None:
    """The last day of the year's rating while the host owes one."""
    due = await queries.rating_due(session, team.id)
    if due is None or due.due_at is None or due.ended or due.due_at <= now:
        return None
    return last_day(due.due_at.astimezone(SHANGHAI))


async def look(session: AsyncSession, token: str) -> Opened:
    """What a token leads to, also an expired one. Raises :class:`NotFound` for a made-up one."""
    nonce, works = read_any_link(token)
    link = await session.get(ConfirmationLink, UUID(bytes=nonce)) if nonce else None
    if link is None:
        raise NotFound("link")
    return Opened(link, await session.get_one(Team, link.team_id), works)


async def read(session: AsyncSession, token: str, now: datetime) -> Opened:
    """What a token opens. Raises :class:`NotFound` for a made-up one, Refused for one that works no more."""
    opened = await look(session, token)
    require(rules.use_obstacles(opened.works, opened.link.expires_at, opened.same_phone, now))
    return opened


async def use(session: AsyncSession, token: str, now: datetime) -> Team:
    """The team that a working link speaks of, locked for what the liaison says."""
    opened = await read(session, token, now)
    if opened.link.used_at is None:
        opened.link.used_at = now
    return await load(session, Team, opened.team.id, "team")


async def open_entries(session: AsyncSession, team: Team) -> list[tuple[Entry, Person]]:
    """Entries that wait for the host, oldest first."""
    statement = (
        sa.select(Entry, Person)
        .join(Person, Person.id == Entry.person_id)
        .where(Entry.team_id == team.id, Entry.status == "recorded")
        .order_by(Entry.served_on, Entry.id)
    )
    return [(entry, person) for entry, person in await session.execute(statement)]


async def settle(
    session: AsyncSession, token: str, verdicts: Mapping[UUID, Verdict], versions: Mapping[UUID, int], now: datetime
) -> list[Entry]:
    """What the liaison said. Entries that were settled or put right since they were shown stay as they are."""
    team = await use(session, token, now)
    require(rules.verdict_obstacles(len(verdicts)))
    waiting = {entry.id: entry.version for entry, _person in await open_entries(session, team)}
    chosen = {
        key: verdict
        for key, verdict in verdicts.items()
        if key in waiting and versions.get(key, waiting[key]) == waiting[key]
    }
    return await entries.settle(session, team.id, chosen, LIAISON, now)


async def rate(session: AsyncSession, token: str, satisfaction: int, comment: str, now: datetime) -> HostRating:
    return await rating.rate(session, await use(session, token, now), satisfaction, comment, LIAISON, now)


async def report(session: AsyncSession, token: str, expected_on: date, words: str, now: datetime) -> Absence:
    return await absence.report(session, await use(session, token, now), expected_on, words, LIAISON, now)

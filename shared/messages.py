"""Text messages and mail to people: written down in the transaction that causes them, sent by the worker after it.

Nobody gets a message about what did not happen, and one that could not be sent is tried again. A service that sends
has a table of its own (:class:`MessageRow`) and one job that calls :func:`send`.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

import httpx
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared.crypto import Encrypted
from shared.db import Row
from shared.errors import Reason, require
from shared.settings import Settings

log = logging.getLogger(__name__)

Channel = Literal["sms", "mail"]
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 1440)]
"""Between tries; after the last the message is given up and its failure kept."""


class MessageRow(Row):
    """One message. ``next_try_at`` is empty once it was sent or given up. The text may hold a one-time link: it is
    ciphertext, and forgotten when sent."""

    channel: Mapped[str]
    address: Mapped[str] = mapped_column(Encrypted())
    subject: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(Encrypted())
    about: Mapped[str] = mapped_column(index=True)
    next_try_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(default="")


@dataclass(frozen=True)
class Letter:
    """``about`` names what it is about (a team's id), for finding it again."""

    channel: Channel
    address: str
    text: str
    about: str
    subject: str = ""


Sender = Callable[[MessageRow], Awaitable[None]]
_senders: dict[str, Sender] = {}
_keep_text = False


def use_senders(settings: Settings) -> None:
    """Said once at start. Development without a gateway keeps messages for ``/dev/sms`` instead of sending them."""
    global _keep_text
    _senders.clear()
    _keep_text = settings.development
    if settings.development:
        _senders.update(sms=_nowhere, mail=_nowhere)
    if settings.sms_url:
        _senders["sms"] = _Gateway(settings.sms_url, settings.sms_token)
    if settings.mail_url:
        _senders["mail"] = _Mail(settings.mail_url, settings.mail_from)


def sends(channel: Channel) -> bool:
    """Whether such messages can be sent here."""
    return channel in _senders


def require_channel(channel: Channel) -> None:
    """Raises :class:`Refused` where such messages cannot be sent."""
    if not sends(channel):
        zh, setting = {"sms": ("短信", "JIEDAN_SMS_URL"), "mail": ("邮件", "JIEDAN_MAIL_URL")}[channel]
        require([Reason(f"{channel}.not_configured", f"本系统未配置{zh}通道", f"No sender is configured ({setting})")])


def queue(session: AsyncSession, table: Callable[..., MessageRow], letter: Letter, now: datetime) -> MessageRow:
    """Write the message down; the worker sends it as soon as this transaction is committed."""
    message = table(
        channel=letter.channel,
        address=letter.address,
        subject=letter.subject,
        text=letter.text,
        about=letter.about,
        next_try_at=now,
    )
    session.add(message)
    session.info["wake"] = b"clock"
    return message


async def send(message: MessageRow, now: datetime) -> None:
    """Send it once; what a gateway refuses is tried again later, at most as often as ``PAUSES`` says."""
    try:
        await _senders.get(message.channel, _refuse)(message)
    except Exception as error:  # a gateway fails in ways of its own: none may stop the other jobs
        log.warning("message %s was not sent: %s", message.id, type(error).__name__)
        message.failure = f"{type(error).__name__}: {error}"[:500]
        message.next_try_at = now + PAUSES[message.tries] if message.tries < len(PAUSES) else None
        message.tries += 1
        return
    message.sent_at, message.next_try_at, message.failure = now, None, ""
    message.tries += 1
    if not _keep_text:
        message.text = ""


async def _nowhere(message: MessageRow) -> None:
    """Development: it stays where it can be read."""


async def _refuse(message: MessageRow) -> None:
    raise LookupError(f"no sender for {message.channel}")


class _Gateway:
    """An HTTP gateway for text messages: ``POST {"id", "phone", "text"}`` with a bearer token; any 2xx is sent. ``id``
    lets the gateway drop a message that it has already taken."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._headers = url, {"Authorization": f"Bearer {token}"} if token else {}

    async def __call__(self, message: MessageRow) -> None:
        body = {"id": str(message.id), "phone": message.address, "text": message.text}
        async with httpx.AsyncClient(timeout=10) as client:
            (await client.post(self._url, json=body, headers=self._headers)).raise_for_status()


class _Mail:
    """SMTP: ``smtp://user:password@host:587`` (STARTTLS when offered) or ``smtps://…:465``."""

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self._from, tls = sender, parts.scheme == "smtps"
        self._server: dict[str, Any] = {
            "hostname": parts.hostname,
            "port": parts.port or (465 if tls else 587),
            "username": unquote(parts.username) if parts.username else None,
            "password": unquote(parts.password) if parts.password else None,
            "use_tls": tls,
            "timeout": 20,
        }

    async def __call__(self, message: MessageRow) -> None:
        import aiosmtplib  # only who sends mail pays for it

        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._from, message.address, message.subject
        mail["Message-ID"] = f"<{message.id}@{self._from.rpartition('@')[2] or 'jiedan'}>"
        mail.set_content(message.text)
        await aiosmtplib.send(mail, **self._server)

"""Text messages: the port, and the sender of development that writes them to a file instead."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import wall
from shared.errors import Reason, Refused
from shared.settings import Settings


class Sms(Protocol):
    """Sends one text message. ``about`` names what it is about, for finding it again in development."""

    def send(self, phone: str, text: str, about: str) -> None: ...


class FileSms:
    """Development: one JSON line a message, instead of a phone."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def send(self, phone: str, text: str, about: str) -> None:
        line = {"at": wall().isoformat(), "phone": phone, "text": text, "about": about}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def about(self, about: str, most: int = 20) -> list[dict[str, Any]]:
        """The last messages about this, oldest first."""
        if not self._path.exists():
            return []
        with self._path.open(encoding="utf-8") as file:
            return [line for line in map(json.loads, file) if line["about"] == about][-most:]


def sender(settings: Settings) -> FileSms:
    """The configured sender. Raises :class:`Refused` where messages cannot be sent."""
    if settings.development and settings.sms_file:
        return FileSms(settings.sms_file)
    raise Refused(
        Reason("sms.not_configured", "本系统未配置短信通道", "No text message sender is configured (JIEDAN_SMS_FILE)")
    )


def after_commit(session: AsyncSession, act: Callable[[], None]) -> None:
    """Do it when, and only when, this transaction commits: nobody gets a message about what did not happen."""
    sa.event.listen(session.sync_session, "after_commit", lambda _session: act(), once=True)

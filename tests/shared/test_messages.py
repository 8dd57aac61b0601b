"""Messages leave after the commit, are tried again, and are forgotten once sent."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Collect
from sqlalchemy.orm import DeclarativeBase

from deploy.local.ports import free_ports
from shared import messages
from shared.db import TYPES, new_metadata
from shared.errors import Refused
from shared.messages import PAUSES, MessageRow
from shared.testing import START, settings_for_tests

PRODUCTION = {
    "profile": "production",
    "dev_key": None,
    "issuer": "https://login.example",
    "files": "file:///var/lib/jiedan",
}


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = TYPES


class Message(MessageRow, Base):
    __tablename__ = "messages"


@pytest.fixture(autouse=True)
def _senders_of_tests() -> Iterator[None]:
    yield
    messages.use_senders(settings_for_tests())


def letter(channel: str, address: str = "13800000000") -> Message:
    return Message(
        id=None,
        channel=channel,
        address=address,
        subject="待办",
        text="请确认 ✓",
        about="x",
        tries=0,
        next_try_at=START,
    )


class _Gateway(BaseHTTPRequestHandler):
    taken: list[dict[str, Any]] = []
    answer = 200

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.taken.append(body | {"token": self.headers["Authorization"]})
        self.send_response(type(self).answer)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def gateway() -> Iterator[str]:
    _Gateway.taken, _Gateway.answer = [], 200
    server = HTTPServer(("127.0.0.1", 0), _Gateway)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/send"
    server.shutdown()
    server.server_close()


async def test_a_text_message_goes_to_the_gateway_and_its_text_is_forgotten(gateway: str) -> None:
    messages.use_senders(settings_for_tests(**PRODUCTION, sms_url=gateway, sms_token="geheim"))
    sent = letter("sms")
    await messages.send(sent, START)
    [taken] = _Gateway.taken
    assert (taken["phone"], taken["text"], taken["token"]) == ("13800000000", "请确认 ✓", "Bearer geheim")
    assert (sent.sent_at, sent.next_try_at, sent.text) == (START, None, "")


async def test_a_refused_message_is_tried_again_and_given_up_at_last(gateway: str) -> None:
    messages.use_senders(settings_for_tests(**PRODUCTION, sms_url=gateway))
    _Gateway.answer = 503
    late = letter("sms")
    for pause in PAUSES:
        await messages.send(late, START)
        assert late.next_try_at == START + pause
    await messages.send(late, START)
    assert (late.next_try_at, late.sent_at, late.text) == (None, None, "请确认 ✓")
    assert "503" in late.failure
    _Gateway.answer = 200


async def test_mail_goes_by_smtp_in_utf_8_with_an_id_of_its_own() -> None:
    got: list[Any] = []

    class Box(Collect):
        def handle_message(self, message: Any) -> None:
            got.append(message)

    server = Controller(Box(), hostname="127.0.0.1", port=(port := next(free_ports())))
    server.start()
    try:
        messages.use_senders(settings_for_tests(mail_url=f"smtp://127.0.0.1:{port}", mail_from="jiedan@rsj.example"))
        mail = letter("mail", "lead@school.example")
        await messages.send(mail, START)
    finally:
        server.stop()
    assert mail.sent_at == START, mail.failure
    [message] = got
    assert (message["To"], message["From"]) == ("lead@school.example", "jiedan@rsj.example")
    assert message.get_payload(decode=True).decode().strip() == "请确认 ✓"
    assert message["Message-ID"].endswith("@rsj.example>")


async def test_production_without_a_gateway_says_so_before_anything_is_promised() -> None:
    messages.use_senders(settings_for_tests(**PRODUCTION))
    with pytest.raises(Refused) as refusal:
        messages.require_channel("sms")
    assert "JIEDAN_SMS_URL" in refusal.value.reasons[0].en
    lost = letter("mail")
    await messages.send(lost, START)
    assert (lost.next_try_at, lost.sent_at) == (START + timedelta(minutes=1), None)

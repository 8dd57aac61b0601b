"""JetStream as a transport: streams, consumers, rights, publishing. The pull loop is in ``pull.py``.

Nothing here is the truth: whatever the broker loses is published again from the journal. A service may make its own
stream and its own consumers, and may do so again and again; it may never change or delete one (decision 0002).
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import nats.errors
import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg

log = logging.getLogger(__name__)

BATCH = 500
"""Messages in one atomic batch; the server allows 1,000."""
DUPLICATE_WINDOW = 120.0
"""Seconds in which the broker itself drops a message id that it has seen; later ones are dropped by the inboxes."""
ACK_WAIT = 1.5
"""Seconds after which what a killed worker had in hand is delivered again; a working one says so in between."""
POSITION = "Jiedan-Position"
SECOND = 1_000_000_000

ALREADY_IN_BATCH = 10201
STREAM_MISSING = 10059
CONSUMER_EXISTS = 10148


class Unavailable(Exception):
    """The broker cannot be reached, or did not answer in time. Wait and try again."""


class NoStream(Unavailable):
    """The broker is there and the stream is not."""


class BrokerRefused(Exception):
    """The broker answered with an error of its own."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(f"broker: {error.get('description')} ({error.get('err_code')})")
        self.code = int(error.get("err_code", 0))


@dataclass(frozen=True, slots=True)
class Message:
    """One event on its way out."""

    position: int
    id: str
    subject: str
    body: bytes


def stream_of(producer: str) -> str:
    return f"EVT_{producer.upper()}"


def stream_config(producer: str) -> dict[str, Any]:
    """Kept for ever in files; nobody, not even its owner, can delete or purge single messages."""
    return {
        "name": stream_of(producer),
        "subjects": [f"evt.{producer}.>"],
        "storage": "file",
        "retention": "limits",
        "discard": "old",
        "max_consumers": -1,
        "max_msgs": -1,
        "max_bytes": -1,
        "max_age": 0,
        "num_replicas": 1,
        "duplicate_window": int(DUPLICATE_WINDOW * SECOND),
        "allow_atomic": True,
        "allow_direct": True,
        "deny_delete": True,
        "deny_purge": True,
    }


def consumer_config(service: str) -> dict[str, Any]:
    """All events of the producer, never filtered: a filtered consumer would take the left-out ones for lost."""
    return {
        "durable_name": service,
        "name": service,
        "deliver_policy": "all",
        "replay_policy": "instant",
        "ack_policy": "explicit",
        "ack_wait": int(ACK_WAIT * SECOND),
        "max_deliver": -1,
        "max_ack_pending": 2000,
        "max_waiting": 16,
    }


def permissions(service: str, listens_to: Sequence[str]) -> dict[str, Any]:
    """What the broker lets one service do: publish its own events and its nudge, pull its own consumers."""
    own = stream_of(service)
    publish = [
        f"evt.{service}.>",
        f"nudge.{service}",
        f"$JS.API.STREAM.CREATE.{own}",
        f"$JS.API.STREAM.INFO.{own}",
        f"$JS.API.DIRECT.GET.{own}",
    ]
    for producer in listens_to:
        stream = stream_of(producer)
        publish += [
            f"$JS.API.CONSUMER.CREATE.{stream}.{service}",
            f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{service}",
            f"$JS.ACK.{stream}.{service}.>",
        ]
    return {
        "publish": {"allow": publish},
        "subscribe": {"allow": [f"_INBOX_{service}.>", f"nudge.{service}"]},
    }


class Bus:
    """One connection, which comes back by itself for as long as the process lives."""

    def __init__(self, url: str, service: str, *, user: str = "", password: str = "") -> None:
        self.url, self.service, self.user, self.password = url, service, user, password
        self.client: Client = Client()
        self.on_reconnect: list[Callable[[], None]] = []
        self.reached = asyncio.Event()
        """Set once the first connection stands."""
        self._complaint = ""
        self._asked: set[asyncio.Timeout] = set()
        """Requests under way."""

    @property
    def connected(self) -> bool:
        return self.client.is_connected

    async def connect(self) -> None:
        """Connect; waits for a broker that is down for as long as it takes."""
        login = {"user": self.user, "password": self.password} if self.user else {}
        self.client = Client()
        await self.client.connect(
            self.url,
            name=self.service,
            inbox_prefix=f"_INBOX_{self.service}",
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.1,  # type: ignore[arg-type]  # seconds, fractions work
            connect_timeout=2,
            ping_interval=5,
            max_outstanding_pings=2,
            allow_reconnect=True,
            error_cb=self._complain,
            disconnected_cb=self._disconnected,
            reconnected_cb=self._reconnected,
            **login,  # type: ignore[arg-type]
        )
        self.reached.set()
        log.info("broker connected")

    async def close(self) -> None:
        if not self.client.is_closed:
            with contextlib.suppress(Exception):
                await self.client.close()

    async def _complain(self, error: Exception) -> None:
        text = f"{type(error).__name__}: {error}"
        if text != self._complaint:
            self._complaint = text
            log.warning("broker: %s", text)

    async def _disconnected(self) -> None:
        """No answer will come any more: let nobody wait for one."""
        for waiting in self._asked:
            waiting.reschedule(asyncio.get_running_loop().time())

    async def _reconnected(self) -> None:
        self._complaint = ""
        log.info("broker connected again")
        for callback in self.on_reconnect:
            callback()

    # -- requests -------------------------------------------------------------------------------------------------

    async def ask(self, subject: str, body: bytes, *, headers: dict[str, str] | None = None, timeout: float = 5) -> Msg:
        """The broker's answer. Raises :class:`Unavailable`, at once when the connection goes."""
        if not self.client.is_connected:
            raise Unavailable("broker not connected")
        try:
            async with asyncio.timeout(timeout) as waiting:
                self._asked.add(waiting)
                try:
                    return await self.client.request(subject, body, timeout=2 * timeout, headers=headers)
                finally:
                    self._asked.discard(waiting)
        except nats.errors.NoRespondersError as error:
            raise NoStream(f"nobody answers on {subject}") from error
        except (nats.errors.Error, OSError) as error:  # TimeoutError is an OSError
            raise Unavailable(f"{type(error).__name__} on {subject}") from error

    async def request(
        self, subject: str, body: bytes, *, headers: dict[str, str] | None = None, timeout: float = 5
    ) -> dict[str, Any]:
        """The broker's JSON answer. Raises :class:`Unavailable` or :class:`BrokerRefused`."""
        reply = await self.ask(subject, body, headers=headers, timeout=timeout)
        answer: dict[str, Any] = orjson.loads(reply.data)
        if refusal := answer.get("error"):
            if refusal.get("err_code") == STREAM_MISSING:
                raise NoStream(refusal["description"])
            raise BrokerRefused(refusal)
        return answer

    async def ensure_stream(self, producer: str) -> bool:
        """Make the stream where it is missing; True when it was. One that differs is left alone: the auditor
        reports it."""
        with contextlib.suppress(NoStream):
            await self.stream_info(producer)
            return False
        config = orjson.dumps(stream_config(producer))
        await self.request(f"$JS.API.STREAM.CREATE.{stream_of(producer)}", config)
        return True

    async def ensure_consumer(self, producer: str, service: str) -> None:
        """Make the durable consumer where it is missing. Raises :class:`NoStream` while the producer has none."""
        body = {"stream_name": stream_of(producer), "config": consumer_config(service), "action": "create"}
        subject = f"$JS.API.CONSUMER.CREATE.{stream_of(producer)}.{service}"
        try:
            await self.request(subject, orjson.dumps(body))
        except BrokerRefused as error:
            if error.code != CONSUMER_EXISTS:
                raise

    async def stream_info(self, producer: str) -> dict[str, Any]:
        return await self.request(f"$JS.API.STREAM.INFO.{stream_of(producer)}", b"")

    async def delete_stream(self, producer: str) -> None:
        """Operators only: no service has the right."""
        with contextlib.suppress(NoStream):
            await self.request(f"$JS.API.STREAM.DELETE.{stream_of(producer)}", b"", timeout=30)

    async def delete_consumer(self, producer: str, service: str) -> None:
        """Operators only."""
        with contextlib.suppress(NoStream, BrokerRefused):
            await self.request(f"$JS.API.CONSUMER.DELETE.{stream_of(producer)}.{service}", b"")

    # -- publishing -----------------------------------------------------------------------------------------------

    async def publish(self, messages: Sequence[Message]) -> None:
        """Publish up to ``BATCH`` messages; returns when they are on the broker's disk, in order, each once."""
        if len(messages) == 1:
            await self._publish_one(messages[0])
            return
        try:
            await self._publish_atomically(messages)
        except BrokerRefused as error:
            if error.code != ALREADY_IN_BATCH:
                raise
            # Some of them are there already (an answer got lost): one by one, the broker skips those.
            for start in range(0, len(messages), 64):
                await asyncio.gather(*map(self._publish_one, messages[start : start + 64]))

    async def _publish_one(self, message: Message) -> None:
        headers = {"Nats-Msg-Id": message.id, POSITION: str(message.position)}
        await self.request(message.subject, message.body, headers=headers)

    async def _publish_atomically(self, messages: Sequence[Message]) -> None:
        if not self.client.is_connected:
            raise Unavailable("broker not connected")
        batch = uuid4().hex
        *most, last = messages
        send = self.client.publish
        try:
            for number, message in enumerate(most, 1):
                await send(
                    message.subject,
                    message.body,
                    headers={
                        "Nats-Batch-Id": batch,
                        "Nats-Batch-Sequence": str(number),
                        "Nats-Msg-Id": message.id,
                        POSITION: str(message.position),
                    },
                )
        except (nats.errors.Error, OSError) as error:
            raise Unavailable(f"{type(error).__name__} while publishing") from error
        answer = await self.request(
            last.subject,
            last.body,
            timeout=10,
            headers={
                "Nats-Batch-Id": batch,
                "Nats-Batch-Sequence": str(len(messages)),
                "Nats-Batch-Commit": "1",
                "Nats-Msg-Id": last.id,
                POSITION: str(last.position),
            },
        )
        if answer.get("count") != len(messages):
            raise Unavailable(f"batch of {len(messages)} answered {answer}")

    # -- nudges: "there may be something new", worth nothing when lost ----------------------------------------------

    async def nudge(self, payload: bytes = b"") -> None:
        if self.client.is_connected:
            with contextlib.suppress(nats.errors.Error, OSError):
                await self.client.publish(f"nudge.{self.service}", payload)

    async def on_nudge(self, callback: Callable[[bytes], Awaitable[None]]) -> None:
        async def hear(message: Msg) -> None:
            await callback(message.data)

        await self.client.subscribe(f"nudge.{self.service}", cb=hear)

    # -- looking into the stream, for the auditor and after a restore ------------------------------------------------

    async def stored(self, producer: str, after: int = 0) -> AsyncIterator[tuple[int, int, bytes]]:
        """Every stored message as (stream sequence, position, body), oldest first, from sequence ``after`` + 1."""
        if not self.client.is_connected:
            raise Unavailable("broker not connected")
        inbox = self.client.new_inbox()
        subscription = await self.client.subscribe(inbox)
        subject = f"$JS.API.DIRECT.GET.{stream_of(producer)}"
        try:
            while True:
                await self.client.publish(subject, orjson.dumps({"seq": after + 1, "batch": 500}), reply=inbox)
                found = False
                async for message in _until_end(subscription):
                    headers = message.headers or {}
                    after, found = int(headers["Nats-Sequence"]), True
                    yield after, int(headers.get(POSITION, 0)), message.data
                if not found:
                    return
        except (nats.errors.Error, OSError) as error:
            raise Unavailable(f"{type(error).__name__} while reading {stream_of(producer)}") from error
        finally:
            with contextlib.suppress(nats.errors.Error, OSError):
                await subscription.unsubscribe()


async def _until_end(subscription: Any) -> AsyncIterator[Msg]:
    """The messages of one batched direct get, up to the status that ends it."""
    while True:
        message: Msg = await subscription.next_msg(timeout=5)
        headers = message.headers or {}
        status = headers.get("Status")
        if status in ("204", "404"):
            return
        if status == "503":
            raise NoStream("nobody answers a direct get")
        if status:
            raise Unavailable(f"direct get: {status} {headers.get('Description', '')}")
        yield message

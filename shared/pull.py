"""The pull loop: asks the broker for events and hands them on in batches.

Our own because the client's ``fetch`` can stall: here every request has its own inbox token, so the end of an old
request is never taken for the end of the present one; idle heartbeats show that the broker still knows the request;
after 2.5 missed ones, and at once after a reconnect, it asks again.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

import nats.errors
import orjson
from nats.aio.msg import Msg

from shared.bus import ACK_WAIT, SECOND, BrokerRefused, Bus, Unavailable, stream_of

log = logging.getLogger(__name__)

Handle = Callable[[list[Msg]], Awaitable[None]]


class Puller:
    """Pulls one producer's events for one service, for ever. ``handle`` returns only when a batch is committed."""

    def __init__(
        self,
        bus: Bus,
        producer: str,
        service: str,
        *,
        batch: int = 200,
        expires: float = 5,
        beat: float = 0.5,
    ) -> None:
        self.bus, self.producer, self.service = bus, producer, service
        self.batch, self.expires, self.beat = batch, expires, beat
        self.requests = 0
        self._arrived: asyncio.Queue[Msg | None] = asyncio.Queue()
        self._in_hand: list[Msg] = []

    async def run(self, handle: Handle) -> None:
        self.bus.on_reconnect.append(self._ask_again)
        try:
            while True:
                try:
                    await self.bus.ensure_consumer(self.producer, self.service)
                    await self._pull(handle)
                except (Unavailable, BrokerRefused, nats.errors.Error, OSError) as error:
                    log.info("%s's events cannot be pulled yet: %s", self.producer, error)
                    await asyncio.sleep(0.3)
                except Exception:
                    log.exception("the pull loop of %s stumbles and begins anew", self.producer)
                    await asyncio.sleep(1)
        finally:
            self.bus.on_reconnect.remove(self._ask_again)

    def _ask_again(self) -> None:
        self._arrived.put_nowait(None)

    async def _pull(self, handle: Handle) -> None:
        """Ask, hand on what comes, ask again. Returns when the consumer has to be looked at."""
        client = self.bus.client
        inbox = client.new_inbox()
        subscription = await client.subscribe(f"{inbox}.*", cb=self._arrived.put)
        subject = f"$JS.API.CONSUMER.MSG.NEXT.{stream_of(self.producer)}.{self.service}"
        request = orjson.dumps(
            {
                "batch": self.batch,
                "expires": int(self.expires * SECOND),
                "idle_heartbeat": int(self.beat * SECOND),
            }
        )
        try:
            while True:
                self.requests += 1
                token = f"{inbox}.{self.requests}"
                await client.publish(subject, request, reply=token)
                if not await self._answers(token, handle):
                    return
        finally:
            with contextlib.suppress(nats.errors.Error, OSError):
                await subscription.unsubscribe()

    async def _answers(self, token: str, handle: Handle) -> bool:
        """Hand on what one request brings. False when the broker does not seem to know the consumer."""
        wanted = self.batch
        while wanted > 0:
            try:
                async with asyncio.timeout(self.beat * 2.5):
                    arrived = [await self._arrived.get()]
            except TimeoutError:
                return False
            while not self._arrived.empty():
                arrived.append(self._arrived.get_nowait())
            messages = [message for message in arrived if message is not None and not _status(message)]
            if messages:
                await self._work(messages, handle)
                wanted -= len(messages)
            if None in arrived:
                return True  # reconnected: the request is lost, and what it brought may come again
            for message in arrived:
                status = _status(message) if message is not None and message.subject == token else ""
                if status == "408":
                    return True
                if status and status != "100":
                    await asyncio.sleep(0.1)
                    return False
        return True

    async def _work(self, messages: list[Msg], handle: Handle) -> None:
        self._in_hand = messages
        keeping = asyncio.create_task(self._keep(messages))
        try:
            await handle(messages)
        except asyncio.CancelledError:
            # Stopping: whoever comes next gets them soon, and not all at once with this one's last breath.
            with contextlib.suppress(nats.errors.Error, OSError):
                for message in messages:
                    await message.nak(delay=0.2)
                await self.bus.client.flush(timeout=1)
            raise
        finally:
            self._in_hand = []
            keeping.cancel()
        await self._acknowledge(messages)

    async def _acknowledge(self, messages: list[Msg]) -> None:
        """Acknowledge what is committed. The broker handles a connection's acknowledgements in order, so waiting
        for the last is waiting for all; one that gets lost brings a duplicate, which the inbox knows."""
        *most, last = messages
        try:
            for message in most:
                await message.ack()
            await self.bus.ask(last.reply, b"", timeout=2)
        except (Unavailable, nats.errors.Error, OSError) as error:
            log.info("acknowledgement lost, duplicates will come: %s", error)

    async def _keep(self, messages: list[Msg]) -> None:
        """Tell the broker that these are still being worked on."""
        while self._in_hand is messages:
            await asyncio.sleep(ACK_WAIT / 3)
            with contextlib.suppress(nats.errors.Error, OSError):
                for message in messages:
                    await message.in_progress()


def _status(message: Msg) -> str:
    """The status code of a message that is none; "" for a real one."""
    if message.data or not message.headers:
        return ""
    return str(message.headers.get("Status", ""))

"""A worker's probes: a few GET answers over plain HTTP; a web server would be too much for three paths."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import orjson

Answer = Callable[[str], tuple[int, str, Any]]
"""Path → (status, content type, body: bytes or a JSON value)."""

_REASONS = {200: "OK", 404: "Not Found", 405: "Method Not Allowed", 503: "Service Unavailable"}


async def serve(host: str, port: int, answer: Answer) -> asyncio.Server:
    """Answer GET requests, one per connection, until the server is closed."""

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, TimeoutError, ValueError, asyncio.IncompleteReadError):
            async with asyncio.timeout(5):
                request = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)
                status, kind, body = 405, "application/json", {"status": "only GET"}
                if request[0] == b"GET":
                    status, kind, body = answer(request[1].decode().partition("?")[0])
                content = body if isinstance(body, bytes) else orjson.dumps(body)
                writer.write(
                    f"HTTP/1.1 {status} {_REASONS.get(status, '')}\r\nContent-Type: {kind}\r\n"
                    f"Content-Length: {len(content)}\r\nConnection: close\r\n\r\n".encode()
                    + content
                )
                await writer.drain()
        writer.close()

    return await asyncio.start_server(one, host, port, limit=16384)

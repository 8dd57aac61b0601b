"""Where the bytes are: a folder, an S3 bucket or (in tests) memory, as ``JIEDAN_FILES`` says.

A key is ``noun/year/sha256``: the same content under the same noun is kept once, and a changed file gives itself away.
"""

import asyncio
import hashlib
import logging
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from shared import telemetry
from shared.errors import Damaged
from shared.settings import Settings

log = logging.getLogger("jiedan.files")


class Files:
    """One service's object store."""

    def __init__(self, store: Any, service: str = "", folder: Path | None = None) -> None:
        self._store, self._service, self._folder = store, service, folder

    async def put(self, key: str, file: IO[bytes]) -> None:
        """Keep the content of ``file``; whoever looks sees all of it or nothing. Raises ``OSError`` when it cannot."""
        from obstore import put_async

        file.seek(0)
        with _outages():
            await put_async(self._store, key, file)
        if self._folder:
            await asyncio.to_thread(_to_disk, self._folder / key)

    async def read(self, key: str, sha256: str) -> bytes:
        """The content, which is still what was kept. Raises :class:`Damaged` when it is not, or gone."""
        from obstore import get_async

        try:
            with _outages():
                content = bytes(await (await get_async(self._store, key)).bytes_async())
        except FileNotFoundError:
            content = b""
        if await asyncio.to_thread(_sha256, content) != sha256:
            telemetry.DAMAGED_FILES.labels(self._service).inc()
            log.error("the file %s is not what was kept", key)
            raise Damaged
        return content

    async def keys_before(self, noun: str, before: datetime) -> AsyncIterator[list[str]]:
        """All keys of a noun that were last written before that moment of wall time, some at a time."""
        import obstore

        with _outages():
            async for chunk in obstore.list(self._store, prefix=noun, chunk_size=500):
                if found := [meta["path"] for meta in chunk if meta["last_modified"] < before]:
                    yield found

    async def delete(self, key: str) -> None:
        from obstore import delete_async

        with _outages():
            await delete_async(self._store, key)


def open_files(settings: Settings, service: str = "") -> Files:
    """The store that the settings name. Nothing is asked of it yet, but a folder is made."""
    from obstore.store import LocalStore, MemoryStore, S3Store

    parts = urlsplit(settings.files)
    if parts.scheme == "memory":
        return Files(MemoryStore(), service)
    if parts.scheme == "file":
        folder = Path(unquote(parts.path))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # no other account of the machine looks in
        return Files(LocalStore(folder), service, folder)
    told: dict[str, Any] = {
        "endpoint": settings.files_endpoint,
        "access_key_id": settings.files_key,
        "secret_access_key": settings.files_secret,
        "region": settings.files_region,
    }
    plain = settings.files_endpoint.startswith("http://")
    own_host = (urlsplit(settings.files_endpoint).hostname or "").startswith(f"{parts.netloc}.")
    return Files(
        S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=20)},
            virtual_hosted_style_request=own_host,
            client_options={"allow_http": plain, "timeout": "60s", "connect_timeout": "5s"},
            **{name: value for name, value in told.items() if value},
        ),
        service,
    )


@contextmanager
def _outages() -> Iterator[None]:
    """What the store's library says of a store that is away, full or closed to us is an ``OSError`` like any other."""
    from obstore.exceptions import BaseError

    try:
        yield
    except BaseError as error:
        log.warning("the file store: %s", str(error).splitlines()[0])
        raise OSError("the file store does not answer") from error


def _to_disk(path: Path) -> None:
    """The row that names a file is on disk when its transaction ends; so is the file, and its folder's entry."""
    for part in (path, path.parent):
        descriptor = os.open(part, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

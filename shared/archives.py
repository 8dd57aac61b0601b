"""Zip archives are looked at before anything is unpacked: few entries, a bounded size, no absurd compression."""

import zipfile
from typing import IO

from shared.errors import Malformed, Reason

MOST_ENTRIES, MOST_BYTES, MOST_RATIO = 2_000, 200 << 20, 200
"""Limits of an archive: files in it, bytes unpacked, compression ratio."""


def check_archive(file: IO[bytes], unreadable: Reason) -> list[str]:
    """The names in the archive. Raises :class:`Malformed`: ``unreadable`` when it is none, else that it is too much."""
    try:
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise Malformed(unreadable) from None
    size = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos) or 1
    if len(infos) > MOST_ENTRIES or size > MOST_BYTES or (size > 1 << 20 and size / packed > MOST_RATIO):
        raise Malformed(Reason("file.too_large", "文件解压后过大", "The file unpacks to too much", "/file"))
    return [info.filename for info in infos]

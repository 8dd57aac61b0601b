"""What an upload is: counted, hashed and looked into before anything is kept."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import IO

import filetype

from shared.archives import check_archive
from shared.errors import Malformed, Reason
from shared.files.images import MOST_PIXELS, MOST_SIDE, dimensions

MOST_BYTES = 20 << 20
"""Bytes of one file."""
MOST_NAME = 120
"""Characters of a file's name, its extension included."""

_CHUNK, _HEAD = 1 << 20, 8192
_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = f"{_OFFICE}wordprocessingml.document"

EXTENSIONS = {
    "image/jpeg": ("jpg", "jpeg", "jfif"),
    "image/png": ("png",),
    "image/webp": ("webp",),
    "image/heic": ("heic", "heif"),
    "application/pdf": ("pdf",),
    DOCX: ("docx",),
    f"{_OFFICE}spreadsheetml.sheet": ("xlsx",),
    f"{_OFFICE}presentationml.presentation": ("pptx",),
    "application/ofd": ("ofd",),  # GB/T 33190, what official letters with electronic seals come in
}
"""What is taken, and the extensions that each may carry; the first is given to a name without one."""
_INSIDE = {
    "word/document.xml": DOCX,
    "xl/workbook.xml": f"{_OFFICE}spreadsheetml.sheet",
    "ppt/presentation.xml": f"{_OFFICE}presentationml.presentation",
    "OFD.xml": "application/ofd",
}
"""The part by which a zip archive is known for a document."""
_SAYS_NOTHING = (
    "",
    "application/octet-stream",
    "binary/octet-stream",
    "application/zip",
    "application/x-zip-compressed",
)
_ALSO_CALLED = {"image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "image/heif": "image/heic"}


@dataclass(frozen=True)
class Received:
    """An upload that may be kept. ``file`` stands at its beginning; ``sha256`` is hex."""

    file: IO[bytes]
    name: str
    media_type: str
    size: int
    sha256: str


def examine(file: IO[bytes], name: str, declared: str) -> Received:
    """Read the upload once and say what it is by its content, whatever it calls itself.

    Raises :class:`Malformed` when it is empty, too large, of no type that is taken, not what its name or declared type
    says, an archive that unpacks to too much or holds macros, or a picture of absurd size.
    """
    size, sha256 = _measure(file)
    media_type = _media_type(file)
    said = declared.partition(";")[0].strip().lower()
    said = _ALSO_CALLED.get(said, said)
    if said not in (*_SAYS_NOTHING, media_type):
        raise Malformed(_lies(f"声明的类型{said}", f"declared type {said}", media_type))
    found = Received(file, _named(name, media_type), media_type, size, sha256)
    file.seek(0)
    return found


def _measure(file: IO[bytes]) -> tuple[int, str]:
    file.seek(0)
    size, digest = 0, hashlib.sha256()
    while chunk := file.read(_CHUNK):
        size += len(chunk)
        if size > MOST_BYTES:
            most = MOST_BYTES >> 20
            raise Malformed(
                Reason("file.too_large", f"文件超过 {most} MiB", f"The file is larger than {most} MiB", "/file")
            )
        digest.update(chunk)
    if not size:
        raise Malformed(Reason("file.empty", "文件是空的", "The file is empty", "/file"))
    return size, digest.hexdigest()


def _media_type(file: IO[bytes]) -> str:
    file.seek(0)
    head = file.read(_HEAD)
    if head.startswith(b"PK\x03\x04"):
        return _office(file)
    guessed = filetype.guess(head)
    media_type = guessed.mime if guessed else ""
    if media_type not in EXTENSIONS:
        raise Malformed(_not_taken())
    if media_type.startswith("image/"):
        _check_picture(head + file.read(_CHUNK), media_type)
    return media_type


def _office(file: IO[bytes]) -> str:
    names = check_archive(file, Reason("file.unreadable", "文件已损坏，无法打开", "The file is damaged", "/file"))
    media_type = next((_INSIDE[name] for name in _INSIDE if name in names), "")
    if not media_type:
        raise Malformed(_not_taken())
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Malformed(Reason("file.macros", "不接受带宏的文件", "Files with macros are not taken", "/file"))
    return media_type


def _check_picture(content: bytes, media_type: str) -> None:
    size = dimensions(content, media_type)
    if size is None or not all(size):
        raise Malformed(Reason("file.unreadable", "图片已损坏，无法读取", "The picture cannot be read", "/file"))
    if max(size) > MOST_SIDE or size[0] * size[1] > MOST_PIXELS:
        raise Malformed(
            Reason(
                "file.picture_too_large",
                f"图片尺寸过大（{size[0]}×{size[1]}）",
                f"The picture is too large ({size[0]} × {size[1]})",
                "/file",
            )
        )


def _not_taken() -> Reason:
    kinds = "、".join(known[0] for known in EXTENSIONS.values())
    return Reason(
        "file.type",
        f"不接受此类文件，可用：{kinds}",
        f"Not a type of file that is taken: {kinds.replace('、', ', ')}",
        "/file",
    )


def _lies(zh: str, en: str, media_type: str) -> Reason:
    return Reason(
        "file.not_what_it_says",
        f"{zh}与文件内容（{media_type}）不符",
        f"The {en} is not what the file is: {media_type}",
        "/file",
    )


def _named(given: str, media_type: str) -> str:
    """A name that is safe to show and to save: no folders, no control or direction characters, no leading dots."""
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", given)[-1])
    name = "".join(char for char in name if unicodedata.category(char)[0] != "C" and char not in '<>:"|?*')
    name = re.sub(r"\s+", " ", name).strip(" .")
    stem, dot, extension = name.rpartition(".")
    known = EXTENSIONS[media_type]
    if not dot or not re.fullmatch(r"[A-Za-z0-9]{1,8}", extension):
        stem, extension = name, known[0]
    elif extension.lower() not in known:
        raise Malformed(_lies(f"扩展名 .{extension}", f"extension .{extension}", media_type))
    return f"{stem[: MOST_NAME - len(extension) - 1] or 'file'}.{extension}"

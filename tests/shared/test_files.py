"""What is taken and what is not, and a store that gives back exactly what it was given."""

import hashlib
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared import clock, telemetry
from shared.errors import Damaged, Malformed
from shared.files.examine import MOST_BYTES, Received, examine
from shared.files.images import dimensions
from shared.files.store import Files, open_files
from shared.testing import settings_for_tests
from tests.shared import handed_in
from tests.shared.handed_in import DOCX_FILE, PDF, archive, heic, jpeg, png, webp

OFFICE = "application/vnd.openxmlformats-officedocument."


def taken(content: bytes, name: str = "", declared: str = "") -> Received:
    return examine(io.BytesIO(content), name, declared)


def refused(content: bytes, name: str = "", declared: str = "") -> str:
    with pytest.raises(Malformed) as refusal:
        taken(content, name, declared)
    [reason] = refusal.value.reasons
    assert reason.pointer == "/file"
    return reason.code


@pytest.mark.parametrize(
    ("content", "media_type", "name"),
    [
        (png(), "image/png", "a.png"),
        (jpeg(), "image/jpeg", "a.JPG"),
        (jpeg(), "image/jpeg", "a.jpeg"),
        (webp(b"VP8 ", 5, 6), "image/webp", "a.webp"),
        (heic((4, 4)), "image/heic", "IMG_1.HEIC"),
        (PDF, "application/pdf", "三方协议.pdf"),
        (DOCX_FILE, f"{OFFICE}wordprocessingml.document", "a.docx"),
        (archive("xl/workbook.xml"), f"{OFFICE}spreadsheetml.sheet", "a.xlsx"),
        (archive("ppt/presentation.xml"), f"{OFFICE}presentationml.presentation", "a.pptx"),
        (archive("OFD.xml"), "application/ofd", "a.ofd"),
    ],
)
def test_a_file_is_what_its_content_is(content: bytes, media_type: str, name: str) -> None:
    found = taken(content, name, media_type)
    assert (found.media_type, found.name, found.size) == (media_type, name, len(content))
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert found.file.read() == content


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.empty"),
        (b"MZ\x90\0", "file.type"),
        (b"<html>", "file.type"),
        (b"plain", "file.type"),
        (b"GIF89a\1\0\1\0", "file.type"),
        (archive("run.exe"), "file.type"),
        (b"PK\x03\x04 broken", "file.unreadable"),
        (archive("word/document.xml", "word/vbaProject.bin"), "file.macros"),
        (png(0, 9), "file.unreadable"),
        (png()[:16], "file.unreadable"),
        (jpeg()[:8], "file.unreadable"),
        (heic(), "file.unreadable"),
        (png(30_001, 2), "file.picture_too_large"),
        (jpeg(29_000, 29_000), "file.picture_too_large"),
    ],
)
def test_what_is_not_taken_is_refused_with_its_reason(content: bytes, code: str) -> None:
    assert refused(content) == code


@pytest.mark.parametrize(
    ("name", "declared"),
    [
        ("a.pdf", ""),
        ("a.png.exe", ""),
        ("a.png", "application/pdf"),
        ("a.png", "text/html; charset=utf-8"),
        ("a.html", ""),
    ],
)
def test_a_file_that_calls_itself_something_else_is_refused(name: str, declared: str) -> None:
    assert refused(png(), name, declared) == "file.not_what_it_says"


def test_types_that_say_nothing_and_other_names_of_a_type_are_no_lie() -> None:
    assert taken(jpeg(), "a.jpg", "image/jpg").media_type == "image/jpeg"
    assert taken(heic((1, 1)), "a.heif", "image/heif").media_type == "image/heic"
    assert taken(DOCX_FILE, "a.docx", "application/octet-stream").name == "a.docx"


def test_a_file_of_20_mib_is_taken_and_one_byte_more_is_not_even_read_to_its_end() -> None:
    class Endless(io.BytesIO):
        read_so_far = 0

        def read(self, size: int | None = -1) -> bytes:
            self.read_so_far += size or 0
            return b"x" * (size or 0)

    most = png() + b"\0" * (MOST_BYTES - len(png()))
    assert taken(most).size == MOST_BYTES
    assert refused(most + b"\0") == "file.too_large"
    endless = Endless()
    with pytest.raises(Malformed):
        examine(endless, "a.png", "")
    assert endless.read_so_far <= MOST_BYTES + (1 << 20)


def test_an_office_file_that_unpacks_to_too_much_is_refused() -> None:
    bomb = archive("word/document.xml", content=b"\0" * (3 << 20))
    assert len(bomb) < 10_000
    assert refused(bomb) == "file.too_large"
    assert refused(archive("word/document.xml", *(f"{n}.xml" for n in range(2001)))) == "file.too_large"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\照片\\茶园 1.png", "茶园 1.png"),
        ("..png", "png.png"),
        ("a\u202egnp.png", "agnp.png"),
        ("a\r\nX-Evil: 1.png", "aX-Evil 1.png"),
        ("", "file.png"),
        ("照片", "照片.png"),
        ("  .hidden.png ", "hidden.png"),
        ('a"<b>.png', "ab.png"),
        ("x" * 300 + ".png", "x" * 116 + ".png"),
    ],
)
def test_a_name_is_safe_to_show_and_to_save(given: str, kept: str) -> None:
    assert taken(png(), given).name == kept


@pytest.mark.parametrize(
    ("content", "media_type", "size"),
    [
        (png(70, 80), "image/png", (70, 80)),
        (jpeg(640, 480), "image/jpeg", (640, 480)),
        (webp(b"VP8 ", 300, 200), "image/webp", (300, 200)),
        (webp(b"VP8L", 300, 200), "image/webp", (300, 200)),
        (webp(b"VP8X", 30_000, 200), "image/webp", (30_000, 200)),
        (webp(b"ALPH", 1, 1), "image/webp", None),
        (heic((512, 512), (4032, 3024), (160, 120)), "image/heic", (4032, 3024)),
        (b"\xff\xd8\xff", "image/jpeg", None),
    ],
)
def test_a_pictures_size_stands_in_its_header(content: bytes, media_type: str, size: Any) -> None:
    assert dimensions(content, media_type) == size


# where they are kept ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """An S3 of this run on loopback; its address."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client = boto3.client(
        "s3", endpoint_url=address, aws_access_key_id="key", aws_secret_access_key="secret", region_name="us-east-1"
    )
    client.create_bucket(Bucket="bucket")
    yield address
    server.stop()


@pytest.fixture(params=["file", "s3", "memory"])
def files(request: Any, tmp_path: Path) -> Files:
    if request.param == "memory":
        return open_files(settings_for_tests())
    if request.param == "file":
        return open_files(settings_for_tests(files=(tmp_path / "文件 1").as_uri()), "teams")
    told = {"files_endpoint": request.getfixturevalue("s3"), "files_key": "key", "files_secret": "secret"}
    return open_files(settings_for_tests(files=f"s3://bucket/{tmp_path.name}", files_region="us-east-1", **told))


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("size", [1, 12 << 20])
async def test_a_store_gives_back_what_it_was_given(files: Files, size: int) -> None:
    content = handed_in.png(seed=b"a") + b"\0" * size
    await files.put("team/2020/x", io.BytesIO(content))
    await files.put("team/2020/x", io.BytesIO(content))
    assert await files.read("team/2020/x", sha(content)) == content


async def test_a_folder_is_closed_to_other_accounts(tmp_path: Path) -> None:
    files = open_files(settings_for_tests(files=(tmp_path / "files").as_uri()))
    await files.put("team/2020/x", io.BytesIO(b"x"))
    assert (tmp_path / "files").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "files" / "team" / "2020" / "x").read_bytes() == b"x"


async def test_a_changed_or_lost_file_is_refused_and_counted(files: Files) -> None:
    count = telemetry.DAMAGED_FILES.labels(files._service)
    before = count._value.get()
    await files.put("team/2020/x", io.BytesIO(b"other"))
    for key in ("team/2020/x", "team/2020/none"):
        with pytest.raises(Damaged):
            await files.read(key, sha(b"what was kept"))
    assert count._value.get() == before + 2


async def test_only_old_keys_of_the_noun_are_listed_and_deleted_ones_are_gone(files: Files) -> None:
    for key in ("team/2020/a", "team/2021/b", "entry/2020/c", "teams/2020/d"):
        await files.put(key, io.BytesIO(b"x"))
    soon = clock.wall() + timedelta(minutes=1)
    assert sorted([key async for keys in files.keys_before("team", soon) for key in keys]) == [
        "team/2020/a",
        "team/2021/b",
    ]
    assert [keys async for keys in files.keys_before("team", soon - timedelta(days=1))] == []
    await files.delete("team/2020/a")
    assert [keys async for keys in files.keys_before("team", soon)] == [["team/2021/b"]]


def test_a_bucket_with_a_host_of_its_own_is_asked_there() -> None:
    told = {"files_key": "k", "files_secret": "s", "files_region": "cn-chengdu"}
    own = open_files(settings_for_tests(files="s3://jiedan/a/b", files_endpoint="https://jiedan.s3.example.cn", **told))
    path = open_files(settings_for_tests(files="s3://jiedan", files_endpoint="https://s3.example.cn", **told))
    assert (own._store.config["virtual_hosted_style_request"], own._store.prefix) == ("true", "a/b")
    assert (path._store.config["virtual_hosted_style_request"], path._store.prefix) == ("false", None)


async def test_a_store_that_is_away_is_an_outage() -> None:
    gone = open_files(
        settings_for_tests(files="s3://bucket", files_endpoint="http://127.0.0.1:9", files_key="k", files_secret="s")
    )
    with pytest.raises(OSError, match="file store"):
        await gone.put("team/2020/x", io.BytesIO(b"x"))

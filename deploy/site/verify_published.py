#!/usr/bin/env python3
"""核对一个“接单”网站公开发布的内容是否被改动：只用 HTTP，不需要账号。
Check that nothing a Jiedan site has published was altered: over HTTP alone, without an account.

    python3 verify_published.py https://jiedan.example.gov.cn --seen seen.json --key 1-5c8a0b1f

Take this one file with you; it needs Python 3.11, httpx and cryptography (pip install httpx cryptography). It reads

- ``/public/keys``: the public keys. Compare a key's name with one that reached you another way, and give it as --key;
- ``/public/log/checkpoint`` and ``…/checkpoints``: signed notes (c2sp.org/signed-note) of how long the log was at a time
  and what its last hash was;
- ``/public/log``: everything ever published, each entry with the hash of the one before. An entry's hash is the SHA-256
  of its other fields in canonical JSON: sorted keys, no white space, UTF-8;
- every notice, edition and report (with its pictures) at its permanent address. Its hash is the SHA-256 of its
  ``snapshot`` or ``content`` in canonical JSON; editions and reports are signed, too, and an edition names the hash of
  the one before it;
- the lists of notices, reports and ratings: what they show must be in the log.

What it saw is kept in the file --seen, so that next time it can tell whether the log was shortened or replaced meanwhile.
The last line is JSON. It ends with 0 when all is well, 1 at the first difference, 2 when the site could not be read.
"""

import argparse
import asyncio
import base64
import binascii
import hashlib
import json
import os
import sys
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

START = "0" * 64
DOCUMENTS = {
    "notice_posted": ("snapshot", "snapshot_hash"),
    "edition_published": ("content", "content_hash"),
    "report_issued": ("content", "content_hash"),
}
"""What of an answer is the document, and what it says its hash is. Others are shown only to whom they concern."""
SHOWN = ("assessment_id", "order_number", "team", "lead", "unit", "place", "total", "grade", "edition")
OVERRIDDEN = ("computed", "reason")
"""Said only of a rating that a person gave instead of the computed one."""


class Difference(Exception):
    """Something is not as it was published. ``code`` for machines."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(f"{zh}\n{en}")
        self.code, self.zh, self.en = code, zh, en


class Unreadable(Exception):
    """The site did not answer, or with something that cannot be read: nothing is known."""


@dataclass(frozen=True)
class Checkpoint:
    """A signed note: the log had ``size`` entries and the last hash ``root`` (hex) at ``time``."""

    origin: str
    size: int
    root: str
    time: datetime
    note: str


@dataclass
class Site:
    """What was read. ``documents`` by address, ``keys`` by name."""

    keys: dict[str, bytes] = field(default_factory=dict)
    checkpoints: list[Checkpoint] = field(default_factory=list)
    log: list[dict[str, Any]] = field(default_factory=list)
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    ratings: int = 0

    def known(self) -> dict[str, Any]:
        """What to keep for the next time."""
        newest = self.checkpoints[-1] if self.checkpoints else None
        return {
            "keys": {name: base64.b64encode(key).decode() for name, key in self.keys.items()},
            "size": len(self.log),
            "root": self.log[-1]["hash"] if self.log else START,
            "time": newest.time.isoformat() if newest else None,
            "note": newest.note if newest else None,
        }


def canonical(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def fingerprint(document: Any) -> str:
    return hashlib.sha256(canonical(document)).hexdigest()


def is_signed(content: bytes, signature: bytes, key: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


class Reader:
    """Reads answers; a list page by page, at the address that was given, whatever its pages call themselves."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client, self.tickets = client, asyncio.Semaphore(8)

    async def get(self, path: str) -> httpx.Response | None:
        """None where there is nothing."""
        try:
            async with self.tickets:
                answer = await self.client.get(path, headers={"Cache-Control": "no-cache", "Accept-Encoding": "gzip"})
        except httpx.HTTPError as error:
            raise Unreadable(f"{path}: {type(error).__name__} {error}") from error
        if answer.status_code in (404, 410):
            return None
        if answer.status_code != 200:
            raise Unreadable(f"{path}: {answer.status_code}")
        return answer

    async def json(self, path: str) -> dict[str, Any]:
        answer = await self.get(path)
        try:
            found = answer.json() if answer else None
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise Unreadable(f"{path}: no JSON object")
        return found

    async def every(self, path: str) -> AsyncIterator[dict[str, Any]]:
        while path:
            page = await self.json(path)
            for item in page["items"]:
                yield item
            parts = urlsplit(page["next"] or "")
            path = f"{parts.path}?{parts.query}" if parts.path else ""


async def verify(
    client: httpx.AsyncClient, seen: dict[str, Any] | None, given: Iterable[str], now: datetime, most_age: timedelta
) -> Site:
    """Everything that there is. Raises :class:`Difference` at the first one and :class:`Unreadable`."""
    read, site = Reader(client), Site()
    await _keys(read, site, seen, list(given))
    newest = await read.get("/public/log/checkpoint")
    found = [_opened(item["note"], site.keys) async for item in read.every("/public/log/checkpoints?limit=200")]
    if newest is not None:
        found.append(_opened(newest.text, site.keys))
    site.checkpoints = sorted({one.note: one for one in found}.values(), key=lambda one: (one.time, one.size))
    site.log = [item async for item in read.every("/public/log?limit=200")]
    _chain(site.log)
    _history(site, seen)
    _fresh(site, now, most_age)
    documents = (_document(read, site, entry) for entry in site.log if entry["kind"] in DOCUMENTS)
    for outcome in await asyncio.gather(*documents, return_exceptions=True):
        if outcome is not None:
            raise outcome
    _editions(site)
    await _lists(read, site)
    return site


async def _keys(read: Reader, site: Site, seen: dict[str, Any] | None, given: list[str]) -> None:
    """A key is trusted when it was given or seen before; the very first time, when its name is that of what it is."""
    for name, text in (await read.json("/public/keys"))["keys"].items():
        key = base64.b64decode(text)
        if name.partition("-")[2] != hashlib.sha256(key).hexdigest()[:8]:
            raise Difference("key", f"密钥{name}的名称与内容不符", f"The key {name} is not what its name says")
        site.keys[name] = key
    before = {name: base64.b64decode(text) for name, text in (seen or {}).get("keys", {}).items()}
    for name, key in before.items():
        if site.keys.get(name) != key:
            raise Difference("key", f"以前见过的密钥{name}不见了", f"The key {name}, seen before, is gone")
    for name, key in site.keys.items():
        trusted = name in given or base64.b64encode(key).decode() in given or name in before
        if (given or before) and not trusted:
            raise Difference(
                "key",
                f"密钥{name}不是给定的或以前见过的；经其他渠道核实后用 --key {name} 认可",
                f"The key {name} was neither given nor seen; check it another way and accept it with --key {name}",
            )


def _opened(note: str, keys: dict[str, bytes]) -> Checkpoint:
    """A note that one of the keys signed."""
    text, _, marks = note.rpartition("\n\n")
    text += "\n"
    try:
        origin, size, root, time = text.splitlines()[:4]
        signed_at = datetime.fromisoformat(time.removeprefix("time "))
        opened = Checkpoint(origin, int(size), base64.b64decode(root).hex(), signed_at, note)
        for mark in marks.splitlines():
            _dash, name, value = mark.split(" ")
            raw = base64.b64decode(value)
            for key in keys.values():
                identity = hashlib.sha256(name.encode() + b"\n\x01" + key).digest()[:4]
                if name == origin and raw[:4] == identity and is_signed(text.encode(), raw[4:], key):
                    return opened
    except (ValueError, binascii.Error):
        pass
    raise Difference(
        "signature", f"检查点的签名不属于任何已知密钥：\n{note}", f"No known key signed this checkpoint:\n{note}"
    )


def _chain(log: list[dict[str, Any]]) -> None:
    """Positions without gaps, every hash that of its entry, every entry naming the hash before."""
    before = START
    for position, entry in enumerate(log, 1):
        if entry["position"] != position:
            raise Difference("entry.missing", f"公开日志缺少第{position}条", f"Entry {position} of the log is missing")
        content = {name: value for name, value in entry.items() if name != "hash"}
        if fingerprint(content) != entry["hash"]:
            what = f"{position} ({entry['kind']} {entry['id']})"
            raise Difference("entry.edited", f"公开日志被改动：第{what}条", f"The log was edited: Entry {what}")
        if entry["previous_hash"] != before:
            raise Difference(
                "entry.chain",
                f"公开日志第{position}条与前一条不衔接：其间的内容被替换或删除",
                f"Entry {position} of the public log does not follow the one before: something was replaced or taken out",
            )
        before = entry["hash"]


def _history(site: Site, seen: dict[str, Any] | None) -> None:
    """The log is what every checkpoint signed, and goes on from where it was last time."""
    for one in site.checkpoints:
        _covers(
            site.log, one.size, one.root, f"{one.time.isoformat()}签名的检查点", f"the checkpoint signed at {one.time}"
        )
    if not seen:
        return
    _covers(site.log, seen["size"], seen["root"], "上次核对", "the last time it was checked")
    if seen["note"] and seen["note"] not in {one.note for one in site.checkpoints}:
        note = seen["note"]
        raise Difference("checkpoint.gone", f"上次的检查点不见了：\n{note}", f"Last time's checkpoint is gone:\n{note}")


def _covers(log: list[dict[str, Any]], size: int, root: str, zh: str, en: str) -> None:
    if len(log) < size:
        left = f"{size} → {len(log)}"
        raise Difference(
            "log.truncated", f"公开日志被截短：{zh} {left}条", f"The log was truncated: {left} entries since {en}"
        )
    if size and log[size - 1]["hash"] != root:
        en = f"The log was rewritten: its first {size} entries are not those of {en}"
        raise Difference("log.forked", f"公开日志被改写：前{size}条与{zh}不一致", en)


def _fresh(site: Site, now: datetime, most_age: timedelta) -> None:
    """Somebody who holds the key still signs."""
    if site.checkpoints:
        last = site.checkpoints[-1].time
    elif site.log:
        last = datetime.fromisoformat(site.log[0]["at"])
    else:
        return
    if now - last > most_age:
        raise Difference(
            "checkpoint.stale", f"最近的检查点已过期：{last.isoformat()}", f"The newest checkpoint is stale: {last}"
        )


async def _document(read: Reader, site: Site, entry: dict[str, Any]) -> None:
    """What the log says was published stands at its address as it was."""
    what = f"{entry['address']} ({entry['kind']}, {entry['position']})"
    member, hash_name = DOCUMENTS[entry["kind"]]
    answer = await read.get(entry["address"])
    if answer is None:
        raise Difference("document.deleted", f"已发布的文件被删除：{what}", f"What was published is deleted: {what}")
    shown = answer.json()
    document = shown.get(member)
    if fingerprint(document) != entry["document_hash"] or shown.get(hash_name) != entry["document_hash"]:
        raise Difference("document.edited", f"已发布的文件被改动：{what}", f"What was published was edited: {what}")
    signature = shown.get("signature")
    if signature:
        key = site.keys.get(signature["key"], b"")
        if not is_signed(canonical(document), base64.b64decode(signature["value"]), key):
            raise Difference("signature", f"签名不符：{what}", f"The signature does not hold: {what}")
    for sha256 in {sha256 for case in document.get("cases", ()) for sha256 in case.get("pictures", ())}:
        picture = await read.get(f"{entry['address'].removesuffix('/content')}/pictures/{sha256}")
        if picture is None or hashlib.sha256(picture.content).hexdigest() != sha256:
            raise Difference("picture", f"图片被改动：{what}", f"A picture of it was altered: {what}")
    site.documents[entry["address"]] = document


def _editions(site: Site) -> None:
    """Each edition but a first names the hash of one that was published before it."""
    before: set[str] = set()
    for entry in site.log:
        if entry["kind"] == "edition_published":
            content = site.documents[entry["address"]]
            if (content["number"] == 1) != (content["previous_hash"] == "") or (
                content["number"] > 1 and content["previous_hash"] not in before
            ):
                what = entry["address"]
                raise Difference(
                    "edition.missing", f"其前一版不在日志中：{what}", f"Its last edition is not logged: {what}"
                )
            before.add(entry["document_hash"])


async def _lists(read: Reader, site: Site) -> None:
    """Everything that the lists show is in the log, and nothing that is in force is missing from them."""
    recorded = {entry["address"]: entry["document_hash"] for entry in site.log}
    for path, rest, name in (("notices", "", "snapshot_hash"), ("reports", "/content", "content_hash")):
        async for one in read.every(f"/public/{path}?limit=200"):
            if recorded.get(address := f"/public/{path}/{one['id']}{rest}") != one[name]:
                raise Difference("unrecorded", f"公开日志中没有：{address}", f"This is not in the log: {address}")
    editions = [content for content in site.documents.values() if "previous_hash" in content]
    replaced = {content["previous_hash"] for content in editions}
    in_force = [line for content in editions if fingerprint(content) not in replaced for line in content["lines"]]
    published = {canonical(line) for line in in_force}
    async for line in read.every("/public/ratings?limit=200"):
        given = {name: line[name] for name in OVERRIDDEN if line.get(name)}
        shown = canonical({name: line[name] for name in SHOWN} | given)
        if shown not in published or urlsplit(line["edition_url"]).path not in recorded:
            what = f"{line['order_number']} {line['team']}"
            raise Difference("rating.edited", f"名单与发布版本不一致：{what}", f"The list is not as published: {what}")
        published.remove(shown)
    if published:
        missing = min(published).decode()
        raise Difference("rating.missing", f"名单缺少：{missing}", f"The list lacks what was published: {missing}")
    site.ratings = len(in_force)


def _kept(path: str) -> dict[str, Any] | None:
    file = Path(path)
    found: dict[str, Any] | None = json.loads(file.read_text(encoding="utf-8")) if path and file.exists() else None
    return found


def _keep(path: str, known: dict[str, Any]) -> None:
    beside = Path(f"{path}.new")
    beside.write_text(json.dumps(known, ensure_ascii=False, indent=1), encoding="utf-8")
    os.replace(beside, path)


async def run(url: str, seen_path: str, given: list[str], hours: float, again: float = 3) -> dict[str, Any]:
    """The outcome as JSON. A difference is looked at twice: what is being published at this moment is none."""
    seen, age = _kept(seen_path), timedelta(hours=hours)
    async with httpx.AsyncClient(base_url=url, timeout=30, follow_redirects=True) as client:
        try:
            site = await verify(client, seen, given, datetime.now(UTC), age)
        except Difference:
            await asyncio.sleep(again)
            site = await verify(client, seen, given, datetime.now(UTC), age)
    if seen_path:
        _keep(seen_path, site.known())
    return {
        "ok": True,
        "url": url,
        "entries": len(site.log),
        "checkpoints": len(site.checkpoints),
        "documents": len(site.documents),
        "ratings": site.ratings,
        "keys": list(site.keys),
        "newest": site.known()["time"],
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", help="the site's public address")
    parser.add_argument("--seen", default="", help="file that keeps what was seen last time; written after success")
    parser.add_argument("--key", action="append", default=[], help="name or base64 of a public key that you trust")
    parser.add_argument("--hours", type=float, default=3, help="how old the newest checkpoint may be")
    given = parser.parse_args(arguments)
    try:
        found = asyncio.run(run(given.url.rstrip("/"), given.seen, given.key, given.hours))
    except Difference as difference:
        print(f"✗ {difference.zh}\n✗ {difference.en}")
        print(json.dumps({"ok": False, "url": given.url, "code": difference.code, "difference": difference.en}))
        return 1
    except (Unreadable, KeyError, TypeError, ValueError) as error:
        print(f"? 无法核对：{error}\n? Could not be checked: {type(error).__name__} {error}")
        print(json.dumps({"ok": None, "url": given.url, "difference": None}))
        return 2
    print(f"✓ 未发现改动：{found['entries']}条记录、{found['documents']}份文件、{found['ratings']}条考核结果")
    print(f"✓ Nothing was altered. Keys: {', '.join(found['keys'])}; compare them with what reached you another way.")
    print(json.dumps(found, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())

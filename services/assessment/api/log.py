"""What strangers check the publication with: the chained log, its signed checkpoints and the public keys."""

from base64 import b64encode
from typing import Any

import orjson
from fastapi import Request

from services.assessment import queries, schemas
from services.assessment.models import Checkpoint, LogEntry
from services.assessment.rules.checkpoint import verifier_key
from services.assessment.usecases import checkpoint
from shared import signing
from shared.errors import NotFound
from shared.http import Api, Db, Lists, Page, PublicAnswers, page

log = Api(tags=["public"])
log_answers = PublicAnswers(queries.log_version)
checkpoint_answers = PublicAnswers(queries.checkpoints_version)
key_answers = PublicAnswers(queries.keys_version)


@log.get("/public/log", public=True, response_model=Page[schemas.LogEntryOut])
async def list_log(request: Request, db: Db, query: Lists) -> Any:
    """Everything that was ever published, in order, each entry chained to the one before."""

    async def build() -> bytes:
        found = await page(
            db,
            queries.log_entries(),
            query,
            sortable={"position": LogEntry.position},
            id=LogEntry.position,
            item=lambda row: schemas.LogEntryOut(**row.entry.document(), hash=row.hash),
        )
        return orjson.dumps(found.model_dump(mode="json"))

    return await log_answers.answer(request, db, build)


@log.get("/public/log/checkpoint", public=True, response_model=None)
async def read_checkpoint(request: Request, db: Db) -> Any:
    """The newest checkpoint: a signed note (c2sp.org/signed-note, c2sp.org/tlog-checkpoint)."""

    async def build() -> bytes:
        newest = await checkpoint.newest_checkpoint(db)
        if newest is None:
            raise NotFound("checkpoint")
        return newest.note.encode()

    return await checkpoint_answers.answer(request, db, build, "text/plain; charset=utf-8")


@log.get("/public/log/checkpoints", public=True, response_model=Page[schemas.CheckpointOut])
async def list_checkpoints(request: Request, db: Db, query: Lists) -> Any:
    """Every checkpoint there ever was; ``sort=-signed_at`` begins with the newest."""

    async def build() -> bytes:
        found = await page(
            db,
            queries.checkpoints(),
            query,
            sortable={"signed_at": Checkpoint.signed_at},
            id=Checkpoint.id,
            item=schemas.CheckpointOut.model_validate,
        )
        return orjson.dumps(found.model_dump(mode="json"))

    return await checkpoint_answers.answer(request, db, build)


@log.get("/public/keys", public=True, response_model=schemas.KeysOut)
async def read_keys(request: Request, db: Db) -> Any:
    """The keys by which what is published is signed; retired ones stay."""

    async def build() -> bytes:
        keys, origin = signing.public_keys(), checkpoint.origin()
        found = schemas.KeysOut(
            origin=origin,
            keys={name: b64encode(key).decode() for name, key in keys.items()},
            verifier_keys=[verifier_key(origin, key) for key in keys.values()],
        )
        return orjson.dumps(found.model_dump())

    return await key_answers.answer(request, db, build)

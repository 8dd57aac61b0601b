"""The routes of a noun's files, the same for every noun: hand in, list, read, remove."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Protocol
from uuid import UUID

from fastapi import Form, Path, Query, Request, Response, UploadFile
from pydantic import StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from shared.actor import Actor
from shared.errors import Malformed, NotFound, Reason
from shared.files import attachments, versions
from shared.files.attachments import KINDS, AttachmentRow
from shared.files.examine import Received, examine
from shared.files.store import Files
from shared.files.versions import FormRow
from shared.http.downloads import as_file
from shared.http.pagination import Lists, Page, page
from shared.http.shapes import Out, Time
from shared.http.transaction import Api, Db, Now, Who

Kind = Annotated[str, Form(pattern=f"^({'|'.join(KINDS)})$", description="what it is: a sealed scan, a photo, …")]
FormName = Annotated[str, Form(max_length=40, pattern=r"^[a-z_]*$")]
Code = Annotated[str, Form(max_length=64, pattern=r"^[0-9a-fA-F]*$", description="as printed on the sealed form")]


class AttachmentOut(Out):
    """A file of a noun. ``removed_at`` is set when it is no longer handed out; its row is never gone."""

    id: UUID
    version: int
    noun: str
    noun_id: UUID
    kind: str
    form: str
    document: str
    name: str
    media_type: str
    size: int
    sha256: str
    uploaded_by: str
    uploaded_at: Time
    removed_at: Time | None
    removed_by: str
    removed_reason: str


class Attach(Protocol):
    """The service's use case: refuses who may not, keeps the file, says so."""

    def __call__(
        self, session: AsyncSession, files: Files, sent: Received, row: Any, actor: Actor, now: datetime, /
    ) -> Awaitable[Any]: ...


class Remove(Protocol):
    """The service's use case for taking a file out again."""

    def __call__(
        self, session: AsyncSession, row: Any, reason: str, actor: Actor, now: datetime, /
    ) -> Awaitable[Any]: ...


@dataclass(frozen=True)
class Attachments:
    """What a noun says about its files. ``seen`` raises ``NotFound`` when the noun is not this actor's to see and
    answers the kinds of files that this actor may see of it; ``model`` is the service's ``AttachmentRow``; ``forms`` are its printed forms, whose versions stand in
    ``versions``."""

    noun: str
    plural: str
    model: type[Any]
    versions: type[FormRow]
    seen: Callable[[AsyncSession, UUID, Actor], Awaitable[tuple[str, ...]]]
    attach: Attach
    remove: Remove
    forms: tuple[str, ...] = ()


def add_attachment_routes(router: Api, of: Attachments) -> None:
    """Add the four routes below ``/v1/<plural>/{<noun>_id}/attachments``."""
    path = f"/v1/{of.plural}/{{{of.noun}_id}}/attachments"
    NounId = Annotated[UUID, Path(alias=f"{of.noun}_id")]

    async def _one(db: AsyncSession, noun_id: UUID, attachment_id: UUID, who: Actor) -> AttachmentRow:
        kinds = await of.seen(db, noun_id, who)
        row: AttachmentRow = await attachments.find(db, of.model, of.noun, noun_id, attachment_id)
        if row.kind not in kinds:
            raise NotFound("attachment")
        return row

    @router.post(path, response_model=AttachmentOut, status_code=201, name=f"attach_to_{of.noun}")
    async def attach(
        noun_id: NounId,
        file: UploadFile,
        request: Request,
        db: Db,
        who: Who,
        now: Now,
        kind: Kind = "other",
        form: FormName = "",
        document: Code = "",
        id: Annotated[UUID | None, Form()] = None,
    ) -> Any:
        """A file of at most 20 MiB. The same file sent again answers the row that stands. ``id`` may be made by the
        client, so that a phone can send again what it does not know to have arrived. A sealed scan says of which
        ``form`` it is, and by the code printed on it (``document``) of which version."""
        await of.seen(db, noun_id, who)
        document = await _version(db, of, noun_id, form, document)
        sent = await asyncio.to_thread(examine, file.file, file.filename or "", file.content_type or "")
        row = of.model(
            noun=of.noun,
            noun_id=noun_id,
            kind=kind,
            form=form,
            document=document,
            uploaded_by=who.id,
            **({"id": id} if id else {}),
        )
        return await of.attach(db, request.app.state.files, sent, row, who, now)

    @router.get(path, response_model=Page[AttachmentOut], name=f"list_attachments_of_{of.noun}")
    async def list_attachments(noun_id: NounId, db: Db, who: Who, query: Lists, kind: str | None = None) -> Any:
        """Files of it that the caller may see, removed ones included, with who removed them and why."""
        kinds = await of.seen(db, noun_id, who)
        wanted = [known for known in kinds if kind is None or known in kind.split(",")]
        statement = attachments.of_noun(of.model, of.noun, noun_id).where(of.model.kind.in_(wanted))
        columns = {"uploaded_at": of.model.uploaded_at}
        return await page(db, statement, query, sortable=columns, id=of.model.id, item=AttachmentOut.model_validate)

    @router.get(path + "/{attachment_id}", response_class=Response, name=f"read_attachment_of_{of.noun}")
    async def read_attachment(noun_id: NounId, attachment_id: UUID, request: Request, db: Db, who: Who) -> Any:
        """The file itself, to be saved; its ETag is its SHA-256, checked before it is handed out."""
        row = await _one(db, noun_id, attachment_id, who)
        if row.removed_at is not None:
            raise NotFound("attachment")
        await db.commit()  # a database connection is not kept while the bytes travel
        return await _content(request, row)

    @router.delete(path + "/{attachment_id}", response_model=AttachmentOut, name=f"remove_attachment_of_{of.noun}")
    async def remove_attachment(
        noun_id: NounId,
        attachment_id: UUID,
        db: Db,
        who: Who,
        now: Now,
        reason: Annotated[str, StringConstraints(strip_whitespace=True), Query(min_length=1, max_length=500)],
    ) -> Any:
        """No longer handed out. Row and bytes are kept, with who, when and why."""
        return await of.remove(db, await _one(db, noun_id, attachment_id, who), reason, who, now)


async def _version(db: AsyncSession, of: Attachments, noun_id: UUID, form: str, code: str) -> str:
    """The fingerprint of the version that a scan is of, empty when it does not say."""
    if form and form not in of.forms:
        known = "、".join(of.forms) or "—"
        raise Malformed(
            Reason("attachment.form", f"没有此表单，可用：{known}", f"No such form; known: {known}", "/form")
        )
    if not form or not code:
        return ""
    return await versions.document_of(db, of.versions, of.noun, noun_id, form, code)


async def _content(request: Request, row: AttachmentRow) -> Response:
    headers = {
        "ETag": f'"{row.sha256}"',
        "Cache-Control": "private, no-cache",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(None, 304, headers)
    files: Files = request.app.state.files
    return as_file(await files.read(row.key, row.sha256), row.name, row.media_type, headers)

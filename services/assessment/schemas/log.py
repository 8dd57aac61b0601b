"""What strangers check the publication with: the log, its checkpoints, the keys."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.assessment.rules import chain
from shared.http.shapes import Out, Time

RecordKind = Annotated[str, Field(json_schema_extra={"enum": list(chain.KINDS)})]


class LogEntryOut(BaseModel):
    """``hash`` is the SHA-256 of all other fields in canonical JSON (sorted keys, no white space, UTF-8).
    ``document_hash`` is that of what stands at ``address``, which is empty when it is shown only to whom it concerns.
    ``at`` is UTC with microseconds."""

    position: int
    kind: RecordKind
    id: str
    address: str
    document_hash: str
    at: str
    previous_hash: str
    hash: str


class CheckpointOut(Out):
    """``note`` is the signed text; the others repeat what it says. ``root`` is the hash of entry ``size``."""

    id: UUID
    size: int
    root: str
    signed_at: Time
    note: str


class KeysOut(BaseModel):
    """Ed25519 public keys (base64 of 32 bytes) by name, the newest last; ``origin`` is the name that checkpoints are
    signed with, ``verifier_keys`` the same keys as tools for signed notes are told them."""

    origin: str
    keys: dict[str, str]
    verifier_keys: list[str]

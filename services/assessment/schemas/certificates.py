"""Certificates, and what a check finds."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from shared.http.shapes import ActionOut, Resource, Time

Kind = Literal["benefit", "service_record"]


class CertificateIn(BaseModel):
    kind: Kind
    team_id: UUID
    person_id: UUID


class CertificateOut(Resource):
    """``code`` is printed beside the number: whoever has both sees the name on the open page."""

    number: str
    code: str
    kind: str
    person_id: UUID
    team_id: UUID
    round_id: UUID
    issued_at: Time
    valid_until: date | None
    ended_at: Time | None
    reason: str
    note: str
    replaced_by: str


class CertificateDetail(CertificateOut):
    """``content`` is what was signed, its SHA-256 ``content_hash``."""

    content: dict[str, Any]
    content_hash: str
    key: str
    url: str
    actions: list[ActionOut]


class SignedCertificate(BaseModel):
    """What a machine keeps and hands in to be checked: ``signature`` (base64, Ed25519) is of the canonical ``content``:
    UTF-8 JSON with sorted keys and no white space."""

    content: dict[str, Any] = Field(max_length=40)
    key: Annotated[str, Field(max_length=40)]
    signature: Annotated[str, Field(max_length=120)]


class CheckedCertificate(BaseModel):
    """``result``: valid, superseded, revoked, expired; of a signed document also forged, altered, unknown_key."""

    number: str
    result: str
    zh: str
    en: str
    reason: str = ""
    reason_zh: str = ""
    reason_en: str = ""
    replaced_by: str = ""


class PublicCertificate(CheckedCertificate):
    """``name`` is masked and ``content`` empty unless ``code`` is right: ``right``, ``wrong`` or ``missing``."""

    kind: str
    kind_zh: str
    kind_en: str
    code: str
    name: str
    issuer: str
    issued_on: date
    valid_until: date | None
    content_hash: str
    key: str
    content: dict[str, Any] | None

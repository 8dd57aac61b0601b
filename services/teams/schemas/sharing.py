"""Split rights on a claim, handing over, drafts."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from shared.http.shapes import Out, Time


class DelegateIn(BaseModel):
    right: Literal["deputy", "finance"]


class DelegateOut(Out):
    person_id: UUID
    name: str
    right: str


class HandOverIn(BaseModel):
    person_id: UUID


class DraftIn(BaseModel):
    """``content`` is whatever the form holds; ``seen_version`` the team's version that the form was opened with."""

    content: dict[str, Any]
    seen_version: Annotated[int, Field(ge=1)]


class DraftOut(Out):
    """``stale``: the team has been saved by someone since; ``differs`` are the fields that the draft would change."""

    content: dict[str, Any]
    seen_version: int
    saved_at: Time
    stale: bool
    differs: list[str]

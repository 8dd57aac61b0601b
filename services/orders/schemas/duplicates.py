"""Pairs of orders that look like one."""

from uuid import UUID

from pydantic import BaseModel

from shared.http.shapes import Out, ReasonOut


class Alike(Out):
    id: UUID
    status: str
    title: str
    place: str
    host_name: str


class DuplicateOut(BaseModel):
    """``score`` of 100; ``reasons`` in words. A person decides: merge one into the other, or dismiss the pair."""

    score: int
    reasons: list[ReasonOut]
    one: Alike
    other: Alike


class Duplicates(BaseModel):
    """The likeliest pairs of ``total``; those that were merged or dismissed make room for the next."""

    total: int
    items: list[DuplicateOut]


class DismissIn(BaseModel):
    """Two orders that are not the same."""

    one: UUID
    other: UUID

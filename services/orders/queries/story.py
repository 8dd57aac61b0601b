"""An order's story in words, as far as the caller may read it."""

from datetime import datetime
from typing import Any

from services.orders.models import Order
from services.orders.queries.orders import close_to
from services.orders.schemas import TimelineOut
from shared.actor import SYSTEM, Actor
from shared.contracts.words import words_of

MILESTONES = (
    "teams.team.put_on_notice",
    "teams.team.confirmed",
    "teams.team.agreed",
    "teams.team.started",
    "teams.team.concluded",
    "assessment.assessment.published",
)
"""What everybody may know of a team that has the order; who competes for it, and how it is judged, is not among it."""


def told(
    entries: list[TimelineOut], order: Order, actor: Actor, kind: str | None, since: datetime | None
) -> list[TimelineOut]:
    """By business time, and what happened at the same one in the order in which it was said."""
    close = close_to(order, actor)
    kinds = set(kind.split(",")) if kind else None
    found = [entry for entry in entries if close or _open(entry.type)]
    worded = [_worded(entry, close) for entry in sorted(found, key=lambda entry: (entry.business_time, entry.at))]
    return [
        entry
        for entry in worded
        if (kinds is None or entry.kind in kinds) and (since is None or entry.business_time >= since)
    ]


def _open(kind: str) -> bool:
    return kind.startswith(("orders.order.", *MILESTONES))


def _worded(entry: TimelineOut, close: bool) -> TimelineOut:
    zh, en = words_of(entry.type)
    shown = {"zh": zh, "en": en, "kind": entry.type.split(".")[1]}
    if not close:
        shown["actor"] = _unnamed(entry.actor)
    return entry.model_copy(update=shown | ({} if close else {"data": {}}))


def history_for(entries: list[dict[str, Any]], order: Order, actor: Actor) -> list[dict[str, Any]]:
    """Who did what when; to those for whom the order is only published, what happened and nothing more: reasons and
    who acted are between the offices and the host."""
    if close_to(order, actor):
        return entries
    return [entry | {"actor": _unnamed(entry["actor"]), "data": {}} for entry in entries]


def _unnamed(actor: str) -> str:
    return SYSTEM.id if actor == SYSTEM.id else ""

"""A host takes up an expert's offer (专家发榜): the claim is led by the expert who offers, served at the host's place."""

from collections.abc import Iterator
from datetime import datetime

from services.teams.rules.claim import ClaimedOrder, TeamFacts, window_obstacles
from services.teams.rules.rights import speaks_for_host
from shared.actor import Actor
from shared.errors import Forbidden, NotFound, Reason, require


def form(order: ClaimedOrder, division: str, actor: Actor, now: datetime) -> str:
    """A host claims an offer for itself; several may compete, and the expert accepts whom they choose."""
    if not actor.has("host") or not actor.unit:
        raise Forbidden(Reason("team.host_only", "专家发榜的订单由需求单位接单", "An offer is claimed by a host"))
    require([*_offer_obstacles(order), *division_obstacles(division, actor), *window_obstacles(order, now)])
    return "forming"


def _offer_obstacles(order: ClaimedOrder) -> Iterator[Reason]:
    if not order.offer:
        yield Reason(
            "team.not_an_offer", "该订单由需求单位发布，须由专家接单", "This order is claimed by an expert", "/order_id"
        )


def division_obstacles(division: str, actor: Actor) -> Iterator[Reason]:
    """A host takes an offer to where it is."""
    if actor.division and not actor.covers(division):
        yield Reason(
            "team.host_elsewhere",
            "所填区划不在本单位所在地",
            "This division is not where the host is",
            "/host/division",
        )


def edit(team: TeamFacts, division: str | None, actor: Actor) -> None:
    """The host writes its own part of the claim while it is forming."""
    if not claimed_by(team, actor):
        raise NotFound("team")
    require(_edit_obstacles(team, division, actor))


def _edit_obstacles(team: TeamFacts, division: str | None, actor: Actor) -> Iterator[Reason]:
    if team.status != "forming":
        yield Reason("team.not_editable", "现阶段不能修改此项", "This cannot be changed any more", "/status")
    if division is not None:
        yield from division_obstacles(division, actor)


def claimed_by(team: TeamFacts, actor: Actor) -> bool:
    """Whether this actor is the host that claimed the offer: it writes its part, and may take the claim back."""
    return team.order.offer and speaks_for_host(team.order.host_code, actor)

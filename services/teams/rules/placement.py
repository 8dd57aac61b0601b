"""Placement (组织安排): the bureau puts a nominated person who matched nobody on a free post ★. The person still has to
accept."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.teams.rules.nomination import FREE, NominatedRound, authority
from shared.actor import Actor
from shared.errors import Reason, require

ENDED_ROUNDS = ("assessed", "archived")


@dataclass(frozen=True, slots=True)
class PlacementFacts:
    """A person and a post. ``nomination`` is the status of the person's nomination, ``""`` without one; ``chosen``: a
    host has accepted a claim of theirs, or the bureau has placed them; ``held``: such a claim is proposed or live.
    ``post_open``: published or unclaimed; ``post_taken``: a claim on it is accepted, placed, proposed or live."""

    name: str
    nomination: str
    chosen: bool
    held: bool
    post_open: bool
    post_taken: bool


def place(round_: NominatedRound, facts: PlacementFacts, actor: Actor) -> str:
    """The claim stands where one stands that its host has accepted; the lead's own place is an invitation."""
    authority(round_, actor)
    require(place_obstacles(round_, facts))
    return "accepted"


def place_obstacles(round_: NominatedRound, facts: PlacementFacts) -> Iterator[Reason]:
    """Everything that keeps this person from this post."""
    if not round_.nominates:
        yield Reason(
            "placement.no_nominations", "本批次不设组织安排环节", "Nobody is placed in this round", "/order_id"
        )
    elif round_.phase in ENDED_ROUNDS:
        yield Reason("placement.round_ended", "本批次已结束", "The round has ended", "/order_id")
    yield from _person_obstacles(facts)
    if not facts.post_open:
        yield Reason("placement.post_closed", "该岗位未发布或已有人选", "The post is not open", "/order_id")
    elif facts.post_taken:
        yield Reason(
            "placement.post_taken",
            "该岗位已有双向选定、组织安排或拟定的人选",
            "Someone was accepted for, placed on or proposed for this post",
            "/order_id",
        )


def _person_obstacles(facts: PlacementFacts) -> Iterable[Reason]:
    if facts.nomination not in FREE:
        yield Reason(
            "placement.not_nominated",
            f"{facts.name}不在待对接的推荐人选中",
            f"{facts.name} is not among the nominated people who are free",
            "/person_id",
        )
    elif facts.held or facts.chosen:
        yield Reason(
            "placement.person_taken",
            f"{facts.name}已有双向选定、组织安排或拟定的岗位",
            f"{facts.name} was accepted for, placed on or proposed for another post",
            "/person_id",
        )

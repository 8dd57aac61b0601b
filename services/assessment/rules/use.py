"""A use of a benefit or of a card, noted by an office; one that was noted by mistake is withdrawn and stays readable. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.actor import Actor
from shared.errors import Reason, reason_given


@dataclass(frozen=True, slots=True)
class UseFacts:
    """Who noted it, and whether it was withdrawn already."""

    noted_by: str
    withdrawn: bool = False


def withdraw_obstacles(noun: str, use: UseFacts, reason: str, actor: Actor) -> Iterator[Reason]:
    """Once, by whoever noted it or by the bureau, with the reason. ``noun``: what was used, for the codes."""
    if use.withdrawn:
        yield Reason(f"{noun}.use_withdrawn", "该次使用登记已撤回", "This use was withdrawn already")
    if not actor.has("bureau") and not actor.is_among(use.noted_by):
        yield Reason(f"{noun}.not_yours", "仅限登记人或市局撤回", "Only whoever noted it, or the bureau")
    yield from reason_given(f"{noun}.reason", reason)

"""A lifecycle is a table of steps. What it does not list is refused, and the refusal says what is possible. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.actor import Actor
from shared.errors import Answer, Forbidden, NotAllowed, Reason, only_for


@dataclass(frozen=True, slots=True)
class Step:
    """``action`` moves a thing from any status in ``before`` to ``after``; ``by`` lists the roles that may ask for
    it (``system``: only the clock or an event). ``zh`` and ``en`` are the button's words.

    ``switch`` names the mode's switch that must be on. Off, the step is refused; with ``skip`` it lies on the main
    road and is passed over: whatever follows its ``after`` then follows its ``before`` as well."""

    action: str
    before: tuple[str, ...]
    after: str
    by: tuple[str, ...]
    zh: str
    en: str
    switch: str = ""
    skip: bool = False


@dataclass(frozen=True)
class Lifecycle:
    """The steps of one noun. ``statuses`` maps each status to its Chinese label, in order; the first is the start."""

    noun: str
    statuses: Mapping[str, str]
    steps: tuple[Step, ...]

    def after(self, action: str, status: str, actor: Actor, switches: Collection[str] | None = None) -> str:
        """The next status. Raises :class:`NotAllowed` naming the possible actions, or :class:`Forbidden`."""
        reached = self._passed_over(status, switches)
        rows = [
            s for s in self.steps if s.action == action and self._on(s, switches) and reached.intersection(s.before)
        ]
        if not rows:
            steps = {s.action: s.zh for s in self.possible(status, switches)}
            wanted = next((s.zh for s in self.steps if s.action == action), action)
            label = self.statuses[status]
            raise NotAllowed(
                Reason(
                    f"{self.noun}.status",
                    f"当前状态“{label}”不能执行“{wanted}”；可执行：{'、'.join(steps.values()) or '无'}",
                    f"'{action}' is not possible while {status}; possible: {', '.join(steps) or 'nothing'}",
                    "/status",
                )
            )
        if not any(actor.has(*s.by) for s in rows):
            raise Forbidden(only_for(f"{self.noun}.role", rows[0].by, rows[0].zh, action))
        return next(s for s in rows if actor.has(*s.by)).after

    def steps_for(self, status: str, actor: Actor, switches: Collection[str] | None = None) -> list[Step]:
        """The steps that the table lists from ``status`` for this actor's roles."""
        return [s for s in self.possible(status, switches) if actor.has(*s.by)]

    def possible(self, status: str, switches: Collection[str] | None = None) -> list[Step]:
        """The steps that lead on from ``status``, whoever may ask for them. None as switches: all are on."""
        reached = self._passed_over(status, switches)
        return [s for s in self.steps if self._on(s, switches) and reached.intersection(s.before)]

    def _passed_over(self, status: str, switches: Collection[str] | None) -> set[str]:
        """``status`` and what lies behind the switched-off steps of the main road that start from it."""
        if switches is None:
            return {status}
        reached, ahead = {status}, [status]
        while ahead:
            here = ahead.pop()
            for step in self.steps:
                if step.skip and here in step.before and not self._on(step, switches) and step.after not in reached:
                    reached.add(step.after)
                    ahead.append(step.after)
        return reached

    @staticmethod
    def _on(step: Step, switches: Collection[str] | None) -> bool:
        return not step.switch or switches is None or step.switch in switches


Obstacles = Callable[[], Iterable[Reason]]


def actions(
    lifecycle: Lifecycle,
    status: str,
    actor: Actor,
    obstacles: Mapping[str, Obstacles],
    switches: Collection[str] | None = None,
) -> list[dict[str, Any]]:
    """What this caller may do now, each with the reasons that would refuse it (the checklist before submitting)."""
    found = []
    for step in lifecycle.steps_for(status, actor, switches):
        try:
            reasons = tuple(obstacles.get(step.action, tuple)())
        except Answer as answer:
            reasons = answer.reasons
        found.append({"action": step.action, "zh": step.zh, "en": step.en, "allowed": not reasons, "reasons": reasons})
    return found

"""An offer (专家发榜): an expert puts a ready result up, and hosts claim it ★. It goes the way of every order, from its
expert's division, but has no host until a team is confirmed on it. There is no workbook of offers: the expert who is
logged in writes each one, and becomes its team's lead; who stands in a row of an office's sheet, only the registry in the
teams service knows."""

from collections.abc import Collection, Iterator

from shared.actor import Actor
from shared.contracts.policy import SWITCHES
from shared.errors import Forbidden, Reason, require

DEMAND, SUPPLY, BOTH = "demand", "supply", "both"
DIRECTIONS = {DEMAND: "需求方发榜", SUPPLY: "专家发榜", BOTH: "双向发榜"}


def draft(round_direction: str, actor: Actor) -> str:
    """A registered expert writes an offer, in a round that takes offers."""
    if actor.person_id is None:
        raise Forbidden(Reason("order.no_person", "令牌未关联专家库人员", "The token names no registered expert"))
    require(direction_obstacles(SUPPLY, round_direction))
    return "draft"


def direction_obstacles(direction: str, round_direction: str) -> Iterator[Reason]:
    """A round says which directions it takes."""
    if round_direction not in (direction, BOTH):
        yield Reason(
            "order.direction",
            f"本批次为“{DIRECTIONS[round_direction]}”，不受理“{DIRECTIONS[direction]}”",
            f"The round takes {round_direction} orders only, not {direction}",
            "/round_id",
        )


def own(offered_by: str, actor: Actor) -> bool:
    """Whether this is the actor's own offer."""
    return actor.has("expert") and bool(offered_by) and actor.person == offered_by


def submit_obstacles(title: str, problem: str, expected: str, expert_name: str, expert_unit: str) -> Iterator[Reason]:
    """What is offered, what it brings, and by whom; liaison and money are the business of whoever claims it."""
    for value, pointer, zh, en in (
        (title, "/title", "缺少成果名称", "The title is missing"),
        (problem, "/problem", "缺少成果介绍", "What is offered is not described"),
        (expected, "/expected", "缺少预期效益", "What it brings is missing"),
        (expert_name, "/expert_name", "缺少专家姓名", "The expert's name is missing"),
        (expert_unit, "/expert_unit", "缺少专家工作单位", "The expert's unit is missing"),
    ):
        if not value:
            yield Reason("order.incomplete", zh, en, pointer)


def switches(direction: str, switches: Collection[str] | None, actor: Actor) -> Collection[str] | None:
    """An offer belongs to no district's summary: its district may recommend it, and the bureau may publish it without
    that."""
    if direction == SUPPLY and actor.has("bureau"):
        return [switch for switch in (SWITCHES if switches is None else switches) if switch != "recommendation"]
    return switches

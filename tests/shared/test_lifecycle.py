"""The table of steps: what a mode switches off is refused, and passed over on the main road."""

import pytest

from services.orders.rules.order import LIFECYCLE
from shared.actor import Actor
from shared.errors import Forbidden, NotAllowed
from shared.lifecycle import Lifecycle, Step

ANYONE = Actor(id="a", roles=frozenset({"clerk"}))
TABLE = Lifecycle(
    "thing",
    {"new": "新建", "checked": "已审核", "weighed": "已称重", "done": "完成"},
    (
        Step("check", ("new",), "checked", ("clerk",), "审核", "Check", "checking", skip=True),
        Step("weigh", ("checked",), "weighed", ("clerk",), "称重", "Weigh", "weighing", skip=True),
        Step("finish", ("weighed",), "done", ("clerk",), "完成", "Finish"),
        Step("send_back", ("done",), "new", ("clerk",), "退回", "Send back", "checking"),
    ),
)


def possible(status: str, *switches: str) -> list[str]:
    return [step.action for step in TABLE.possible(status, switches)]


def test_with_everything_on_each_step_follows_the_one_before() -> None:
    assert [possible(status, "checking", "weighing") for status in TABLE.statuses] == [
        ["check"],
        ["weigh"],
        ["finish"],
        ["send_back"],
    ]


def test_what_follows_a_passed_over_step_follows_what_came_before_it() -> None:
    assert possible("new", "weighing") == ["weigh"]
    assert possible("new") == ["finish"]
    assert TABLE.after("finish", "new", ANYONE, ()) == "done"


def test_a_side_way_that_is_off_is_refused_and_nothing_is_passed_over() -> None:
    with pytest.raises(NotAllowed) as refusal:
        TABLE.after("send_back", "done", ANYONE, ("weighing",))
    assert refusal.value.reasons[0].code == "thing.status"
    with pytest.raises(NotAllowed):
        TABLE.after("finish", "new", ANYONE, ("weighing",))


def test_a_role_that_may_not_is_told_in_its_own_words_who_may() -> None:
    with pytest.raises(Forbidden) as refused:
        LIFECYCLE.after("endorse", "submitted", Actor("h", frozenset({"host"})))
    (reason,) = refused.value.reasons
    assert (reason.zh, reason.en) == ("“审核”仅限角色：乡镇", "'endorse' is only for: town")

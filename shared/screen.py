"""The whole system on one screen of 80 columns, for operators."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table

from shared.clock import SHANGHAI

COLUMNS = (
    ("事件\njournal", "journal", "本服务已发生的事件", "events that this service has said"),
    ("待记\noutbox", "outbox", "已提交、尚未编号的事件", "committed, not numbered yet"),
    ("待发\nunsent", "unsent", "已编号、尚未送达消息中心的事件", "numbered, not with the broker yet"),
    ("等待\nheld", "held", "因前一事件未到而等待的事件", "wait for an event before them"),
    ("搁置\nparked", "parked", "处理失败、待人处理：jiedan parked", "failed, wait for a person"),
    ("待收\nlag", "lag", "其他服务已说、本服务尚未处理的事件", "said by others, not handled here yet"),
)
"""Heading, its English name, and what it counts."""


def screen(states: Mapping[str, Mapping[str, Any]], silent: Mapping[str, str]) -> RenderableType:
    """``states``: what each service's ``/v1/status`` answered; ``silent``: why the others did not."""
    times = [datetime.fromisoformat(str(state["now"])) for state in states.values()]
    when = f"业务时间 business time: {_day(max(times))} (+08:00)" if times else ""
    table = Table(title="Jiedan 接单", caption=when, box=box.SIMPLE, padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("服务\nservice", no_wrap=True)
    for heading, *_words in COLUMNS:
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("下次到期\nnext due", no_wrap=True)
    for name, state in states.items():
        due = datetime.fromisoformat(str(state["next_due"])) if state["next_due"] else None
        table.add_row(name, *map(str, _counts(state, states)), _day(due) if due else "–")
    for name, why in silent.items():
        table.add_row(name, f"[red]{why}[/red]")
    return Group(table, *(f"{name:<8} {zh} {en}" for _heading, name, zh, en in COLUMNS))


def _counts(state: Mapping[str, Any], states: Mapping[str, Mapping[str, Any]]) -> tuple[int, ...]:
    lag = sum(states[said]["journal_head"] - at for said, at in state["handled"].items() if said in states)
    to_send = state["journal_head"] - state["published_to"]
    return state["journal_head"], state["outbox"], to_send, state["waiting"], state["parked"], lag


def _day(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")

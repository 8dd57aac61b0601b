"""What ``make demo MODE=…`` lives besides the year of a round folder: one module per mode or direction, named like it.

Each module has ``async def live(cast: Cast) -> Outcome``: a client like any other, with invented data that is the
same on every run and marked as invented. A figure that is not the announced one raises DemoFailed."""

import importlib
import pkgutil
from dataclasses import dataclass, field
from typing import Any

from rich.table import Table

from demo.cast import Cast
from demo.client import DemoFailed, System
from demo.stage import Stage

YEAR_OF_A_FOLDER = "team_project"
"""The mode that ``demo.__main__`` itself lives, from the Excel files of a round folder."""


@dataclass(frozen=True)
class Outcome:
    """How it ended: the figures of the last line (orders, teams, experts, the announced numbers, progress) and the
    closing table's rows by their heads."""

    figures: dict[str, Any]
    title: str
    rows: list[dict[str, Any]] = field(default_factory=list)

    def table(self) -> Table:
        """The closing table."""
        table = Table(title=self.title, pad_edge=False)
        for head in self.rows[0] if self.rows else ():
            table.add_column(head, justify="right" if isinstance(self.rows[0][head], int) else "left")
        for row in self.rows:
            table.add_row(*(f"{value:,}" if isinstance(value, int) else str(value) for value in row.values()))
        return table


def names() -> list[str]:
    """The modes that can be lived."""
    return [YEAR_OF_A_FOLDER, *sorted(module.name for module in pkgutil.iter_modules(__path__))]


async def live(mode: str, system: System, stage: Stage) -> tuple[dict[str, Any], Outcome]:
    """One programme of this mode; the last line and what the table shows. Raises DemoFailed when an event is left
    parked anywhere, or as soon as the system does not do what the programme needs."""
    cast = Cast(system, stage, mode)
    await cast.begin()
    outcome = await importlib.import_module(f"demo.modes.{mode}").live(cast)
    await system.settle()
    if parked := await cast.parked():
        raise DemoFailed(f"{parked} events are parked")
    return {"mode": mode, **outcome.figures, "parked": 0, "seconds": round(stage.seconds, 1)}, outcome

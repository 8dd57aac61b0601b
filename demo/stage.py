"""What the audience sees: a progress bar on a terminal, a line per act otherwise."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

ACTS = 9


class Stage:
    """Shows one act after the other. ``shown=False`` keeps silent."""

    def __init__(self, shown: bool = True) -> None:
        self.started = time.monotonic()
        self.console = Console(quiet=not shown, highlight=False, soft_wrap=True)
        self._act: TaskID | None = None
        self._total = 0
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
            disable=not shown or not self.console.is_terminal,
            transient=True,
        )

    def __enter__(self) -> "Stage":
        self._bar.start()
        self._whole = self._bar.add_task("一年 The year", total=ACTS)
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    def say(self, words: str) -> None:
        """A line that stays."""
        self._bar.console.print(words, markup=False)
        sys.stdout.flush()

    @contextmanager
    def act(self, title: str, steps: int) -> Iterator[None]:
        """One act of ``steps`` steps, each of which calls :meth:`step`."""
        self._act, self._total = self._bar.add_task(title, total=steps), steps
        try:
            yield
        finally:
            self._bar.remove_task(self._act)
            self._act = None
        self._bar.advance(self._whole)
        self.say(f"{self.seconds:6.1f} s  {title}")

    def step(self, count: int = 1) -> None:
        if self._act is not None:
            self._bar.advance(self._act, count)

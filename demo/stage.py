"""What the audience sees: a progress bar on a terminal, a line per act otherwise."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

ACTS = 17


class Stage:
    """Shows one act after the other. ``shown=False`` keeps silent."""

    def __init__(self, shown: bool = True) -> None:
        self.started = time.monotonic()
        self.console = Console(quiet=not shown, highlight=False)
        if not self.console.is_terminal:
            self.console.width = 140
        self._shown = shown
        self._act: TaskID | None = None
        self._bar: Progress | None = None
        self._whole = TaskID(0)

    def __enter__(self) -> "Stage":
        if self._shown and self.console.is_terminal:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            self._bar = Progress(*columns, console=self.console, transient=True)
            self._bar.start()
            self._whole = self._bar.add_task("一年 The year", total=ACTS)
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    def say(self, words: str) -> None:
        """A line that stays."""
        if self._bar:
            self._bar.console.print(words, markup=False)
        elif self._shown:
            print(words, flush=True)

    @contextmanager
    def act(self, title: str, steps: int) -> Iterator[None]:
        """One act of ``steps`` steps, each told by :meth:`step`; its line stays when it succeeded."""
        if self._bar:
            self._act = self._bar.add_task(title, total=steps)
        yield
        if self._bar and self._act is not None:
            self._bar.remove_task(self._act)
            self._bar.advance(self._whole)
        self.say(f"{self.seconds:6.1f} s  {title}")

    def step(self, count: int = 1) -> None:
        if self._bar and self._act is not None:
            self._bar.advance(self._act, count)

"""One supervised process: it is started, watched until it is ready, started again when it dies, and ended."""

import asyncio
import contextlib
import os
import re
import signal
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.output import Output
from deploy.local.privileges import User, before_exec

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0  # seconds between restarts, doubled each time
_WELL_AFTER = 10.0  # seconds up after which the pause starts small again
_TRIES_AT_START = 5
_BAD_SETTINGS = 2


class CannotStart(Exception):
    """A process that did not get ready; the message says which and why. ``code`` is ours to exit with."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


def exit_code(code: int | None) -> int:
    """What we exit with when a process of ours ended with ``code``: bad settings stay bad settings."""
    return _BAD_SETTINGS if code == _BAD_SETTINGS else 1


@dataclass(frozen=True)
class Program:
    """What to run. ``ready`` answers an empty string, or why not yet. ``death`` is sent by the kernel when
    the supervisor is killed: PostgreSQL gets one that lets it take its own children along."""

    name: str
    argv: tuple[str, ...]
    env: dict[str, str]
    ready: Callable[[], Awaitable[str]]
    stop: signal.Signals = signal.SIGTERM
    death: signal.Signals = signal.SIGKILL
    user: User | None = None
    folder: Path | None = None
    aside: str = "(?!)"  # pattern of the lines that are for the log file only
    before: Callable[[], None] = field(default=lambda: None)


class Child:
    def __init__(self, program: Program, output: Output) -> None:
        self.program, self.output = program, output
        self.was_ready = False
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = False
        self._failures = 0
        self._last_lines: deque[str] = deque(maxlen=5)
        self._keeper: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        self._keeper = asyncio.create_task(self._keep_running(), name=self.program.name)

    async def _keep_running(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stopping:
            began = time.monotonic()
            code = await self._run_once()
            if self._stopping:
                return
            self._failures += 1
            if not self.was_ready and (code == _BAD_SETTINGS or self._failures >= _TRIES_AT_START):
                return  # until_ready reports it
            pause = _FIRST_PAUSE if time.monotonic() - began > _WELL_AFTER else min(pause * 2, _LONGEST_PAUSE)
            how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
            self.output.say(f"{self.program.name} ended ({how}); starting it again in {pause:.1f} s")
            await asyncio.sleep(pause)

    async def _run_once(self) -> int:
        program = self.program
        program.before()
        self._process = await asyncio.create_subprocess_exec(
            *program.argv,
            env=program.env,
            cwd=program.folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=1 << 20,
            start_new_session=True,  # Ctrl-C reaches the supervisor alone, which ends the others in order
            preexec_fn=before_exec(program.death, program.user),
        )
        assert self._process.stdout is not None  # noqa: S101
        async for text in lines(self._process.stdout):
            self._last_lines.append(text)
            self.output.line(program.name, text, aside=bool(re.search(program.aside, text)))
        return await self._process.wait()

    async def until_ready(self, seconds: float = 60) -> None:
        """Returns when it is ready; raises :class:`CannotStart` when it ended or time is up."""
        ends = time.monotonic() + seconds
        why = "no answer"
        while time.monotonic() < ends:
            if self._keeper is not None and self._keeper.done():
                last = self._last_lines[-1] if self._last_lines else "it said nothing"
                code = self._process.returncode if self._process else None
                raise CannotStart(f"{self.program.name} does not start: {last}", exit_code(code))
            if not (why := await self.program.ready()):
                self.was_ready = True
                return
            await asyncio.sleep(0.05)
        raise CannotStart(f"{self.program.name} is not ready after {seconds:.0f} s: {why}")

    async def end(self, grace: float) -> None:
        """Asks it to end, and kills it after ``grace`` seconds."""
        self._stopping = True
        process = self._process
        if process is not None and process.returncode is None:
            self._send(self.program.stop)
            try:
                async with asyncio.timeout(grace):
                    await process.wait()
            except TimeoutError:
                self.output.say(f"{self.program.name} does not end; killing it")
                self._send(self.program.death)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(grace):
                        await process.wait()
                self._send(signal.SIGKILL)
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])

    def _send(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, number)


async def lines(stream: asyncio.StreamReader) -> AsyncIterator[str]:
    """The lines of ``stream``, decoded whatever they are; an endless line comes in pieces."""
    while True:
        try:
            raw = await stream.readline()
        except ValueError:  # longer than the reader's limit
            continue
        if not raw:
            return
        yield raw.decode(errors="replace").rstrip()


async def run_step(
    name: str,
    argv: tuple[str, ...],
    env: dict[str, str],
    output: Output,
    folder: Path,
    user: User | None = None,
) -> None:
    """Runs a command to its end; raises :class:`CannotStart` with its last line when it fails."""
    process = await asyncio.create_subprocess_exec(
        *argv,
        env=env,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=1 << 20,
        start_new_session=True,
        preexec_fn=before_exec(signal.SIGKILL, user),
        cwd=folder,
    )
    last = "it said nothing"
    try:
        assert process.stdout is not None  # noqa: S101
        async for text in lines(process.stdout):
            output.line(name, text, aside=bool(user))  # initdb, the one step that is not ours, says a lot
            last = text or last
        code = await process.wait()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        raise
    if code:
        raise CannotStart(f"{name} failed: {last}", exit_code(code))

"""Starts everything in order of readiness, keeps it running, and ends it all when asked."""

import asyncio
import hashlib
import signal
import sys
import time
from collections.abc import Coroutine, Iterable
from pathlib import Path
from typing import Any

import httpx

from deploy import SERVICES
from deploy.local.child import CannotStart, Child, Program, run_step
from deploy.local.keys import load_keys
from deploy.local.options import ROOT, Options
from deploy.local.output import Output
from deploy.local.ports import free_ports
from deploy.local.privileges import die_with_parent
from deploy.local.programs import System

_GRACE = 4.0  # seconds a process has to end before it is killed
_END_ORDER = {"caddy": 0, "nats": 2, "postgres": 2}  # everything else: 1


async def together(*steps: Coroutine[Any, Any, None]) -> None:
    """Runs all at once; the first failure cancels the rest and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as tasks:
            for step in steps:
                tasks.create_task(step)
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None


def _code_fingerprint() -> str:
    """Changes with any line that could want other tables, streams or consumers."""
    files = sorted(file for part in ("shared", "services", "deploy") for file in (ROOT / part).rglob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


class Supervisor:
    """One system in one data folder. ``run`` returns the exit code when everything has ended."""

    def __init__(self, options: Options, output: Output) -> None:
        self.options, self.output = options, output
        self._children: list[Child] = []
        self._asked_to_end = asyncio.Event()

    async def run(self) -> int:
        self._listen_for_signals()
        async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
            system = System(self.options, load_keys(self.options.folder.path), free_ports(), http)
            starting = asyncio.create_task(self._start(system))
            ended = asyncio.create_task(self._asked_to_end.wait())
            try:
                await asyncio.wait([starting, ended], return_when=asyncio.FIRST_COMPLETED)
                if starting.done():
                    starting.result()
                    await ended
                return 0
            except CannotStart as error:
                self.output.trouble(f"cannot start: {error}")
                return error.code
            finally:
                starting.cancel()
                await asyncio.wait([starting])
                await self._end()

    async def _start(self, system: System) -> None:
        began = time.monotonic()
        first_time = not (self.options.folder.path / "seeded").exists()
        self.output.say(f"{'setting up' if first_time else 'starting'} in {self.options.folder.path}")
        await self._servers_and_schema(system)
        await self._bring_up([*system.apis(), *system.workers(), system.gateway()])
        if self.options.seed and first_time:
            await self._seed(system)
        self._announce(system)
        self._print_summary(system, time.monotonic() - began)

    async def _servers_and_schema(self, system: System) -> None:
        """PostgreSQL and NATS with everything the services need in them. Preparing takes seconds, so servers of
        our own that were prepared by this very code are left as they are; otherwise it begins, with its imports,
        while they start."""
        marker, now = self.options.folder.path / "prepared", _code_fingerprint()
        ours = system.cluster is not None and system.nats_port != 0
        made = system.cluster is not None and not system.cluster.folder.exists()
        if ours and not made and marker.exists() and marker.read_text() == now:
            await self._servers(system)
            return
        marker.unlink(missing_ok=True)
        await together(self._servers(system), self._step("prepare", system.admin_env(), "-m", "deploy.prepare"))
        marker.write_text(now)

    async def _servers(self, system: System) -> None:
        if system.cluster:
            await system.cluster.initialise(self.output)
        await self._bring_up(system.servers())

    async def _seed(self, system: System) -> None:
        await self._step("seed", system.common_env(), "-m", "demo.seed", "--url", system.url)
        (self.options.folder.path / "seeded").touch()

    async def _step(self, name: str, env: dict[str, str], *words: str) -> None:
        await run_step(name, (sys.executable, *words), env, self.output, folder=ROOT)

    async def _bring_up(self, programs: Iterable[Program]) -> None:
        children = [Child(program, self.output) for program in programs]
        self._children.extend(children)
        for child in children:
            child.start()
        await together(*(child.until_ready() for child in children))

    def _announce(self, system: System) -> None:
        folder = self.options.folder
        for service in SERVICES:
            folder.write_env(service, system.service_env(service))
        folder.write_env("admin", system.admin_env())
        folder.announce(port=system.gateway_port, url=system.url, ports=system.all_ports())

    def _print_summary(self, system: System, seconds: float) -> None:
        path = self.options.folder.path
        data = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
        where = ("" if system.gateway_port == 8080 else f" PORT={system.gateway_port}") + (
            "" if data == Path("var") else f" DATA={data}"
        )
        self.output.say(f"ready after {seconds:.1f} s")
        self.output.plain(
            f"""
  Jiedan 接单 runs at   {system.url}/
  a token              make token ROLE=bureau DIVISION=500000000000{where}
  a whole year         make demo{where}
  what it is doing     make status{where}
  its log and data     {data}/
  end it               Ctrl-C
"""
        )

    async def _end(self) -> None:
        """Clients first, servers last, so nothing loses what it stands on."""
        self.output.say("ending")
        groups: dict[int, list[Child]] = {}
        for child in self._children:
            groups.setdefault(_END_ORDER.get(child.program.name, 1), []).append(child)
        for _, children in sorted(groups.items()):
            await asyncio.gather(*(child.end(_GRACE) for child in children))
        self.options.folder.leave()
        self.output.say("ended")

    def _listen_for_signals(self) -> None:
        if self.options.follow_parent:
            die_with_parent(signal.SIGTERM)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup make run
                loop.add_signal_handler(number, self._asked_to_end.set)

"""The smoke journey: the real processes of ``make run``, driven from outside, killed, and started again.

What runs is what a user gets: PostgreSQL, NATS, Caddy, four APIs and four workers under the supervisor.
"""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx
import psutil
import pytest

from deploy import SERVICES
from deploy.local.folder import Folder
from deploy.local.options import ROOT
from deploy.local.ports import free_port

PATIENCE = 120.0
"""Seconds to wait for what takes ten on an idle machine."""
SMALL_ROUND = ("--province", "四川", "--teams", "6", "--year", "2020", "--seed", "5")


@dataclass
class Running:
    """A started here. ``starter`` is the process that this test started: make, or the supervisor itself."""

    starter: subprocess.Popen[bytes]
    folder: Folder
    output: Path

    @property
    def facts(self) -> dict[str, Any]:
        found = self.folder.running()
        assert found, self.said()
        return found

    def said(self) -> str:
        return self.output.read_text()

    def get(self, path: str, **parameters: Any) -> httpx.Response:
        return httpx.get(self.facts["url"] + path, params=parameters, timeout=20, trust_env=False)

    def processes(self) -> dict[str, psutil.Process]:
        """The processes under the supervisor by what they are: ``orders.api``, ``postgres`` …"""
        return {name_of(process): process for process in psutil.Process(self.facts["pid"]).children()}


def name_of(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        words = process.cmdline()
        if "shared.cli" in words:
            kind, service = words[words.index("shared.cli") + 1 :][:2]
            return f"{service}.{kind}"
        return Path(words[0]).name if words else ""
    return ""


def family(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def alive(processes: list[psutil.Process]) -> list[str]:
    found = []
    for process in processes:
        with suppress(psutil.Error):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(f"{process.pid} {name_of(process)}")
    return found


def wait_until(holds: Callable[[], Any], what: str, seconds: float = PATIENCE) -> None:
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, f"{what} did not happen within {seconds:.0f} s"
        time.sleep(0.1)


def start(command: tuple[str, ...], data: Path, **environment: str) -> Running:
    """Starts ``command`` in a process group of its own and waits until it says that it is ready."""
    output = data.parent / f"{data.name}-{time.monotonic_ns()}.log"
    env = {name: value for name, value in os.environ.items() if not name.startswith(("JIEDAN_", "MAKE"))}
    with output.open("wb") as file:
        starter = subprocess.Popen(
            command, cwd=ROOT, env=env | environment, stdout=file, stderr=file, start_new_session=True
        )
    running = Running(starter, Folder(data), output)
    wait_until(lambda: "ready after" in running.said() or starter.poll() is not None, "the start")
    assert starter.poll() is None, running.said()
    return running


def make_run(data: Path) -> tuple[str, ...]:
    """With this interpreter's environment, whose packages are those of the lock."""
    return ("make", "run", f"DATA={data}", f"PORT={free_port()}", f"BIN={sys.prefix}/bin", "READY=")


def stop(running: Running) -> None:
    everything = family(running.starter.pid)
    running.starter.terminate()
    running.starter.wait(30)
    assert not alive(everything)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """In a data folder below one that is closed to others, as temporary folders are."""
    running = start(make_run(data := tmp_path_factory.mktemp("jiedan") / "var"), data)
    yield running
    if running.starter.poll() is None:
        stop(running)


def test_a_start_leads_to_an_open_round_with_published_orders(here: Running) -> None:
    assert "接单" in here.get("/").text
    for service in SERVICES:
        assert here.get(f"/{service}/readyz").json()["status"] == "ready"
    orders = here.get("/public/orders").json()["items"]
    assert orders
    assert {order["status"] for order in orders} == {"published"}
    assert here.get("/dev/clock").json()["now"].startswith("2020-03-01T08:")


def test_secrets_are_for_their_owner_only(here: Running) -> None:
    data = here.folder.path
    files = [data / "secrets.env", *(data / "env").iterdir()]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert "JIEDAN_POSTGRES_URL" not in here.folder.env("teams")
    assert "password" not in (data / "run.json").read_text()


def test_only_the_gateway_and_loopback_are_listened_on(here: Running) -> None:
    listening = {
        port: line.split()[1].partition(":")[0]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[3] == "0A" and (port := int(line.split()[1].partition(":")[2], 16))
    }
    ours = {name: listening.get(port) for name, port in here.facts["ports"].items()}
    assert set(ours.values()) == {"0100007F"}, ours  # 127.0.0.1


async def test_a_service_cannot_enter_another_services_database(here: Running) -> None:
    url = urlsplit(here.folder.env("teams")["JIEDAN_DATABASE_URL"])
    await (await asyncpg.connect(url.geturl())).close()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(url._replace(path="/funding").geturl())


def test_a_second_system_in_the_same_folder_or_on_the_same_port_is_refused(here: Running, tmp_path: Path) -> None:
    port = str(here.facts["port"])
    command = (sys.executable, "-m", "deploy.local", "--data")
    same_folder = subprocess.run((*command, str(here.folder.path), "--port", "0"), capture_output=True, cwd=ROOT)
    same_port = subprocess.run((*command, str(tmp_path / "other"), "--port", port), capture_output=True, cwd=ROOT)
    assert (same_folder.returncode, same_port.returncode) == (2, 2)
    assert re.fullmatch(rb"jiedan: a system already runs in DATA=.*\n", same_folder.stderr)
    assert re.fullmatch(rb"jiedan: PORT=.* cannot be used .*\n", same_port.stderr)
    assert not (tmp_path / "other").exists()


def test_commands_find_the_system_that_runs_in_a_folder(here: Running) -> None:
    def run(*words: str) -> str:
        command = (sys.executable, "-m", "deploy.local.within", "--data", str(here.folder.path), *words)
        return subprocess.run(command, capture_output=True, check=True, cwd=ROOT, text=True).stdout

    token = run("token", "--role", "bureau", "--division", "500000000000").strip()
    answer = here.get("/orders/v1/rounds")
    assert answer.status_code == 401
    headers = {"Authorization": f"Bearer {token}"}
    rounds = httpx.get(here.facts["url"] + "/orders/v1/rounds", headers=headers, trust_env=False)
    assert rounds.headers["x-content-type-options"] == "nosniff"
    assert len(rounds.json()["items"]) == 1
    assert json.loads(run("verify", "orders"))["intact"] is True


def test_killing_any_process_during_the_year_changes_no_figure(here: Running, tmp_path: Path) -> None:
    """One year in peace, one in which every kind of process is killed: the same figures but for time and events."""
    folder = tmp_path / "sichuan"
    make = (sys.executable, "-m", "demo.make_round", *SMALL_ROUND, "--out", str(folder))
    subprocess.run(make, check=True, capture_output=True, cwd=ROOT)
    demo = (sys.executable, "-m", "demo", "--url", here.facts["url"], "--round", str(folder))

    peace = subprocess.run(demo, capture_output=True, cwd=ROOT, text=True)
    assert peace.returncode == 0, peace.stdout + peace.stderr
    storm = subprocess.Popen(demo, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=ROOT, text=True)
    killed = list(_kill_while(storm, here))
    said, _ = storm.communicate(timeout=PATIENCE)
    assert storm.returncode == 0, said

    assert len(killed) >= 3, f"only {killed} were killed before the year was over"
    assert figures(said) == figures(peace.stdout)
    assert figures(said)["parked"] == 0
    assert figures(said)["ledger_balanced"] is True


def _kill_while(demo: subprocess.Popen[str], here: Running) -> Iterator[str]:
    names = ("orders.api", "teams.worker", "nats-server", "postgres", "funding.worker", "caddy", "assessment.api")
    for name in names:
        time.sleep(1)
        if demo.poll() is not None:
            return
        here.processes()[name].kill()
        yield name
        wait_until(partial(_runs, here, name), f"the restart of {name}")


def _runs(here: Running, name: str) -> bool:
    return name in here.processes()


def figures(said: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
    return {name: value for name, value in found.items() if name not in ("seconds", "events")}


def test_a_kill_while_money_is_registered_loses_and_doubles_nothing(here: Running) -> None:
    """After the year: an award is revoked, its money comes back in parts, and the funding API dies while each part is
    registered and confirmed. The request is repeated with its Idempotency-Key until it is answered."""
    bureau, maker, checker = (Desk(here, role) for role in ("bureau", "finance_maker", "finance_checker"))
    closed = bureau.get("/awards?status=closed,settled")["items"][0]
    bureau.post(f"/awards/{closed['id']}/revoke", {"reason": "虚报服务"}, "revoke")
    owed = bureau.get(f"/recoveries?award_id={closed['id']}")["items"][0]
    for number, milliseconds in enumerate((0, 8, 24)):
        paid = {"amount_fen": 100 + number, "reference": f"HK-{number}", "paid_on": "2020-12-30"}
        repayments = f"/recoveries/{owed['id']}/repayments"
        made = maker.post(repayments, paid, f"register-{number}", killed_after=milliseconds / 1000)
        again = maker.post(repayments, paid, f"register-{number}")
        assert again == made
        checker.post(f"/repayments/{made['id']}/confirm", None, f"confirm-{number}", killed_after=milliseconds / 1000)
    known = bureau.get(f"/recoveries/{owed['id']}")
    assert sorted(one["reference"] for one in known["repayments"]) == [f"HK-{number}" for number in range(3)]
    assert known["repaid_fen"] == sum(range(100, 103))
    assert bureau.get("/ledger/verify")["differences"] == []


class Desk:
    """One person of the finance desk, who asks again until there is an answer."""

    def __init__(self, here: Running, role: str) -> None:
        command = (sys.executable, "-m", "deploy.local.within", "--data", str(here.folder.path), "token")
        scope = ("--role", role, "--division", "510000000000", "--sub", f"journey-{role}")
        token = subprocess.run((*command, *scope), capture_output=True, check=True, cwd=ROOT, text=True).stdout.strip()
        self.here = here
        self.client = httpx.Client(
            base_url=here.facts["url"] + "/funding/v1",
            headers={"Authorization": f"Bearer {token}"},
            trust_env=False,
            timeout=30,
        )

    def get(self, path: str) -> Any:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def kill(self) -> None:
        with suppress(KeyError, psutil.NoSuchProcess):  # on its way up again since the last one
            self.here.processes()["funding.api"].kill()

    def post(self, path: str, body: Any, key: str, killed_after: float | None = None) -> Any:
        """``killed_after``: seconds until the API gets its KILL while the first request is on its way."""
        if killed_after is not None:
            threading.Timer(killed_after, self.kill).start()
        answered: list[httpx.Response] = []

        def asked() -> bool:
            with suppress(httpx.TransportError):
                answered.append(self.client.post(path, json=body, headers={"Idempotency-Key": key}))
            return bool(answered) and answered[-1].status_code < 500

        wait_until(asked, f"an answer to {path}")
        assert answered[-1].status_code < 300, answered[-1].text
        return answered[-1].json()


@pytest.mark.parametrize("how", ["TERM to make", "KILL to make's group", "KILL to make"])
def test_nothing_stays_behind_and_the_next_start_finds_the_data(how: str, here: Running) -> None:
    """The first end is that of the system which all tests above have used."""
    data = here.folder.path
    running = here if here.starter.poll() is None else start(make_run(data), data)
    assert running.get("/public/orders").json()["items"]
    everything = family(running.starter.pid)
    assert len(everything) > 20  # PostgreSQL's own children included

    if how == "KILL to make's group":
        os.killpg(running.starter.pid, signal.SIGKILL)
    else:
        running.starter.send_signal(signal.SIGTERM if "TERM" in how else signal.SIGKILL)
    running.starter.wait(30)

    wait_until(lambda: not alive(everything), "the end of everything", 20)
    assert running.folder.running() is None

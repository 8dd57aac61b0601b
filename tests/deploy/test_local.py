"""The supervisor's parts, each by itself; ``tests/journeys/test_processes.py`` has them all at work."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx
import psutil
import pytest

from deploy.databases import service_url
from deploy.keys import DEVELOPMENT_KEYS, KEYS
from deploy.local.child import CannotStart, Child, Program, run_step
from deploy.local.folder import Folder, Unusable
from deploy.local.keys import load_keys
from deploy.local.options import ROOT, parse
from deploy.local.output import Output, readable
from deploy.local.ports import free_port, free_ports, taken
from deploy.local.postgres import Cluster
from deploy.local.privileges import before_exec
from deploy.local.programs import System

PYTHON = sys.executable


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--port", "http"], "PORT=http is not a port"),
        (["--port", "70000"], "PORT=70000 is not a port"),
        (["--data", ""], "DATA must name a folder"),
        (["--port", "0", "--clock-start", "spring"], "--clock-start spring is not a date"),
    ],
)
def test_a_bad_argument_is_named_in_one_line(arguments: list[str], says: str) -> None:
    with pytest.raises(Unusable, match=says) as refusal:
        parse(arguments)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("url", ["there", "mysql://a:b@c:1/d", "postgresql://host/db", "postgresql://host:port/db"])
def test_an_existing_server_is_named_by_a_whole_address(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIEDAN_POSTGRES_URL", url)
    with pytest.raises(Unusable, match="JIEDAN_POSTGRES_URL must read like"):
        parse(["--port", "0"])


def test_time_begins_on_1_march_of_the_bundled_rounds_year() -> None:
    assert parse(["--port", "0"]).clock_start == date(2020, 3, 1)
    assert parse(["--port", "0", "--clock-start", "2023-05-06"]).clock_start == date(2023, 5, 6)


def test_a_port_in_use_is_taken_and_a_free_one_is_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert taken(other.getsockname()[1])
    assert not taken(free_port())


def test_secrets_are_made_once_and_the_environment_overrules_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_keys(tmp_path)
    assert set(first) == {*KEYS, *DEVELOPMENT_KEYS}
    assert len(set(first.values())) == len(first)
    monkeypatch.setenv("JIEDAN_HASH_KEY", "mine")
    assert load_keys(tmp_path) == {**first, "JIEDAN_HASH_KEY": "mine"}
    monkeypatch.delenv("JIEDAN_HASH_KEY")
    assert load_keys(tmp_path) == first


def test_keys_for_compose_need_nothing_but_python() -> None:
    bare = subprocess.run([PYTHON, "-S", "-m", "deploy.keys"], cwd=ROOT, capture_output=True, check=True, text=True)
    assert [line.partition("=")[0] for line in bare.stdout.splitlines()] == list(KEYS)


def test_a_services_address_carries_its_own_role_and_an_escaped_password() -> None:
    admin = "postgresql://boss:secret@db.example:5433/postgres?sslmode=require"
    url = service_url(admin, "teams", "p@ss/word")
    assert url == "postgresql://teams:p%40ss%2Fword@db.example:5433/teams?sslmode=require"


def test_only_one_holds_a_data_folder_and_a_left_over_run_file_does_not_count(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.announce(url="http://127.0.0.1:1")
    assert folder.running() is None
    held = folder.lock()
    assert folder.running() == {"pid": os.getpid(), "url": "http://127.0.0.1:1"}
    with pytest.raises(Unusable, match="a system already runs in DATA="):
        folder.lock()
    os.close(held)
    os.close(folder.lock())


def test_a_dead_postmasters_lock_is_forgotten_when_its_number_belongs_to_another(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path, 1, "x")
    cluster.folder.mkdir()
    lock = cluster.folder / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{cluster.folder}\n")  # this is python
    cluster.forget_dead_postmaster()
    assert not lock.exists()


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('{"level":"info","time":"t","service":"orders","logger":"l","message":"starts","rows":3}', "starts rows=3"),
        ('{"level":"warning","message":"slow"}', "WARNING slow"),
        ('{"level":"error","message":"oh","error":"Traceback\\n  line"}', "ERROR oh\nTraceback\n  line"),
        ("{not json", "{not json"),
        ('{"msg":"of another shape"}', '{"msg":"of another shape"}'),
        ("plain", "plain"),
    ],
)
def test_log_lines_are_shown_as_a_person_reads_them(line: str, shown: str) -> None:
    assert readable(line) == shown


def test_a_child_dies_with_the_process_that_started_it(tmp_path: Path) -> None:
    """The parent is killed before it could do anything about it."""
    mark = tmp_path / "pid"
    parent = (
        "import os, signal, subprocess, sys, time\n"
        "from deploy.local.privileges import before_exec\n"
        "child = subprocess.Popen(['sleep', '60'], start_new_session=True, preexec_fn=before_exec(signal.SIGKILL))\n"
        f"open({str(mark)!r}, 'w').write(str(child.pid))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([PYTHON, "-c", parent], cwd=ROOT, check=False)
    child = Path(f"/proc/{mark.read_text()}/stat")
    ends = time.monotonic() + 5
    while child.exists() and child.read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < ends, "the child lives on"
        time.sleep(0.02)


def test_a_child_whose_parent_is_gone_already_does_not_start() -> None:
    prepare = before_exec(signal.SIGKILL)  # remembers this process as the parent
    middle = os.fork()
    if middle == 0:  # its child is nobody's that ``prepare`` knows
        inner = os.fork()
        if inner == 0:
            prepare()
            os._exit(0)
        os._exit(os.waitstatus_to_exitcode(os.waitpid(inner, 0)[1]))
    assert os.waitstatus_to_exitcode(os.waitpid(middle, 0)[1]) == 1


async def test_a_child_that_dies_is_started_again(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    starts.touch()

    async def ready() -> str:
        return "" if starts.stat().st_size >= 2 else "not yet"

    program = Program("waiter", ("sh", "-c", f"printf x >> {starts}; sleep 0.2"), {}, ready)
    child = Child(program, Output(quiet=True))
    child.start()
    await child.until_ready(10)
    await child.end(1)


async def test_a_child_that_refuses_its_settings_is_not_tried_again() -> None:
    async def ready() -> str:
        return "no answer"

    command = ("sh", "-c", "echo 'jiedan: bad settings: X'; exit 2")
    child = Child(Program("api", command, {"PATH": os.defpath}, ready), Output(quiet=True))
    child.start()
    with pytest.raises(CannotStart, match="api does not start: jiedan: bad settings: X") as refusal:
        await child.until_ready(10)
    assert refusal.value.code == 2
    await child.end(1)


async def test_a_child_that_does_not_end_is_killed(tmp_path: Path) -> None:
    deaf = tmp_path / "deaf"

    async def ready() -> str:
        await asyncio.sleep(0)
        return "" if deaf.exists() and child.pid else "not yet"

    command = ("sh", "-c", f"trap '' TERM; touch {deaf}; while :; do sleep 0.1; done")
    child = Child(Program("deaf", command, {"PATH": os.defpath}, ready), Output(quiet=True))
    child.start()
    await child.until_ready(10)
    assert child.pid is not None
    await child.end(0.3)
    assert not psutil.pid_exists(child.pid)


async def test_a_failing_step_says_its_last_line(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="migrate failed: no such table"):
        await run_step(
            "migrate", ("sh", "-c", "echo first; echo no such table; exit 1"), {}, Output(quiet=True), tmp_path
        )


def test_a_terminal_that_goes_away_does_not_end_the_system(tmp_path: Path) -> None:
    log = tmp_path / "log"
    script = (
        "from pathlib import Path\n"
        "from deploy.local.output import Output\n"
        f"output = Output(Path({str(log)!r}))\n"
        "for number in range(20000): output.line('x', f'line {number}')\n"
    )
    pipe = f'set -o pipefail; {PYTHON} -c "$SCRIPT" | head -1'
    env = {**os.environ, "SCRIPT": script}
    subprocess.run(["bash", "-c", pipe], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
    assert log.read_text().rstrip().endswith("line 19999")


def test_every_process_keeps_files_in_the_data_folder_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JIEDAN_FILES", raising=False)
    folder = tmp_path / "我的 数据"
    folder.mkdir()
    options = parse(["--data", str(folder)])
    system = System(options, load_keys(folder), free_ports(), httpx.AsyncClient())
    assert unquote(urlsplit(system.common_env()["JIEDAN_FILES"]).path) == str(folder / "files")
    monkeypatch.setenv("JIEDAN_FILES", "s3://bucket")
    assert system.service_env("teams")["JIEDAN_FILES"] == "s3://bucket"

"""What ``python -m deploy.local`` is told. Bad settings end it with one clear line and exit code 2."""

import argparse
import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local.folder import Folder, Unusable
from deploy.local.ports import taken

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Options:
    """``clock_start`` is the first business day of a new data folder. ``postgres_url`` and ``nats_url``, when
    given, name existing servers; then none is started here."""

    folder: Folder
    port: int
    host: str
    clock_start: date
    seed: bool
    follow_parent: bool
    quiet: bool
    postgres_url: str
    nats_url: str


def add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", default="./var", metavar="FOLDER", help="data folder (default ./var)")


def data_folder(text: str) -> Folder:
    if not text:
        raise Unusable("DATA must name a folder")
    return Folder(Path(text).expanduser().resolve())


def parse(argv: list[str] | None = None) -> Options:
    """Raises :class:`Unusable` with the one line to show."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description="Runs the whole system here.")
    add_data(parser)
    parser.add_argument("--port", default="8080", help="the gateway's port (default 8080; 0: a free one)")
    parser.add_argument("--host", default="127.0.0.1", help="the gateway's address (default 127.0.0.1)")
    parser.add_argument("--clock-start", metavar="DATE", help="first business day of a new data folder")
    parser.add_argument("--no-seed", action="store_true", help="do not load the open demo round")
    parser.add_argument("--follow-parent", action="store_true", help="end when the starting process ends")
    parser.add_argument("--quiet", action="store_true", help="write to the log file only")
    given = parser.parse_args(argv)
    return Options(
        folder=data_folder(given.data),
        port=_port(given.port, given.host),
        host=given.host,
        clock_start=_date(given.clock_start) if given.clock_start else demo_spring(),
        seed=not given.no_seed,
        follow_parent=given.follow_parent,
        quiet=given.quiet,
        postgres_url=_server("JIEDAN_POSTGRES_URL", ("postgresql", "postgres")),
        nats_url=_server("JIEDAN_NATS_URL", ("nats", "tls")),
    )


def demo_round() -> Path:
    """The bundled demo round: the newest ``demo/round_<year>``."""
    found = sorted((ROOT / "demo").glob("round_[0-9][0-9][0-9][0-9]"))
    if not found:
        raise Unusable("demo/round_<year> is missing from this checkout")
    return found[-1]


def demo_spring() -> date:
    """1 March of the bundled demo round's year, when its round opens."""
    return date(int(demo_round().name.removeprefix("round_")), 3, 1)


def _port(text: str, host: str) -> int:
    if not re.fullmatch(r"\d{1,5}", text) or int(text) > 65535:
        raise Unusable(f"PORT={text} is not a port (1–65535)")
    if int(text) and (why := taken(int(text), host)):
        why = why.lower()
        raise Unusable(f"PORT={text} cannot be used on {host} ({why}); choose another: make run PORT=8081")
    return int(text)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unusable(f"--clock-start {text} is not a date like 2020-03-01") from None


def _server(name: str, schemes: tuple[str, ...]) -> str:
    text = os.environ.get(name, "")
    try:
        parts = urlsplit(text)
        usable = parts.scheme in schemes and bool(parts.hostname) and parts.port is not None
    except ValueError:
        usable = False
    if text and not usable:
        raise Unusable(f"{name} must read like {schemes[0]}://user:password@host:port, the port included")
    return text

"""``jiedan``: one command for operators and the supervisor. ``python -m shared.cli COMMAND``."""

import argparse
import asyncio
import gc
import importlib
import json
import logging
import os
import sys
import time
from functools import partial
from typing import Any

from shared import clock
from shared.actor import ROLES
from shared.service import SERVICES, Service
from shared.settings import Settings, load_settings


def manifest(name: str) -> Service:
    """A service by its name; importing it registers its events and routes."""
    found: Service = importlib.import_module(f"services.{name}.main").service
    return found


def resident(name: str) -> Service:
    """The service of a process that stays: what it imports stays, too, and is nothing for the collector to look at."""
    gc.disable()
    found = manifest(name)
    settle()
    gc.enable()
    return found


def settle() -> None:
    """What there is stays. Of the rest the collector looks at less, and less often: a request that makes a hundred thousand
    rows would be searched for garbage from the start every time it has made some more (a third of its time)."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def run_api(args: argparse.Namespace) -> None:
    """Serve a service's REST API."""
    import uvicorn

    from shared.http.app import create_app
    from shared.telemetry import configure_logging

    settings = load_settings()
    configure_logging(args.service, settings.log_level)
    app = create_app(resident(args.service), settings)
    uvicorn.run(
        app,
        host=args.host,
        port=args.port,
        root_path=f"/{args.service}",
        log_config=None,
        access_log=False,
        loop="uvloop",
        http="httptools",
        timeout_graceful_shutdown=5,
        server_header=False,
        proxy_headers=True,
    )


def run_worker(args: argparse.Namespace) -> None:
    """Relay, listen and run clock jobs for a service."""
    import uvloop

    from shared import worker
    from shared.telemetry import configure_logging

    settings = load_settings()
    configure_logging(f"{args.service}.worker", settings.log_level)
    uvloop.run(worker.run(resident(args.service), settings, port=args.port, host=args.host))


def run_revision(args: argparse.Namespace) -> None:
    """Write a service's next migration from its models (developers; ``JIEDAN_POSTGRES_URL`` names a scratch server)."""
    import asyncpg

    from shared.migrations import migrate, new_revision

    admin = os.environ["JIEDAN_POSTGRES_URL"]
    name = f"revision_{args.service}"

    async def prepare(statement: str) -> None:
        connection = await asyncpg.connect(admin)
        await connection.execute(statement)
        await connection.close()

    asyncio.run(prepare(f'drop database if exists "{name}"'))
    asyncio.run(prepare(f'create database "{name}"'))
    url = f"{admin.rpartition('/')[0]}/{name}"
    asyncio.run(migrate(manifest(args.service), url))
    print(new_revision(manifest(args.service), url, args.message))
    asyncio.run(prepare(f'drop database "{name}"'))


def print_token(args: argparse.Namespace) -> None:
    """Print a development token."""
    from shared.auth import DevelopmentIssuer

    settings = load_settings()
    roles = [role for part in args.role for role in part.split(",") if role]
    issuer = DevelopmentIssuer(settings)
    print(
        issuer.token(
            roles,
            sub=args.sub,
            division=args.division,
            unit=args.unit,
            person=args.person,
            scopes=args.scope,
            seconds=args.hours * 3600,
        )
    )


def _operator(settings: Settings) -> Any:
    import httpx

    from shared.auth import DevelopmentIssuer

    token = os.environ.get("JIEDAN_TOKEN") or DevelopmentIssuer(settings).token(
        ["operator"], sub=f"operator:{os.environ.get('USER', 'cli')}", scopes=["events:read"]
    )
    return httpx.Client(base_url=settings.public_url, headers={"Authorization": f"Bearer {token}"}, timeout=10)


def print_status(_args: argparse.Namespace) -> None:
    """The whole system on one screen."""
    import httpx
    from rich.console import Console

    from shared.screen import screen

    states: dict[str, Any] = {}
    silent: dict[str, str] = {}
    with _operator(load_settings()) as client:
        for name in SERVICES:
            try:
                states[name] = client.get(f"/{name}/v1/status").raise_for_status().json()
            except httpx.HTTPError as error:
                silent[name] = type(error).__name__
    Console().print(screen(states, silent))
    if silent:
        raise SystemExit(1)


def run_parked(args: argparse.Namespace) -> None:
    """List what is parked or show it whole; retry it, ask to skip it, or confirm another person's request to skip."""
    with _operator(load_settings()) as client:
        base = f"/{args.service}/v1/parked"
        of = {"producer": args.producer, "aggregate": args.aggregate}
        if args.action in ("list", "show"):
            answer = client.get(base, params=of if args.action == "show" else {})
        elif args.action == "retry":
            answer = client.post(f"{base}/retry", json=of)
        elif args.action == "skip":
            answer = client.post(f"{base}/skip", json={**of, "reason": args.reason})
        else:
            answer = client.post(f"{base}/skip/{args.request}/confirm")
        print(json.dumps(answer.json(), ensure_ascii=False, indent=2))
        if answer.is_error:
            raise SystemExit(1)


def run_replay(args: argparse.Namespace) -> None:
    """Take a range of a producer's positions in again: what was missed is applied, what was handled is skipped."""
    from shared import crypto
    from shared.auth import ServiceToken
    from shared.db import Database
    from shared.door import Doors
    from shared.inbox import Inbox
    from shared.inbox.parked import replay

    async def run() -> int:
        settings, service = load_settings(), manifest(args.service)
        crypto.use_keys(settings.field_keys, settings.hash_key)
        clock.make_movable(settings.development)
        database, doors = Database(settings.database_url), Doors(settings.peers, ServiceToken(settings, service.name))
        inbox = Inbox(database, service.name, service.handlers, doors.fetch)
        try:
            return await replay(inbox, partial(doors.read, args.producer), args.first, args.last)
        finally:
            await doors.close()
            await database.close()

    print(json.dumps({"service": args.service, "producer": args.producer, "taken_in": asyncio.run(run())}))


def run_setup(_args: argparse.Namespace) -> None:
    """Make every stream and consumer that is missing (operator's broker credentials)."""
    from shared import rebuild

    asyncio.run(rebuild.setup(load_settings(), [manifest(name) for name in SERVICES]))


def run_rebuild(_args: argparse.Namespace) -> None:
    """Delete all streams and make them anew from the journals."""
    from shared import rebuild

    print(json.dumps(asyncio.run(rebuild.rebuild(load_settings(), [manifest(name) for name in SERVICES]))))


def run_restored(args: argparse.Namespace) -> None:
    """After a service's database was put back from a backup, before its worker and API start."""
    from shared import rebuild

    print(json.dumps(asyncio.run(rebuild.restored(load_settings(), manifest(args.service)))))


def run_verify(args: argparse.Namespace) -> None:
    """Walk the journal's hash chain of a service's database."""
    from shared import journal
    from shared.db import Database

    async def verify() -> dict[str, Any]:
        database = Database(load_settings().database_url, service=args.service)
        async with database.reading() as session:
            found = await journal.verify(session)
        await database.close()
        return found

    found = asyncio.run(verify())
    print(json.dumps({"service": args.service, **found}, default=str))
    if not found["intact"]:
        raise SystemExit(1)


def run_verify_ledger(args: argparse.Namespace) -> None:
    """Replay the ledger of a service in one snapshot and compare it with every balance and every business row."""
    from rich.console import Console
    from rich.table import Table

    from shared.db import Database

    audit = manifest(args.service).audit
    if audit is None:
        raise SystemExit(f"jiedan: {args.service} keeps no ledger")

    async def verify() -> dict[str, Any]:
        database = Database(load_settings().database_url, service=args.service)
        try:
            async with database.snapshot() as session:
                return await audit(session)
        finally:
            await database.close()

    began = time.perf_counter()
    found = {"service": args.service, **asyncio.run(verify()), "seconds": round(time.perf_counter() - began, 2)}
    table = Table(title="资金总账核对 · ledger", show_header=False)
    for name, value in found.items():
        table.add_row(name, "\n".join(value[:50]) or "–" if isinstance(value, list) else str(value))
    Console().print(table)
    print(json.dumps(found, ensure_ascii=False))
    if not found["balanced"]:
        raise SystemExit(1)


def run_verify_published(args: argparse.Namespace) -> None:
    """Check over HTTP alone that nothing a site has published was altered; anybody can, with the one file that it is."""
    from deploy.site import verify_published

    keys = [f"--key={key}" for key in args.key]
    raise SystemExit(verify_published.main([args.url, f"--seen={args.seen}", f"--hours={args.hours}", *keys]))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jiedan", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Any, service: bool = False) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=run.__doc__.splitlines()[0])
        command.set_defaults(run=run)
        if service:
            command.add_argument("service", choices=SERVICES)
        return command

    for name, run in (("api", run_api), ("worker", run_worker)):
        command = add(name, run, service=True)
        command.add_argument("--host", default="127.0.0.1")
        command.add_argument("--port", type=int, required=True)
    add("revision", run_revision, service=True).add_argument("message")
    add("setup", run_setup)
    add("rebuild", run_rebuild)
    replayed = add("replay", run_replay, service=True)
    replayed.add_argument("--producer", choices=SERVICES, required=True)
    replayed.add_argument("--first", type=int, required=True, help="position")
    replayed.add_argument("--last", type=int, required=True, help="position")
    add("restored", run_restored, service=True)
    add("verify", run_verify, service=True)
    add("verify-ledger", run_verify_ledger, service=True)
    published = add("verify-published", run_verify_published)
    published.add_argument("url", help="the site's public address")
    published.add_argument("--seen", default="", help="file that keeps what was seen last time")
    published.add_argument("--key", action="append", default=[], help="name or base64 of a public key that you trust")
    published.add_argument("--hours", type=float, default=3, help="how old the newest checkpoint may be")
    add("status", print_status)
    token = add("token", print_token)
    token.add_argument("--role", action="append", required=True, help=", ".join(ROLES))
    for name in ("division", "unit", "person", "sub"):
        token.add_argument(f"--{name}", default="")
    token.add_argument("--scope", action="append", default=[])
    token.add_argument("--hours", type=int, default=12)
    parked = add("parked", run_parked, service=True)
    parked.add_argument("action", choices=("list", "show", "retry", "skip", "confirm"), nargs="?", default="list")
    for name in ("producer", "aggregate", "reason", "request"):
        parked.add_argument(f"--{name}", default="")
    return parser


def main(arguments: list[str] | None = None) -> None:
    args = _parser().parse_args(arguments)
    logging.captureWarnings(True)
    from shared.errors import Answer

    try:
        args.run(args)
    except Answer as answer:
        print(f"jiedan: {answer}", file=sys.stderr)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()

"""Live a year of a round folder through the gateway.

    python -m demo --url http://127.0.0.1:8080 --round demo/round_2020
    python -m demo --url http://127.0.0.1:8080 --mode service_group

``--mode`` lives another programme or direction instead, with invented data (``demo/modes``). Prints the acts as they go, a table of teams, money and grades, and alone on the last line one JSON object."""

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from demo import modes, plan, shift
from demo.acts import (
    accounting,
    certifying,
    closing,
    departments,
    figures,
    money,
    rating,
    rectifying,
    reporting,
    selection,
    service,
    verifying,
    visiting,
)
from demo.acts.claims import claim_orders
from demo.acts.opening import open_round
from demo.client import DemoFailed, System
from demo.folder import RoundFolder, read
from demo.receiver import Receiver
from demo.sheets import FolderError
from demo.stage import Stage
from demo.year import Year

HERE = "127.0.0.1"
BUNDLED = Path(__file__).parent / "round_2020"
GRADES = {"excellent": "优秀 excellent", "qualified": "合格 qualified", "unqualified": "不合格 unqualified"}


async def live(
    system: System, folder: RoundFolder, stage: Stage, here: str = HERE
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """One whole year. ``here``: under which name the system reaches this machine. Raises DemoFailed as soon as the
    system does not do what the year needs."""
    with Receiver(here) as receiver:
        return await _live(system, folder, stage, receiver)


async def _live(
    system: System, folder: RoundFolder, stage: Stage, receiver: Receiver
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    years = plan.years_to_shift(folder.year, await system.now())
    if years:
        moved = folder.year + years
        stage.say(f"The business clock is past {folder.year}: the folder is lived as {moved} (+{years} years)")
    folder = shift.folder(folder, years)
    year = Year(system, stage, folder, plan.make(folder), years)
    states = await figures.statuses(system, year.operator)
    heads = {service: state["journal_head"] for service, state in states.items()}
    seen = await verifying.look(system)
    await open_round(year)
    subscription = await departments.subscribe(year, receiver)
    await claim_orders(year)
    await selection.select(year)
    await selection.sign(year)
    await service.serve(year)
    await service.report_results(year)
    await rating.rate(year)
    await money.pay(year)
    closed = await figures.closing(year)
    await certifying.certify(year)
    await rectifying.rectify(year)
    await closing.conclude(year)
    await reporting.report(year)
    await visiting.visit(year)
    await closing.outlive_suspensions(year)
    await accounting.account(year)
    await departments.verify(year, receiver, subscription)
    await verifying.verify_log(year, seen)
    return await figures.figures(year, heads, closed)


async def visit(url: str, folder: RoundFolder, stage: Stage, here: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Live the year on the system at ``url``."""
    system = System(url)
    try:
        await system.reach()
        return await live(system, folder, stage, here)
    finally:
        await system.close()


async def visit_mode(url: str, mode: str, stage: Stage) -> tuple[dict[str, Any], modes.Outcome]:
    """Live another programme on the system at ``url``."""
    system = System(url)
    try:
        await system.reach()
        return await modes.live(mode, system, stage)
    finally:
        await system.close()


def show(console: Console, rows: list[dict[str, Any]], line: dict[str, Any]) -> None:
    """The closing table: teams, money, grades."""
    table = Table(title="团队、资金与等次 Teams, money and grades", pad_edge=False)
    table.add_column("订单 Order", no_wrap=True)
    table.add_column("团队 Team")
    table.add_column("单位 Unit")
    for head in ("资助（元） Award", "最终已拨 Paid in the end", "总分 Total"):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("等次 Grade", no_wrap=True)
    for row in sorted(rows, key=lambda one: one["order_number"]):
        table.add_row(
            row["order_number"],
            row["team"],
            row["unit"],
            f"{row['awarded_fen'] / 100:,.2f}",
            "已撤销 revoked" if row["revoked"] else f"{row['paid_fen'] / 100:,.2f}",
            str(row["total"]),
            GRADES[row["grade"]],
        )
    console.print(table)
    yuan = {name.removesuffix("_fen"): f"{fen / 100:,.2f}" for name, fen in line.items() if name.endswith("_fen")}
    console.print(f"元 yuan：资助 awarded {yuan['awarded']}")
    console.print(f"年度结束时 at the year's close：已拨 paid {yuan['paid']}  暂缓 held {yuan['held']}")
    later = f"已拨 paid {yuan['paid_in_the_end']}  暂缓 held {yuan['held_in_the_end']}"
    console.print(f"整改、更正之后 after rectification and correction：{later}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8080", help="address of the gateway")
    parser.add_argument("--round", type=Path, default=BUNDLED, help="a round folder (default: the bundled one)")
    parser.add_argument("--mode", choices=modes.names(), default=modes.YEAR_OF_A_FOLDER, help="what is lived")
    parser.add_argument("--here", default=HERE, help="under which name the system reaches this machine (webhooks)")
    parser.add_argument("--json-only", action="store_true", help="print nothing but the last line")
    wanted = parser.parse_args()
    stage = Stage(shown=not wanted.json_only)
    try:
        if wanted.mode == modes.YEAR_OF_A_FOLDER:
            folder = read(wanted.round)
            with stage:
                line, rows = asyncio.run(visit(wanted.url, folder, stage, wanted.here))
            show(stage.console, rows, line)
        else:
            with stage:
                line, outcome = asyncio.run(visit_mode(wanted.url, wanted.mode, stage))
            stage.console.print(outcome.table())
    except (DemoFailed, FolderError, ExceptionGroup) as failure:
        print(f"demo failed: {first(failure)}", file=sys.stderr)
        return 1
    print(json.dumps(line), flush=True)
    return 0


def first(failure: Exception) -> Exception:
    """The first thing that went wrong, out of everything that was under way. A bug is raised as it is."""
    while isinstance(failure, ExceptionGroup):
        failure = failure.exceptions[0]
    if not isinstance(failure, DemoFailed | FolderError):
        raise failure
    return failure


if __name__ == "__main__":
    sys.exit(main())

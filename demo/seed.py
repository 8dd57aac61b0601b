"""An open round with published orders and no claims, for someone who wants to try things.

    python -m demo.seed --url http://127.0.0.1:8080 [--round demo/round_2020]

Made once: where such a round exists already, whatever became of it, nothing is done."""

import argparse
import asyncio
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from demo import plan, shift
from demo.__main__ import BUNDLED, first
from demo.acts.opening import create_round, import_orders, name_of, publish
from demo.client import DemoFailed, Person, System, together
from demo.folder import RoundFolder, read
from demo.sheets import FolderError
from demo.year import district

MARK, LETTERS = "（开放申报，供试用）", "-OPEN"
"""What tells this round's name and order numbers from those of the demo's rounds."""
OPEN_DAYS = 60


async def seed(system: System, folder: RoundFolder) -> str:
    """Load the round where it is not there yet, or finish what was begun. Returns what was done, in a line."""
    bureau = Person("bureau", division=folder.division)
    rounds = await system.every(bureau, "/orders/v1/rounds")
    there = next((one for one in rounds if one["name"].endswith(MARK)), None)
    if there and await is_loaded(system, bureau, there):
        return f"Round {there['prefix']} is there already ({there['status']})"
    now = await system.now()
    years = max(0, now.year - folder.year)
    folder = shift.folder(folder, years)
    window = replace(plan.make(folder), opens_at=now, closes_at=now + timedelta(days=OPEN_DAYS))
    name, prefix = name_of(folder)
    made = there or await create_round(system, bureau, folder, window, name + MARK, prefix + LETTERS)
    orders = await import_orders(system, bureau, folder, made["id"], years)

    async def recommend(code: str) -> None:
        await system.bulk(district(code), f"/orders/v1/rounds/{made['id']}/orders/recommend")

    await together(recommend, sorted({order.division[:6] for order in folder.orders}))
    await publish(system, bureau, made)
    await system.settle()
    return f"Round {made['prefix']} is open until {made['closes_at'][:10]}: {len(orders)} published orders"


async def is_loaded(system: System, bureau: Person, round: Any) -> bool:
    """Not when an earlier attempt was interrupted before its orders were published."""
    if round["status"] not in ("draft", "open"):
        return True
    return bool(await system.every(bureau, "/orders/v1/orders", round_id=round["id"], status="published"))


async def visit(url: str, folder: RoundFolder) -> str:
    system = System(url)
    try:
        await system.reach()
        return await seed(system, folder)
    finally:
        await system.close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m demo.seed", description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8080", help="address of the gateway")
    parser.add_argument("--round", type=Path, default=BUNDLED, help="a round folder (default: the bundled one)")
    wanted = parser.parse_args()
    try:
        print(asyncio.run(visit(wanted.url, read(wanted.round))))
    except (DemoFailed, FolderError, ExceptionGroup) as failure:
        print(f"seeding failed: {first(failure)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

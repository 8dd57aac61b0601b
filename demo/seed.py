"""An open round with published orders and no claims, for someone who wants to try things.

    python -m demo.seed --url http://127.0.0.1:8080 [--round demo/round_2020]

Made once: where a round of that name exists already, whatever became of it, nothing is done."""

import argparse
import asyncio
import sys
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

from demo import plan, shift
from demo.__main__ import BUNDLED, first
from demo.acts.opening import create_round, import_orders, publish
from demo.client import DemoFailed, Person, System, together
from demo.folder import RoundFolder, read
from demo.sheets import FolderError
from demo.year import district

OPEN_DAYS = 60
"""The window of the round to try things in."""


async def seed(url: str, folder: RoundFolder) -> str:
    """Returns what was done, in a line."""
    system = System(url)
    try:
        bureau = Person("bureau", division=folder.division)
        now = await system.now()
        years = max(0, now.year - folder.year)
        moved = replace(shift.folder(folder, years), title=shift.words(folder.title, years) + MARK)
        known = await system.every(bureau, "/orders/v1/rounds")
        if any(one["name"].endswith(MARK) for one in known):
            return "The open round to try things in is there already"
        window = replace(plan.make(moved), opens_at=now, closes_at=_end(now))
        made = await create_round(system, bureau, moved, window)
        orders = await import_orders(system, bureau, moved, made["id"], years)
        districts = sorted({order.division[:6] for order in folder.orders})

        async def recommend(code: str) -> None:
            await system.bulk(district(code), f"/orders/v1/rounds/{made['id']}/orders/recommend")

        await together(recommend, districts)
        await publish(system, bureau, made["id"])
        await system.settle()
        return f"Round {made['prefix']} is open until {_end(now):%Y-%m-%d} with {len(orders)} published orders"
    finally:
        await system.close()

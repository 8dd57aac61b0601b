"""The bureau opens a round: its name, its orders from the districts' file, its money, its experts."""

from typing import Any

from demo import shift
from demo.client import DemoFailed, Person, System, together
from demo.folder import RoundFolder
from demo.plan import Plan
from demo.year import Year

_LETTERS = """
    11BJ 12TJ 13HE 14SX 15NM 21LN 22JL 23HL 31SH 32JS 33ZJ 34AH 35FJ 36JX 37SD 41HA 42HB 43HN 44GD 45GX
    46HI 50CQ 51SC 52GZ 53YN 54XZ 61SN 62GS 63QH 64NX 65XJ
"""
PREFIXES = {province[:2]: province[2:] for province in _LETTERS.split()}
"""Letters of the provinces (GB/T 2260), for order numbers like CQ-2020-0001."""


async def open_round(year: Year) -> None:
    """A round of its own for this run: orders in, screened and published, money, experts."""
    system, folder = year.system, year.folder
    with year.stage.act("开放批次 The bureau opens the round and publishes the orders", 5 + len(year.districts)):
        known = await system.every(year.bureau, "/orders/v1/rounds")
        name, prefix = free_name(folder, {one["name"] for one in known}, {one["prefix"] for one in known})
        year.round = await create_round(system, year.bureau, folder, year.plan, name, prefix)
        year.stage.step()
        year.orders = await import_orders(system, year.bureau, folder, year.round["id"], year.shifted_years)
        year.stage.step()
        await recommend(year)
        await system.move_to(year.plan.opens_at)
        await publish(system, year.bureau, year.round)
        year.stage.step()
        await appropriate(year)
        await register_experts(year)
        await system.settle()
        year.stage.step()


async def create_round(
    system: System, bureau: Person, folder: RoundFolder, window: Plan, name: str, prefix: str
) -> Any:
    """A draft round with this window."""
    wanted = {
        "name": name,
        "year": folder.year,
        "prefix": prefix,
        "division": folder.division,
        "opens_at": window.opens_at.isoformat(),
        "closes_at": window.closes_at.isoformat(),
    }
    return await system.post(bureau, "/orders/v1/rounds", wanted)


def name_of(folder: RoundFolder) -> tuple[str, str]:
    """The round's name and the prefix of its order numbers, from the folder's title and province."""
    title = folder.title.removesuffix("需求征集汇总表") or f"{folder.year}年专家服务团"
    return title, f"{PREFIXES.get(folder.division[:2], 'CN')}-{folder.year}"


def free_name(folder: RoundFolder, names: set[str], prefixes: set[str]) -> tuple[str, str]:
    """The same, numbered from the second round of that year on: no two rounds share either."""
    title, start = name_of(folder)
    name, prefix, number = title, start, 1
    while name in names or prefix in prefixes:
        number += 1
        name, prefix = f"{title}（第{number}批）", f"{start}-{number}"
    return name, prefix


async def import_orders(
    system: System, bureau: Person, folder: RoundFolder, round_id: str, shifted_years: int
) -> dict[int, str]:
    """Hand in the districts' file as it is. Returns the order id of each serial number."""
    content = shift.orders_file(folder.path / "orders.xlsx", shifted_years)
    answer = await system.upload(bureau, f"/orders/v1/rounds/{round_id}/orders/import", "orders.xlsx", content)
    by_row = {one["row"]: str(one["order_id"]) for one in answer["orders"]}
    missing = [order.row for order in folder.orders if order.row not in by_row]
    if missing:
        raise DemoFailed(f"orders.xlsx: the import left out rows {missing}")
    return {order.serial: by_row[order.row] for order in folder.orders}


async def recommend(year: Year) -> None:
    """Every district screens and recommends its own orders."""

    async def one(desk: Person) -> None:
        await year.system.bulk(desk, f"/orders/v1/rounds/{year.round_id}/orders/recommend")
        year.stage.step()

    await together(one, year.districts)


async def publish(system: System, bureau: Person, round: Any) -> None:
    """The window begins: the bureau opens the round and publishes what was recommended."""
    path = f"/orders/v1/rounds/{round['id']}"
    if round["status"] == "draft":
        await system.post(bureau, f"{path}/open")
    await system.bulk(bureau, f"{path}/orders/publish")


async def appropriate(year: Year) -> None:
    """The money that the orders ask for and ten percent on top, as the finance bureau granted it."""
    orders = await year.system.every(year.bureau, "/orders/v1/orders", round_id=year.round_id)
    asked = sum(order["asked_fen"] for order in orders)
    await year.system.settle()
    wanted = {"round_id": year.round_id, "amount_fen": asked * 11 // 10, "reason": "申请合计上浮百分之十"}
    await year.system.post(year.bureau, "/funding/v1/appropriations", wanted)
    year.stage.step()


async def register_experts(year: Year) -> None:
    """The expert registry; people who are registered already stay who they are."""
    content = (year.folder.path / "experts.xlsx").read_bytes()
    answer = await year.system.upload(year.bureau, "/teams/v1/people/import", "experts.xlsx", content)
    by_row = {one["row"]: str(one["person_id"]) for one in answer["people"]}
    year.people = {expert.citizen_id: by_row[expert.row] for expert in year.folder.experts}
    year.stage.step()

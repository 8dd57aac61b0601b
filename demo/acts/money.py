"""What the grades open is paid by maker and checker through the bank's files; what they close is held.

The bank is a pretend one: it sends a few payments back and does not know of one. Those that came back are mended at the
account and sent again; what the bank did not know it says later. In the end it is as if nothing had gone wrong."""

from datetime import timedelta
from typing import Any

from demo.bank import RETURNED, UNKNOWN, Bank
from demo.client import DemoFailed, Person
from demo.year import Year

COOLING_OFF = timedelta(days=3, minutes=1)
"""How long a changed account waits (policy ``account_cooling_off_days``)."""

PAYING_ACCOUNT = {
    "holder": "示例付款单位（虚构）",
    "bank_name": "示例银行（虚构）",
    "bank_code": "102653000011",
    "account": "31000000000000000001",
    "template_code": "generic_csv_gbk",
}
"""Invented."""


async def pay(year: Year) -> None:
    """Every due instalment is requested, checked by another person, sent to the bank and answered."""
    system, bank = year.system, Bank(f"PZ-{year.plan.year}")
    with year.stage.act("资金拨付 Due instalments are requested, approved and paid through bank files", 6):
        due = await instalments(year, "due")
        if due:
            ids, stood = [one["id"] for one in due], (await reconciled(year))["open_items"]
            await system.bulk_rows(year.maker, "/funding/v1/instalments/request", "ids", ids)
            year.stage.step()
            await approve(year, ids)
            year.stage.step()
            account = await system.post(year.maker, "/funding/v1/paying-accounts", PAYING_ACCOUNT)
            if account["status"] == "registered":
                await system.post(year.checker, f"/funding/v1/paying-accounts/{account['id']}/confirm")
            first = await send(year, bank, wavering=True)
            year.stage.step()
            await mend(year, bank, first)
            year.stage.step()
            await reconcile(year, bank, account["id"], stood)
            year.stage.step()
        await system.settle()
        left = [one for status in ("due", "returned", "unknown", "in_batch") for one in await instalments(year, status)]
        if left:
            raise DemoFailed(f"{len(left)} due instalments are not paid")
        year.stage.step()


async def pay_released(year: Year) -> int:
    """What a passed rectification released is asked for and paid by an ordinary file; how many instalments."""
    due = await instalments(year, "due")
    if due:
        ids = [one["id"] for one in due]
        await year.system.bulk_rows(year.maker, "/funding/v1/instalments/request", "ids", ids)
        await approve(year, ids)
        await send(year, Bank(f"ZG-{year.plan.year}"), wavering=False)
    await year.system.settle()
    return len(due)


async def approve(year: Year, ids: list[str]) -> None:
    await year.system.bulk_rows(year.checker, "/funding/v1/instalments/approve", "ids", ids)


async def send(year: Year, bank: Bank, *, wavering: bool) -> dict[str, Any]:
    """What is approved goes to the bank as a file; what the bank answers is imported. The answer file's figures."""
    batch = await year.system.post(year.maker, "/funding/v1/batches", {"round_id": year.round_id})
    content, headers = await year.system.download(year.maker, f"/funding/v1/batches/{batch['id']}/file")
    if (int(headers["x-control-count"]), int(headers["x-control-sum-fen"])) != (batch["count"], batch["sum_fen"]):
        raise DemoFailed("the batch's count or sum differs from its file")
    answer = bank.pay(bank.read(content, headers), (await year.system.now()).date(), wavering)
    return await take_answer(year, batch["file_name"], answer)


async def take_answer(year: Year, name: str, content: bytes) -> dict[str, Any]:
    """The bank's answer file, twice: the second time it changes nothing."""
    path, file = "/funding/v1/answer-files", f"回单-{name}"
    taken = await year.system.upload(year.checker, path, file, content, "text/csv")
    if await year.system.upload(year.checker, path, file, content, "text/csv") != taken or taken["queued"]:
        raise DemoFailed(f"the bank's answer file was not taken as it is: {taken}")
    return dict(taken)


async def mend(year: Year, bank: Bank, first: dict[str, Any]) -> None:
    """What came back gets a new account and a second file; what was unknown is said by the bank's later file."""
    system = year.system
    returned = await instalments(year, "returned")
    late = bank.of(UNKNOWN)
    if len(returned) != first["returned"] or len(late) != first["unknown"]:
        raise DemoFailed("what the bank sent back or does not know is not what the system says")
    if returned:
        await change_accounts(year, bank)
        for one in returned:
            await system.post(year.maker, f"/funding/v1/instalments/{one['id']}/reissue")
        await approve(year, [one["id"] for one in returned])
        again = await send(year, bank, wavering=False)
        if again["paid"] != len(returned):
            raise DemoFailed("what came back was not paid with the second file")
    if bank.resolve((await system.now()).date()):
        await take_answer(year, "later.csv", bank.answer(late))
    year.stage.say(
        f"          银行 the bank: {first['paid']} paid, {len(returned)} returned (reissued to a new account and paid "
        f"with a second file), {len(late)} unknown (resolved by its later file)"
    )


async def reconciled(year: Year) -> dict[str, Any]:
    """Ledger and bank to the end of this month."""
    month = (await year.system.now()).strftime("%Y-%m")
    path = f"/funding/v1/rounds/{year.round_id}/reconciliation"
    found: dict[str, Any] = await year.system.get(year.checker, path, month=month)
    return found


async def reconcile(year: Year, bank: Bank, account_id: str, stood: int) -> None:
    """The bank's statement: every line agrees with an instruction, and the ledger with the bank; nothing more is
    outstanding than ``stood`` so before."""
    path = f"/funding/v1/paying-accounts/{account_id}/bank-statements"
    taken = await year.system.upload(year.maker, path, "对账单.csv", bank.statement(), "text/csv")
    told = await reconciled(year)
    if taken["queued"] or taken["matched"] + taken["known"] < taken["lines"] or told["open_items"] > stood:
        raise DemoFailed(f"the bank's statement leaves something outstanding: {taken}, {told}")
    if not told["balanced"] or told["ledger_fen"] != told["bank_fen"]:
        raise DemoFailed(f"ledger and bank do not agree: {told}")
    year.stage.say(
        f"          对账 the statement: {taken['matched']} lines match, ledger and bank agree, nothing outstanding"
    )


async def change_accounts(year: Year, bank: Bank) -> None:
    """The units whose payments came back register another account; it cools off before a second person verifies it."""
    refused = {bank.payments[reference].account for reference in bank.of(RETURNED)}
    payees = {team.payee.unit_code: team.payee for team in year.folder.teams}
    names = {bank.payments[reference].name for reference in bank.of(RETURNED)}
    waiting = []
    for code, payee in sorted(payees.items()):
        if payee.unit_name not in names:
            continue
        other = f"{payee.account[:-1]}{(int(payee.account[-1]) + 1) % 10}"
        account = payee.account if other in refused else other
        wanted = {
            "unit_code": code,
            "unit_name": payee.unit_name,
            "bank_name": payee.bank_name,
            "bank_code": payee.bank_code,
            "account": account,
        }
        waiting.append(await year.system.post(Person("unit", unit=code), "/funding/v1/payees", wanted))
    await year.system.move_to(await year.system.now() + COOLING_OFF)
    for made in waiting:
        await year.system.post(year.checker, f"/funding/v1/payees/{made['id']}/verify")


async def instalments(year: Year, status: str) -> list[Any]:
    return await year.system.every(year.maker, "/funding/v1/instalments", round_id=year.round_id, status=status)

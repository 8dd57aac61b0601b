"""What the grades open is paid by maker and checker; what they close is held."""

from typing import Any

from demo.client import DemoFailed
from demo.year import Year


async def pay(year: Year) -> None:
    """Every due instalment is requested, checked by another person, sent to the bank and answered."""
    system = year.system
    with year.stage.act("资金拨付 Due instalments are requested, approved and paid", 4):
        due = await instalments(year, "due")
        if due:
            ids = [one["id"] for one in due]
            await system.bulk_rows(year.maker, "/funding/v1/instalments/request", "ids", ids)
            year.stage.step()
            await system.bulk_rows(year.checker, "/funding/v1/instalments/approve", "ids", ids)
            year.stage.step()
            batch = await system.post(year.maker, "/funding/v1/batches", {"round_id": year.round_id})
            year.stage.step()
            await answer(year, batch)
        await system.settle()
        left = await instalments(year, "due")
        if left:
            raise DemoFailed(f"{len(left)} due instalments are not paid")
        year.stage.step()


async def answer(year: Year, batch: Any) -> None:
    """The bank's answer file: everything was paid."""
    path = f"/funding/v1/batches/{batch['id']}"
    sent = (await year.system.get(year.checker, path))["instructions"]
    if len(sent) != batch["count"] or sum(one["amount_fen"] for one in sent) != batch["sum_fen"]:
        raise DemoFailed("the batch's count or sum differs from its instructions")
    answers = [
        {
            "instruction_id": one["instruction_id"],
            "result": "paid",
            "voucher": f"PZ-{year.plan.year}-{number:04}",
        }
        for number, one in enumerate(sent, start=1)
    ]
    await year.system.bulk_rows(year.checker, f"{path}/answers", "answers", answers)


async def instalments(year: Year, status: str) -> list[Any]:
    return await year.system.every(year.maker, "/funding/v1/instalments", round_id=year.round_id, status=status)

"""Those who spend an award of the tests, and what they hand in."""

from typing import Any
from uuid import uuid4

from tests.funding.factories import UNIT, Desk, TeamOf
from tests.shared.handed_in import png

BUDGET = {"差旅费": 3_000_000, "专家咨询费": 2_000_000, "培训费": 3_000_000}
FAPIAO = {
    "code": "050002000111",
    "number": "12345678",
    "seller_code": UNIT,
    "amount_fen": 50_000,
    "issued_on": "2020-05-01",
}
OWN = ("110101199003070011", "王五")


def sent(**more: Any) -> dict[str, Any]:
    known = {
        "id": str(uuid4()),
        "spent_on": "2020-05-02",
        "what": "高铁票",
        "parts": [{"line": "差旅费", "amount_fen": 50_000}],
        "recipient": {"kind": "unit", "name": "铁路客运公司"},
    }
    return {**known, **more}


class Spending:
    """One award that was paid, and those who spend it."""

    def __init__(self, desk: Desk, team: TeamOf, award_id: str) -> None:
        self.desk, self.team, self.award_id = desk, team, award_id

    async def draft(self, *batch: dict[str, Any]) -> list[tuple[str, list[str]]]:
        body = {"expenses": list(batch)}
        answer = await self.desk.post(self.desk.unit, f"/v1/awards/{self.award_id}/expenses", body)
        return [(one["status"], [reason["code"] for reason in one["reasons"]]) for one in answer["results"]]

    async def submitted(self, **more: Any) -> str:
        """An expense with its receipt, handed in; its id."""
        one = sent(**more)
        assert await self.draft(one) == [("drafted", [])]
        await self.attach(one["id"])
        await self.desk.post(self.desk.unit, f"/v1/expenses/{one['id']}/submit")
        return str(one["id"])

    async def attach(self, key: str) -> None:
        file = {"file": ("receipt.png", png(seed=key.encode()), "image/png")}
        answer = await self.desk.api(self.desk.unit).post(f"/v1/expenses/{key}/attachments", files=file)
        assert answer.status_code == 201, answer.text

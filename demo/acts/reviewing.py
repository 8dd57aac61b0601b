"""Reviewers who have nothing to do with the claims read them; the bureau proposes by their ranking."""

import uuid
from typing import Any

from demo.client import DemoFailed, Person, System, together
from demo.invent import MARK, Inventor

ITEMS = ("need", "plan", "team", "results", "talent")
READERS = 3
"""Reviewers of each claim, as the default policy has it."""
CLAIMS_EACH = 15


async def review(system: System, bureau: Person, round_id: str) -> list[Any]:
    """Name a panel, assign, score, close. Returns the proposed list: for every order its best claim and amount."""
    path = f"/teams/v1/rounds/{round_id}"
    claims = await system.every(bureau, "/teams/v1/teams", round_id=round_id, status="shortlisted")
    inventor = Inventor(uuid.UUID(round_id).int)
    people = max(READERS + 2, -(-READERS * len(claims) // CLAIMS_EACH) + 1)
    reviewers = await together(lambda one: _register(system, bureau, one), [_invented(inventor) for _ in range(people)])
    await system.post(bureau, f"{path}/panel", {"reviewers": [{"person_id": one.person} for one in reviewers]})
    made = (await system.post(bureau, f"{path}/assignments"))["made"]
    first, assigned = reviewers[0], {one["person_id"]: one["review_id"] for one in reversed(made)}
    if first.person in assigned:
        reason = {"reason": "曾指导该团队成员，申请回避"}
        await system.post(first, f"/teams/v1/reviews/{assigned[first.person]}/declare", reason)
    worth = {claim["id"]: inventor.between(70, 88) for claim in claims}
    await together(lambda one: _score(system, one, round_id, worth, inventor), reviewers)
    await system.post(bureau, f"{path}/panel/close")
    proposal = await system.get(bureau, f"{path}/proposal")
    if len(proposal["chosen"]) + len(proposal["reserve"]) != len(claims):
        raise DemoFailed(f"{len(claims)} claims were reviewed, the proposal names {len(proposal['chosen'])}")
    return list(proposal["chosen"])


def _invented(inventor: Inventor) -> dict[str, Any]:
    """A reviewer from a unit that nobody else comes from."""
    return {
        "name": inventor.person(),
        "citizen_id": inventor.citizen_id("110101"),
        "phone": inventor.phone(),
        "unit_name": f"{MARK}评审专家所在单位",
        "unit_code": inventor.credit_code("12", "110101"),
        "title": "研究员",
        "title_level": "正高",
        "fields": ["农学"],
        "division": "110101000000",
    }


async def _register(system: System, bureau: Person, wanted: dict[str, Any]) -> Person:
    made = await system.post(bureau, "/teams/v1/people", wanted)
    return Person("reviewer", person=str(made["id"]))


async def _score(system: System, who: Person, round_id: str, worth: dict[str, int], inventor: Inventor) -> None:
    """All of one's claims in one go: each reviewer is a little milder or more severe than the others."""
    own = await system.every(who, "/teams/v1/reviews", round_id=round_id, status="assigned")
    mildness = inventor.between(-3, 3)
    sheets = [
        {
            "review_id": one["id"],
            "marks": [
                {"code": code, "points": worth[one["team_id"]] + mildness + inventor.between(-3, 3)} for code in ITEMS
            ],
            "comment": "方案针对需求，安排可行",
        }
        for one in own
    ]
    await system.bulk_rows(who, "/teams/v1/reviews/score", "scores", sheets)

"""A round with its money, teams as their events tell of them, and the people at the finance desk."""

from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.funding.models import Instalment
from services.funding.usecases import signing
from shared.actor import Actor
from shared.contracts.assessment import (
    AssessmentPublished,
    Grade,
    RectificationCancelled,
    RectificationFailed,
    RectificationOpened,
    RectificationPassed,
)
from shared.contracts.orders import RoundOpened
from shared.contracts.policy_document import policy_document, policy_hash
from shared.contracts.teams import (
    AgreedLine,
    AgreementAmended,
    TeamAgreed,
    TeamConcluded,
    TeamConfirmed,
    TeamDissolved,
    TeamProposed,
    TeamPutOnNotice,
    TeamReinstated,
    TeamStarted,
    TeamWithdrawn,
)

CITY = "500000000000"
UNIT = "12500000743408730K"
OTHER_UNIT = "125000004472973903"
AMOUNT = 8_000_000
TWO_PAYMENTS = {
    "funding": {"schedule": [{"percent": 60, "gates": ["agreed", "begun"]}, {"percent": 40, "gates": ["grade"]}]}
}


@dataclass(frozen=True)
class TeamOf:
    """A team of a round, as other services' events tell of it."""

    round_id: UUID
    order_id: UUID = field(default_factory=uuid4)
    team_id: UUID = field(default_factory=uuid4)
    assessment_id: UUID = field(default_factory=uuid4)
    rectification_id: UUID = field(default_factory=uuid4)
    unit: str = UNIT

    @property
    def ids(self) -> dict[str, UUID]:
        return {"round_id": self.round_id, "order_id": self.order_id, "team_id": self.team_id}

    def proposed(self, amount_fen: int = AMOUNT, proposal: int = 1, **more: Any) -> TeamProposed:
        return TeamProposed(**self.ids, amount_fen=amount_fen, proposal=proposal, **more)

    def continued_by(self, round_id: UUID, amount_fen: int = AMOUNT, **more: Any) -> TeamProposed:
        """The proposal of another team that goes on as this one in another round."""
        own = {"continues": self.team_id, "continues_ground": self.assessment_id, **more}
        return TeamOf(round_id).proposed(amount_fen, **own)

    def on_notice(self, lead_id: UUID) -> TeamPutOnNotice:
        return TeamPutOnNotice(
            **self.ids,
            order_number="CQ-2020-0001",
            name="专家服务团",
            lead_id=lead_id,
            lead_name="领衔专家",
            unit_code=self.unit,
            unit_name="三峡学院",
            division="500101000000",
            place="万州区",
            amount_fen=AMOUNT,
            members=3,
            local_talents=1,
        )

    def confirmed(self, amount_fen: int = AMOUNT, **people: Any) -> TeamConfirmed:
        return TeamConfirmed(**self.ids, amount_fen=amount_fen, **people)

    def agreed(self, amount_fen: int = AMOUNT, budget: dict[str, int] | None = None) -> TeamAgreed:
        lines = tuple(AgreedLine(name=name, amount_fen=fen) for name, fen in (budget or {}).items())
        return TeamAgreed(
            **self.ids,
            payee_unit_code=self.unit,
            payee_unit_name="三峡学院",
            host_code=OTHER_UNIT,
            starts_on=date(2020, 4, 1),
            ends_on=date(2021, 3, 31),
            agreed_days=Decimal(30),
            agreed_visits=10,
            amount_fen=amount_fen,
            budget=lines,
        )

    def amended(self, number: int, budget: dict[str, int], ends_on: date | None = None) -> AgreementAmended:
        lines = tuple(AgreedLine(name=name, amount_fen=fen) for name, fen in budget.items())
        return AgreementAmended(
            **self.ids, number=number, ends_on=ends_on, agreed_days=Decimal(30), agreed_visits=10, budget=lines
        )

    def started(self) -> TeamStarted:
        return TeamStarted(**self.ids)

    def concluded(self) -> TeamConcluded:
        return TeamConcluded(**self.ids)

    def dissolved(self, reason: str = "team.award_revoked") -> TeamDissolved:
        return TeamDissolved(**self.ids, reason=reason)

    def reinstated(self) -> TeamReinstated:
        return TeamReinstated(**self.ids)

    def withdrawn(self) -> TeamWithdrawn:
        return TeamWithdrawn(**self.ids)

    def graded(self, grade: Grade, edition: int = 1, assessment_id: UUID | None = None) -> AssessmentPublished:
        return AssessmentPublished(
            **self.ids,
            assessment_id=assessment_id or self.assessment_id,
            cycle_id=uuid4(),
            edition=edition,
            published_at=datetime(2021, 1, 5, tzinfo=UTC),
            total=Decimal("75.00"),
            grade=grade,
            lead_id=uuid4(),
        )

    def _rectification(self) -> dict[str, UUID]:
        return {**self.ids, "rectification_id": self.rectification_id, "assessment_id": self.assessment_id}

    def rectification_opened(self) -> RectificationOpened:
        return RectificationOpened(**self._rectification(), due_at=datetime(2021, 7, 5, tzinfo=UTC))

    def rectification_passed(self) -> RectificationPassed:
        return RectificationPassed(**self._rectification())

    def rectification_failed(self) -> RectificationFailed:
        return RectificationFailed(**self._rectification())

    def rectification_cancelled(self) -> RectificationCancelled:
        return RectificationCancelled(**self._rectification())


async def signed(done: Awaitable[dict[UUID, signing.Outcome]]) -> Instalment:
    """The one instalment of a step that takes many, or its refusal."""
    return signing.one(await done)


def round_opened(round_id: UUID, division: str = CITY, **overrides: Any) -> RoundOpened:
    document = policy_document(overrides)
    return RoundOpened(
        round_id=round_id,
        name="2020年专家服务团",
        year=2020,
        prefix="CQ-2020",
        division=division,
        mode="team_project",
        direction="demand",
        opens_at=datetime(2020, 3, 2, tzinfo=UTC),
        closes_at=datetime(2020, 3, 20, tzinfo=UTC),
        policy=document,
        policy_hash=policy_hash(document),
    )


class Desk:
    """The finance desk of one bureau: does what its people do, over REST and by events."""

    def __init__(self, api: Any, actors: Any, deliver: Any) -> None:
        self.api, self.actors, self.deliver = api, actors, deliver
        self.bureau: Actor = actors.bureau
        self.maker: Actor = actors.finance_maker
        self.checker: Actor = actors.finance_checker
        self.third = actors.change(actors.finance_checker, id="finance_checker-2")
        self.unit = actors.change(actors.unit, unit=UNIT)

    async def get(self, path: str, actor: Actor | None = None, **query: Any) -> Any:
        answer = await self.api(actor or self.bureau).get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, actor: Actor, path: str, body: Any = None, status: int = 200) -> Any:
        answer: httpx.Response = await self.api(actor).post(path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def refused(self, actor: Actor, path: str, body: Any = None, status: int = 409) -> list[str]:
        """The codes of every reason why it was refused."""
        return [error["code"] for error in (await self.post(actor, path, body, status))["errors"]]

    async def open_round(self, amount_fen: int | None = 100_000_000, **policy: Any) -> UUID:
        round_id = uuid4()
        await self.deliver(round_opened(round_id, **policy))
        if amount_fen:
            await self.appropriate(round_id, amount_fen)
        return round_id

    async def appropriate(self, round_id: UUID, amount_fen: int, status: int = 201) -> Any:
        body = {"round_id": str(round_id), "amount_fen": amount_fen, "reason": "渝财预〔2020〕1号"}
        return await self.post(self.bureau, "/v1/appropriations", body, status)

    async def money(self, round_id: UUID) -> dict[str, int]:
        """The places of the round's money that are not empty, without the suffix."""
        found = await self.get(f"/v1/rounds/{round_id}/money")
        assert found["balanced"] is True
        return {
            name.removesuffix("_fen"): value
            for name, value in found.items()
            if name.endswith("_fen") and name not in ("appropriation_fen", "awarded_fen") and value
        }

    async def verified_payee(self, account: str = "7075127192940563568", unit: str = UNIT) -> Any:
        made = await self.registered_payee(account, unit)
        return await self.post(self.checker, f"/v1/payees/{made['id']}/verify")

    async def registered_payee(self, account: str = "7075127192940563568", unit: str = UNIT) -> Any:
        body = {
            "unit_code": unit,
            "unit_name": "三峡学院",
            "bank_name": "重庆农村商业银行万州区支行",
            "bank_code": "471434039744",
            "account": account,
        }
        return await self.post(self.maker, "/v1/payees", body, 201)

    async def active_team(self, round_id: UUID, amount_fen: int = AMOUNT, unit: str = UNIT) -> TeamOf:
        """A team whose agreement is signed."""
        team = TeamOf(round_id, unit=unit)
        for event in (team.proposed(amount_fen), team.confirmed(amount_fen), team.agreed(amount_fen)):
            await self.deliver(event)
        return team

    async def qualified_team(self, round_id: UUID, amount_fen: int = AMOUNT) -> TeamOf:
        """A team whose one instalment is due."""
        team = await self.active_team(round_id, amount_fen)
        await self.deliver(team.graded("qualified"))
        return team

    async def award(self, team: TeamOf) -> Any:
        """The detail of the team's newest award, as the bureau reads it."""
        found = (await self.get("/v1/awards", team_id=str(team.team_id), sort="-created_at"))["items"]
        return await self.get(f"/v1/awards/{found[0]['id']}")

    async def instalments(self, team: TeamOf) -> list[Any]:
        return list((await self.award(team))["instalments"])

    async def statuses(self, team: TeamOf) -> list[str]:
        return [one["status"] for one in await self.instalments(team)]

    async def request(self, team: TeamOf) -> str:
        """Request the team's due instalment; its id."""
        due = next(one for one in await self.instalments(team) if one["status"] == "due")
        await self.post(self.maker, f"/v1/instalments/{due['id']}/request")
        return str(due["id"])

    async def approve(self, team: TeamOf) -> str:
        """Request and approve the team's due instalment; its id."""
        key = await self.request(team)
        await self.post(self.checker, f"/v1/instalments/{key}/approve")
        return key

    async def batch(self, round_id: UUID) -> Any:
        return await self.post(self.maker, "/v1/batches", {"round_id": str(round_id)}, 201)

    async def answer(self, batch: Any, *results: str) -> list[Any]:
        """The bank's results, in the order of the batch's instructions."""
        said = [
            {"instruction_id": line["instruction_id"], "result": result, "voucher": f"PZ-{number}"}
            for number, (line, result) in enumerate(zip(batch["instructions"], results, strict=True))
        ]
        answered = await self.post(self.checker, f"/v1/batches/{batch['id']}/answers", {"answers": said})
        return list(answered["results"])

    async def paying_account(self, account: Any) -> Any:
        """Registered by the maker, confirmed by the checker."""
        made = await self.post(self.maker, "/v1/paying-accounts", account, 201)
        return await self.post(self.checker, f"/v1/paying-accounts/{made['id']}/confirm")

    async def resolve(self, batch: Any, result: str, **more: Any) -> None:
        """What became of the batch's one unknown payment: proposed by the maker, confirmed by the checker."""
        (line,) = batch["instructions"]
        body = {"result": result, "voucher": "PZ-1", "reason": "银行复函", **more}
        made = await self.post(self.maker, f"/v1/instructions/{line['instruction_id']}/resolutions", body, 201)
        await self.post(self.checker, f"/v1/resolutions/{made['id']}/confirm")

    async def pay(self, team: TeamOf) -> Any:
        """Everything from the request to the bank's word for the team's due instalment; the batch."""
        await self.approve(team)
        batch = await self.batch(team.round_id)
        await self.answer(batch, *["paid" for _line in batch["instructions"]])
        return batch

    async def repay(self, award_id: str) -> None:
        """Everything that must come back of an award does: registered by one, confirmed by another."""
        for one in (await self.get("/v1/recoveries", award_id=award_id))["items"]:
            body = {"amount_fen": one["owed_fen"], "reference": f"HK-{one['id']}", "paid_on": "2020-03-01"}
            made = await self.post(self.maker, f"/v1/recoveries/{one['id']}/repayments", body, 201)
            await self.post(self.checker, f"/v1/repayments/{made['id']}/confirm")

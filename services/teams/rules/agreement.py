"""The three-party agreement (三方协议): lead, unit and host sign the same text within 30 days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.teams.rules import budget
from services.teams.rules.budget import BudgetLine
from services.teams.rules.policy import TeamsPolicy
from services.teams.rules.rights import speaks_for_host
from shared.actor import Actor
from shared.errors import Forbidden, Reason, require
from shared.lifecycle import Step

Party = Literal["lead", "unit", "host"]
PARTIES: tuple[Party, ...] = ("lead", "unit", "host")
LABELS = {"lead": "领衔专家", "unit": "派出单位", "host": "受援单位"}


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    """Who may sign, who has signed, and what the text still lacks. Codes are unified social credit codes."""

    lead_id: str
    lead_unit_code: str
    host_code: str
    payee_unit_code: str
    payee_unit_name: str
    talent_plan: str
    budget: tuple[BudgetLine, ...]
    amount_fen: int
    signed: frozenset[Party]
    team_confirmed: bool
    due_at: datetime


SIGN = Step("sign", ("confirmed",), "confirmed", ("expert", "unit", "host"), "签署", "Sign")
"""Not a step of the team: only the third signature moves it."""


def due(confirmed_at: datetime, policy: TeamsPolicy) -> datetime:
    """The last moment to sign: the policy's days after confirmation."""
    return confirmed_at + timedelta(days=policy.agreement_days)


def party_of(agreement: AgreementFacts, actor: Actor) -> Party:
    """For whom this actor signs. One who could sign for two parties signs for the one that is missing.
    Raises :class:`Forbidden` when the actor belongs to none."""
    able: list[Party] = []
    if actor.has("expert") and actor.person == agreement.lead_id:
        able.append("lead")
    if actor.has("unit") and actor.unit and actor.unit in {agreement.lead_unit_code, agreement.payee_unit_code}:
        able.append("unit")
    if speaks_for_host(agreement.host_code, actor):
        able.append("host")
    if not able:
        raise Forbidden(
            Reason(
                "agreement.not_a_party",
                "仅限领衔专家、派出单位和受援单位签署",
                "Only the lead, the unit and the host sign",
            )
        )
    return next((party for party in able if party not in agreement.signed), able[0])


def sign(agreement: AgreementFacts, policy: TeamsPolicy, actor: Actor, now: datetime) -> Party:
    """One party signs. Which one follows from the actor."""
    party = party_of(agreement, actor)
    require(sign_obstacles(agreement, policy, party, now))
    return party


def sign_obstacles(agreement: AgreementFacts, policy: TeamsPolicy, party: Party, now: datetime) -> Iterable[Reason]:
    """The text must be complete: the payee is the lead's unit or the host, never a person, the talent plan
    says what the local talents can do afterwards."""
    if not agreement.team_confirmed:
        yield Reason(
            "agreement.closed",
            "协议已生效或已终止，不能签署",
            "The agreement is in force or ended",
            "/status",
        )
    elif now >= agreement.due_at:
        yield Reason(
            "agreement.overdue",
            f"签署期限已过（{agreement.due_at:%Y-%m-%d}）",
            f"It had to be signed by {agreement.due_at:%Y-%m-%d}",
            "/due_at",
        )
    if party in agreement.signed:
        yield Reason(
            "agreement.signed_already",
            f"{LABELS[party]}已签署",
            f"The {party} has signed already",
            "/signatures",
        )
    yield from text_obstacles(agreement, policy)


def text_obstacles(agreement: AgreementFacts, policy: TeamsPolicy) -> Iterable[Reason]:
    """What the agreement still lacks."""
    if not agreement.payee_unit_code or not agreement.payee_unit_name:
        yield Reason("agreement.payee_missing", "须约定收款单位", "The payee must be named", "/payee_unit_code")
    elif agreement.payee_unit_code not in {agreement.lead_unit_code, agreement.host_code}:
        yield Reason(
            "agreement.payee_foreign",
            "收款单位须为领衔专家所在单位或受援单位",
            "The payee must be the lead's unit or the host",
            "/payee_unit_code",
        )
    if policy.budget_lines:
        yield from budget.obstacles(agreement.budget, agreement.amount_fen, policy)
    if not agreement.talent_plan:
        yield Reason(
            "agreement.talent_plan_missing",
            "须写明培养的当地人才及其培养目标",
            "The local talents to be trained, and what they can do afterwards, must be named",
            "/talent_plan",
        )


def missing(signed: frozenset[Party]) -> tuple[Party, ...]:
    """Who still has to sign."""
    return tuple(party for party in PARTIES if party not in signed)


def status(signed: frozenset[Party], closed: bool) -> str:
    """``drafted``, ``signing``, ``signed``, or ``void`` when the team ended before all had signed."""
    if not missing(signed):
        return "signed"
    if closed:
        return "void"
    return "signing" if signed else "drafted"

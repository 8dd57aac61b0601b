"""Amendments of an agreement (协议变更): the three parties sign a changed text; until then the old one holds."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.teams.rules.agreement import LABELS, AgreementFacts, Party, missing, party_of
from services.teams.rules.policy import TeamsPolicy
from shared.actor import SYSTEM, Actor
from shared.errors import Forbidden, Reason, require
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "amendment",
    {"signing": "签署中", "adopted": "已生效", "retracted": "已撤回", "expired": "逾期未签"},
    (
        Step("adopt", ("signing",), "adopted", ("system",), "生效", "Adopt"),
        Step("retract", ("signing",), "retracted", ("expert", "unit", "host"), "撤回", "Retract"),
        Step("expire", ("signing",), "expired", ("system",), "逾期失效", "Expire"),
    ),
)


@dataclass(frozen=True, slots=True)
class AmendmentFacts:
    """A change that is being signed. ``agreement`` says who the parties are and who of them has signed it."""

    status: str
    proposed_by: str
    due_at: datetime
    agreement: AgreementFacts


def amend(
    agreement: AgreementFacts,
    changes: Collection[str],
    reason: str,
    starts_on: date | None,
    ends_on: date | None,
    in_force: bool,
    actor: Actor,
) -> str:
    """A party proposes a change to the agreement in force, with its reason."""
    party_of(agreement, actor)
    require(amend_obstacles(changes, reason, starts_on, ends_on, in_force))
    return "signing"


def amend_obstacles(
    changes: Collection[str], reason: str, starts_on: date | None, ends_on: date | None, in_force: bool
) -> Iterable[Reason]:
    """Something changes, for a reason, while the agreement is in force."""
    if not in_force:
        yield Reason("amendment.not_in_force", "协议尚未生效或团队已结束", "The agreement is not in force", "/status")
    if not changes:
        yield Reason("amendment.empty", "没有变更内容", "Nothing changes", "/changes")
    if not reason.strip():
        yield Reason("amendment.reason", "须说明变更理由", "A reason must be given", "/reason")
    if starts_on and ends_on and ends_on <= starts_on:
        yield Reason("team.term", "服务结束时间须晚于开始时间", "The term must end after it starts", "/changes/ends_on")


def due(proposed_at: datetime, policy: TeamsPolicy) -> datetime:
    """The last moment to sign: as many days as the agreement itself has."""
    return proposed_at + timedelta(days=policy.agreement_days)


def sign(amendment: AmendmentFacts, actor: Actor, now: datetime) -> Party:
    """One party signs; which one follows from the actor."""
    party = party_of(amendment.agreement, actor)
    require(sign_obstacles(amendment, party, now))
    return party


def sign_obstacles(amendment: AmendmentFacts, party: Party, now: datetime) -> Iterable[Reason]:
    """Open, in time, and not signed by this party yet."""
    if amendment.status != "signing":
        label = LIFECYCLE.statuses[amendment.status]
        yield Reason("amendment.closed", f"变更协议{label}，不能签署", "It can no longer be signed", "/status")
    elif now >= amendment.due_at:
        yield Reason(
            "amendment.overdue",
            f"签署期限已过（{amendment.due_at:%Y-%m-%d}）",
            f"It had to be signed by {amendment.due_at:%Y-%m-%d}",
            "/due_at",
        )
    if party in amendment.agreement.signed:
        yield Reason(
            "agreement.signed_already",
            f"{LABELS[party]}已签署",
            f"The {party} has signed already",
            "/signatures",
        )


def adopt(amendment: AmendmentFacts) -> str:
    """The third signature: the changed text is in force."""
    return LIFECYCLE.after("adopt", amendment.status, SYSTEM)


def complete(amendment: AmendmentFacts) -> bool:
    """All three have signed."""
    return not missing(amendment.agreement.signed)


def retract(amendment: AmendmentFacts, actor: Actor) -> str:
    """Whoever proposed it takes it back before all have signed."""
    status = LIFECYCLE.after("retract", amendment.status, actor)
    if actor.id != amendment.proposed_by:
        raise Forbidden(
            Reason("amendment.proposer_only", "仅限提出变更的一方撤回", "Only whoever proposed it may take it back")
        )
    return status


def expire(status: str) -> str:
    """Not signed by all in time, or the team ended: the old text holds."""
    return LIFECYCLE.after("expire", status, SYSTEM)

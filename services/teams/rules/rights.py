"""Several people work on one claim, each with a right of their own: the lead, deputies, finance contacts, the host."""

from collections.abc import Collection, Iterable
from typing import Literal

from services.teams.rules.claim import TeamFacts
from shared.actor import Actor
from shared.errors import Forbidden, Reason, require

Right = Literal["deputy", "finance"]
"""副领衔 writes content and roster, 财务联系人 what concerns the money."""
LEAD_ONLY = Reason("team.lead_only", "仅限领衔专家办理", "Only the lead may do this")
MONEY_FIELDS = frozenset({"asked_fen", "own_fen", "payee_unit_code", "payee_unit_name", "budget"})


def speaks_for_host(host_code: str, actor: Actor) -> bool:
    """Whether this actor is of the host: of the order's, or, on an expert's offer, of the one that claimed it."""
    return actor.has("host") and bool(actor.unit) and actor.unit == host_code


def right_of(team: TeamFacts, actor: Actor) -> str:
    """``lead``, ``deputy``, ``finance``, or nothing."""
    return "lead" if actor.person and actor.person == team.lead_id else team.delegates.get(actor.person, "")


def lead_only(team: TeamFacts, actor: Actor) -> None:
    """Raises :class:`Forbidden` for anyone but the lead: submitting, signing and withdrawing cannot be delegated."""
    if right_of(team, actor) != "lead":
        raise Forbidden(LEAD_ONLY)


def writer_only(team: TeamFacts, actor: Actor) -> None:
    """The lead and deputies write the claim, gather its people and report its results."""
    if right_of(team, actor) not in ("lead", "deputy"):
        raise Forbidden(
            Reason("team.writer_only", "仅限领衔专家或其指定的副领衔办理", "Only the lead or a deputy may do this")
        )


def fields_only(team: TeamFacts, actor: Actor, fields: Collection[str]) -> None:
    """A finance contact writes what concerns the money, and nothing else."""
    if right_of(team, actor) == "finance" and set(fields) <= MONEY_FIELDS:
        return
    writer_only(team, actor)


def delegate(team: TeamFacts, person_id: str, status: str, ended: Collection[str], actor: Actor) -> None:
    """The lead gives a right to a colleague as long as the claim or team goes on."""
    lead_only(team, actor)
    require(_delegate_obstacles(team, person_id, status, ended))


def _delegate_obstacles(team: TeamFacts, person_id: str, status: str, ended: Collection[str]) -> Iterable[Reason]:
    if status in ended:
        yield Reason("team.ended", "团队已终止", "The team has ended", "/status")
    if person_id == team.lead_id:
        yield Reason("delegate.lead", "领衔专家已有全部权限", "The lead has every right already", "/person_id")

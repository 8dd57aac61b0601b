"""The panel of a round (评审组): reviewers named by the bureau, who read the shortlisted claims until it closes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.teams.rules.policy import PolicySet
from services.teams.rules.ranking import Standing
from shared.actor import Actor
from shared.errors import NotFound, Reason, Refused, reason_given, require
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "panel",
    {"reviewing": "评审中", "closed": "评审结束"},
    (
        Step("close", ("reviewing",), "closed", ("bureau",), "结束评审", "Close the review"),
        Step("reopen", ("closed",), "reviewing", ("bureau",), "重新评审", "Review again"),
    ),
)


@dataclass(frozen=True, slots=True)
class Seat:
    """A reviewer as the bureau names one. ``fields`` are subjects, ``most`` the claims that this person may be given."""

    person_id: str
    name: str
    fields: tuple[str, ...]
    most: int


def reviews_exist(policy: PolicySet) -> None:
    """Reviews exist where the mode lets claims compete, and the policy asks for reviewers."""
    if "competition" not in policy.switches:
        raise Refused(
            Reason(
                "panel.no_competition",
                "本批次项目类型不设竞争性评审",
                "Claims of this round do not compete: there is no review",
            )
        )
    if not policy.teams.reviewers_per_claim:
        raise Refused(
            Reason(
                "panel.no_reviewers",
                "本批次政策未设评审专家，由市人社局直接拟定",
                "The policy of this round has no reviewers: the bureau proposes without them",
            )
        )


def needs_review(policy: PolicySet, continues: bool) -> bool:
    """Whether a claim is read by reviewers before it can be proposed. A team that goes on was judged by its grade."""
    return "competition" in policy.switches and policy.teams.reviewers_per_claim > 0 and not continues


def bureau_of(division: str, actor: Actor) -> None:
    """A round is reviewed by the bureau of its division; for others it is not there."""
    if not actor.covers(division):
        raise NotFound("round")


def name(seats: Sequence[Seat], known: Iterable[str], status: str | None) -> str:
    """The bureau names reviewers, or changes what it said about them, until the review is closed."""
    require(name_obstacles(seats, frozenset(known), status))
    return status or "reviewing"


def name_obstacles(seats: Sequence[Seat], known: frozenset[str], status: str | None) -> Iterable[Reason]:
    """Everyone stands in the registry and is named once."""
    if status == "closed":
        yield closed_reason()
    seen: set[str] = set()
    for place, seat in enumerate(seats):
        pointer = f"/reviewers/{place}/person_id"
        if seat.person_id not in known:
            yield Reason("person.not_found", "专家库中没有此人", "Nobody of this id is registered", pointer)
        if seat.person_id in seen:
            yield Reason("panel.named_twice", "同一专家列了两次", "The same person is named twice", pointer)
        seen.add(seat.person_id)


def close(
    status: str, standings: Sequence[Standing], discussed: frozenset[str], policy: PolicySet, actor: Actor
) -> str:
    """The bureau ends the scoring once every claim has its scores, and large disagreement has been dealt with."""
    after = LIFECYCLE.after("close", status, actor)
    require(close_obstacles(standings, discussed, policy.teams.reviewers_per_claim))
    return after


def close_obstacles(standings: Sequence[Standing], discussed: frozenset[str], needed: int) -> Iterable[Reason]:
    """Claims that lack scores; claims whose reviewers are far apart, unless discussed or read by one more."""
    for standing in standings:
        number = standing.label
        if standing.reviews < needed:
            yield Reason(
                "panel.scores_missing",
                f"{number}应有{needed}名专家评分，现有{standing.reviews}名",
                f"{number} needs {needed} scores and has {standing.reviews}",
                f"/claims/{standing.claim_id}",
            )
        elif standing.disagreement and standing.claim_id not in discussed and standing.reviews == needed:
            yield Reason(
                "panel.disagreement",
                f"{number}评分分差{standing.spread}分，须复议或增加一名评审专家",
                f"Reviewers of {number} are {standing.spread} points apart: discuss it or add a reviewer",
                f"/claims/{standing.claim_id}",
            )


def reopen(status: str, reason: str, actor: Actor) -> str:
    """Scoring goes on, for late claims or because a score has to be corrected; always with a reason."""
    after = LIFECYCLE.after("reopen", status, actor)
    require(reason_given("panel.reason_missing", reason))
    return after


def closed_reason() -> Reason:
    """What whoever comes after the closing is told."""
    return Reason("panel.closed", "本批次评审已结束", "The review of this round is closed", "/status")


def passed(standing_score: Decimal | None, policy: PolicySet) -> bool:
    """A claim may be chosen from the policy's normalised score on."""
    return standing_score is not None and standing_score >= policy.teams.pass_score

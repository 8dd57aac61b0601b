"""A proof: a document handed in for an instalment, or the report that its milestone is reached. Accepted, it opens its
gate. Pure."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from services.funding.rules.policy import DOCUMENTS, Policy, Share
from shared.actor import Actor
from shared.errors import Forbidden, Reason, reason_given, require
from shared.lifecycle import Lifecycle, Step

JUDGES = ("bureau", "district", "finance_maker")
SUBMITS = ("expert", "unit", "host")

LIFECYCLE = Lifecycle(
    "proof",
    {"wanted": "待提交", "submitted": "已提交", "returned": "退回补正", "accepted": "已认可"},
    (
        Step("submit", ("wanted", "returned"), "submitted", SUBMITS, "提交", "Submit"),
        Step("accept", ("submitted",), "accepted", JUDGES, "认可", "Accept"),
        Step("return", ("submitted",), "returned", JUDGES, "退回补正", "Send back"),
    ),
)

MILESTONE = "milestone"
GATES = ("documents", MILESTONE)
"""Gates that proofs open; all of a gate's proofs must be accepted."""


@dataclass(frozen=True, slots=True)
class ProofFacts:
    """``kind`` is ``milestone`` or a kind of document; ``judged_as`` the role that judges it."""

    kind: str
    status: str
    judged_as: str
    submitted_by: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A proof that a share of a schedule asks for."""

    kind: str
    zh: str
    en: str
    judged_as: str


def wanted(share: Share, policy: Policy) -> Iterator[Wanted]:
    """What must be handed in for a share: its milestone, judged by whom the policy names, and its documents, judged by
    the maker who will ask for the money."""
    if MILESTONE in share.gates:
        yield Wanted(MILESTONE, share.zh, share.en, policy.milestones_judged_by)
    for kind in share.documents if "documents" in share.gates else ():
        yield Wanted(kind, *DOCUMENTS[kind], "finance_maker")


def opened(proofs: Iterable[ProofFacts]) -> set[str]:
    """The gates that an instalment's proofs open."""
    known = list(proofs)
    return {
        gate
        for gate in GATES
        if (own := [p for p in known if gate_of(p.kind) == gate]) and all(proof.status == "accepted" for proof in own)
    }


def gate_of(kind: str) -> str:
    """The gate that a proof of this kind belongs to."""
    return MILESTONE if kind == MILESTONE else "documents"


def submit_obstacles(proof: ProofFacts, note: str, files: Collection[str], known: Collection[str]) -> list[Reason]:
    """``files`` are ids as sent, ``known`` the instalment's files that were not removed. A document is a file; a
    milestone is told in words, a file or both."""
    found = []
    if proof.kind == MILESTONE and not (note.strip() or files):
        found.append(Reason("proof.empty", "请说明完成情况或附证明材料", "Say what was reached, or attach it", "/note"))
    if proof.kind != MILESTONE and not files:
        found.append(Reason("proof.no_file", "请附文件", "A document needs its file", "/attachment_ids"))
    if not set(files) <= set(known):
        found.append(
            Reason(
                "proof.unknown_file",
                "所附文件不在该分期名下或已移除",
                "A file is not among this instalment's, or was removed",
                "/attachment_ids",
            )
        )
    return found


def submit(proof: ProofFacts, note: str, files: Collection[str], known: Collection[str], actor: Actor) -> str:
    """The lead or the unit hands it in, or again after it was sent back."""
    status = LIFECYCLE.after("submit", proof.status, actor)
    require(submit_obstacles(proof, note, files, known))
    return status


def judge_obstacles(proof: ProofFacts, actor: Actor) -> list[Reason]:
    """Only for the office that the policy names, and not by whoever handed it in."""
    if actor.id == proof.submitted_by:
        return [Reason("proof.same_person", "提交人与审核人必须是不同的人", "Whoever handed it in cannot judge it")]
    return []


def _require_judge(proof: ProofFacts, actor: Actor) -> None:
    if not actor.has(proof.judged_as):
        raise Forbidden(Reason("proof.role", f"由{proof.judged_as}审核", f"Judged by: {proof.judged_as}"))
    require(judge_obstacles(proof, actor))


def accept(proof: ProofFacts, actor: Actor) -> str:
    """It is in order: with the last one of its gate the gate opens."""
    status = LIFECYCLE.after("accept", proof.status, actor)
    _require_judge(proof, actor)
    return status


def return_(proof: ProofFacts, reason: str, actor: Actor) -> str:
    """It is sent back to be mended, with the reason."""
    status = LIFECYCLE.after("return", proof.status, actor)
    _require_judge(proof, actor)
    require(reason_given("proof.reason", reason))
    return status

"""What became of a claim, and why (评审决定): the record behind the decision letter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.teams.rules.policy import PolicySet
from services.teams.rules.proposal import eligible, whole_amount
from services.teams.rules.ranking import Standing, explain
from shared.errors import Reason, reason_given

OUTCOMES = {"selected": "拟入选", "reserve": "候补", "not_selected": "未入选"}
OFF_ORDER = "team.order_taken"
"""Why the system ends a claim when another one on its order was chosen."""
JUDGED = ("accepted", "recommended", "shortlisted", "proposed", "on_notice")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A claim before the decision. ``required``: reviewers have to read it first. ``closed``: the panel is.
    ``better``: claims on the same order that rank before it and could be chosen."""

    required: bool
    closed: bool
    standing: Standing | None
    better: int = 0


def propose_obstacles(
    reviewed: Reviewed, asked_fen: int, amount_fen: int | None, reason: str, policy: PolicySet
) -> Iterable[Reason]:
    """Reviewed first; and whoever decides otherwise than the ranking says, or gives more than was asked, says why.
    Without an amount (the checklist): only what nobody can explain away."""
    if reviewed.required and not reviewed.closed:
        yield Reason(
            "decision.panel_open",
            "评审尚未结束，不能拟定",
            "The review is not closed yet: nothing can be proposed",
            "/status",
        )
    elif reviewed.required and (reviewed.standing is None or reviewed.standing.rank is None):
        yield Reason(
            "decision.unranked", "该申报尚未完成专家评审", "The claim has not been read by enough reviewers", "/status"
        )
    if amount_fen is not None and not reason.strip():
        yield from deviations(reviewed, asked_fen, amount_fen, policy)


def deviations(reviewed: Reviewed, asked_fen: int, amount_fen: int, policy: PolicySet) -> Iterable[Reason]:
    """In what a decision differs from what follows from the ranking: each needs a reason in words."""
    standing = reviewed.standing
    if reviewed.required and standing is not None and standing.rank is not None:
        if not eligible(standing, policy.teams):
            yield Reason(
                "decision.below_pass",
                f"标准化得分{standing.normalised}低于合格分，拟入选须说明理由",
                f"A score of {standing.normalised} is below the pass mark: say why it is chosen",
                "/reason",
            )
        if reviewed.better:
            yield Reason(
                "decision.not_best",
                f"本订单有{reviewed.better}个团队排名在前，拟入选须说明理由",
                f"{reviewed.better} claim(s) on the order rank before it: say why this one is chosen",
                "/reason",
            )
    if "award" in policy.switches and amount_fen > max(asked_fen, whole_amount(asked_fen, policy.teams)):
        yield Reason(
            "decision.above_asked",
            "拟定金额高于申请金额，须说明理由",
            "The amount is more than was asked: say why",
            "/reason",
        )


def ended(code: str, status: str, standing: Standing | None, required: bool, policy: PolicySet) -> str:
    """The outcome of a claim that ends because another was chosen: in reserve when it could have been chosen."""
    if code != OFF_ORDER or status not in JUDGED:
        return "not_selected"
    if not required:
        return "reserve" if status == "shortlisted" else "not_selected"
    return "reserve" if standing is not None and eligible(standing, policy.teams) else "not_selected"


def words(
    standing: Standing | None,
    outcome: str,
    amount_fen: int,
    asked_fen: int,
    stated: Sequence[Reason],
    policy: PolicySet,
) -> list[Reason]:
    """The reasons of the letter: what the panel found, what was decided, what the bureau added."""
    found = list(explain(standing, policy.teams)) if standing is not None else []
    if outcome == "selected":
        given = f"{amount_fen / 100:,.2f}"
        less = 0 < amount_fen < asked_fen
        found.append(
            Reason(
                "decision.selected",
                f"拟入选，资助{given}元{'（按预算和资助标准核定）' if less else ''}",
                f"Selected with {given} yuan{' (set within budget and band)' if less else ''}",
            )
        )
    elif outcome == "reserve":
        found.append(Reason("decision.reserve", "列入候补", "Kept in reserve"))
    else:
        found.append(Reason("decision.not_selected", "未入选", "Not selected"))
    return [*found, *stated]


def remark_obstacles(kind: str, status: str, words: str, policy: PolicySet) -> Iterable[Reason]:
    """Before a decision only: an exception from the screening of a claim that is not shortlisted yet, a discussion of
    one that is."""
    fitting = {"exception": ("submitted", "accepted", "recommended"), "discussion": ("shortlisted",)}[kind]
    if status not in fitting:
        zh = "入围前可作例外处理" if kind == "exception" else "入围后、拟定前可记录复议结果"
        en = "only before a claim is shortlisted" if kind == "exception" else "only of a shortlisted claim"
        yield Reason(f"decision.{kind}_late", f"仅限{zh}", f"Possible {en}", "/status")
    if kind == "exception" and "competition" not in policy.switches:
        yield Reason("panel.no_competition", "本批次项目类型不设竞争性评审", "Claims of this round do not compete")
    yield from reason_given("decision.reason_missing", words)

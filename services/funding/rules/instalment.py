"""An instalment: due when its gates are met, asked for by a maker, approved by a checker, paid once. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from services.funding.rules import treasury
from services.funding.rules.payee import GROUNDS, PayeeFacts, same_name
from services.funding.rules.policy import Policy
from services.funding.rules.substitute import apart
from services.funding.rules.treasury import TreasuryFields
from shared.actor import SYSTEM, Actor
from shared.errors import Malformed, Reason, require
from shared.lifecycle import Lifecycle, Step

SYSTEM_ONLY = ("system",)
MAKER = ("finance_maker",)
CHECKER = ("finance_checker",)

LIFECYCLE = Lifecycle(
    "instalment",
    {
        "scheduled": "待满足条件",
        "due": "应付",
        "requested": "已申请",
        "approved": "已复核",
        "in_batch": "已送银行",
        "unknown": "银行结果不明",
        "paid": "已拨付",
        "returned": "已退回",
        "reissued": "已重新申请",
        "held": "暂缓拨付",
        "cancelled": "已取消",
    },
    (
        Step("due", ("scheduled",), "due", SYSTEM_ONLY, "到期", "Fall due"),
        Step("request", ("due",), "requested", MAKER, "申请拨付", "Request"),
        Step("approve", ("requested", "reissued"), "approved", (*CHECKER, "bureau"), "复核通过", "Approve"),
        Step("reject", ("requested", "reissued", "approved"), "due", CHECKER, "复核退回", "Reject"),
        Step("batch", ("approved",), "in_batch", MAKER, "送银行", "Put into a batch"),
        Step("unbatch", ("in_batch",), "approved", CHECKER, "撤出批次", "Take out of a voided batch"),
        Step("pay", ("in_batch", "unknown"), "paid", CHECKER, "确认拨付", "Confirm as paid"),
        Step("return", ("in_batch", "unknown"), "returned", CHECKER, "确认退回", "Confirm as returned"),
        Step("book", ("paid",), "paid", MAKER, "登记记账凭证", "Enter the treasury's voucher"),
        Step("lose", ("in_batch",), "unknown", CHECKER, "银行结果不明", "Mark as unknown"),
        Step("reissue", ("returned",), "reissued", MAKER, "重新申请", "Reissue"),
        Step("hold", ("scheduled", "due", "requested", "reissued", "approved", "returned"), "held",
             SYSTEM_ONLY, "暂缓", "Hold"),
        Step("resume", ("held",), "scheduled", SYSTEM_ONLY, "恢复", "Resume"),
        Step("cancel", ("scheduled", "due", "requested", "reissued", "approved", "returned", "held"),
             "cancelled", SYSTEM_ONLY, "取消", "Cancel"),
        Step("reinstate", ("cancelled",), "scheduled", SYSTEM_ONLY, "恢复", "Reinstate"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class InstalmentFacts:
    """What the rules look at. ``signed`` are the people (``sub``) who made and checked the present request, the maker
    first, ``stood_for`` those in whose place some of them signed; ``gates`` must all be met before it is due. Amount
    in fen."""

    status: str
    amount_fen: int
    gates: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()
    stood_for: tuple[str, ...] = ()


NOT_MET = {
    "agreed": ("协议尚未签订", "The agreement is not signed"),
    "begun": ("服务尚未开始", "Service has not begun"),
    "grade": ("尚无合格以上的考核等次", "No grade of qualified or better is published"),
    "documents": ("材料尚未齐全并审核通过", "Not all documents are handed in and accepted"),
    "milestone": ("阶段目标尚未认可", "The milestone is not accepted as reached"),
}


def due_obstacles(instalment: InstalmentFacts, met: Collection[str]) -> list[Reason]:
    """Each gate that is not met."""
    missing = [gate for gate in instalment.gates if gate not in met]
    return [Reason(f"instalment.gate_{gate}", *NOT_MET[gate]) for gate in missing]


def due(instalment: InstalmentFacts, met: Collection[str]) -> str:
    """All gates of the policy's schedule are met."""
    status = LIFECYCLE.after("due", instalment.status, SYSTEM)
    require(due_obstacles(instalment, met))
    return status


def request_obstacles(payee: PayeeFacts | None, agreed_name: str = "", last: PayeeFacts | None = None) -> list[Reason]:
    """Money goes to a verified account only, under the name that the agreement gives the payee. ``last`` is the account
    that was asked for before: when it was closed meanwhile, the reason says on which ground."""
    if (payee is None or payee.status != "verified") and last and last.closed_as:
        zh, en = GROUNDS[last.closed_as], last.closed_as.replace("_", " ")
        return [
            Reason(
                "payee.refused",
                f"原收款账户已停用（{zh}）：收款单位须登记账户并重新核实",
                f"The account was closed ({en}): the unit registers one and it is verified anew",
            )
        ]
    if payee is None or payee.status != "verified":
        return [Reason("payee.not_verified", "收款单位没有经核实的账户", "The payee has no verified account")]
    if agreed_name and payee.unit_name and not same_name(agreed_name, payee.unit_name):
        return [
            Reason(
                "payee.name_mismatch",
                f"账户户名“{payee.unit_name}”与协议收款单位“{agreed_name}”不一致",
                f"The account is under “{payee.unit_name}”, the agreement pays “{agreed_name}”",
            )
        ]
    return []


def request(
    instalment: InstalmentFacts,
    payee: PayeeFacts | None,
    fields: TreasuryFields,
    policy: Policy,
    actor: Actor,
    agreed_name: str = "",
) -> str:
    """The maker asks for a due instalment, to the payee's verified account, with what the treasury asks for."""
    status = LIFECYCLE.after("request", instalment.status, actor)
    if wrong := treasury.faults(fields):
        raise Malformed(*wrong)
    require([*request_obstacles(payee, agreed_name), *treasury.missing(fields, policy)])
    return status


def approve_obstacles(
    instalment: InstalmentFacts, payee: PayeeFacts | None, policy: Policy, actor: Actor
) -> list[Reason]:
    """The account of the request is still the verified one; neither this person nor the one they stand in for has a
    name under the request yet; the last of three signatures is the leader's, the others are checkers'. Nobody who
    signed chose the substitute who checks it."""
    same = Reason(
        "instalment.same_person",
        "申请人与复核人必须是不同的人",
        "Whoever requested or already checked it cannot check it",
    )
    found = changed_obstacles(payee) + apart(same, actor, [*instalment.signed, *instalment.stood_for])
    if leader_next(instalment, policy):
        if not actor.has("bureau"):
            found.append(Reason("instalment.leader", "须由市局负责人签批", "The bureau's leader signs last"))
    elif not actor.has(*CHECKER):
        found.append(Reason("instalment.checker", "须由复核人签批", "A checker signs first"))
    return found


def approve(instalment: InstalmentFacts, payee: PayeeFacts | None, policy: Policy, actor: Actor) -> str:
    """A second person checks; from the policy's thresholds a third and the bureau's leader too, until then it stays as
    it is. ``payee`` is the account named in the request: it must still be the verified one.
    Source: domain.md §4, maker and checker are different people; above a threshold a second checker."""
    status = LIFECYCLE.after("approve", instalment.status, actor)
    require(approve_obstacles(instalment, payee, policy, actor))
    return status if checkers_missing(instalment, policy) <= 1 else instalment.status


def checkers_missing(instalment: InstalmentFacts, policy: Policy) -> int:
    """How many signatures of checkers, the leader's among them, the present request still lacks."""
    needed = 3 if _leader_needed(instalment, policy) else 2
    if instalment.amount_fen < policy.second_checker_from_fen and needed == 2:
        needed = 1
    return needed - max(0, len(instalment.signed) - 1)


def leader_next(instalment: InstalmentFacts, policy: Policy) -> bool:
    """Whether the next signature is the leader's."""
    return _leader_needed(instalment, policy) and checkers_missing(instalment, policy) == 1


def _leader_needed(instalment: InstalmentFacts, policy: Policy) -> bool:
    return 0 < policy.third_checker_from_fen <= instalment.amount_fen


def reject_obstacles(reason: str) -> list[Reason]:
    """The maker must know what to mend."""
    return (
        []
        if reason.strip()
        else [Reason("instalment.reason", "须说明退回理由", "State why it is sent back", "/reason")]
    )


def reject(instalment: InstalmentFacts, reason: str, actor: Actor) -> str:
    """The checker sends the request back with a reason, also after approval while the bank has not got it."""
    status = LIFECYCLE.after("reject", instalment.status, actor)
    require(reject_obstacles(reason))
    return status


def changed_obstacles(payee: PayeeFacts | None) -> list[Reason]:
    """The account that the request names must still be the payee's verified one, up to the bank's file."""
    if payee and payee.status == "verified":
        return []
    return [
        Reason(
            "payee.changed",
            "申请后收款账户已变更，须退回重新申请",
            "The payee's account changed after the request: send it back and request it anew",
        )
    ]


def batch(instalment: InstalmentFacts, payee: PayeeFacts | None, actor: Actor) -> str:
    """An approved instalment becomes one instruction of a bank file."""
    status = LIFECYCLE.after("batch", instalment.status, actor)
    require(changed_obstacles(payee))
    return status


def unbatch(instalment: InstalmentFacts, actor: Actor) -> str:
    """Its batch was voided before the bank had it: the signatures stand, it waits for another batch."""
    return LIFECYCLE.after("unbatch", instalment.status, actor)


def pay(instalment: InstalmentFacts, actor: Actor) -> str:
    """The bank says that the payee has it."""
    return LIFECYCLE.after("pay", instalment.status, actor)


def book_obstacles(voucher: str) -> list[Reason]:
    """A number."""
    return [] if voucher.strip() else [Reason("instalment.voucher", "请填写记账凭证号", "Enter the number", "/voucher")]


def book(instalment: InstalmentFacts, voucher: str, actor: Actor) -> str:
    """The number of the treasury's voucher (记账凭证号) of a payment is entered, or entered anew."""
    status = LIFECYCLE.after("book", instalment.status, actor)
    require(book_obstacles(voucher))
    return status


def return_(instalment: InstalmentFacts, actor: Actor) -> str:
    """The bank sent the money back."""
    return LIFECYCLE.after("return", instalment.status, actor)


def lose(instalment: InstalmentFacts, actor: Actor) -> str:
    """The bank cannot say what became of it: a state of its own, resolved by a later word, never by paying again."""
    return LIFECYCLE.after("lose", instalment.status, actor)


def reissue(
    instalment: InstalmentFacts,
    payee: PayeeFacts | None,
    actor: Actor,
    agreed_name: str = "",
    last: PayeeFacts | None = None,
) -> str:
    """The maker asks again for what the bank sent back; it is checked again like any request. ``last`` is the account to
    which it was sent."""
    status = LIFECYCLE.after("reissue", instalment.status, actor)
    require(request_obstacles(payee, agreed_name, last))
    return status


def hold(instalment: InstalmentFacts) -> str:
    """A hold stands on it or on its award: what is not yet with the bank is held."""
    return LIFECYCLE.after("hold", instalment.status, SYSTEM)


def resume(instalment: InstalmentFacts) -> str:
    """The last hold ended: it waits for its gates again, and needs a new request."""
    return LIFECYCLE.after("resume", instalment.status, SYSTEM)


def cancel(instalment: InstalmentFacts) -> str:
    """The award ended: what was not paid never will be, unless the award is reinstated."""
    return LIFECYCLE.after("cancel", instalment.status, SYSTEM)


def reinstate(instalment: InstalmentFacts) -> str:
    """Its award is reinstated: it waits for its gates again, and needs a new request."""
    return LIFECYCLE.after("reinstate", instalment.status, SYSTEM)


def consequence(instalment: InstalmentFacts, met: Collection[str], hold: str, ended: bool) -> str:
    """The step that follows by itself from the award's state, or "" when it may stay as it is. ``met`` are the gates
    met, ``hold`` the code of a hold, ``ended`` says that the award was released or revoked. What is with the bank
    waits for the bank."""
    possible = {step.action for step in LIFECYCLE.steps if instalment.status in step.before}
    if ended:
        return "cancel" if "cancel" in possible else ""
    if hold:
        return "hold" if "hold" in possible else ""
    if "resume" in possible:
        return "resume"
    return "due" if "due" in possible and not due_obstacles(instalment, met) else ""

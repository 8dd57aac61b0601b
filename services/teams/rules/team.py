"""A claim that becomes a team (团队申报与确认): its lifecycle, and who may do what. What a complete claim is stands
in ``claim.py``, 1+N+1 in ``roster.py``."""

import dataclasses
from collections.abc import Collection, Iterable
from datetime import datetime

from services.teams.rules import decision, hosting, open_roster, roster, screening
from services.teams.rules import member as member_rules
from services.teams.rules.claim import ClaimedOrder, TeamFacts, propose_obstacles, submit_obstacles, window_obstacles
from services.teams.rules.decision import Reviewed
from services.teams.rules.policy import PolicySet, TeamsPolicy
from services.teams.rules.rights import fields_only, lead_only, speaks_for_host, writer_only
from shared.actor import SYSTEM, Actor
from shared.errors import Forbidden, NotFound, Reason, reason_given, require
from shared.lifecycle import Lifecycle, Step

ENDED = ("rejected", "concluded", "withdrawn", "dissolved", "lapsed")
"""Where a claim or team goes no further."""
LIVE = ("confirmed", "agreed", "trained", "serving")
BEFORE_SERVICE = ("confirmed", "agreed", "trained")
HOLDING = ("proposed", "on_notice", *LIVE)
"""Statuses that keep an order and its people from other teams: live ones, and what the bureau proposed."""
ROSTER_OPEN = ("forming", *LIVE)
"""While forming the roster is made; in a live team, replacements are prepared."""
OPEN_CLAIMS = ("forming", "submitted", "accepted", "recommended", "shortlisted")
"""Claims that the system ends when their order or round is decided otherwise."""
ENDABLE = (*OPEN_CLAIMS, *HOLDING)
"""Claims and teams that still go on."""

LIFECYCLE = Lifecycle(
    "team",
    {
        "forming": "组建中", "submitted": "已申报", "accepted": "双向选定", "recommended": "区县已推荐",
        "shortlisted": "入围", "rejected": "未入选", "proposed": "拟入选", "on_notice": "公示中", "confirmed": "已确认",
        "agreed": "已签约", "trained": "已培训", "serving": "服务中", "concluded": "已结项", "withdrawn": "已撤回",
        "dissolved": "已解散", "lapsed": "已失效",
    },
    (
        Step("submit", ("forming",), "submitted", ("expert",), "提交申报", "Submit"),
        Step("accept", ("submitted",), "accepted", ("host",), "接收", "Accept", "mutual_choice", skip=True),
        Step("decline", ("submitted",), "rejected", ("host",), "不接收", "Decline", "mutual_choice"),
        Step("recommend", ("accepted",), "recommended", ("district",), "推荐", "Recommend",
             "recommendation", skip=True),
        Step("shortlist", ("recommended",), "shortlisted", ("bureau",), "入围", "Shortlist", "competition", skip=True),
        Step("reject", ("submitted", "accepted", "recommended", "shortlisted"), "rejected", ("bureau", "system"),
             "不予入选", "Reject"),
        Step("reject", ("forming", "proposed", "on_notice"), "rejected", ("system",), "不予入选", "Reject"),
        Step("readmit", ("rejected",), "shortlisted", ("bureau", "system"), "重新列入评审", "Readmit"),
        Step("propose", ("shortlisted",), "proposed", ("bureau",), "拟定入选", "Propose"),
        Step("put_on_notice", ("proposed",), "on_notice", ("system",), "公示", "Put on notice", "notice", skip=True),
        Step("send_back", ("proposed",), "shortlisted", ("system",), "退回入围", "Send back", "award"),
        Step("reopen", ("on_notice",), "shortlisted", ("system",), "重新审议", "Reopen", "notice"),
        Step("confirm", ("on_notice",), "confirmed", ("system",), "确认", "Confirm"),
        Step("agree", ("confirmed",), "agreed", ("system",), "签约", "Agree", "agreement", skip=True),
        Step("lapse", ("confirmed",), "lapsed", ("system",), "失效", "Lapse", "agreement"),
        Step("train", ("agreed",), "trained", ("bureau",), "岗前培训", "Train", "training", skip=True),
        Step("start", ("trained",), "serving", ("system",), "开始服务", "Start"),
        Step("conclude", ("serving",), "concluded", ("bureau", "system"), "结项", "Conclude"),
        Step("withdraw", ENDABLE, "withdrawn", ("expert",), "撤回", "Withdraw"),
        Step("withdraw", OPEN_CLAIMS, "withdrawn", ("host",), "撤回", "Withdraw"),
        Step("dissolve", LIVE, "dissolved", ("bureau", "system"), "解散", "Dissolve"),
        Step("dissolve", ("dissolved",), "dissolved", ("bureau",), "维持解散", "Leave dissolved"),
        Step("reinstate", ("dissolved",), "agreed", ("bureau", "system"), "恢复", "Reinstate"),
    ),
)  # fmt: skip


AWARD_REVOKED = "team.award_revoked"
"""Why a team is dissolved whose award was revoked before service: the one dissolution that a corrected edition undoes."""

ENDED_BY_SYSTEM = {
    reason.code: reason
    for reason in (
        Reason("budget.short", "批次预算不足", "The round's budget is short"),
        Reason("award.band", "金额不在批次资助标准内", "The amount lies outside the round's band"),
        Reason("budget.kept", "余下预算为续期团队保留", "What is left of the budget is kept for continued teams"),
        Reason("award.owing", "领衔专家或收款单位尚欠应收回的资金", "The lead or the payee unit still owes money"),
        Reason(
            "continued.not_excellent", "前期团队最近考核等次未达优秀", "The earlier team was not rated excellent last"
        ),
        Reason("continued.revoked", "前期资助已撤销", "The earlier award was revoked"),
        Reason("continued.held", "前期资助暂缓拨付", "Money of the earlier award is held"),
        Reason("continued.owing", "前期资助尚有应收回的资金", "Money of the earlier award must still come back"),
        Reason("continued.unaccounted", "前期资助的决算尚未认可", "The earlier award is not accounted for yet"),
        Reason("continued.amount", "超过前期资助的续期上限", "More than a continued award may be"),
        Reason("team.order_taken", "该订单已确定其他团队", "Another team was confirmed for this order"),
        Reason("team.round_decided", "本批次评审已结束，未入选", "The round was decided without this claim"),
        Reason("team.order_ended", "该订单已取消、撤回或合并", "The order was cancelled, withdrawn or merged"),
        Reason("team.agreement_unsigned", "协议未在期限内签署", "The agreement was not signed in time"),
        Reason("team.nomination_withdrawn", "派出单位撤回了推荐", "The unit withdrew its nomination"),
        Reason("team.lead_declined", "领衔专家谢绝了邀请", "The expert declined the invitation to lead"),
        Reason("team.lead_silent", "领衔专家未在期限内答复", "The expert did not answer the invitation in time"),
        Reason(AWARD_REVOKED, "资助在服务开始前被撤销", "The award was revoked before service began"),
        Reason(
            "team.continuation_withdrawn",
            "续期资格已因更正发布而取消",
            "The right to continue was withdrawn by a corrected edition",
        ),
    )
}
"""Why the clock or another service ends a claim or team, or sends it back; a person gives reasons in words of their own."""


def ending(reason: str) -> Reason | None:
    """Why this team ended or was sent away, in both languages; words of a person stay as they were written."""
    return ENDED_BY_SYSTEM.get(reason) or (Reason("team.stated", reason, reason) if reason else None)


def form(order: ClaimedOrder, actor: Actor, now: datetime) -> str:
    """An expert takes up an order that is open to claims (接单)."""
    if not actor.has("expert") or not actor.person:
        raise Forbidden(Reason("team.no_person", "令牌未关联专家库人员", "The token names no registered expert"))
    require([*_demand_obstacles(order), *window_obstacles(order, now)])
    return "forming"


def _demand_obstacles(order: ClaimedOrder) -> Iterable[Reason]:
    if order.offer:
        yield Reason(
            "team.offer_for_hosts",
            "该订单为专家发榜，由需求单位接单",
            "This is an expert's offer: hosts claim it",
            "/order_id",
        )


LIAISON_FIELDS = frozenset({"liaison_name", "liaison_phone"})
AGREEMENT_FIELDS = frozenset({"payee_unit_code", "payee_unit_name", "talent_plan", "budget"})
"""What only the agreement needs; the rest of the claim stays as it was judged."""


def edit(team: TeamFacts, actor: Actor, fields: Collection[str], signing: bool) -> None:
    """The lead writes the claim while it is forming (or placed by the bureau and not proposed yet), what only the
    agreement needs until the first party has signed it, and the liaison until the team ends. Deputies write with the lead, finance contacts what is money."""
    fields_only(team, actor, set(fields))
    fixed = set(fields) - _editable(team, signing)
    require(
        Reason("team.not_editable", "现阶段不能修改此项", "This cannot be changed any more", f"/{name}")
        for name in sorted(fixed)
    )


def _editable(team: TeamFacts, signing: bool) -> frozenset[str]:
    if team.status == "forming" or (team.placed and team.status == "accepted"):
        return _WRITTEN | AGREEMENT_FIELDS | LIAISON_FIELDS
    if team.status not in ENDABLE:
        return frozenset()
    return LIAISON_FIELDS if signing else LIAISON_FIELDS | AGREEMENT_FIELDS


_WRITTEN = frozenset(
    {"place", "content", "starts_on", "ends_on", "targets"} | {"agreed_days", "agreed_visits", "asked_fen", "own_fen"}
)


def submit(team: TeamFacts, policy: PolicySet, actor: Actor, now: datetime) -> str:
    """The lead submits the complete claim within the window."""
    status = LIFECYCLE.after("submit", team.status, actor, policy.switches)
    lead_only(team, actor)
    require(submit_obstacles(team, policy.teams, now))
    return status


def recommend(team: TeamFacts, policy: PolicySet, actor: Actor) -> str:
    """The district recommends claims on its own orders."""
    status = LIFECYCLE.after("recommend", team.status, actor, policy.switches)
    if not actor.covers(team.order.division):
        raise NotFound("team")
    return status


def shortlist(team: TeamFacts, policy: PolicySet, actor: Actor, excepted: bool, now: datetime) -> str:
    """The bureau takes a recommended claim into the selection: one that is eligible, or for which an exception is
    on record."""
    status = LIFECYCLE.after("shortlist", team.status, actor, policy.switches)
    if not excepted:
        require(screening.obstacles(team, policy.teams, now))
    return status


def reject(status: str, policy: PolicySet, actor: Actor, reason: str) -> str:
    """The bureau, or the system when another team was chosen, ends a claim; always with a reason."""
    after = LIFECYCLE.after("reject", status, actor, policy.switches)
    require(reason_given("team.reason_missing", reason))
    return after


def propose(
    team: TeamFacts, policy: PolicySet, reviewed: Reviewed, actor: Actor, amount_fen: int, reason: str, now: datetime
) -> str:
    """The bureau proposes an amount within the band (none where the mode awards none), for people who are free; with
    a reason where the review says otherwise."""
    status = LIFECYCLE.after("propose", team.status, actor, policy.switches)
    obstacles = decision.propose_obstacles(reviewed, team.asked_fen, amount_fen, reason, policy)
    require([*propose_obstacles(team, policy.teams, amount_fen, now), *obstacles])
    return status


def readmit(status: str, policy: PolicySet, actor: Actor, in_reserve: bool, order_free: bool, reason: str) -> str:
    """A claim in reserve is shortlisted again once nobody is proposed or live on its order; for others there is the
    appeal."""
    after = LIFECYCLE.after("readmit", status, actor, policy.switches)
    require([*readmit_obstacles(in_reserve, order_free), *reason_given("team.reason_missing", reason)])
    return after


def readmit_obstacles(in_reserve: bool, order_free: bool) -> Iterable[Reason]:
    """What keeps a rejected claim from taking its turn in the reserve, but for the reason that must be given."""
    if not in_reserve:
        yield Reason(
            "team.not_in_reserve",
            "仅候补团队可递补；其他未入选申报可由领衔专家申请复核",
            "Only a claim in reserve; for others the lead may appeal",
            "/status",
        )
    if not order_free:
        yield order_held()


def order_held() -> Reason:
    """One order has one team."""
    return Reason(
        "team.order_taken",
        "该订单已有拟入选或已确认的团队",
        "Another team is proposed or confirmed for this order",
        "/order_id",
    )


def readmit_upheld(status: str, policy: PolicySet, goes_on: bool) -> str:
    """An upheld appeal brings the claim back, while its round is not decided or its order has no team."""
    after = LIFECYCLE.after("readmit", status, SYSTEM, policy.switches)
    if not goes_on:
        require([order_held()])
    return after


def put_on_notice(status: str, policy: PolicySet) -> str:
    """The proposed money is reserved: the selection list may be shown."""
    return LIFECYCLE.after("put_on_notice", status, SYSTEM, policy.switches)


def send_back(status: str, policy: PolicySet) -> str:
    """The round's money is short: shortlisted again."""
    return LIFECYCLE.after("send_back", status, SYSTEM, policy.switches)


def reopen(status: str, policy: PolicySet) -> str:
    """An objection to the selection was upheld: decided anew."""
    return LIFECYCLE.after("reopen", status, SYSTEM, policy.switches)


def confirm(status: str, policy: PolicySet) -> str:
    """The public notice is over without an objection that stands."""
    return LIFECYCLE.after("confirm", status, SYSTEM, policy.switches)


def agree(status: str, policy: PolicySet) -> str:
    """The third signature."""
    return LIFECYCLE.after("agree", status, SYSTEM, policy.switches)


def lapse(status: str, policy: PolicySet) -> str:
    """The agreement was not signed within the policy's days."""
    return LIFECYCLE.after("lapse", status, SYSTEM, policy.switches)


def start(status: str, policy: PolicySet) -> str:
    """The first confirmed entry, or the agreed start date."""
    return LIFECYCLE.after("start", status, SYSTEM, policy.switches)


def possible(action: str, status: str, policy: PolicySet) -> bool:
    """Whether the round's table leads on by this step from here. What the clock or another service says may come
    late, when the team has moved on; then nothing follows from it."""
    return any(step.action == action for step in LIFECYCLE.possible(status, policy.switches))


def awaits(status: str, proposal: int, answered: int) -> bool:
    """Whether this is the answer about money to the present proposal, not to an older one."""
    return status == "proposed" and proposal == answered


def standing_before(action: str, policy: PolicySet) -> list[str]:
    """The statuses from which this step is possible in the round: where an office finds its work."""
    return [status for status in LIFECYCLE.statuses if possible(action, status, policy)]


def serves(status: str, policy: PolicySet) -> bool:
    """Whether service may be recorded: while serving, and before when the first confirmed entry begins the service."""
    return status == "serving" or possible("start", status, policy)


def withdraw(team: TeamFacts, policy: PolicySet, actor: Actor, reason: str) -> str:
    """The lead takes the claim or team back, or the host its claim on an offer. A live one frees its order and its
    money."""
    status = LIFECYCLE.after("withdraw", team.status, actor, policy.switches)
    if not hosting.claimed_by(team, actor):
        lead_only(team, actor)
    if team.status in LIVE:
        require(reason_given("team.reason_missing", reason))
    return status


def dissolve(status: str, policy: PolicySet, actor: Actor, reason: str, cleared: bool = False) -> str:
    """The bureau dissolves a live team, always with a reason; or leaves dissolved one that could come back
    (``cleared``)."""
    after = LIFECYCLE.after("dissolve", status, actor, policy.switches)
    require([*dissolve_obstacles(status, cleared), *reason_given("team.reason_missing", reason)])
    return after


def dissolve_obstacles(status: str, cleared: bool) -> Iterable[Reason]:
    """A dissolved team is dissolved once more only where it would otherwise wait to come back."""
    if status == "dissolved" and not cleared:
        yield Reason("team.dissolved", "团队已解散", "The team is dissolved already", "/status")


def conclude(status: str, policy: PolicySet, actor: Actor) -> str:
    """The bureau concludes a serving team: its people are free again and its order is completed."""
    return LIFECYCLE.after("conclude", status, actor, policy.switches)


def invite(team: TeamFacts, actor: Actor, roles: Collection[str], policy: TeamsPolicy) -> None:
    """Lead and deputies invite while forming; in a live team, those who are to replace someone or, where the roster
    is open, to join. The host names its assistants."""
    if not speaks_for_host(team.order.host_code, actor):
        writer_only(team, actor)
    require(open_roster.invite_obstacles(team, roles, policy, actor, team.status in LIVE))
    if team.status not in ROSTER_OPEN:
        require(
            [
                Reason(
                    "team.roster_closed",
                    "申报审议期间名单不能变动",
                    "The roster does not change while the claim is being judged",
                    "/status",
                )
            ]
        )


def consent(status: str, own_people: int) -> None:
    """A unit consents to its own people as long as the claim or team goes on."""
    if not own_people:
        require(
            [
                Reason(
                    "team.no_own_people",
                    "名单中没有本单位人员",
                    "Nobody of your unit is on the roster",
                    "/members",
                )
            ]
        )
    if status not in ENDABLE:
        require([Reason("team.ended", "团队已终止", "The team has ended", "/status")])


def replace(
    team: TeamFacts, left: str, joined: str, role: str, policy: TeamsPolicy, actor: Actor, now: datetime
) -> str:
    """A member of a live team may be replaced; 1+N+1 holds at every moment and the history is kept. Returns the
    status of the one who leaves."""
    if not actor.has("bureau"):
        lead_only(team, actor)
    if team.status not in LIVE:
        require(
            [
                Reason(
                    "team.not_live",
                    "仅在团队确认后办理成员更换；此前请直接调整名单",
                    "Members are replaced in live teams; before that, change the roster",
                    "/status",
                )
            ]
        )
    places = {member.person_id: member for member in team.roster}
    if not places[left].serving:
        require([Reason("member.not_serving", "拟退出人员不在服务", "The one to leave is not serving", "/left")])
    if places[joined].serving:
        require([Reason("member.serving", "拟加入人员已在团队服务", "The one to join serves already", "/joined")])
    remaining = [member for member in team.roster if member.serving and member.person_id != left]
    joining = dataclasses.replace(places[joined], role=role)
    require(roster.replacement_obstacles(remaining, joining, team.order.division, policy, now))
    return member_rules.leave(places[left])


def member_only(people: Collection[str], actor: Actor) -> None:
    """Raises :class:`Forbidden` for anyone who does not serve in the team."""
    if actor.person not in people:
        raise Forbidden(Reason("team.member_only", "仅限团队成员办理", "Only people of the team may do this"))

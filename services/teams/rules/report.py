"""A reported value of an indicator (指标完成值), with its evidence; the host confirms or disputes it."""

from services.teams.rules.policy import TeamsPolicy
from services.teams.rules.rights import speaks_for_host
from shared.actor import Actor
from shared.errors import Forbidden, Reason, reason_given, require
from shared.lifecycle import Lifecycle, Step

LIFECYCLE = Lifecycle(
    "report",
    {"reported": "已填报", "confirmed": "已确认", "disputed": "有异议"},
    (
        Step("confirm", ("reported", "disputed"), "confirmed", ("host",), "确认", "Confirm"),
        Step("dispute", ("reported",), "disputed", ("host",), "有异议", "Dispute"),
    ),
)


def reported() -> str:
    """Where a report begins."""
    return "reported"


def counts_at_once(policy: TeamsPolicy) -> bool:
    """Whether a value counts as soon as it is reported, or when the host has confirmed it."""
    return not policy.reports_confirmed


def confirm(status: str, actor: Actor, host_code: str) -> str:
    """The host has seen the result."""
    after = LIFECYCLE.after("confirm", status, actor)
    _host_only(actor, host_code)
    return after


def dispute(status: str, words: str, actor: Actor, host_code: str) -> str:
    """The host says why it is not so; the lead may report again."""
    after = LIFECYCLE.after("dispute", status, actor)
    _host_only(actor, host_code)
    require(reason_given("report.reason_missing", words))
    return after


def _host_only(actor: Actor, host_code: str) -> None:
    if not speaks_for_host(host_code, actor):
        raise Forbidden(Reason("report.host_only", "仅限受援单位确认", "Only the host confirms results"))

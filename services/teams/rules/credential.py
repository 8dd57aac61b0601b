"""Honours and titles (荣誉称号、职称) are claimed with evidence, and the bureau verifies or refuses each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from services.teams.rules.person import TITLE_LEVELS
from shared.actor import SYSTEM, Actor
from shared.errors import Reason, reason_given, require
from shared.lifecycle import Lifecycle, Step

HONOUR, TITLE = "honour", "title"
KINDS = {HONOUR: "荣誉称号", TITLE: "职称"}
MOST_EVIDENCE = 20
"""Files that one claim may show."""

LIFECYCLE = Lifecycle(
    "credential",
    {"claimed": "待核实", "verified": "已核实", "refused": "不予认定", "expired": "已过期"},
    (
        Step("verify", ("claimed", "refused"), "verified", ("bureau",), "核实", "Verify"),
        Step("refuse", ("claimed", "verified"), "refused", ("bureau",), "不予认定", "Refuse"),
        Step("expire", ("verified",), "expired", ("system",), "过期", "Expire"),
        Step("claim", ("refused", "expired"), "claimed", ("expert", "unit", "bureau"), "重新填报", "Claim again"),
    ),
)


@dataclass(frozen=True, slots=True)
class CredentialFacts:
    """What counts of an honour or title. ``claimed_by`` is a role."""

    kind: str
    name: str
    level: str
    status: str
    claimed_by: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What is written about an honour or title. A title has one of ``TITLE_LEVELS``."""

    kind: str
    name: str
    level: str = ""
    issued_by: str = ""
    issued_on: date | None = None
    valid_until: date | None = None
    evidence: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """What the regulation sees of somebody's honours and titles. ``verdicts``: honour → found true or not;
    ``title_verdict`` is None while nobody has judged the title in force."""

    honours: tuple[str, ...] = ()
    verdicts: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    title: str = ""
    title_level: str = "无"
    title_verdict: bool | None = None


def claim_obstacles(entry: Claim, today: date) -> Iterable[Reason]:
    """Everything that is wrong with a claimed honour or title."""
    if not entry.name.strip():
        yield Reason("credential.name_missing", "须填写名称", "The name is missing", "/name")
    if entry.kind == TITLE and entry.level not in TITLE_LEVELS:
        yield Reason(
            "credential.level",
            f"职称级别须为{'、'.join(TITLE_LEVELS)}之一",
            f"The title level is one of {', '.join(TITLE_LEVELS)}",
            "/level",
        )
    if entry.issued_on and entry.issued_on > today:
        yield Reason("credential.issued_on", "授予日期晚于今天", "It cannot be issued in the future", "/issued_on")
    if entry.valid_until and entry.valid_until < (entry.issued_on or today):
        yield Reason("credential.valid_until", "有效期已过或早于授予日期", "It is no longer valid", "/valid_until")
    if entry.evidence > MOST_EVIDENCE:
        yield Reason(
            "credential.evidence", f"证明材料最多{MOST_EVIDENCE}份", f"At most {MOST_EVIDENCE} files", "/evidence"
        )


def claimed() -> str:
    """A new claim awaits the bureau."""
    return next(iter(LIFECYCLE.statuses))


def claim(status: str, actor: Actor) -> str:
    """Claimed again, with better evidence, after a refusal or the end of its validity."""
    return LIFECYCLE.after("claim", status, actor)


def verify(status: str, actor: Actor) -> str:
    """The bureau has seen the evidence. A refusal can be put right."""
    return LIFECYCLE.after("verify", status, actor)


def refuse(status: str, reason: str, actor: Actor) -> str:
    """The bureau does not recognise it, and says why."""
    after = LIFECYCLE.after("refuse", status, actor)
    require(reason_given("credential.reason_missing", reason))
    return after


def expire(status: str) -> str:
    """Its validity is over."""
    return LIFECYCLE.after("expire", status, SYSTEM)


def standing(credentials: Sequence[CredentialFacts]) -> Standing:
    """What counts, from all claims in the order in which they were made or settled. The newest title in force
    counts: a verified one, or one that the bureau's register says and nobody has refused."""
    honours = [c for c in credentials if c.kind == HONOUR]
    judged = {"verified": True, "refused": False, "expired": False}
    titles = [c for c in credentials if c.kind == TITLE and (c.status == "verified" or _registered(c))]
    title = titles[-1] if titles else None
    return Standing(
        honours=tuple(dict.fromkeys(c.name for c in honours)),
        verdicts=MappingProxyType({c.name: judged[c.status] for c in honours if c.status in judged}),
        title=title.name if title else "",
        title_level=title.level if title else "无",
        title_verdict=True if title and title.status == "verified" else None,
    )


def _registered(credential: CredentialFacts) -> bool:
    return credential.status == "claimed" and credential.claimed_by == "bureau"

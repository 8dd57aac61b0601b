"""Certificates (证书): of benefits in force, and of service for the employer (service counts towards titles ★). What one
says is frozen, hashed and signed; a changed content is a new one that replaces the old, and one whose ground falls away
is revoked. Nothing here is drawn: papers are ``forms.py``."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from shared.actor import SYSTEM, Actor
from shared.errors import Reason, reason_given, require
from shared.lifecycle import Lifecycle, Step

BENEFIT, SERVICE = "benefit", "service_record"
KINDS = {
    BENEFIT: ("DY", "政策待遇证明", "Certificate of benefits"),
    SERVICE: ("FW", "服务证明", "Certificate of service"),
}
"""The beginning of the number and the title, by kind."""
ISSUERS = ("expert", "unit", "bureau", "system")
"""Who asks for one: the person, the unit that sent the person, the bureau; where nobody is rated, the team's end."""
FORMAT = "jiedan-certificate/1"
"""Stands in every certificate, so that its shape may change."""

REASONS = {
    "renewed": ("内容更新，已换发新证", "Replaced by one with newer content"),
    "grade_corrected": ("考核等次已更正", "The grade it states was corrected"),
    "benefit_held": ("所载政策待遇已暂缓", "A benefit it states is held"),
    "benefit_withdrawn": ("所载政策待遇已取消", "A benefit it states was withdrawn"),
    "by_hand": ("由发证机关撤销", "Revoked by the office that issued it"),
}
"""Why a certificate does not hold any more."""

RESULTS = {
    "valid": ("有效", "Valid"),
    "superseded": ("已换发新证，本证失效", "Replaced by a newer certificate"),
    "revoked": ("已撤销", "Revoked"),
    "expired": ("已过有效期", "Expired"),
    "forged": ("伪造：非本系统签发", "Forged: never issued here"),
    "altered": ("内容被篡改，与签发内容不符", "Altered: this is not what was issued"),
    "unknown_key": ("签名密钥不是本系统的密钥", "The key that it names is not ours"),
}
"""What a check may find."""

LIFECYCLE = Lifecycle(
    "certificate",
    {"none": "未签发", "issued": "有效", "superseded": "已换发", "revoked": "已撤销", "expired": "已过期"},
    (
        Step("issue", ("none",), "issued", ISSUERS, "签发", "Issue"),
        Step("supersede", ("issued",), "superseded", ("system",), "换发", "Supersede"),
        Step("revoke", ("issued",), "revoked", ("bureau", "system"), "撤销", "Revoke"),
        Step("expire", ("issued",), "expired", ("system",), "过期", "Expire"),
    ),
)
"""``none`` is where nothing has been issued yet; it is never stored."""


@dataclass(frozen=True, slots=True)
class Benefit:
    """A benefit in force; ``until`` is its last day, None without a term."""

    id: str
    kind: str
    granted_on: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Who served where, as a certificate tells it. ``to`` is None while the person serves; ``grades`` by year, as
    published; ``days`` and ``visits`` are the person's own, confirmed by the host."""

    name: str
    role: str
    unit: tuple[str, str]
    round: str
    team: str
    order_number: str
    place: str
    host: tuple[str, str]
    since: date
    to: date | None
    days: Decimal
    visits: int
    grades: Mapping[int, str]
    benefits: tuple[Benefit, ...] = ()


def facts(kind: str, standing: Standing) -> dict[str, Any]:
    """What a certificate of this kind says, in plain JSON values: the same facts are certified once."""
    said: dict[str, Any] = {
        "format": FORMAT,
        "kind": kind,
        "name": standing.name,
        "role": standing.role,
        "unit": {"code": standing.unit[0], "name": standing.unit[1]},
        "round": standing.round,
        "team": standing.team,
        "order_number": standing.order_number,
        "place": standing.place,
    }
    if kind == BENEFIT:
        return said | {
            "benefits": [
                {"kind": b.kind, "granted_on": str(b.granted_on), "valid_until": str(b.until) if b.until else None}
                for b in standing.benefits
            ]
        }
    return said | {
        "host": {"code": standing.host[0], "name": standing.host[1]},
        "from": str(standing.since),
        "to": str(standing.to) if standing.to else None,
        "days": format(standing.days, "f"),
        "visits": standing.visits,
        "grades": [{"year": year, "grade": grade} for year, grade in sorted(standing.grades.items())],
    }


def valid_until(standing: Standing, kind: str) -> date | None:
    """A certificate of benefits is valid as long as the last of them; one of service for good."""
    ends = [benefit.until for benefit in standing.benefits]
    if kind != BENEFIT or None in ends:
        return None
    return max(end for end in ends if end is not None)


def served(
    joined_on: date, left_on: date | None, starts_on: date | None, ends_on: date | None
) -> tuple[date, date | None]:
    """From the later of joining and the agreed start to the earlier of leaving and the agreed end, which is not over
    before the team says so."""
    since = max(joined_on, starts_on) if starts_on else joined_on
    if left_on is None:
        return since, None
    return since, max(since, min(left_on, ends_on) if ends_on else left_on)


def issue(kind: str, standing: Standing, current: str, actor: Actor) -> str:
    """On request of the person, the unit or the bureau. ``current``: the number of one that says the same already."""
    status = LIFECYCLE.after("issue", "none", actor)
    require(issue_obstacles(kind, standing, current))
    return status


def issue_obstacles(kind: str, standing: Standing, current: str) -> Iterator[Reason]:
    """There is something to certify, and nothing says the same already."""
    if kind == BENEFIT and not standing.benefits:
        yield Reason("certificate.no_benefit", "没有有效的政策待遇", "No benefit is in force", "/kind")
    if kind == SERVICE and not standing.visits:
        yield Reason(
            "certificate.no_service", "没有经受援单位确认的服务记录", "The host has confirmed no visit yet", "/kind"
        )
    if current:
        yield Reason(
            "certificate.current",
            f"内容相同的证书{current}有效，无需重复签发",
            f"{current} says the same and is valid",
            "/kind",
        )


def supersede(status: str) -> str:
    """A newer one says more."""
    return LIFECYCLE.after("supersede", status, SYSTEM)


def revoke(status: str, reason: str, actor: Actor) -> str:
    """Its ground fell away, or the bureau says why."""
    after = LIFECYCLE.after("revoke", status, actor)
    require(reason_given("certificate.reason", reason))
    return after


def fallen(
    said: Mapping[int, str], published: Mapping[int, str], rests_on: Iterable[str], benefits: Mapping[str, str]
) -> str:
    """Why a certificate does not hold any more, a key of ``REASONS``, or empty. ``said`` and ``published`` are grades by
    year; ``rests_on`` the benefits that it states, ``benefits`` where each stands."""
    if any(published.get(year, grade) != grade for year, grade in said.items()):
        return "grade_corrected"
    standing = {benefits.get(key, "withdrawn") for key in rests_on}
    if "withdrawn" in standing:
        return "benefit_withdrawn"
    return "benefit_held" if "held" in standing else ""


def expire(status: str) -> str:
    """The last of the benefits that it states is over."""
    return LIFECYCLE.after("expire", status, SYSTEM)


def result(status: str) -> str:
    """What a check finds of one that was issued here: a key of ``RESULTS``."""
    return "valid" if status == "issued" else status


def forgery(known_key: bool, signed: bool, stored_hash: str, own_hash: str) -> str:
    """What is wrong with a signed document, a key of ``RESULTS``, or empty. ``stored_hash`` is of what was issued under
    its number, empty when nothing was; ``own_hash`` is of the document."""
    if not known_key:
        return "unknown_key"
    if not stored_hash:
        return "forged"
    if stored_hash != own_hash:
        return "altered"
    return "" if signed else "forged"


def masked(name: str) -> str:
    """The family name, of names in Chinese; the first letter of others."""
    return name[:1] + "*" * max(1, len(name) - 1) if name else ""


def in_force(status: str) -> bool:
    """Whether a benefit may be certified."""
    return status in ("granted", "used")


def roles(known: Collection[str]) -> str:
    """The role that is told of somebody who had several: the first of lead, member, local talent."""
    return next((role for role in ("lead", "member", "local_talent") if role in known), next(iter(known), ""))

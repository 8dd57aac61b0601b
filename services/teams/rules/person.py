"""Experts in the registry: what makes someone a lead, and how honours are written and recognised."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from services.teams.rules.policy import TeamsPolicy
from shared.errors import Reason, require
from shared.identifiers import citizen_id_error, credit_code_error, phone_error

TITLE_LEVELS = ("正高", "副高", "中级", "初级", "无")
"""专业技术职称级别: full senior, associate senior, intermediate, junior, none."""
GENDERS = ("男", "女", "")

_BETWEEN_HONOURS = re.compile(r"[、,，;；/\n]+")
_ORNAMENT = re.compile(r"[\s·•・“”\"'《》]+")


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What the regulation looks at in an expert. ``verdicts`` holds what the bureau found about honours:
    honour → true or not; ``title_verdict`` the same of the title, None while nobody has judged it."""

    name: str
    title_level: str
    honours: tuple[str, ...] = ()
    verdicts: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    willing: bool = True
    title_verdict: bool | None = None
    merged: bool = False


@dataclass(frozen=True, slots=True)
class Registration:
    """What is written about an expert who enters the registry. ``division`` has 12 digits."""

    name: str
    gender: str
    citizen_id: str
    phone: str
    unit_name: str
    unit_code: str
    title: str
    title_level: str
    honours: tuple[str, ...]
    fields: tuple[str, ...]
    category: str
    division: str
    health: str
    willing: bool
    unit_agrees: bool


def registration_obstacles(entry: Registration) -> Iterable[Reason]:
    """Everything that keeps someone out of the registry; each reason points at its field. One without a unit
    (a craftsman of the village) leaves name and code of the unit blank."""
    if not entry.name:
        yield Reason("person.name_missing", "须填写姓名", "The name is missing", "/name")
    if entry.gender not in GENDERS:
        yield Reason("person.gender", "性别应为男、女或留空", "The gender is 男, 女 or blank", "/gender")
    if entry.title_level not in TITLE_LEVELS:
        yield Reason(
            "person.title_level",
            f"职称级别须为{'、'.join(TITLE_LEVELS)}之一",
            f"The title level is one of {', '.join(TITLE_LEVELS)}",
            "/title_level",
        )
    if not re.fullmatch(r"[0-9]{12}", entry.division):
        yield Reason("person.division", "区划代码应为6至12位数字", "A division code has 6 to 12 digits", "/division")
    if bool(entry.unit_name) != bool(entry.unit_code):
        yield Reason(
            "person.unit_incomplete",
            "工作单位和统一社会信用代码须同时填写",
            "Unit and its credit code go together",
            "/unit_code",
        )
    checks = (
        citizen_id_error(entry.citizen_id, "/citizen_id"),
        phone_error(entry.phone, "/phone"),
        credit_code_error(entry.unit_code, "/unit_code") if entry.unit_code else None,
    )
    yield from (reason for reason in checks if reason)


def full_division(code: str) -> str:
    """A shorter code in its 12 digits: 500101 → 500101000000."""
    return code.ljust(12, "0") if 6 <= len(code) <= 12 else code


def split_honours(text: str) -> tuple[str, ...]:
    """Honours as they stand in one cell, each once: 国务院政府特殊津贴专家、市学术技术带头人."""
    return tuple(dict.fromkeys(part.strip() for part in _BETWEEN_HONOURS.split(text) if part.strip()))


def split_fields(text: str) -> tuple[str, ...]:
    """Fields of expertise as they stand in one cell."""
    return split_honours(text)


def canonical(honour: str, policy: TeamsPolicy) -> str | None:
    """The policy's name of an honour however it is written (alias, spaces, quotes, middle dots), or None."""
    written = _ORNAMENT.sub("", honour)
    for known in policy.recognised_honours:
        if written in {_ORNAMENT.sub("", name) for name in (known.name, *known.aliases)}:
            return known.name
    return None


def recognised(person: PersonFacts, policy: TeamsPolicy) -> tuple[str, ...]:
    """Honours that count for a lead: those that the bureau found true, and those of the policy's list that it has
    not judged, unless the policy counts only verified ones. What the bureau refused never counts."""
    return tuple(
        canonical(h, policy) or h
        for h in person.honours
        if person.verdicts.get(h, bool(canonical(h, policy)) and not policy.verified_credentials)
    )


def awaiting(person: PersonFacts, policy: TeamsPolicy) -> tuple[str, ...]:
    """Honours that nobody has judged yet and that do not count before."""
    return tuple(
        h
        for h in person.honours
        if h not in person.verdicts and (policy.verified_credentials or not canonical(h, policy))
    )


def verify_honour(person: PersonFacts, honour: str, found: bool) -> dict[str, bool]:
    """The bureau's verdict on an honour that the person names. Returns all verdicts."""
    if honour not in person.honours:
        require(
            [
                Reason(
                    "person.honour_unknown",
                    f"{person.name}未填报人才称号“{honour}”",
                    f"{person.name} names no honour '{honour}'",
                    "/honour",
                )
            ]
        )
    return {**person.verdicts, honour: found}


def lead_obstacles(person: PersonFacts, policy: TeamsPolicy, pointer: str) -> Iterable[Reason]:
    """领衔专家须具有国家级或市级人才称号和高级职称 ★ (programme announcements), where the mode asks for them."""
    if policy.lead_honour and not recognised(person, policy):
        waiting = awaiting(person, policy)
        if waiting:
            yield Reason(
                "team.lead_honour_unverified",
                f"领衔专家{person.name}的人才称号“{'、'.join(waiting)}”尚待市人社局核实",
                f"The honour of lead {person.name} awaits verification: {', '.join(waiting)}",
                pointer,
            )
        else:
            yield Reason(
                "team.lead_honour",
                f"领衔专家{person.name}没有政策认可的人才称号",
                f"Lead {person.name} has no recognised honour",
                pointer,
            )
    if policy.lead_title and person.title_level not in policy.senior_levels:
        yield Reason(
            "team.lead_title",
            f"领衔专家{person.name}的职称级别为“{person.title_level}”，须为{'或'.join(policy.senior_levels)}",
            f"Lead {person.name} has title level {person.title_level}, needs one of {', '.join(policy.senior_levels)}",
            pointer,
        )
    elif policy.lead_title and policy.verified_credentials and not person.title_verdict:
        yield Reason(
            "team.lead_title_unverified",
            f"领衔专家{person.name}的职称尚待市人社局核实",
            f"The title of lead {person.name} awaits verification",
            pointer,
        )


def willing_obstacles(person: PersonFacts, pointer: str) -> Iterable[Reason]:
    """Taking part is voluntary; a second record of somebody is nobody to invite."""
    yield from unmerged_obstacles(person, pointer)
    if not person.willing:
        yield Reason(
            "person.unwilling",
            f"{person.name}登记为不愿意参加",
            f"{person.name} is registered as not willing",
            pointer,
        )


def unmerged_obstacles(person: PersonFacts, pointer: str) -> Iterable[Reason]:
    """A record that was merged into another is nobody any more: the other one is named instead."""
    if person.merged:
        yield Reason(
            "person.merged_record",
            f"{person.name}的这条记录已并入另一条，请用保留的记录",
            f"This record of {person.name} was merged; use the one that stays",
            pointer,
        )

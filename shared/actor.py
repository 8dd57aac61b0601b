"""Who acts: what the token says, as the rules see it. Pure."""

from dataclasses import dataclass
from uuid import UUID

ROLES = {
    "host": "受援单位",
    "town": "乡镇",
    "district": "区县",
    "bureau": "市局",
    "unit": "派出单位",
    "expert": "专家",
    "reviewer": "评审专家",
    "finance_maker": "财务经办",
    "finance_checker": "财务复核",
    "supervisor": "监督人员",
    "department": "其他部门",
    "operator": "运维人员",
    "service": "系统接口",
}
"""Roles of a token (domain: who may do what). ``system`` is not among them: no token can claim it."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or machine. ``division`` is a 12-digit code whose significant prefix is the scope; ``unit`` an
    18-character unified social credit code; ``person`` a registry id. ``id`` (the token's ``sub``) is what
    separation of duties compares, never the role; and ``on_behalf``, the person whom a substitute stands in for.
    ``named_by`` are those who named that substitute."""

    id: str
    roles: frozenset[str] = frozenset()
    unit: str = ""
    division: str = ""
    person: str = ""
    scopes: frozenset[str] = frozenset()
    on_behalf: str = ""
    named_by: frozenset[str] = frozenset()

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    def is_among(self, *names: str | None) -> bool:
        """Whether this person, or whom they stand in for, is one of ``names`` (``sub``)."""
        return bool({self.id, self.on_behalf} & {name for name in names if name})

    @property
    def person_id(self) -> UUID | None:
        """``person`` as a registry id; a token may say anything, so None for what is none."""
        try:
            return UUID(self.person)
        except ValueError:
            return None

    def covers(self, division: str) -> bool:
        """True when the 12-digit ``division`` lies within this actor's own; without a division: nothing."""
        return bool(self.division) and division.startswith(prefix(self.division))


def prefix(division: str) -> str:
    """The significant part of a division code: 500101000000 → 500101, 500000000000 → 50."""
    for size in (2, 4, 6, 9):
        if not division[size:].strip("0"):
            return division[:size]
    return division


SYSTEM = Actor(id="system", roles=frozenset({"system"}))
"""The clock and the events of other services."""

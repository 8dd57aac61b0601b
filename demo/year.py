"""The year of one round: who takes part, what the system has called them so far, and the acts in order."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from demo.client import Person, System
from demo.folder import RoundFolder, Team
from demo.mistakes import Mistakes
from demo.plan import Plan
from demo.stage import Stage


@dataclass
class Year:
    """What lies on the desk: the folder (already in its year), the plan, the ids that the system gave."""

    system: System
    stage: Stage
    folder: RoundFolder
    plan: Plan
    shifted_years: int
    round: dict[str, Any] = field(default_factory=dict)
    orders: dict[int, str] = field(default_factory=dict)
    """Order id by serial number."""
    people: dict[str, str] = field(default_factory=dict)
    """Registry id by citizen id."""
    teams: dict[int, str] = field(default_factory=dict)
    """Team id by serial number."""
    assessments: dict[int, str] = field(default_factory=dict)
    """Assessment id by serial number."""
    mistakes: Mistakes = field(default_factory=Mistakes)
    tally: Counter[str] = field(default_factory=Counter)
    """What the acts count for the closing line (``figures.TOLD``)."""

    @property
    def round_id(self) -> str:
        return str(self.round["id"])

    # who takes part

    @property
    def bureau(self) -> Person:
        return Person("bureau", division=self.folder.division)

    @property
    def second(self) -> Person:
        """Another person of the bureau, for what one alone may not do."""
        return Person("bureau", sub="bureau:second", division=self.folder.division)

    @property
    def maker(self) -> Person:
        return Person("finance_maker", division=self.folder.division)

    @property
    def checker(self) -> Person:
        return Person("finance_checker", division=self.folder.division)

    @property
    def operator(self) -> Person:
        return Person("operator", scopes=("events:read",))

    @property
    def districts(self) -> list[Person]:
        """One desk per district that has an order."""
        return [district(code) for code in sorted({order.division[:6] for order in self.folder.orders})]

    def expert(self, citizen_id: str) -> Person:
        return Person("expert", person=self.people[citizen_id])

    def lead(self, team: Team) -> Person:
        return self.expert(team.lead.citizen_id)

    def host(self, team: Team) -> Person:
        order = self.order_row(team)
        return Person("host", unit=order.host_code, division=order.division)

    def district_of(self, team: Team) -> Person:
        return district(self.order_row(team).division)

    def order_row(self, team: Team) -> Any:
        return next(order for order in self.folder.orders if order.serial == team.serial)

    def units(self, team: Team) -> list[Person]:
        """The units whose people are in the team."""
        own = {member.citizen_id for member in team.members}
        codes = {expert.unit_code for expert in self.folder.experts if expert.citizen_id in own}
        return [Person("unit", unit=code) for code in sorted(codes)]

    def lead_unit(self, team: Team) -> Person:
        code = next(one.unit_code for one in self.folder.experts if one.citizen_id == team.lead.citizen_id)
        return Person("unit", unit=code)


def district(code: str) -> Person:
    return Person("district", division=code[:6].ljust(12, "0"))

"""The policy set that a round pins: one document, a section per service. Pure (standard library only), so that
each service's ``rules/policy.py`` can name its section and pydantic can validate the whole at the edges.

Every value carries unit and source (``base.parameter``)."""

from dataclasses import dataclass, field

from shared.contracts.policy.assessment import *
from shared.contracts.policy.assessment import AssessmentPolicy
from shared.contracts.policy.funding import *
from shared.contracts.policy.funding import FundingPolicy
from shared.contracts.policy.orders import *
from shared.contracts.policy.orders import OrdersPolicy
from shared.contracts.policy.scorecard import *
from shared.contracts.policy.teams import *
from shared.contracts.policy.teams import TeamsPolicy


@dataclass(frozen=True, slots=True)
class PolicySet:
    """A whole set. ``switches`` are the optional rows of the lifecycles that the mode turns on:

    ``recommendation`` districts recommend orders and claims · ``competition`` the bureau shortlists among several
    claims · ``nomination`` units nominate people first, the bureau places those who matched nobody ·
    ``mutual_choice`` the host accepts a claim · ``award`` money is reserved and paid · ``notice`` the selection is
    shown to the public · ``agreement`` three parties sign · ``training`` before the service begins · ``rating``
    every year."""

    mode: str = "team_project"
    switches: tuple[str, ...] = ("competition", "recommendation", "notice", "agreement", "award", "rating")
    orders: OrdersPolicy = field(default_factory=OrdersPolicy)
    teams: TeamsPolicy = field(default_factory=TeamsPolicy)
    funding: FundingPolicy = field(default_factory=FundingPolicy)
    assessment: AssessmentPolicy = field(default_factory=AssessmentPolicy)


SWITCHES = (
    "recommendation",
    "competition",
    "nomination",
    "mutual_choice",
    "award",
    "notice",
    "agreement",
    "training",
    "rating",
)

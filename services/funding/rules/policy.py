"""The funding section of the policy set that a round pins: band, schedule, second checker, cooling-off."""

from shared.contracts.policy import FundingPolicy as Policy
from shared.contracts.policy import Instalment as Share

__all__ = ["Policy", "Share"]

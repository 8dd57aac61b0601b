"""The funding section of the policy set that a round pins: schedule, thresholds, treasury fields, cooling-off."""

from shared.contracts.policy import DOCUMENTS
from shared.contracts.policy import FundingPolicy as Policy
from shared.contracts.policy import Instalment as Share

__all__ = ["DOCUMENTS", "Policy", "Share"]

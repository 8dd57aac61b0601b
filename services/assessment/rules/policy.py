"""The assessment section of the policy set that a round pins, under the name the rules use."""

from shared.contracts.policy import AssessmentPolicy as Policy
from shared.contracts.policy import Item, PolicySet, Scorecard, Section

__all__ = ["Item", "Policy", "PolicySet", "Scorecard", "Section"]

"""This service's section of the policy set."""

from shared.contracts.policy import OrdersPolicy as Policy
from shared.contracts.policy import PolicySet

__all__ = ["Policy", "PolicySet"]

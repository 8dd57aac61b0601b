"""The parameters that this service's rules look at: the ``teams`` section of the round's policy set."""

from shared.contracts.policy import Honour, PolicySet, ScoreItem, TeamsPolicy

__all__ = ["Honour", "PolicySet", "ScoreItem", "TeamsPolicy"]

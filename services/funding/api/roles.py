"""Who may call a route."""

from typing import Annotated

from services.funding import queries
from shared.actor import Actor
from shared.http import allow

Bureau = Annotated[Actor, allow("bureau")]
Maker = Annotated[Actor, allow("finance_maker")]
Checker = Annotated[Actor, allow("finance_checker")]
Finance = Annotated[Actor, allow("finance_maker", "finance_checker")]
Office = Annotated[Actor, allow("operator", *queries.OFFICES)]
Signer = Annotated[Actor, allow("finance_maker", "finance_checker", "bureau")]
"""Whoever may sign at the desk, for themselves or as a substitute: which signature it is, the rules say."""
